"""A small assistant with rules, a story and two forms, trained once for the whole room, and a customer of it."""

import asyncio
import itertools
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from attune.signals.reading import Reading

CALM = Reading()
UNSAID = ("action_listen", "action_session_start", "action_unlikely_intent")


COUNTER = itertools.count()


@cache
def loaded(model: str) -> Any:
    """The assistant, loaded once: that takes seconds."""
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    return Agent.load(model, generator=EndpointConfig.from_dict({"type": "attune.reply.nlg.VariedResponses"}))


class Conversation:
    """One customer of the assistant; messages come with the intent and the Reading they are to have."""

    def __init__(self, model: str, name: str, endpoint: Any = None) -> None:
        """Without an endpoint no action server runs."""
        self.agent, self.endpoint = loaded(model), endpoint
        self.name = f"{name} {next(COUNTER)}"  # the agent, and so its memory of trackers, is one for all tests

    def say(self, intent: str, reading: Reading = CALM, text: str = "words", told: dict[str, object] | None = None,
            *, message_id: str | None = None, **entities: str) -> list[str]:
        """Say something; returns the actions that answered, action_listen left out. `told`: what the channel says."""
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

        parsed = {
            "text": text, "intent": {"name": intent, "confidence": 1.0},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "attune": reading.as_dict(),
        }
        before, self.agent.processor.action_endpoint = len(self.events()), self.endpoint
        message = UserMessage(text, CollectingOutputChannel(), self.name, parse_data=parsed,
                              metadata={"attune": told} if told else None, message_id=message_id)
        asyncio.run(self.agent.processor.handle_message(message))
        actions = [e.action_name for e in self.events()[before:] if e.type_name == "action"]
        return [action for action in actions if action not in UNSAID]

    def events(self) -> list:
        """Everything in the tracker."""
        return list(asyncio.run(self.agent.processor.get_tracker(self.name)).events)

    def slot(self, name: str) -> object:
        """What a slot holds."""
        return asyncio.run(self.agent.processor.get_tracker(self.name)).get_slot(name)

    def remember(self, **slots: str) -> None:
        """Let slots hold something, as if it had come about earlier."""
        from rasa.shared.core.events import SlotSet

        processor = self.agent.processor
        tracker = asyncio.run(processor.get_tracker(self.name))
        tracker.update_with_events([SlotSet(name, value) for name, value in slots.items()], processor.domain)
        asyncio.run(processor.tracker_store.save(tracker))

    def words(self) -> list[str]:
        """What the bot has said, in order."""
        return [e.text for e in self.events() if e.type_name == "bot"]

    def responses(self) -> list[str]:
        """The responses the bot has spoken, in order."""
        return [e.metadata["utter_action"] for e in self.events() if e.type_name == "bot"]

    def note(self, row: str) -> dict:
        """What the policy noted last when it decided by this row."""
        notes = [e.metadata["attune"] for e in self.events() if e.type_name == "action" and "attune" in e.metadata]
        return [note for note in notes if note["row"] == row][-1]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The small assistant, trained once."""
    import rasa

    project = tmp_path_factory.mktemp("host") / "assistant"
    shutil.copytree(Path(__file__).with_name("assistant"), project)
    trained = rasa.train(str(project / "domain.yml"), str(project / "config.yml"), [str(project / "data")],
                         output=str(project / "models"))
    return str(trained.model)


@pytest.fixture
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attune's own tables in a folder of the test's own."""
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    monkeypatch.delenv("ATTUNE_DB_URL", raising=False)


@pytest.fixture
def customer(model: str, somewhere: None, request: pytest.FixtureRequest) -> Conversation:
    """A customer of the assistant while no action server runs."""
    return Conversation(model, request.node.name)
