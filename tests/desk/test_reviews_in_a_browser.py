"""A supervisor looks back in a real browser, by keyboard and on a phone; axe-core finds nothing serious."""

import pytest
from playwright.sync_api import Page, expect

from desk.conftest import House
from desk.test_casework_in_a_browser import findings
from desk.test_desk_in_a_browser import sits_down
from desk.test_reviews import happened


@pytest.mark.parametrize("width", [390, 1280])
def test_a_supervisor_comes_from_the_load_to_the_second_help_was_shown(
    house: House, served: str, page: Page, width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    house.waits("c-1", reason="safety")
    happened(house)
    sits_down(page, served)
    page.goto(served + "/load")
    page.get_by_role("link", name="Look back at earlier ones").press("Enter")
    expect(page.get_by_role("heading", name="Looking back at one conversation")).to_be_visible()
    wrong = look(page)
    page.get_by_role("link", name="Open the review of").press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="Showed help lines")).to_contain_text("+1.5 s")
    wrong += look(page)
    page.get_by_role("link", name="Counts of the last quarter").press("Enter")
    expect(page.get_by_role("heading", name="What the assistant did")).to_be_visible()
    wrong += look(page)
    page.get_by_role("link", name="Reviews").press("Enter")
    page.get_by_label("Its id, a handoff's id or a pseudonym").fill("c-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Review of one conversation")).to_be_visible()

    assert wrong == []


def look(page: Page) -> list[str]:
    """What is wrong with a page: what axe calls serious, and what reaches over its edge."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0
    return findings(page) + ([f"{page.url} is wider than the screen"] if wide else [])
