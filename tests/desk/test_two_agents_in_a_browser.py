"""An afternoon at the desk of the running stack: two agents, a crisis in between, a closed laptop, a killed desk."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from attune.channel import session
from attune.channel.mailbox import Mailbox
from attune.database import engine
from desk.test_casework_in_a_browser import findings
from desk.test_desk_in_a_browser import sits_down
from fixtures.stack import RunningStack

pytestmark = pytest.mark.stack
PATIENCE = 60_000  # milliseconds: Rasa may have other work, as the machine may
PERSON = "I want to talk to a person"
CRISIS = "I want to end my life tonight"


class Customer:
    """Somebody on the chat page."""

    def __init__(self, stack: RunningStack, browser: Browser) -> None:
        self.page = opened(browser)
        self.page.goto(stack.chat_url)
        expect(self.page.locator("#log .bot")).to_have_count(1, timeout=PATIENCE)  # that it is automated
        [cookie] = (one["value"] for one in self.page.context.cookies() if one["name"] == "attune_session")
        self.id = session.unseal(cookie, stack.settings.key("web-session"), time.time()).conversation_id

    def says(self, text: str) -> None:
        self.page.get_by_label("Your message").fill(text)
        self.page.keyboard.press("Enter")

    def asks_for_a_person(self, first: str) -> None:
        """Say something first, then ask, and answer the question about feelings with a no."""
        self.says(first)
        expect(self.page.locator("#log .bot")).not_to_have_count(1, timeout=PATIENCE)
        self.says(PERSON)
        self.page.get_by_role("button", name="No, don't").click()

    def reads(self, text: str, sender: str = "person") -> None:
        """A message from somebody is shown, once."""
        expect(self.page.locator(f"#log .{sender} .words").filter(has_text=text)).to_have_count(1, timeout=PATIENCE)


class Agent:
    """Somebody at the desk with two tabs: the queue, and the conversation they have."""

    def __init__(self, stack: RunningStack, browser: Browser, name: str) -> None:
        self.name, self.address = name, stack.desk_url
        self.queue = opened(browser)
        sits_down(self.queue, stack.desk_url, name)
        self.queue.evaluate("window.isAsItWas = true")
        self.talk = self.queue.context.new_page()

    def opens(self, customer: Customer) -> None:
        self.talk.goto(f"{self.address}/conversation/{customer.id}")

    def takes(self, customer: Customer) -> None:
        self.opens(customer)
        self.talk.get_by_role("button", name="Take over").click()
        customer.reads(f"{self.name}, a person from our team, has joined", "notice")

    def writes(self, text: str) -> None:
        self.talk.get_by_label("Your reply", exact=False).last.fill(text)
        self.talk.keyboard.press("Control+Enter")

    def reads(self, text: str) -> None:
        """A message is in the open conversation, once."""
        expect(self.talk.locator(".log .words").filter(has_text=text)).to_have_count(1, timeout=PATIENCE)

    def sees_in_order(self, *customers: Customer) -> None:
        """These wait in this order on the queue's page, whoever else does; the page was not loaded again."""
        for one in customers:
            expect(self.row(one)).to_be_visible(timeout=PATIENCE)
        links = self.queue.locator(".queue h2 a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        places = [links.index(f"/conversation/{one.id}") for one in customers]
        assert places == sorted(places)
        assert self.queue.evaluate("window.isAsItWas")

    def row(self, customer: Customer) -> Locator:
        return self.queue.locator(f".queue h2 a[href='/conversation/{customer.id}']")


def opened(browser: Browser) -> Page:
    """A page of somebody's own browser; scripts that fail in it fail the test."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def transcript(page: Page) -> list[str]:
    """The words in the open conversation, without the quiet lines about the place, which come by the clock."""
    return [words for words in page.locator(".log .words").all_inner_texts() if "waiting before you" not in words
            and "You are next" not in words]


@contextmanager
def watched(*pages: Page) -> Iterator[list[str]]:
    """What goes wrong in scripts of the pages meanwhile."""
    problems: list[str] = []
    for page in pages:
        page.on("pageerror", lambda error: problems.append(str(error)))
    yield problems


def test_i6_nothing_is_lost_and_nothing_comes_twice_in_an_afternoon(stack: RunningStack, browser: Browser) -> None:
    ada, bo = Agent(stack, browser, "Ada"), Agent(stack, browser, "Bo")
    cleo, dan = Customer(stack, browser), Customer(stack, browser)
    with watched(ada.queue, ada.talk, bo.queue, bo.talk) as problems:
        cleo.asks_for_a_person("where is my order 1042?")
        dan.asks_for_a_person("what are your opening hours?")
        for agent in (ada, bo):
            agent.sees_in_order(cleo, dan)
        ada.takes(cleo)
        bo.takes(dan)

        eve = a_crisis_goes_before_everybody(stack, browser, ada, bo, cleo, dan)
        words_come_to_the_right_side(ada, bo, cleo, dan)
        ada = a_closed_laptop_ends_nothing(stack, browser, ada, cleo)
        the_desk_is_killed_between_two_words(stack, bo, dan)
        everybody_is_given_back(stack, {ada: cleo, bo: dan}, eve)

    assert problems == []


def a_crisis_goes_before_everybody(
    stack: RunningStack, browser: Browser, ada: Agent, bo: Agent, *others: Customer,
) -> Customer:
    fay, eve = Customer(stack, browser), Customer(stack, browser)
    fay.asks_for_a_person("what are your opening hours?")
    ada.sees_in_order(fay)
    eve.says(CRISIS)
    for agent in (ada, bo):
        agent.sees_in_order(eve, fay, *others)
        assert findings(agent.queue) == []
    fay.page.context.close()
    return eve


def words_come_to_the_right_side(ada: Agent, bo: Agent, cleo: Customer, dan: Customer) -> None:
    ada.writes("Hello Cleo, the parcel is in Northgate.")
    bo.writes("Hello Dan, we open at nine.")
    cleo.reads("the parcel is in Northgate")
    dan.reads("we open at nine")
    cleo.says("thank you for looking, Ada")
    dan.says("nine is early, Bo")
    ada.reads("thank you for looking, Ada")
    bo.reads("nine is early, Bo")

    assert "Dan" not in " ".join(cleo.page.locator("#log .words").all_inner_texts() + transcript(ada.talk))
    assert "Cleo" not in " ".join(dan.page.locator("#log .words").all_inner_texts() + transcript(bo.talk))
    assert [*findings(ada.talk), *findings(bo.talk), *findings(cleo.page)] == []


def a_closed_laptop_ends_nothing(stack: RunningStack, browser: Browser, ada: Agent, cleo: Customer) -> Agent:
    before = transcript(ada.talk)
    ada.queue.context.close()  # nobody signs out of a laptop that is closed
    cleo.says("are you still there?")
    back = Agent(stack, browser, "Ada")
    back.opens(cleo)
    back.reads("are you still there?")

    assert transcript(back.talk) == [*before, "are you still there?"]
    back.writes("Yes, I am here again.")
    cleo.reads("I am here again")
    return back


def the_desk_is_killed_between_two_words(stack: RunningStack, bo: Agent, dan: Customer) -> None:
    box = bo.talk.get_by_label("Your reply", exact=False).last
    bo.talk.evaluate("window.isAsItWas = true")
    with stack.without("desk"):
        bo.writes("I found it: ten on Sundays.")
        kept = bo.talk.get_by_role("alert").filter(has_text="Your words are still here")
        expect(kept).to_be_visible(timeout=PATIENCE)
        dan.says("hello? anybody?")
    bo.reads("hello? anybody?")  # the page is connected again

    expect(box).to_have_value("I found it: ten on Sundays.")
    box.focus()
    bo.talk.keyboard.press("Control+Enter")
    dan.reads("ten on Sundays")
    bo.reads("ten on Sundays")
    assert bo.talk.evaluate("window.isAsItWas")
    assert findings(bo.talk) == []


def everybody_is_given_back(stack: RunningStack, held: dict[Agent, Customer], eve: Customer) -> None:
    bo = list(held)[-1]
    for agent, customer in held.items():
        agent.talk.get_by_role("button", name="Give back to the assistant").click()
        customer.reads(f"{agent.name} has left this conversation", "notice")
    bo.takes(eve)
    for line in bo.talk.get_by_role("group", name="Before your first reply").get_by_role("checkbox").all():
        line.check()
    bo.writes("I am here and I stay with you.")
    eve.reads("I stay with you")

    for customer in (*held.values(), eve):
        letters = Mailbox(engine(stack.settings.db_url)).since(customer.id)
        shown = customer.page.locator("#log .words").all_inner_texts()
        assert len({letter.message_id for letter in letters}) == len(letters)
        people = [letter.text for letter in letters if letter.sender == "person"]
        assert [words for words in shown if words in people] == people
