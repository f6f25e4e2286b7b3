"""Which desk takes the packets, as ATTUNE_DESK says: exactly one does."""

from collections.abc import Callable, Iterator, Mapping

from attune.errors import AttuneError
from attune.handoff.desks import Desk
from attune.handoff.desks.webhook import address
from attune.handoff.desks.webhook.desk import WebhookDesk
from attune.handoff.supervisor import Problem

DESK = "ATTUNE_DESK"
BUILTIN = "builtin"

Open = Callable[[Mapping[str, str], Desk, Callable[[], float]], Desk]
"""Gives the desk for an environment, the built-in desk, and a clock in unix seconds; raises SettingsError."""


class UnknownDesk(AttuneError):
    """No desk is called that."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{DESK} is {name!r}, and there is no such desk. Set it to {_known()}.")


def choose(environ: Mapping[str, str], builtin: Desk, clock: Callable[[], float]) -> Desk:
    """The desk for the courier; raises UnknownDesk, or SettingsError with what to set."""
    chosen = name(environ)
    if chosen not in DESKS:
        raise UnknownDesk(chosen)
    return DESKS[chosen](environ, builtin, clock)


def name(environ: Mapping[str, str]) -> str:
    """What ATTUNE_DESK says; the built-in desk where it says nothing."""
    return environ.get(DESK) or BUILTIN


def problems(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Why the chosen desk cannot be used, if it cannot."""
    chosen = name(environ)
    if chosen not in DESKS:
        yield Problem(DESK, f"is {chosen!r}, and there is no such desk", f"Set it to {_known()}")
    if chosen == "webhook":
        yield from address.problems(environ)
    if chosen == "chatwoot":
        from attune.handoff.desks.chatwoot import account  # noqa: PLC0415  # only who chose it needs what it needs

        yield from (Problem(one.name, one.what, one.remedy) for one in account.problems(environ))


def _builtin(_environ: Mapping[str, str], builtin: Desk, _clock: Callable[[], float]) -> Desk:
    return builtin


def _webhook(environ: Mapping[str, str], _builtin: Desk, clock: Callable[[], float]) -> Desk:
    return WebhookDesk(address.load(environ), clock)


def _chatwoot(environ: Mapping[str, str], _builtin: Desk, _clock: Callable[[], float]) -> Desk:
    from attune.handoff.desks.chatwoot.desk import connect  # noqa: PLC0415  # only who chose it needs what it needs

    return connect(environ)


def _known() -> str:
    *names, last = DESKS
    return f"{', '.join(names)} or {last}"


DESKS: Mapping[str, Open] = {BUILTIN: _builtin, "webhook": _webhook, "chatwoot": _chatwoot}
"""Every desk there is, by its name in ATTUNE_DESK; one of your own is one more line."""
