"""An agent whose customer may be in danger sees it at once, in this tab and from another one, and by keyboard."""

import time

import pytest
from playwright.sync_api import Page, expect

from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from desk.conftest import House
from desk.danger import danger, taken
from desk.test_desk_in_a_browser import sits_down

SAID = "This message may be about danger"


def watched(page: Page) -> list[str]:
    """What goes wrong in the page from now on."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    return problems


def icon(page: Page) -> str | None:
    return page.locator("link[rel=icon]").get_attribute("href")


def test_hnd_5_an_alarm_appears_by_itself_and_goes_when_it_was_read(house: House, served: str, page: Page) -> None:
    taken(house)
    sits_down(page, served)
    problems = watched(page)
    page.goto(f"{served}/conversation/c-1")
    calm, calm_icon = page.title(), icon(page)
    page.get_by_label("Your reply").fill("One moment")
    danger(house)

    banner = page.get_by_role("alert").filter(has_text=SAID)
    expect(banner).to_be_visible()
    expect(page).to_have_title(f"(!) {calm}")
    assert icon(page) == "/static/alarm.svg"
    expect(page.get_by_label("Your reply")).to_have_value("One moment")  # nothing the agent wrote is lost
    letter = page.locator(".letter.concerned")
    expect(letter).to_have_count(1)
    expect(letter).to_contain_text("May be about danger")
    expect(letter).to_contain_text("i cannot go on like this")
    page.get_by_role("link", name="Show the message").click()
    expect(letter).to_be_in_viewport()
    page.get_by_role("button", name="I have read it").click()

    expect(page).to_have_title(calm)
    expect(banner).to_have_count(0)
    expect(page.get_by_role("heading", name="Protocol for safety")).to_be_visible()
    assert icon(page) == calm_icon
    assert Alarms(house.engine).get(1).seen_by == "Ada"
    assert problems == []


def test_the_queue_page_shows_it_too_and_leads_there(house: House, served: str, page: Page) -> None:
    house.waits("c-1", reason="safety")
    taken(house, "c-2")
    sits_down(page, served)
    problems = watched(page)
    danger(house, "c-2")

    expect(page.get_by_role("alert")).to_contain_text("may be about danger")
    expect(page).to_have_title("(!) (1) Queue · Attune")
    assert page.locator(".queue .case").first.locator("a").get_attribute("href") == "/conversation/c-2"
    page.get_by_role("link", name="Open the conversation").click()
    expect(page.get_by_text(SAID)).to_be_visible()
    Alarms(house.engine).see(1, "Sam", time.time())  # a supervisor was faster
    expect(page.get_by_text(SAID)).to_have_count(0)
    expect(page.get_by_text("read by Sam at")).to_be_visible()
    assert problems == []


def test_the_banner_is_reached_and_answered_by_keyboard(house: House, served: str, page: Page) -> None:
    taken(house)
    danger(house)
    sits_down(page, served)
    page.goto(f"{served}/conversation/c-1")
    expect(page.get_by_text(SAID)).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "I have read it":
            break
    page.keyboard.press("Enter")

    expect(page.get_by_text(SAID)).to_have_count(0)


def test_it_works_without_scripts(house: House, served: str, browser: object) -> None:
    taken(house)
    danger(house)
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    sits_down(page, served)
    page.goto(f"{served}/conversation/c-1")
    for _ in range(20):
        if page.get_by_text(SAID).count():
            break
        time.sleep(0.1)
        page.reload()
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("press “I have read it” before")).to_be_visible()
    page.goto(f"{served}/conversation/c-1")
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_text(SAID)).to_have_count(0)
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_at_any_width(house: House, served: str, page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for conversation in ("c-1", "c-2", "c-3"):
        taken(house, conversation)
        danger(house, conversation, "w" * 300)
    sits_down(page, served)
    expect(page.get_by_role("alert")).to_have_count(3)
    Counter(house.engine).release("c-3", "Ada", "Ada left", time.time())
    for path in ("/", "/conversation/c-1"):
        page.goto(served + path)
        expect(page.get_by_role("alert").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
