"""The report in a real browser: axe-core finds nothing, nothing is blocked, and it fits on a phone (WCAG 2.2 AA)."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from attune.drift import settings
from attune.drift.report import page as report
from attune.drift.report import words
from drift.looks import LOOK
from fixtures.browser import browser, page

__all__ = ["browser", "page"]
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_axe_finds_nothing_and_nothing_sticks_out(
    page: Page, tmp_path: Path, width: int, scheme: Literal["light", "dark"],
) -> None:
    file, complaints = tmp_path / "look.html", list[str]()
    file.write_text(report.html(LOOK, words.load(), settings.load()))
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(file.as_uri())
    for fold in page.locator("summary").all():
        fold.press("Enter")
    found = Axe().run(page).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.locator("details[open]").count() == page.locator("details").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('.report')).maxWidth") != "none"  # the style applies
    assert complaints == []
