"""Everything around the Chatwoot desk, running: the stand-in, the route, the lane, the courier, and a Rasa."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tenacity import wait_fixed

from attune.channel import ownership
from attune.channel.mailbox import Letter, Mailbox
from attune.channel.ownership import Owner
from attune.handoff.alarms import Alarms
from attune.handoff.courier import Courier
from attune.handoff.desks.chatwoot import hearing, routes
from attune.handoff.desks.chatwoot.desk import ChatwootDesk
from attune.handoff.desks.chatwoot.events import Events
from attune.handoff.desks.chatwoot.hearing import Hearing
from attune.handoff.desks.chatwoot.lane import Lane
from attune.handoff.outbox import Outbox
from attune.handoff.rasa_api import Rasa
from attune.handoff.tracker_events import TrackerEvents
from attune.settings import Settings
from fixtures.at_work import at_work, until
from handoff import rasa_stand_in
from handoff.chatwoot_desk import desk_of
from handoff.chatwoot_stand_in import StandIn, listening, serving
from handoff.rasa_stand_in import Fault, free_port

BACKOFF = wait_fixed(0.02)


class RasaStandIn(rasa_stand_in.StandIn):
    """A Rasa that answers every message as it is told, and keeps what it heard in its trackers."""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.heard: list[dict[str, Any]] = []
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.broken: list[Fault] = []
        self.app.router.routes.append(Route("/webhooks/rest/webhook", self._hear, methods=["POST"]))

    def words(self, conversation_id: str) -> list[str]:
        """What it heard of a customer, in order."""
        return [one["message"] for one in self.heard if one["sender"] == conversation_id]

    async def _hear(self, request: Request) -> Response:
        said = await request.json()
        fault = self.broken.pop(0) if self.broken else None
        if fault == "refused":
            return Response(status_code=503)
        self.heard.append(said)
        answers = self.answers.get(said["message"], [{"text": f"you said: {said['message']}"}])
        self.events[said["sender"]] += [
            {"event": "user", "text": said["message"], "metadata": said["metadata"], "input_channel": "chatwoot"},
            *({"event": "bot", "text": one.get("text"), "data": {"buttons": one.get("buttons")}} for one in answers),
        ]
        return Response(status_code=502) if fault == "lost" else JSONResponse(answers)


@dataclass
class World:
    """What a test can do and see; `now` is added to the clock."""

    engine: Engine
    settings: Settings
    chatwoot: StandIn
    rasa: RasaStandIn
    url: str = ""
    hook: str = ""
    desk: ChatwootDesk = field(init=False)
    clock: Callable[[], float] = lambda: 1_800_000_000.0

    def owner(self, name: str) -> Owner:
        """Who speaks."""
        with self.engine.connect() as connection:
            return ownership.read(connection, name)

    def letters(self, name: str, *senders: str) -> list[Letter]:
        """The letters of a conversation."""
        return [one for one in Mailbox(self.engine).since(name) if not senders or one.sender in senders]

    @property
    def is_done(self) -> bool:
        """Whether nothing is on its way."""
        store = self.desk.store
        waiting = (store.to_hear(), store.to_carry(), TrackerEvents(self.engine).pending(),
                   Outbox(self.engine).pending())
        return not any(waiting)

    async def settle(self) -> None:
        """Wait until everything is where it belongs, echoes included."""
        for _ in range(2):
            await asyncio.to_thread(self.chatwoot.webhooks.settle)
            await until(lambda: self.is_done)

    @asynccontextmanager
    async def working(self, *, patience: float = 60.0) -> AsyncIterator[None]:
        """The desk process with its lane and its courier, until the block ends."""
        with hearing.connect(self.settings) as client:
            carrier = self.desk.carrier
            heard = Hearing(carrier.store, carrier.mailbox, client)
            lane = Lane(carrier, heard, Alarms(self.engine), BACKOFF, patience)
            async with Rasa(self.settings) as rasa:
                courier = Courier(Outbox(self.engine), TrackerEvents(self.engine), self.desk, rasa, self.clock, BACKOFF)
                async with at_work(lane.run(), courier.run()):
                    yield


@asynccontextmanager
async def world(engine: Engine, settings: Settings, chatwoot: StandIn) -> AsyncIterator[World]:
    """Everything but the desk process, which `working` runs."""
    rasa = RasaStandIn(settings.key("rasa-api"))
    here = World(engine, settings, chatwoot, rasa)
    with ExitStack() as stack:
        stack.enter_context(listening(rasa.app, settings.rasa_port))
        here.url = stack.enter_context(serving(chatwoot, free_port()))
        here.desk = stack.enter_context(desk_of(engine, here.url))
        app = Starlette(routes=routes.routes(entry(here)))
        here.hook = stack.enter_context(listening(app, free_port())) + routes.PATH
        chatwoot.webhooks.url = here.hook
        yield here


def entry(here: World, *, secret: str | None = None) -> routes.Entry:
    """The route's part, as the desk process has it."""
    account = here.desk.account if secret is None else replace(here.desk.account, secret=secret)
    return routes.Entry(account, Events(account, here.desk.store), here.desk.store.clock)


def talks(said: list[Letter]) -> dict[str, list[str]]:
    """Letters by who wrote them."""
    found: dict[str, list[str]] = defaultdict(list)
    for letter in said:
        found[letter.sender].append(letter.text)
    return found
