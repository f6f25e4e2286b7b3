"""Turns facts into pages: HTML is escaped, and a value a template lacks is an error."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **facts: Any) -> str:
    """The page, ending in one newline."""
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        autoescape=select_autoescape(["html"]),
    )
    pages.filters["cell"] = _cell
    return pages.get_template(template).render(**facts).rstrip() + "\n"


def _cell(value: object) -> str:
    """Text for one cell of a Markdown table."""
    return " ".join(str(value).replace("|", "\\|").split())
