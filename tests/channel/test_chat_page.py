"""The chat page in a real browser: by keyboard alone, on a phone and on a desk, through lost connections."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from attune.channel.ownership import Owner
from attune.channel.session import MAX_AGE, Session, seal, unseal
from channel.browserless import Server
from channel.plain_assistant import DISCLOSURE, KEY

pytestmark = pytest.mark.rasa

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
AGES = 4_000_000_000.0  # unix seconds, long after every test


def opened(page: Page, server: Server, size: dict[str, int] = DESK) -> Locator:
    """The page with its disclosure; returns the log."""
    page.set_viewport_size(size)
    page.goto(f"{server.url}/chat")
    log = page.get_by_role("log")
    expect(log).to_contain_text(DISCLOSURE)
    return log


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def letters(page: Page) -> list[str]:
    return page.locator("#log .words").all_text_contents()


def conversation(page: Page) -> str:
    cookie = next(one for one in page.context.cookies() if one["name"] == "attune_session")
    return unseal(cookie["value"], KEY, cookie["expires"] - MAX_AGE + 60).conversation_id


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def test_dis_1_the_disclosure_stands_first_and_is_labelled(page: Page, server: Server) -> None:  # DIS-3
    opened(page, server)
    first = page.locator("#log .letter").first

    expect(first).to_contain_text("Automated assistant")
    expect(first).to_contain_text(DISCLOSURE)


def test_dis_4_keyboard_alone_is_enough(page: Page, server: Server) -> None:
    log = opened(page, server)
    order = []
    for _ in range(6):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order == ["Skip to writing a message", "person", "privacy-open", "log", "words", "Send"]

    page.keyboard.press("Shift+Tab")
    page.keyboard.type("two")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("lines")
    page.keyboard.press("Enter")
    expect(log).to_contain_text("You said: two\nlines")
    assert focused(page) == "words"

    page.keyboard.type("get me a person")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="No, keep it here")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "No, keep it here"
    page.keyboard.press("Enter")
    expect(log).to_contain_text("Thank you, noted.")
    assert focused(page) == "words"
    expect(page.get_by_role("button", name="Yes, pass it on")).to_have_count(0)


def test_the_skip_link_leads_to_the_message_field(page: Page, server: Server) -> None:
    opened(page, server)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert focused(page) == "words"


def test_focus_is_always_visible(page: Page, server: Server) -> None:
    opened(page, server)
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_log_is_announced_politely_but_not_its_history(page: Page, server: Server) -> None:
    log = opened(page, server)

    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_is_cut_off_and_a_person_is_always_in_reach(page: Page, server: Server, size: dict[str, int]) -> None:
    log = opened(page, server, size)
    write(page, "Where is order 1042? " + "Donaudampfschifffahrt" * 12)
    for number in range(5):
        write(page, f"message {number}\n" * 3)
        expect(log).to_contain_text(f"You said: message {number}")

    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert page.evaluate("document.documentElement.scrollHeight") == size["height"]
    for name in ("Talk to a person", "Privacy", "Send"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(page.locator("#log .letter").last).to_be_in_viewport()
    page.get_by_role("button", name="Talk to a person").click()
    expect(log).to_contain_text("I am handing you over to a colleague.")


def test_dis_3_a_persons_words_are_labelled_and_the_bot_is_silent(page: Page, server: Server) -> None:  # I5
    log = opened(page, server)
    here = conversation(page)
    server.ownership.set(here, Owner("queue", None, 1.0))
    server.ownership.set(here, Owner("agent", "Ana", 2.0))
    server.mailbox.append(here, "notice", "Ana has joined.", message_id="n", at=1.0)
    server.mailbox.append(here, "person", "Hello, I am Ana.", message_id="p", at=2.0, name="Ana")
    expect(log).to_contain_text("Hello, I am Ana.", timeout=1000)
    write(page, "thank you Ana")
    expect(page.locator("#log .customer")).to_have_count(1)
    page.wait_for_timeout(500)

    assert letters(page)[1:] == ["Ana has joined.", "Hello, I am Ana.", "thank you Ana"]
    expect(page.locator("#log .person")).to_contain_text("Ana, person from our team")
    expect(page.locator("#log .notice")).to_contain_text("Notice")


def waits(server: Server, here: str, place: int, words: str, number: int = 1) -> None:
    """Let somebody hear of their place, as the desk tells it."""
    server.mailbox.append(here, "notice", words, message_id=f"place-{number}", at=1.0 + number, data={"place": place})


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_hnd_3_a_quiet_line_says_that_a_person_was_asked_for_and_the_place(
    page: Page, server: Server, size: dict[str, int],
) -> None:
    log = opened(page, server, size)
    line, here = page.locator("#waiting"), conversation(page)
    expect(line).to_have_attribute("role", "status")
    expect(line).to_have_text("")
    assert line.bounding_box()["height"] == 0  # type: ignore[index]

    server.ownership.set(here, Owner("queue", None, 1.0))
    waits(server, here, 2, "2 people are waiting before you. How long it takes can't be said at the moment.")
    expect(line).to_have_text(re.compile(r"^A person was asked for\. 2 people are waiting before you\."))
    waits(server, here, 1, "One person is waiting before you.", 2)
    expect(line).to_have_text("A person was asked for. One person is waiting before you.")
    expect(line).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert page.evaluate("document.documentElement.scrollHeight") == size["height"]
    assert "waiting before you" not in log.inner_text()  # said once: the line is read out, the log need not be

    server.ownership.set(here, Owner("agent", "Ana", 3.0))
    server.mailbox.append(here, "notice", "Ana has joined.", message_id="n", at=4.0)
    expect(line).to_have_text("You are talking with a person from our team.")
    server.ownership.set(here, Owner("bot", None, 5.0))
    server.mailbox.append(here, "notice", "Ana has left.", message_id="left", at=6.0)
    expect(line).to_have_text("")


def test_the_quiet_line_is_there_again_after_a_reload_and_takes_no_step_of_the_keyboard(
    page: Page, server: Server,
) -> None:
    opened(page, server)
    here = conversation(page)
    server.ownership.set(here, Owner("queue", None, 1.0))
    waits(server, here, 0, "Nobody is waiting before you.")
    page.reload()
    expect(page.locator("#waiting")).to_have_text("A person was asked for. Nobody is waiting before you.")

    order = []
    for _ in range(6):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order == ["Skip to writing a message", "person", "privacy-open", "log", "words", "Send"]


def test_what_the_assistant_says_of_the_place_stands_in_the_log_and_in_the_line(page: Page, server: Server) -> None:
    log = opened(page, server)
    here = conversation(page)
    server.ownership.set(here, Owner("queue", None, 1.0))
    server.mailbox.append(here, "bot", "One person is waiting before you.", message_id="b", at=1.0,
                          data={"utter_action": "utter_place"})

    expect(page.locator("#waiting")).to_have_text("A person was asked for. One person is waiting before you.")
    expect(log).to_contain_text("One person is waiting before you.")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_six_buttons_of_a_rating_fit_and_work_by_keyboard(page: Page, server: Server, size: dict[str, int]) -> None:
    log = opened(page, server, size)
    titles = ["Very well", "Well", "So-so", "Not so well", "Badly", "Skip"]
    buttons = [{"title": title, "payload": f"/x{number}"} for number, title in enumerate(titles)]
    server.mailbox.append(conversation(page), "bot", "How did it go?", message_id="r", at=1.0,
                          data={"buttons": buttons})
    group = page.get_by_role("group", name="Answers to choose from")

    expect(group.get_by_role("button")).to_have_text(titles)
    for button in group.get_by_role("button").all():
        expect(button).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    page.get_by_role("button", name="So-so").focus()
    page.keyboard.press("Enter")
    expect(log).to_contain_text("So-so")
    expect(group).to_have_count(0)


def test_texts_are_never_markup(page: Page, server: Server) -> None:
    log = opened(page, server)
    evil = '<img src=x onerror="document.title=1"><b>bold</b>'
    write(page, evil)
    expect(log).to_contain_text(f"You said: {evil}")

    assert page.locator("#log img, #log b").count() == 0
    assert page.title() == "Larkfield support (demo)"


def test_a_reload_shows_the_conversation_once_and_in_order(page: Page, server: Server) -> None:
    log = opened(page, server)
    write(page, "first")
    write(page, "second")
    expect(log).to_contain_text("You said: second")
    before = letters(page)
    page.reload()
    expect(log).to_contain_text("You said: second")

    assert letters(page) == before
    assert len(before) == 5


def test_messages_written_while_the_server_is_away_arrive_once(page: Page, own_server: Server) -> None:
    log = opened(page, own_server)
    own_server.stop()
    expect(page.get_by_text("Connection lost, trying again")).to_be_visible()
    write(page, "are you there")
    write(page, "hello again")
    expect(page.get_by_text("sending…")).to_have_count(2)
    own_server.start()
    expect(log).to_contain_text("You said: hello again", timeout=15_000)

    expect(page.get_by_text("Connection lost")).to_have_count(0)
    expect(page.get_by_text("sending…")).to_have_count(0)
    assert sorted(letters(page)) == sorted([
        DISCLOSURE, "are you there", "You said: are you there", "hello again", "You said: hello again",
    ])


def test_an_expired_session_starts_a_new_conversation(page: Page, server: Server) -> None:
    log = opened(page, server)
    write(page, "from before")
    expect(log).to_contain_text("You said: from before")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "attune_session", "value": seal(Session("old", AGES), KEY), "url": server.url}])
    write(page, "still here?")
    expect(log).to_contain_text("You said: still here?")

    assert letters(page) == [
        "Your last conversation has ended. This is a new one.", DISCLOSURE, "still here?", "You said: still here?",
    ]


def test_the_privacy_switches_say_so_and_show_what_holds(page: Page, server: Server) -> None:
    log = opened(page, server, PHONE)
    page.get_by_role("button", name="Privacy").click()
    panel = page.get_by_role("dialog")
    adapt = panel.get_by_label("Fit answers to how my messages sound")
    agent = panel.get_by_label("Pass on how this has gone to a colleague")
    quality = panel.get_by_label("Keep it to improve the service")
    assert [adapt.is_checked(), agent.is_checked(), quality.is_checked()] == [True, False, False]

    agent.focus()
    page.keyboard.press("Space")
    expect(log).to_contain_text("Pass on how this has gone to a colleague: yes")
    adapt.focus()
    page.keyboard.press("Space")
    expect(log).to_contain_text("Fit answers to how my messages sound: no")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Privacy").click()
    expect(agent).to_be_checked()
    expect(adapt).not_to_be_checked()
    expect(quality).not_to_be_checked()


SAYS_YES_TO_BEING_QUOTED = """() => fetch("message", {
  method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ text: "Yes, you may", message_id: "3f0e4c52-6a34-4d0f-9d3e-0b1d5a1c7e21",
    payload: '/attune_consent{"attune_purpose":"quotes","attune_answer":"yes"}' }),
})"""


def test_con_3_the_switch_for_being_quoted_is_there_once_it_was_asked_for(page: Page, server: Server) -> None:
    log = opened(page, server)
    page.get_by_role("button", name="Privacy").click()
    quotes = page.get_by_role("dialog").get_by_label("Quote single sentences of mine")
    expect(quotes).to_be_hidden()
    page.keyboard.press("Escape")
    page.evaluate(SAYS_YES_TO_BEING_QUOTED)
    expect(log).to_contain_text("Thank you, noted.")

    page.get_by_role("button", name="Privacy").click()
    expect(quotes).to_be_checked()
    quotes.focus()
    page.keyboard.press("Space")
    expect(log).to_contain_text("Quote single sentences of mine: no")


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] === 255) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll("h1, p, span, time, label, button, textarea")]
    .filter((e) => e.checkVisibility() && (e.textContent.trim() || e.tagName === "TEXTAREA"))
    .map((e) => { const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))];
      return [e.textContent.trim().slice(0, 30), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)]; });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(page: Page, server: Server, scheme: str) -> None:  # WCAG 1.4.3 AA: 4.5 to 1
    page.emulate_media(color_scheme=scheme)
    log = opened(page, server)
    here = conversation(page)
    server.mailbox.append(here, "person", "Hello.", message_id="p", at=2.0, name="Ana")
    server.mailbox.append(here, "notice", "Ana has joined.", message_id="n", at=1.0)
    write(page, "get me a person")
    expect(log).to_contain_text("May I pass on")
    server.ownership.set(here, Owner("queue", None, 1.0))
    waits(server, here, 0, "Nobody is waiting before you.")
    expect(page.locator("#waiting")).to_contain_text("Nobody is waiting")
    page.evaluate("document.getElementById('connection').textContent = 'Connection lost, trying again.'")
    measured = page.evaluate(CONTRAST)

    assert len(measured) > 15
    assert [pair for pair in measured if pair[1] < 4.5] == []


def test_nothing_moves_for_those_who_asked_for_calm(page: Page, server: Server) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened(page, server)

    assert page.evaluate("getComputedStyle(document.getElementById('adapt')).transitionDuration") in ("0s", "")


def test_the_page_breaks_no_rule_of_its_own_policy(page: Page, server: Server) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    log = opened(page, server)
    write(page, "hello")
    expect(log).to_contain_text("You said: hello")

    assert said == []


INLINE = re.compile(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|innerHTML|insertAdjacentHTML|document\.write")


@pytest.mark.parametrize("name", ["chat.html", "chat.js", "letters.js", "connection.js", "privacy.js", "waiting.js"])
def test_the_page_has_nothing_inline(name: str) -> None:
    text = (Path(__file__).parents[2] / "bot/attune/channel/page" / name).read_text()

    assert INLINE.findall(text) == []
