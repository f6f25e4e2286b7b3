"""What another desk needs of this process: an address it can speak to, and what carries words and alarms there."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine
from starlette.routing import Route

from attune.handoff.desks import Desk, choice
from attune.handoff.desks.webhook import routes as webhook
from attune.handoff.desks.webhook.arrivals import Arrivals
from attune.handoff.desks.webhook.desk import WebhookDesk
from attune.handoff.desks.webhook.relay import Onward, Relay

Endless = Callable[[], Coroutine[Any, Any, None]]
"""Runs until cancelled; what it has not done stays in the database."""


@dataclass(frozen=True)
class Elsewhere:
    """The desk that takes the packets, signed routes outside the guard, and what runs beside the courier."""

    desk: Desk
    routes: tuple[Route, ...] = ()
    beside: tuple[Endless, ...] = ()
    tells_alarms: bool = True
    """Whether its agents hear of alarms by itself; else each is sent as a note."""


def connect(environ: Mapping[str, str], builtin: Desk, engine: Engine, notices: Mapping[str, str],
            clock: Callable[[], float]) -> Elsewhere:
    """Everything for the desk that ATTUNE_DESK names; raises UnknownDesk, or SettingsError with what to set."""
    desk = choice.choose(environ, builtin, clock)
    if isinstance(desk, WebhookDesk):
        taken = webhook.connect(environ, Arrivals(engine, notices), clock)
        return Elsewhere(desk, tuple(taken), (Relay(Onward(engine), desk, clock).run,), tells_alarms=False)
    if choice.name(environ) == "chatwoot":
        from attune.handoff.desks.chatwoot import lane, routes  # noqa: PLC0415  # only who chose it needs what it needs

        return Elsewhere(desk, tuple(routes.connect(environ, clock)), (lane.connect(environ, clock).run,))
    return Elsewhere(desk, tells_alarms=desk is builtin)
