"""A running assistant, reached over Rasa's rest channel, and its desk, reached through Attune's database."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from attune import database
from attune.channel.mailbox import Letter, Mailbox
from attune.channel.ownership import Ownership
from attune.channel.turn import Turn
from attune.errors import AttuneError
from attune.handoff.agent import Counter
from attune.handoff.tracker_events import TrackerEvents
from attune.rehearsal.play import Unreachable
from attune.rehearsal.script import Bubble, Button, Conversation
from attune.settings import Settings

AGENT = "Rehearsal"
JOINED, LEFT = "A person has joined this conversation.", "The person has left this conversation."
PATIENCE = 30.0
"""Seconds within which the assistant answers and hears of what the desk does."""
PAUSE = 0.05


class NoAnswer(AttuneError):
    """The assistant took a message and failed to answer it."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"an answer, but there was none ({problem}); see the Rasa server's log")


class NotHeard(AttuneError):
    """What the desk did has not reached the assistant."""

    def __init__(self, act: str) -> None:
        super().__init__(f"The assistant did not hear within {PATIENCE:.0f} seconds that a person {act}. "
                         "Does the desk run (`attune up`), with the same database?")


class RunningAssistant:
    """May be used by several threads at once; close it when done."""

    def __init__(self, settings: Settings, url: str, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._url, self._clock, self._new_id = url, clock, new_id
        self._client = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        self._token = {"token": settings.key("rasa-api")}
        engine = database.engine(settings.db_url)
        self._mailbox, self._owners, self._events = Mailbox(engine), Ownership(engine), TrackerEvents(engine)
        self._engine = engine

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def say(self, customer: str, words: str, conversation: Conversation, *, names: bool) -> Sequence[Bubble]:
        """Say something; raises NoAnswer or Unreachable."""
        about = conversation.about
        turn = Turn(customer, self._new_id(), words, "rest", bool(about["public"]),
                    _text(about["country"]), _text(about["locale"]))
        body = {"sender": customer, "message": words, "metadata": turn.metadata()}
        if conversation.channel:
            body["input_channel"] = conversation.channel
        answer = self._ask("POST", "/webhooks/rest/webhook", json=body)
        said = self._responses(customer, len(answer)) if names and answer else [None] * len(answer)
        return [_bubble(part, name) for part, name in zip(answer, said, strict=True)]

    def desk(self, customer: str, act: str) -> Sequence[Bubble]:
        """Claim or release the conversation; raises NotHeard, or what the desk would tell its user."""
        counter, before = Counter(self._engine), self._last(customer)
        if act == "claim":
            counter.claim(customer, AGENT, JOINED, self._clock())
        else:
            counter.release(customer, AGENT, LEFT, self._clock())
        self._heard(customer, "joined" if act == "claim" else "left")
        if act == "release":
            self._returned(customer, before)
        return self._sent(customer, before)

    def reply(self, customer: str, words: str) -> Sequence[Bubble]:
        """Write as a person at the desk; raises NotHeard, or what the desk would tell its user."""
        before = self._last(customer)
        letter = Letter(0, customer, f"person-{self._new_id()}", "person", words, self._clock(), AGENT)
        Counter(self._engine).reply(letter)
        self._heard(customer, "wrote something")
        return self._sent(customer, before)

    def leave(self, customer: str) -> None:
        """Take a conversation that still waits off the desk's queue."""
        owner, counter = self._owners.owner(customer), Counter(self._engine)
        if owner.kind == "queue":
            counter.claim(customer, AGENT, JOINED, self._clock())
        if owner.kind == "queue" or (owner.kind, owner.agent) == ("agent", AGENT):
            counter.release(customer, AGENT, LEFT, self._clock())

    def events(self, customer: str) -> Sequence[Mapping[str, Any]]:
        """Everything Rasa keeps of a conversation; raises NoAnswer or Unreachable."""
        tracker = self._ask("GET", f"/conversations/{quote(customer)}/tracker",
                            params={**self._token, "include_events": "ALL"})
        found: Sequence[Mapping[str, Any]] = tracker["events"]
        return found

    def _responses(self, customer: str, count: int) -> list[str | None]:
        tracker = self._ask("GET", f"/conversations/{quote(customer)}/tracker", params=self._token)
        said = [event for event in tracker["events"] if event["event"] == "bot"][-count:]
        return [(event.get("metadata") or {}).get("utter_action") for event in said]

    def _ask(self, method: str, path: str, **about: Any) -> Any:
        try:
            return self._client.request(method, path, **about).raise_for_status().json()
        except httpx.HTTPStatusError as problem:
            raise NoAnswer(f"status {problem.response.status_code}") from None
        except httpx.TimeoutException:
            raise NoAnswer(f"not within {PATIENCE:.0f} seconds") from None
        except httpx.HTTPError as problem:
            raise Unreachable(self._url, type(problem).__name__) from None

    def _heard(self, customer: str, act: str) -> None:
        until = time.monotonic() + PATIENCE
        while any(call.conversation_id == customer for call in self._events.pending()):
            if time.monotonic() > until:
                raise NotHeard(act)
            time.sleep(PAUSE)

    def _returned(self, customer: str, after: int) -> None:
        """Wait for the bot's first words; on a busy machine their letter may be written a moment later."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and all(each.sender != "bot" for each in self._sent(customer, after)):
            time.sleep(PAUSE)

    def _last(self, customer: str) -> int:
        return max((letter.id for letter in self._mailbox.since(customer)), default=0)

    def _sent(self, customer: str, after: int) -> list[Bubble]:
        letters = [letter for letter in self._mailbox.since(customer, after) if letter.sender != "customer"]
        return [Bubble(each.text, _buttons(each.data), _text(each.data.get("utter_action")), each.sender)
                for each in letters]


def _bubble(part: Mapping[str, Any], name: str | None) -> Bubble:
    return Bubble(str(part.get("text") or ""), _buttons(part), name)


def _buttons(data: Mapping[str, Any]) -> tuple[Button, ...]:
    return tuple(Button(str(each["title"]), str(each["payload"])) for each in data.get("buttons") or ())


def _text(value: object) -> str | None:
    return None if value is None else str(value)
