"""I5 on Rasa's own channels: beside a person the bot is silent, and what the person says arrives, once and labelled."""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import quote

import httpx
import pytest

from attune.channel.mailbox import Letter, Mailbox
from attune.database import engine
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk
from e2e.other_ends import CUSTOMERS, ByRest, Customer, OtherEnd, credentials, serving
from fixtures.stack import REPOSITORY, RunningStack, free_ports, running

pytestmark = pytest.mark.stack

AGENT, JOINED, LEFT = "Ada", "Ada, a person from our team, has joined.", "Ada has left this conversation."
SENT_TO = [name for name in CUSTOMERS if name != "rest"]
TWO_HOURS = 7200.0


@pytest.fixture(scope="module")
def end() -> OtherEnd:
    return OtherEnd()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, end: OtherEnd) -> Iterator[RunningStack]:
    """The demo shop with all of Rasa's channels that can be tried on one machine."""
    [port] = free_ports(1)
    with serving(end, port) as address:
        channels = credentials(address, "https://shop.example")
        var = tmp_path_factory.mktemp("channels") / "var"
        found = os.pathsep.join([str(REPOSITORY / "tests"), os.environ.get("PYTHONPATH", "")])
        with running(REPOSITORY, var, channels=channels, PYTHONPATH=found) as stack:
            yield stack


class Case:
    """One customer, and the person at the desk."""

    def __init__(self, stack: RunningStack, customer: Customer) -> None:
        self.stack, self.customer = stack, customer
        self.engine = engine(stack.settings.db_url)
        self.counter, self.desk = Counter(self.engine), BuiltinDesk(self.engine)

    @property
    def name(self) -> str:
        return self.customer.conversation

    def tracker(self) -> list[dict]:
        path = f"{self.stack.rasa_url}/conversations/{quote(self.name)}/tracker"
        asked = {"token": self.stack.token, "include_events": "ALL"}
        return httpx.get(path, params=asked, timeout=30, trust_env=False).json()["events"]

    def says(self, words: str) -> list[str]:
        """Write, and wait until Rasa has dealt with it; what arrived since."""
        before, known = len(self.customer.seen()), len(self._heard(words))
        self.customer.says(words)
        until(lambda: len(self._heard(words)) > known and self.tracker()[-1].get("name") == "action_listen")
        time.sleep(0.3)
        return self.customer.seen()[before:]

    def waits(self) -> None:
        self.says("hello")
        self.says("get me a human")
        until(lambda: self.desk.case(self.name))

    def claims(self) -> None:
        self.counter.claim(self.name, AGENT, JOINED, time.time())
        self.settled()

    def replies(self, words: str, message_id: str) -> None:
        self.counter.reply(Letter(0, self.name, f"{self.name}-{message_id}", "person", words, time.time(), AGENT))

    def settled(self) -> None:
        """Rasa has heard of everything the desk did."""
        from attune.handoff.tracker_events import TrackerEvents

        waiting = TrackerEvents(self.engine)
        until(lambda: all(call.conversation_id != self.name for call in waiting.pending()))

    def grows_old(self, seconds: float) -> None:
        """Let everything in the tracker have happened so much earlier."""
        with closing(sqlite3.connect(self.stack.var / "tracker.db", timeout=10)) as database, database:
            rows = database.execute("SELECT id, timestamp, data FROM events WHERE sender_id = ?", [self.name])
            for number, at, data in rows.fetchall():
                event = {**json.loads(data), "timestamp": at - seconds}
                database.execute("UPDATE events SET timestamp = ?, data = ? WHERE id = ?",
                                 [at - seconds, json.dumps(event), number])

    def letters(self) -> list[tuple[str, str]]:
        return [(letter.sender, letter.text) for letter in Mailbox(self.engine).since(self.name)]

    def _heard(self, words: str) -> list[dict]:
        return [event for event in self.tracker() if event["event"] == "user" and event.get("text") == words]


@pytest.fixture(params=CUSTOMERS)
def case(request: pytest.FixtureRequest, house: RunningStack, end: OtherEnd) -> Case:
    return Case(house, CUSTOMERS[request.param](house.rasa_url, end))


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def test_i5_beside_a_person_the_bot_is_silent_whatever_comes(case: Case) -> None:
    assert any("automated" in text for text in case.says("hello"))
    case.waits()
    case.claims()

    assert [case.says(words) for words in ("when are you open?", "where is my order 1042", "hello??")] == [[], [], []]
    assert case.says("/restart") == []
    assert case.says("are you still there?") == []
    case.grows_old(TWO_HOURS)
    assert case.says("I am back") == []
    assert [event for event in case.tracker() if event["event"] == "session_started"][1:], "a new session began"


@pytest.mark.parametrize("case", SENT_TO, indirect=True)
def test_dis_3_a_persons_words_arrive_once_in_order_and_labelled(case: Case) -> None:
    case.waits()
    before = len(case.customer.seen())
    case.claims()
    case.replies("Hello, I have your order here.", "1")
    case.replies("It leaves tomorrow.\n\nI am sorry it took so long.", "2")
    case.replies("It leaves tomorrow.\n\nI am sorry it took so long.", "2")
    case.settled()

    said = [JOINED, "Ada (a person): Hello, I have your order here.",
            "Ada (a person): It leaves tomorrow.\nI am sorry it took so long."]
    until(lambda: len(case.customer.seen()) >= before + 3)
    assert case.customer.seen()[before:] == said

    case.says("thank you")
    case.counter.release(case.name, AGENT, LEFT, time.time())
    case.settled()
    until(lambda: len(case.customer.seen()) >= before + 5)
    after = case.customer.seen()[before + 3:]
    assert after[0] == LEFT
    assert "automated assistant is back" in after[1]
    assert any("pm" in text or "9" in text for text in case.says("when are you open?"))
    told = [event["text"] for event in case.tracker() if event["event"] == "bot"]
    assert [text for text in told if text in said] == said


@pytest.mark.parametrize("case", ["rest"], indirect=True)
def test_where_customers_have_to_ask_a_persons_words_are_kept_for_them(case: Case) -> None:
    case.waits()
    case.claims()
    case.replies("Hello, I have your order here.", "1")
    case.settled()

    assert case.says("anybody?") == []
    assert ("person", "Hello, I have your order here.") in case.letters()
    assert "Hello, I have your order here." in [event.get("text") for event in case.tracker()]
    case.counter.release(case.name, AGENT, LEFT, time.time())
    case.settled()
    assert case.says("when are you open?")


def test_agents_read_along(case: Case) -> None:
    case.waits()
    case.claims()
    case.says("it is about order 1042")
    until(lambda: ("customer", "it is about order 1042") in case.letters())

    written = [text for sender, text in case.letters() if sender == "customer"]
    assert written == ["hello", "get me a human", "it is about order 1042"]


@pytest.mark.parametrize("case", ["callback", "rest"], indirect=True)
def test_hnd_1_with_the_action_server_away_the_person_is_called_all_the_same(case: Case) -> None:
    case.says("hello")
    with case.stack.without("action server"):
        assert any("findahelpline.com" in text for text in case.says("I'm going to kill myself tonight"))
        until(lambda: case.desk.case(case.name))
        case.settled()
    found = case.desk.case(case.name)
    assert found and found.packet["reason"] == "safety"
    called = "A person from our team has been called. You can go on writing here meanwhile."
    assert ("notice", called) in case.letters()
    assert case.customer.seen().count(called) == (0 if isinstance(case.customer, ByRest) else 1)

    case.says("I'm going to kill myself tonight")
    assert [one.packet["handoff_id"] for one in case.desk.queue() if one.conversation_id == case.name] == [
        found.packet["handoff_id"]]


def test_telegram_is_told_its_webhook_once(house: RunningStack, end: OtherEnd) -> None:
    assert house.rasa_url
    assert end.webhooks == 1
