"""Is everything a person in danger reads reviewed (CRI-6)? If not, customers of the trial are told."""

from datetime import date
from pathlib import Path

from attune.check import project, reviews
from attune.reply import crisis, resources


def unreviewed(root: Path, today: date) -> int:
    """How many help lines and crisis wordings in use lack a valid review; raises InvalidFile with the line."""
    registry, wordings = project.help_files(project.load(root))
    lines = reviews.help_lines(resources.load(registry), today, production=True)
    return sum(1 for _ in (*lines, *reviews.wordings(crisis.load(wordings), today, production=True)))
