"""An afternoon at the desk, on everything that really runs: two customers, two agents, and what comes in between.

Told once, from the first customer to the last: whoever has a conversation gets its words and nobody else does, danger
goes before all others by itself, and neither a closed laptop nor a desk that dies loses a word or says one twice (I6).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from desk.test_casework_in_a_browser import findings
from desk.test_desk_in_a_browser import sits_down
from e2e.test_one_conversation import arrives, customer_id, letters, say
from fixtures.stack import RunningStack

pytestmark = pytest.mark.stack
SOON = 60_000
"""Milliseconds that a busy machine may take for a turn."""
DANGER = "I'm going to kill myself tonight"


@dataclass
class Street:
    """Everybody at a screen, each in a browser of their own."""

    browser: Browser
    stack: RunningStack
    contexts: list[BrowserContext] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def sits(self, context: BrowserContext | None = None) -> Page:
        """A new tab, of somebody new unless their browser is given; what goes wrong in it is noted."""
        if context is None:
            context = self.browser.new_context()
            context.set_default_timeout(SOON)
            self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def customer(self, words: str) -> tuple[Page, str]:
        """Somebody who asks for a person after these words and lets no feeling be passed on; their conversation."""
        page = self.sits()
        page.goto(self.stack.chat_url)
        arrives(page, "automated assistant", within=60)
        say(page, words)
        expect(page.locator("#log .bot")).not_to_have_count(1)
        say(page, "get me a human")
        page.get_by_role("button", name="No, don't").click()
        return page, customer_id(self.stack, words)

    def agent(self, name: str) -> Page:
        """Somebody who has sat down at the desk."""
        page = self.sits()
        sits_down(page, self.stack.desk_url, name)
        return page

    def takes(self, agent: Page, conversation: str) -> Page:
        """The agent's second tab, in which they have taken the conversation; the first still shows the queue."""
        expect(link(agent, conversation)).to_be_visible(timeout=SOON)
        page = self.sits(agent.context)
        page.goto(f"{self.stack.desk_url}/conversation/{conversation}")
        page.get_by_role("button", name="Take over").click()
        expect(box(page)).to_be_focused()
        return page

    def goes(self) -> None:
        """Everybody goes home."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def street(browser: Browser, stack: RunningStack) -> Iterator[Street]:
    opened = Street(browser, stack)
    yield opened
    opened.goes()


def link(queue: Page, conversation: str) -> Locator:
    return queue.locator(f'.queue h2 a[href="/conversation/{conversation}"]')


def box(page: Page) -> Locator:
    return page.get_by_label("Your reply").locator("visible=true").last


def writes(page: Page, words: str) -> None:
    """The agent sends by keyboard."""
    box(page).fill(words)
    page.keyboard.press("Control+Enter")
    expect(box(page)).to_have_value("")


def order(queue: Page) -> list[str]:
    """The conversations in the queue, from the top."""
    return [one.split("/conversation/")[1] for one in
            queue.locator(".queue h2 a").evaluate_all("links => links.map(one => one.getAttribute('href'))")]


def transcript(page: Page) -> list[str]:
    """The letters at the desk, in order."""
    return page.get_by_role("log").locator(".letter .words").all_inner_texts()


def once(page: Page, words: str) -> None:
    """These words are on the page, and only once."""
    expect(page.get_by_role("log").locator(".words").filter(has_text=words)).to_have_count(1, timeout=SOON)


def seen_in_both_colours(*pages: Page) -> list[str]:
    wrong = []
    for page in pages:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            wrong += findings(page)
    return wrong


def test_two_customers_two_agents_a_crisis_a_closed_laptop_and_a_desk_that_dies(street: Street) -> None:
    carol, hers = street.customer("where is my order 1042? it is for Carol")
    dave, his = street.customer("where is my order 1042? it is for Dave")
    ada, bo = street.agent("Ada"), street.agent("Bo")
    with_carol, with_dave = street.takes(ada, hers), street.takes(bo, his)

    each_hears_their_own(carol, dave, with_carol, with_dave)
    danger_goes_first_by_itself(street, ada, bo)
    assert seen_in_both_colours(ada, with_carol, with_dave, carol) == []
    with_carol = the_laptop_is_closed_and_opened(street, carol, with_carol)
    the_desk_dies_in_mid_conversation(street, dave, with_dave)

    with_dave.get_by_role("button", name="Give back to the assistant").click()
    arrives(dave, "automated assistant is back", within=60)
    writes(with_carol, "Carol, it comes tomorrow.")
    once(carol, "Carol, it comes tomorrow.")
    for page in (carol, dave):
        told = [words for words in letters(page) if words.startswith(("Carol, ", "Dave, "))]
        assert len(told) == len(set(told))
    assert street.problems == []


def each_hears_their_own(carol: Page, dave: Page, with_carol: Page, with_dave: Page) -> None:
    writes(with_carol, "Carol, I am Ada.")
    writes(with_dave, "Dave, I am Bo.")
    once(carol, "Carol, I am Ada.")
    once(dave, "Dave, I am Bo.")
    say(carol, "hello Ada")
    say(dave, "hello Bo")
    once(with_carol, "hello Ada")
    once(with_dave, "hello Bo")

    assert not {"Dave, I am Bo.", "hello Bo"} & {*letters(carol), *transcript(with_carol)}
    assert not {"Carol, I am Ada.", "hello Ada"} & {*letters(dave), *transcript(with_dave)}


def danger_goes_first_by_itself(street: Street, ada: Page, bo: Page) -> None:
    _erin, calm = street.customer("where is my order 1042? it is for Erin")
    for queue in (ada, bo):
        expect(link(queue, calm)).to_be_visible(timeout=SOON)
        queue.evaluate("window.isStillTheSamePage = true")
    fay = street.sits()
    fay.goto(street.stack.chat_url)
    arrives(fay, "automated assistant", within=60)
    say(fay, f"{DANGER}, I am Fay")
    arrives(fay, "findahelpline.com", within=60)
    urgent = customer_id(street.stack, f"{DANGER}, I am Fay")

    for queue in (ada, bo):
        expect(link(queue, urgent)).to_be_visible(timeout=SOON)
        shown = order(queue)
        assert shown.index(urgent) < shown.index(calm)
        expect(queue.locator(".case.safety").filter(has=link(queue, urgent))).to_contain_text("Urgent, safety")
        assert queue.evaluate("window.isStillTheSamePage")


def the_laptop_is_closed_and_opened(street: Street, carol: Page, with_carol: Page) -> Page:
    before, address, cookies = transcript(with_carol), with_carol.url, with_carol.context.storage_state()
    with_carol.context.close()
    say(carol, "are you still there?")
    once(carol, "are you still there?")

    context = street.browser.new_context(storage_state=cookies)
    context.set_default_timeout(SOON)
    street.contexts.append(context)
    opened = street.sits(context)
    opened.goto(address)
    once(opened, "are you still there?")
    assert transcript(opened) == [*before, "are you still there?"]
    expect(opened.get_by_role("button", name="Give back to the assistant")).to_be_visible()
    writes(opened, "Carol, I am here again.")
    once(carol, "Carol, I am here again.")
    assert "bot" not in senders_after(carol, "Carol, I am Ada.")
    return opened


def the_desk_dies_in_mid_conversation(street: Street, dave: Page, with_dave: Page) -> None:
    with_dave.evaluate("window.isStillTheSamePage = true")
    box(with_dave).fill("Dave, I have found")
    street.stack.kill("desk")
    expect(with_dave.get_by_role("status").filter(has_text="The connection was lost")).to_be_visible(timeout=SOON)
    with_dave.get_by_role("button", name="Send").click()
    expect(with_dave.get_by_role("alert")).to_contain_text("Your words are still here")
    say(dave, "has anybody found it?")
    once(dave, "has anybody found it?")

    street.stack.start("desk")
    once(with_dave, "has anybody found it?")
    expect(with_dave.get_by_role("status").filter(has_text="The connection was lost")).to_have_count(0)
    expect(box(with_dave)).to_have_value("Dave, I have found")
    assert with_dave.evaluate("window.isStillTheSamePage")
    box(with_dave).press_sequentially(" your parcel.")
    with_dave.keyboard.press("Control+Enter")
    once(with_dave, "Dave, I have found your parcel.")
    once(dave, "Dave, I have found your parcel.")
    numbers = with_dave.locator(".letter").evaluate_all("all => all.map(one => one.dataset.id)")
    assert len(numbers) == len(set(numbers))
    assert transcript(with_dave).count("Dave, I am Bo.") == 1


def senders_after(page: Page, words: str) -> set[str]:
    """Who has written on the chat page since these words."""
    kinds = page.locator("#log .letter").evaluate_all("all => all.map(one => [one.className, one.innerText])")
    start = next(number for number, (_, text) in enumerate(kinds) if words in text)
    return {name for classes, _ in kinds[start:] for name in ("bot", "person", "customer") if name in classes.split()}
