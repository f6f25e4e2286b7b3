"""One handoff as its customer and its agent do it, each trying again where nobody answers; and what is left of it."""

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx
from sqlalchemy import func, select

from attune.channel import session
from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Ownership
from attune.database import engine
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.tables import CASES, HANDOFFS
from attune.handoff.tracker_events import TrackerEvents
from fixtures.stack import RunningStack

PATIENCE = 400.0
"""Seconds for one step, kills included: on a busy machine Rasa takes minutes to come back."""
AGAIN = 2.0
"""Seconds after which the chat page, and a patient agent, send again."""
ASKS, ADDS = "get me a human", "it is about order 1042"
HANDED_BACK = "EXTERNAL: attune_handed_back"


def _notice(text: str) -> str:
    return next((kind for kind in ("joined", "left", "called") if kind in text), text)


def until(true: Callable[[], object], what: str, every: float = 0.5) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what}: not within {PATIENCE:.0f} s"
        time.sleep(every)


class NoForm(Exception):
    """The page has no form to send."""


class Agent:
    """A person at the desk, with a browser that sends a form again until it was taken."""

    def __init__(self, stack: RunningStack, name: str) -> None:
        self.name = name
        self._http = httpx.Client(base_url=stack.desk_url, timeout=20, trust_env=False)
        answer = self._http.post("/sign-in", data={"token": self._token("/sign-in"), "name": name})
        assert answer.status_code == httpx.codes.SEE_OTHER

    def sends(self, act: str, conversation: str, has_worked: Callable[[], bool], **fields: str) -> None:
        """Send a form until what it should do is done: an answer may be lost, and a second click is harmless."""
        def tried() -> bool:
            try:
                token = self._token(f"/conversation/{conversation}")
                self._http.post(f"/{act}/{conversation}", data={"token": token, **fields})
            except (httpx.HTTPError, NoForm):  # the desk is down, or was killed over it
                pass
            return has_worked()

        until(tried, act, AGAIN)

    def _token(self, page: str) -> str:
        found = re.search(r'name="token" value="(\w+)"', self._http.get(page).text)
        if found is None:
            raise NoForm
        return found[1]


@dataclass
class Talk:
    """One customer's handoff."""

    stack: RunningStack
    number: int
    words: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._engine = engine(self.stack.settings.db_url)
        self._mailbox, self._owners = Mailbox(self._engine), Ownership(self._engine)
        self._desk = BuiltinDesk(self._engine)
        self._http = httpx.Client(base_url=f"{self.stack.rasa_url}/webhooks/web", timeout=20, trust_env=False)
        self.id = ""

    def goes(self, agent: Agent) -> None:
        """From the first word to the assistant's return."""
        self._posts("/session", {})
        key = self.stack.settings.key("web-session")
        self.id = session.unseal(self._http.cookies["attune_session"], key, time.time()).conversation_id
        self._says(ASKS)
        until(lambda: self._desk.case(self.id), "a case on the desk")
        agent.sends("claim", self.id, lambda: self._owners.owner(self.id).agent == agent.name)
        self._replies(agent, "Hello, this is the first reply.")
        self._says(ADDS)
        self._replies(agent, "And this is the second.")
        agent.sends("release", self.id, lambda: self._owners.owner(self.id).kind == "bot")

    def settles(self) -> None:
        """Wait, when nobody is killed any more, until Rasa has heard everything."""
        waiting = TrackerEvents(self._engine)
        until(lambda: self.id not in {call.conversation_id for call in waiting.pending()}, "Rasa heard everything")
        # A Rasa server that was killed over a message hears it again once it is back (docs/channels.md).
        until(lambda: {ASKS, ADDS} <= {event.get("text") for event in self._tracker()}, "Rasa heard the customer")

    def problems(self) -> list[str]:
        """What is lost, doubled or out of order, on the customer's side, the desk's and Rasa's."""
        # What the database could not take at once is stored late, under its own time.
        letters = sorted(self._mailbox.since(self.id), key=lambda letter: letter.at)
        told = [_notice(one.text) if one.sender == "notice" else one.text for one in letters
                if one.sender != "bot" and "place" not in one.data]
        events = self._tracker()
        said = [event.get("text") for event in events if event["event"] == "user"]
        agents = [event["text"] for event in events if event["event"] == "bot"
                  and ((event.get("metadata") or {}).get("attune") or {}).get("sender") == "agent"]
        owners = [event["value"] for event in events if event["event"] == "slot" and event["name"] == "attune_owner"]
        found = {
            "the customer's side": ([one for one in told if one != "called"],
                                    [ASKS, "joined", self.words[0], ADDS, self.words[1], "left"]),
            "calls for a person told": (told.count("called") <= 1, True),
            "message ids": ([one.message_id for one in letters if one.sender == "customer"], self.ids),
            "handoffs": (self._count(HANDOFFS.c.conversation_id), 1),
            "cases": (self._count(CASES.c.conversation_id), 1),
            "what Rasa heard": ([one for one in said if one in (ASKS, ADDS)], [ASKS, ADDS]),
            "returns of the bot": (said.count(HANDED_BACK), 1),
            "an agent's words in Rasa": (agents, self.words),
            "the last owner Rasa knows": (owners[-1:], ["bot"]),
        }
        return [f"{self.number}: {what}: {have}, not {want}" for what, (have, want) in found.items() if have != want]

    @property
    def bot_repeats(self) -> int:
        """How often the assistant said the very same thing twice, after it was killed in the middle of a turn."""
        said = [one.text for one in self._mailbox.since(self.id) if one.sender == "bot"]
        return len(said) - len(set(said))

    @property
    def was_reconciled(self) -> bool:
        """Whether the action server was away, and the desk called the person."""
        return any(one.message_id.startswith("called-") for one in self._mailbox.since(self.id))

    def _says(self, words: str) -> None:
        self.ids.append(str(uuid.uuid4()))
        self._posts("/message", {"text": words, "message_id": self.ids[-1]})

    def _replies(self, agent: Agent, words: str) -> None:
        self.words.append(f"{words} ({self.number})")
        message_id = uuid.uuid4().hex
        agent.sends("reply", self.id, lambda: self._has_letter(f"person-{message_id}"),
                    text=self.words[-1], message_id=message_id)

    def _has_letter(self, message_id: str) -> bool:
        return any(letter.message_id == message_id for letter in self._mailbox.since(self.id))

    def _posts(self, path: str, body: dict[str, str]) -> None:
        """As the chat page does: with the same id until it is stored."""
        sent: dict[str, object] = dict(body)

        def taken() -> bool:
            try:
                answer = self._http.post(path, json=sent)
                return answer.is_success and bool(answer.json().get("stored", True))
            except httpx.HTTPError:
                return False
            finally:
                sent["again"] = True

        until(taken, path, AGAIN)

    def _tracker(self) -> list[dict]:
        asked = {"token": self.stack.token, "include_events": "ALL"}
        address = f"{self.stack.rasa_url}/conversations/{quote(self.id)}/tracker"
        return httpx.get(address, params=asked, timeout=60, trust_env=False).json()["events"]

    def _count(self, column) -> int:  # type: ignore[no-untyped-def]
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).where(column == self.id)).scalar_one())
