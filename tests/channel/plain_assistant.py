"""A real server with the web channel and an assistant of a few plain answers.

It is registered the way Rasa registers channels, so whatever the channel does with Sanic is what Rasa gets.
"""

import asyncio
import json
import os
from pathlib import Path
from types import SimpleNamespace

from rasa.core.channels.channel import UserMessage, register
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.events import UserUttered
from sanic import Sanic

from attune.channel.credentials import Credentials
from attune.channel.web import WebChannel

KEY = "a key for tests"
COUNTRY = "IE"
ANSWER_WITHIN = 1.0
DISCLOSURE = "Hello, I am Larkfield's automated assistant, not a person. What can I do for you?"
CONSENT_BUTTONS = [
    {"title": title, "payload": f'/attune_consent{{"attune_purpose":"agent","attune_answer":"{answer}"}}'}
    for title, answer in (("Yes, pass it on", "yes"), ("No, keep it here", "no"))
]


class Assistant:
    """Answers; keeps what it heard and what was consented to, as a tracker store would."""

    def __init__(self) -> None:
        self.heard: list[dict[str, object]] = []
        self.slots: dict[str, dict[str, str]] = {}
        self.tracker_store = self.nlg = self.processor = self
        self.domain = SimpleNamespace(slots=[])
        self.lock = asyncio.Lock()
        self.lock_store = InMemoryLockStore()

    def is_ready(self) -> bool:
        return True

    async def retrieve(self, sender_id: str) -> SimpleNamespace:
        return SimpleNamespace(current_slot_values=lambda: self.slots.get(sender_id, {}), update=lambda _event: None)

    async def retrieve_full_tracker(self, sender_id: str) -> SimpleNamespace:
        mine = [one for one in self.heard if one["sender_id"] == sender_id]
        return SimpleNamespace(events=[UserUttered(input_channel="web", message_id=one["message_id"]) for one in mine])

    async def parse_message(self, text: str) -> dict[str, object]:
        return {"attune": {"crisis": {"tier": int("danger" in text)}}}

    async def generate(self, response: str, _tracker: object, channel: str) -> dict[str, object]:
        return {"text": f"{response} on {channel}"}

    def predict_next_with_tracker(self, _tracker: object) -> None:
        return None

    async def handle_message(self, message: UserMessage) -> None:
        async with self.lock:
            self.heard.append({"text": message.text, "message_id": message.message_id, "metadata": message.metadata,
                               "channel": message.input_channel, "sender_id": message.sender_id})
            await self.answer(message)

    async def answer(self, message: UserMessage) -> None:
        async def say(text: str, action: str, **more: object) -> None:
            await message.output_channel.send_response(
                message.sender_id, {"text": text, "utter_action": action, **more})

        if message.text == "/session_start":
            await say(DISCLOSURE, "utter_disclosure")
        elif message.text.startswith("/attune_consent"):
            entities = json.loads(message.text[len("/attune_consent"):])
            is_yes = entities["attune_answer"] == "yes"
            mine = self.slots.setdefault(message.sender_id, {})
            mine[f"attune_consent_{entities['attune_purpose']}"] = "granted" if is_yes else "refused"
            await say("Thank you, noted.", "utter_consent_granted" if is_yes else "utter_consent_refused")
        elif "person" in message.text:
            await say("I am handing you over to a colleague.", "utter_handing_off")
            await say("May I pass on how this has gone?", "utter_ask_consent_agent", buttons=list(CONSENT_BUTTONS))
        elif "break" in message.text:
            raise RuntimeError("broken on purpose")
        elif "take long" in message.text:
            if "help first" in message.text:
                await say("Help.", "utter_crisis_help_possible")
            await asyncio.sleep(2 * ANSWER_WITHIN)
            await say("Here at last.", "utter_late")
        else:
            await say(f"You said: {message.text}", "utter_acknowledge_anger_strong")


def build(db_url: str, name: str) -> Sanic:
    app = Sanic(name, configure_logging=False)
    app.ctx.agent = Assistant()
    channel = WebChannel(Credentials(title="Larkfield support (demo)", country=COUNTRY), KEY, db_url, ANSWER_WITHIN)
    register([channel], app, "/webhooks/")

    @app.get("/heard")
    async def heard(_request):
        from sanic.response import json as as_json
        return as_json(app.ctx.agent.heard)

    return app


def run(port: int, db_url: str, log: Path, draining: float) -> None:
    """Serve until told to stop; whatever is printed goes to `log`."""
    with log.open("a") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    app = build(db_url, "plain_assistant")
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = app.config.KEEP_ALIVE_TIMEOUT = draining
    app.run("127.0.0.1", port, access_log=False)
