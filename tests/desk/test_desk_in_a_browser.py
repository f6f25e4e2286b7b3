"""An agent at work, in a real browser: everything by itself, by keyboard, at any width."""

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from attune.handoff.agent import Counter
from desk.conftest import House


def sits_down(page: Page, address: str, name: str = "Ada") -> None:
    page.goto(address)
    page.get_by_label("Your display name").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who needs a person")).to_be_visible()


def ticks(page: Page) -> None:
    """Take the conversation over and tick the checklist, as an agent does who has looked at each line."""
    page.get_by_role("button", name="Take over").click()
    checks(page)


def checks(page: Page) -> None:
    """Tick every line of the checklist."""
    boxes = page.get_by_role("group", name="Before your first reply").get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    for box in boxes.all():
        box.check()


def said(house: House) -> list[tuple[str, str]]:
    """Without the quiet lines about the place in the queue, which come by the clock."""
    return [(sender, text) for sender, text in house.letters() if "waiting before you" not in text]


def test_an_agent_takes_a_customer_and_gives_them_back(house: House, served: str, page: Page) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    sits_down(page, served)
    expect(page.get_by_text("Nobody is waiting")).to_be_visible()

    house.waits()
    page.get_by_role("link", name="Order status").click(timeout=2000)  # came by itself
    expect(page.get_by_role("region", name="What you need to know")).to_contain_text("THIRD time I ask")
    ticks(page)
    page.get_by_role("button", name="I have read the conversation so far").click()
    box = page.get_by_label("Your reply")
    expect(box).to_be_focused()
    assert [sender for sender, _ in said(house)] == ["customer", "bot", "notice"]  # inserted, not sent
    page.keyboard.type(" One moment.")
    page.keyboard.press("Control+Enter")
    log = page.get_by_role("log")
    expect(log).to_contain_text("One moment.")
    expect(box).to_have_value("")

    house.writes("customer", "thank you <3")
    expect(log).to_contain_text("thank you <3", timeout=1000)
    page.get_by_role("button", name="Give back to the assistant").click()
    expect(page.get_by_text("Nobody is waiting")).to_be_visible()

    assert said(house)[3:] == [
        ("person", "I have read the conversation so far, so you don't have to repeat it. One moment."),
        ("customer", "thank you <3"), ("notice", "Ada has left this conversation."),
    ]
    assert problems == []


def test_a_click_that_comes_twice_sends_once(house: House, served: str, page: Page) -> None:
    house.waits()
    sits_down(page, served)
    page.get_by_role("link", name="Order status").click()
    ticks(page)
    page.get_by_label("Your reply").fill("Hello there.")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_label("Your reply")).to_have_value("")
    time.sleep(0.5)

    assert [text for sender, text in house.letters() if sender == "person"] == ["Hello there."]
    expect(page.get_by_text("Hello there.")).to_have_count(1)


def test_a_colleagues_claim_takes_the_button_away(house: House, served: str, page: Page) -> None:
    house.waits()
    sits_down(page, served)
    page.get_by_role("link", name="Order status").click()
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    Counter(house.engine).claim("c-1", "Bo", "Bo joined", time.time())

    expect(page.get_by_text("Bo speaks with this customer")).to_be_visible()
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)


def test_a_reply_that_cannot_be_sent_is_kept_and_says_why(house: House, served: str, page: Page) -> None:
    house.waits()
    sits_down(page, served)
    page.get_by_role("link", name="Order status").click()
    ticks(page)
    page.get_by_label("Your reply").fill("Hello there.")
    page.route(re.compile("/reply/"), lambda route: route.abort())
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("alert")).to_contain_text("Your words are still here")
    expect(page.get_by_label("Your reply")).to_have_value("Hello there.")


def test_a_reply_of_somebody_signed_out_is_not_taken_for_sent(house: House, served: str, page: Page) -> None:
    house.waits()
    sits_down(page, served)
    page.get_by_role("link", name="Order status").click()
    ticks(page)
    page.get_by_label("Your reply").fill("Hello there.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent: you are signed out")
    expect(page.get_by_label("Your reply")).to_have_value("Hello there.")
    assert "person" not in {sender for sender, _ in said(house)}


def test_unsent_words_wait_in_the_tab_until_they_are_sent(house: House, served: str, page: Page) -> None:
    for name in ("c-1", "c-2"):
        house.waits(name)
    sits_down(page, served)
    page.goto(f"{served}/conversation/c-1")
    ticks(page)
    page.get_by_role("button", name="I have read the conversation so far").click()
    page.goto(f"{served}/conversation/c-2")
    ticks(page)
    expect(page.get_by_label("Your reply")).to_have_value("")
    page.goto(f"{served}/conversation/c-1")
    checks(page)
    expect(page.get_by_label("Your reply")).to_have_value(re.compile("^I have read the conversation so far"))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Your reply")).to_have_value("")
    page.reload()

    expect(page.get_by_label("Your reply")).to_have_value("")
    expect(page.get_by_text("Suggested first sentences")).to_have_count(0)
    assert [sender for sender, _ in said(house)].count("person") == 1


def test_words_changed_after_an_uncertain_try_are_another_letter(house: House, served: str, page: Page) -> None:
    house.waits()
    sits_down(page, served)
    page.get_by_role("link", name="Order status").click()
    ticks(page)

    def arrives_unanswered(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    def sends() -> None:
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("Your words are still here")

    page.route(re.compile("/reply/"), arrives_unanswered)
    page.get_by_label("Your reply").fill("It comes today.")
    sends()
    sends()
    page.get_by_label("Your reply").fill("It comes tomorrow.")
    sends()

    assert [text for sender, text in said(house) if sender == "person"] == ["It comes today.", "It comes tomorrow."]


def test_news_that_overtakes_the_answer_to_a_click_does_not_stop_it(house: House, served: str, page: Page) -> None:
    house.waits()
    sits_down(page, served)
    page.get_by_role("link", name="Order status").click()
    stopped: list[str] = []
    page.on("requestfailed", lambda request: stopped.append(request.url))

    def slow(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        time.sleep(1)
        route.fulfill(response=answer)

    page.route(re.compile("/claim/"), slow)
    page.get_by_role("button", name="Take over").click()

    expect(page.get_by_role("button", name="Give back to the assistant")).to_be_visible()
    assert [url for url in stopped if "/claim/" in url] == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_at_any_width(house: House, served: str, page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for number, reason in enumerate(["customer_request", "safety"], 1):
        house.waits(f"c-{number}", reason=reason)
    house.writes("customer", "w" * 300)
    sits_down(page, served)
    pages = ["/", "/conversation/c-1", "/conversation/c-2"]
    Counter(house.engine).claim("c-1", "Ada", "Ada, a person from our team, has joined this conversation.", time.time())

    for path in pages:
        page.goto(served + path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_every_control_has_a_name_and_is_reached_by_keyboard(house: House, served: str, page: Page) -> None:
    house.waits()
    sits_down(page, served)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.goto(f"{served}/conversation/c-1")
    Counter(house.engine).claim("c-1", "Ada", "Ada joined", time.time())
    checks(page)
    expect(page.get_by_label("Your reply")).to_be_enabled()
    controls = page.locator("a, button, input:not([type=hidden]), select, textarea, summary")
    reached = set()
    for _ in range(controls.count() + 8):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText "
                                  "|| document.activeElement.labels?.[0]?.innerText || ''"))

    for name in ("Attune desk", "Sign out", "In words", "Messages", "Shall we start with the order status?", "Send",
                 "Give back to the assistant",
                 "Resolve, or pass on to a colleague", "Keep the note"):
        assert name in reached
    assert any(one.startswith("Your reply") for one in reached)


def test_it_works_without_scripts(house: House, served: str, browser: object) -> None:
    house.waits()
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    sits_down(page, served)
    page.get_by_role("link", name="Order status").click()
    ticks(page)
    page.get_by_label("Your reply").fill("Hello.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Hello.")
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("Nobody is waiting")).to_be_visible()
    context.close()
