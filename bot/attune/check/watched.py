"""Is drift.yml right, by which the look back decides what has moved?"""

from attune.check.finding import Findings, broken
from attune.drift import settings
from attune.errors import InvalidFile


def watched() -> Findings:
    """What is wrong with drift.yml, with its line."""
    try:
        settings.load()
    except InvalidFile as error:
        yield broken(error)
