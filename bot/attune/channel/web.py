"""Rasa's side of the web channel: `attune.channel.web.WebChannel` in credentials.yml."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from ruamel.yaml import YAML
from sanic import Blueprint, Sanic
from sanic.request import Request

from attune import database, settings
from attune.channel import credentials, meanwhile, patience, routes, unheard
from attune.channel.copies import Copies
from attune.channel.delivery import Delivery
from attune.channel.gate import may_speak
from attune.channel.line import Line
from attune.channel.mailbox import AWAY, Letter, Mailbox
from attune.channel.owners import KnownOwners
from attune.channel.ownership import Ownership
from attune.channel.post import PostRefused
from attune.channel.turn import Turn
from attune.channel.warm_up import warm_up

ANSWER_WITHIN = 15.0
"""Seconds after which the customer is told that it takes longer."""
HELP_WITHIN = 1.0
"""Seconds after which a message that still waits is looked at for danger by the channel itself (CRI-8)."""

SHOWN_NAMES = ("utter_disclosure", "utter_is_automated", "utter_ask_consent_", "utter_consent_", "utter_handing_off",
               "utter_handoff_failed", "utter_bot_resumes", "utter_place", "utter_offer_call_back", "utter_ask_rating")
"""Response names a letter may carry; the others may say how somebody feels, and letters are stored (I3)."""

Hear = Callable[[UserMessage], Awaitable[Any]]
_log = logging.getLogger(__name__)


class WebOutput(OutputChannel):
    """What the bot says, as letters; silent where the gate says so (I5)."""

    def __init__(self, delivery: Delivery, owners: KnownOwners, clock: Callable[[], float],
                 new_id: Callable[[], str]) -> None:
        self._delivery, self._owners, self._clock, self._new_id = delivery, owners, clock, new_id
        self.helped: set[str] = set()
        """Conversations that were shown help in a turn which is still under way."""

    @classmethod
    def name(cls) -> str:
        """The name responses can be conditioned on."""
        return "web"

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Send words."""
        await self.post(recipient_id, text, {}, kwargs.get("utter_action"))

    async def send_text_with_buttons(self, recipient_id: str, text: str, buttons: list[dict[str, Any]],
                                     **kwargs: Any) -> None:
        """Send words with answers to choose from."""
        offered = [{"title": str(b.get("title", "")), "payload": str(b.get("payload", ""))} for b in buttons]
        await self.post(recipient_id, text, {"buttons": offered}, kwargs.get("utter_action"))

    async def send_image_url(self, recipient_id: str, image: str, **kwargs: Any) -> None:
        """Send a picture; the page shows it as a link, so that nothing is loaded from elsewhere unasked."""
        await self.post(recipient_id, "Picture", {"image": image}, kwargs.get("utter_action"))

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        """Send data for another page than ours; ours shows its `text`."""
        await self.post(recipient_id, str(json_message.get("text", "")), {"custom": json_message},
                        kwargs.get("utter_action"))

    async def post(self, conversation_id: str, text: str, data: dict[str, Any], utter_action: str | None) -> None:
        """Put a letter into the mailbox, if the bot may speak now."""
        owner = await self._owners.kind(conversation_id)
        if not may_speak(owner, utter_action, desk_hears=not self._owners.are_remembered):
            return
        if utter_action in meanwhile.HELP.values():
            self.helped.add(conversation_id)
        if utter_action and utter_action.startswith(SHOWN_NAMES):
            data = {**data, "utter_action": utter_action}
        letter = Letter(0, conversation_id, self._new_id(), "bot", text, self._clock(), data=data)
        await self._delivery.deliver(letter)


class WebChannel(InputChannel):
    """The chat page and its stream under /webhooks/web."""

    def __init__(self, chosen: credentials.Credentials, key: str, db_url: str,
                 answer_within: float = ANSWER_WITHIN, *, unreviewed: bool = False) -> None:
        self._chosen, self._key, self._answer_within, self._unreviewed = chosen, key, answer_within, unreviewed
        self._clock, self._new_id = time.time, partial(secrets.token_hex, 16)
        line, engine = Line(), database.engine(db_url)
        self._mailbox = Mailbox(engine)
        self.delivery = Delivery(self._mailbox, line)
        self._copies = Copies(engine)
        self._owners = KnownOwners(Ownership(engine), line)
        self._output = WebOutput(self.delivery, self._owners, self._clock, self._new_id)
        self._words = YAML(typ="safe").load(Path(__file__).with_name("letters.yml"))
        self._tasks: set[asyncio.Task[None]] = set()
        self._opened = 0.0
        self._backlog = unheard.Backlog(self._start)
        self._agent: Callable[[], meanwhile.Agent]

    @classmethod
    def name(cls) -> str:
        """The channel's name in addresses, trackers and `output_channel`."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials_: Mapping[str, Any] | None) -> "WebChannel":
        """Build from the channel's part of credentials.yml; raises ChannelMisconfigured."""
        surroundings = settings.load()
        return cls(credentials.read(credentials_), surroundings.key("web-session"), surroundings.db_url,
                   unreviewed=settings.unreviewed())

    def get_output_channel(self) -> OutputChannel:
        """Where `POST /conversations/ID/execute?output_channel=web` speaks."""
        return self._output

    def blueprint(self, on_new_message: Hear) -> Blueprint:
        """The routes, the watch that looks for other processes' letters, and the limit to waiting for PostgreSQL."""
        blueprint = Blueprint("attune_web")
        routes.add(blueprint, routes.Door(
            title=self._chosen.title, notice=self._words["unreviewed"] if self._unreviewed else "",
            country=self._chosen.country, origins=self._chosen.origins,
            secure=self._chosen.secure, key=self._key, clock=self._clock, new_id=self._new_id,
            delivery=self.delivery,
            hear=partial(self._take, on_new_message), hear_once=partial(self._take, self._hear_once),
            consent=_consent, copy=self._copy, owner=self._owners.kind,
            is_ready=lambda request: bool(request.app.ctx.agent.is_ready()),
        ))
        blueprint.listener("before_server_start")(self._begin)
        blueprint.listener("after_server_start")(self._open)
        blueprint.listener("before_server_stop")(self._close)
        return blueprint

    async def _copy(self, conversation_id: str) -> str | None:
        try:
            return await asyncio.to_thread(self._copies.ready, conversation_id, self._clock())
        except AWAY as problem:
            raise PostRefused(503, "The copy cannot be fetched just now. Try again in a little while.") from problem

    async def _begin(self, app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        self._agent = lambda: app.ctx.agent  # Rasa may put another in its place
        self._opened = self._clock()

    async def _open(self, app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        patience.limit_waiting()
        letters = partial(self._mailbox.by_customers, self._opened, unheard.LOOKED_BACK)
        self._start(self._backlog.work_off(letters, self._opened, self._chosen.country, self._hear_unheard))
        if app.ctx.agent.is_ready():
            await warm_up(app.ctx.agent)
        self._start(self.delivery.watch())

    async def _close(self, _app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
        self.delivery.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._tasks.discard)
        return task

    async def _hear(self, turn: Turn, on_new_message: Hear) -> None:
        """Let Rasa answer; a customer is never left with silence because something broke or takes long."""
        message = UserMessage(turn.words, self._output, turn.conversation_id, input_channel=self.name(),
                              message_id=turn.message_id, metadata=turn.metadata())
        self._output.helped.discard(turn.conversation_id)
        with self.delivery.working(turn.conversation_id):
            task = asyncio.ensure_future(on_new_message(message))
            now = asyncio.get_running_loop().time
            begun = now()
            for after, act in ((HELP_WITHIN, self._help), (self._answer_within, partial(self._apologise, "slow"))):
                done, _ = await asyncio.wait({task}, timeout=max(0.0, begun + after - now()))
                if not done:
                    await act(turn)
            await asyncio.wait({task})
            if task.cancelled() or task.exception():
                _log.error("a turn was not answered", exc_info=None if task.cancelled() else task.exception())
                await self._apologise("failed", turn)
        self._output.helped.discard(turn.conversation_id)

    def _take(self, hear: Hear, turn: Turn) -> "asyncio.Task[None]":
        return self._start(self._hear(turn, partial(self._in_order, hear)))

    async def _in_order(self, hear: Hear, message: UserMessage) -> None:
        await self._backlog.is_over(message.sender_id)
        await hear(message)

    async def _hear_once(self, message: UserMessage) -> None:
        await unheard.hear_once(self._agent(), message)

    async def _hear_unheard(self, turn: Turn) -> None:
        await self._hear(turn, partial(unheard.hear, self._agent()))

    async def _help(self, turn: Turn) -> None:
        if turn.conversation_id in self._output.helped:
            return
        try:
            said = await meanwhile.help_for(turn, self._agent())
        except Exception as error:  # the words must not reach a log, so no traceback does (I3)
            _log.error("A message that waits could not be read (%s). Its turn is still to come.", type(error).__name__)
            return
        if said:
            await self._output.send_response(turn.conversation_id, said)

    async def _apologise(self, which: str, turn: Turn) -> None:
        await self._output.post(turn.conversation_id, self._words[which], {}, None)


async def _consent(request: Request, conversation_id: str) -> dict[str, object]:
    tracker = await request.app.ctx.agent.tracker_store.retrieve(conversation_id)
    slots = tracker.current_slot_values() if tracker else {}
    return {name.removeprefix("attune_consent_"): value for name, value in slots.items()
            if name.startswith("attune_consent_")}
