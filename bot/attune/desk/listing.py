"""The queue as one page of it: whose, which queue and channel, and how many more there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args
from urllib.parse import urlencode

from attune.desk import view
from attune.desk.view import Row
from attune.handoff.alarms import Alarm
from attune.handoff.desks.builtin import Case
from attune.handoff.transfers import SAFETY

Show = Literal["all", "waiting", "mine"]
AT_ONCE = 50
"""Rows on a page."""


@dataclass(frozen=True)
class Filter:
    """What a visitor wants to see; empty means any, pages count from 1."""

    show: Show = "all"
    queue: str = ""
    channel: str = ""
    page: int = 1

    def fits(self, case: Case, me: str) -> bool:
        """Whether a case is to be seen."""
        shown = self.show == "all" or (case.owner.kind == "queue" if self.show == "waiting" else is_mine(case, me))
        packet = case.packet
        return (shown and self.queue in ("", packet["queue"])
                and self.channel in ("", packet["conversation"]["channel"]))

    def link(self, **changes: str | int) -> str:
        """The query of a link that changes this filter, from its first page on."""
        wanted = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        given = {name: value for name, value in vars(wanted).items() if value != getattr(Filter, name)}
        return f"?{urlencode(given)}" if given else "?"


@dataclass(frozen=True)
class Listing:
    """One page of the queue. `waiting`: how many wait in all that the visitor may see, whatever the filter.

    `surges`: so many wait that the most affected go first.
    """

    rows: Sequence[Row]
    filter: Filter
    waiting: int
    more: int
    queues: Sequence[str]
    channels: Sequence[str]
    surges: bool = False


def asked(query: Mapping[str, str]) -> Filter:
    """The filter an address asks for; what makes no sense is left out."""
    show, page = query.get("show", ""), query.get("page", "")
    known: Show = next((name for name in get_args(Show) if name == show), "all")
    return Filter(known, query.get("queue", "")[:64], query.get("channel", "")[:64],
                  max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1)


def listing(cases: Sequence[Case], unseen: Iterable[Alarm], wish: Filter, me: str, now: float) -> Listing:
    """The page that was asked for; cases come in their order, those with an alarm go before all (HND-5)."""
    alarmed = {alarm.conversation_id for alarm in unseen}
    fitting = [case for case in cases if wish.fits(case, me)]
    ordered = sorted(fitting, key=lambda case: case.conversation_id not in alarmed)
    start = AT_ONCE * (wish.page - 1)
    shown = ordered[start:start + AT_ONCE]
    return Listing(
        rows=[replace(view.row(case, now), alarmed=case.conversation_id in alarmed) for case in shown], filter=wish,
        waiting=waiting(cases), more=max(0, len(ordered) - start - AT_ONCE),
        queues=sorted({case.packet["queue"] for case in cases}),
        channels=sorted({case.packet["conversation"]["channel"] for case in cases}),
    )


def waiting(cases: Iterable[Case]) -> int:
    """How many have no person yet."""
    return sum(case.owner.kind == "queue" for case in cases)


def is_mine(case: Case, me: str) -> bool:
    """Whether an agent has the case."""
    return (case.owner.kind, case.owner.agent) == ("agent", me)


def most_affected_first(cases: Sequence[Case], unknown: int) -> list[Case]:
    """Who waits for safety, then who is most affected, as far as customers let it be passed on; agents' own cases last.

    Args:
        cases: in the order of quieter times, which stays among equals.
        unknown: what counts for somebody whose feelings are not passed on (0-1000): a no puts nobody last (CON-2).
    """
    return sorted(cases, key=lambda case: (case.owner.kind == "agent", case.packet["reason"] != SAFETY,
                                           -_affected(case, unknown)))


def _affected(case: Case, unknown: int) -> int:
    context = case.packet.get("context")
    if context is None:
        return unknown
    strongest = int(context["peak"]["intensity"]) if context["peak"] else 0
    return 1000 * int(context["tier"]) + strongest
