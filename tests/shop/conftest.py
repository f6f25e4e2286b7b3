"""The real shop database in a folder of the test's own, and real actions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from ruamel.yaml import YAML

from attune.database import engine
from shop.store import Shop

ROOT = Path(__file__).resolve().parents[2]
DOMAIN: dict[str, Any] = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))


@dataclass
class Said:
    """The responses an action chose, every wording they may become, and the slots it set."""

    responses: list[str]
    wordings: list[str]
    slots: dict[str, Any]


Perform = Callable[..., Awaitable[Said]]


@pytest.fixture
def today() -> date:
    return date.today()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: date) -> Shop:
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    return Shop(engine(f"sqlite:///{tmp_path / 'shop.db'}"), today)


@pytest.fixture
def perform(shop: Shop) -> Perform:
    async def perform(
        action: Action, text: str = "", *, new: dict[str, Any] | None = None, named: str | None = None,
        loop: str | None = None, **slots: Any,
    ) -> Said:
        """Run an action; the last message filled the slots in `new` and named an order, inside the form `loop`."""
        known = dict.fromkeys(DOMAIN["slots"]) | slots | (new or {})
        number = named or (new or {}).get("order_number")
        message = {"text": text, "entities": [{"entity": "order_number", "value": number}] if number else []}
        events = [{"event": "user", "text": text}, *(SlotSet(name, value) for name, value in (new or {}).items())]
        tracker = Tracker("test", known, message, events, False, None, {"name": loop} if loop else {}, "action_listen")
        dispatcher = CollectingDispatcher()
        result = action.run(dispatcher, tracker, DOMAIN)
        outcome = await result if isawaitable(result) else result
        set_slots = {event["name"]: event["value"] for event in outcome or []}
        spoken = [wording for message in dispatcher.messages for wording in rendered(message, known | set_slots)]
        return Said([message["response"] for message in dispatcher.messages], spoken, set_slots)

    return perform


def rendered(message: dict[str, Any], slots: dict[str, Any]) -> list[str]:
    """Every variation, filled as Rasa fills it; a word in braces nobody gives is an error."""
    facts = {name: value for name, value in slots.items() if value is not None} | message
    return [variation["text"].format_map(facts) for variation in DOMAIN["responses"][message["response"]]]
