"""Colours can be told apart by everybody, in light and in dark (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "bot" / "attune" / "desk" / "static" / "desk.css").read_text()
TEXT = [("ink", "ground"), ("ink", "surface"), ("muted", "ground"), ("muted", "surface"), ("accent", "surface"),
        ("accent", "ground"), ("on-accent", "accent"), ("warn-ink", "warn"), ("warn-ink", "surface"),
        ("surface", "warn-ink"), ("ink", "person"), ("ink", "soft"), ("muted", "soft")]
SHAPES = [("frustration", "surface"), ("distress", "surface"), ("muted", "surface"), ("focus", "ground"),
          ("person-line", "person"), ("focus", "surface")]


def colours(scheme: str) -> dict[str, str]:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")
    named = re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light)
    return dict(named + (re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark) if scheme == "dark" else []))


def luminance(colour: str) -> float:
    parts = [int(colour[place:place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), [
    *((*pair, 4.5) for pair in TEXT), *((*pair, 3.0) for pair in SHAPES),
])
def test_what_must_be_read_or_seen_stands_out(scheme: str, front: str, back: str, least: float) -> None:
    found = colours(scheme)

    assert contrast(found[front], found[back]) >= least


def test_black_on_white_is_known_to_be_21() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
