"""The report as people open it: on a screen, on a phone, by keyboard; axe-core finds nothing serious in it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from attune.drift.looking import look
from attune.drift.report import page as report
from attune.drift.review import review
from attune.drift.settings import load
from attune.drift.simulation import CHANGES_IN, DAY, MICRO, WEEKS, simulated
from desk.test_casework_in_a_browser import findings
from drift.talks import counts_of, talk

BEGIN = 1_790_000_000.0
END = int((BEGIN + WEEKS * 7 * DAY) * MICRO)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The report of weeks with a change, and the counts for outsiders, as files."""
    records = [felt for _, felt in simulated(2500, BEGIN, 3, "nlu")]
    seen = look(records, int((BEGIN + CHANGES_IN * DAY) * MICRO), END, load())
    folder = tmp_path_factory.mktemp("report")
    told = {"drift": report.drift(seen, load(), END), "counts": report.transparency(counts_of(records, END)),
            "review": report.review("c", review(talk(records), lambda one: one), END)}
    for name, html in told.items():
        (folder / f"{name}.html").write_text(html)
    return [folder / f"{name}.html" for name in told]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_read_on_any_screen_and_axe_finds_nothing_serious(
    pages: list[Path], page: Page, width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wrong = []
    for path in pages:
        page.goto(path.as_uri())
        for summary in page.locator("summary").all():
            summary.focus()
            page.keyboard.press("Enter")
        assert page.locator("details:not([open])").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        wrong += findings(page)

    assert wrong == []
