"""How much waits, and how much each agent carries: from cases and breaks, never from what anybody wrote (BND-6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from attune.desk import view
from attune.desk.checklist import is_strong
from attune.handoff.desks.builtin import Case
from attune.handoff.stints import Break, Stint
from attune.handoff.transfers import SAFETY
from attune.policy.protocol import Protocol


@dataclass(frozen=True)
class Formula:
    """desk.yml's `load`: points, the share a conversation leaves once given back, and minutes that count as rest."""

    case: float
    strong: float
    safety: float
    given_back: float
    hour: float
    rest: int
    pause_from: float
    rotate_after: int


@dataclass(frozen=True)
class QueueLoad:
    """One queue: how many wait, the longest of them (seconds), how many too long, and how many have a person."""

    queue: str
    waiting: int
    longest: float
    overdue: int
    with_person: int


@dataclass(frozen=True)
class AgentLoad:
    """What one agent carries; `since_rest` in seconds, `on_break` the unix time at which a break began."""

    agent: str
    cases: int
    strong: int
    safety: int
    given_back: int
    since_rest: float
    on_break: float | None
    points: float
    needs_pause: bool
    rotates: bool


def by_queue(cases: Sequence[Case], queues: Iterable[str], now: float) -> list[QueueLoad]:
    """Every queue of protocol.yml, those nobody waits in too."""
    return [_queue(name, [case for case in cases if case.packet["queue"] == name], now) for name in queues]


def _queue(name: str, cases: Sequence[Case], now: float) -> QueueLoad:
    waiting = [case.packet for case in cases if case.owner.kind == "queue"]
    longest = max((now - view.seconds(packet["opened"]) for packet in waiting), default=0.0)
    overdue = sum(view.seconds(packet["due"]) < now for packet in waiting)
    return QueueLoad(name, len(waiting), longest, overdue, sum(case.owner.kind == "agent" for case in cases))


@dataclass(frozen=True)
class Day:
    """What is known of agents: open cases, their stints and breaks of the last day, at a moment (unix seconds)."""

    cases: Sequence[Case]
    stints: Sequence[Stint]
    breaks: Sequence[Break]
    now: float


def by_agent(day: Day, protocol: Protocol, formula: Formula) -> list[AgentLoad]:
    """Everybody who had a conversation or a break in the last day, who carries most first."""
    names = {stint.agent for stint in day.stints} | {one.agent for one in day.breaks}
    names |= {str(case.owner.agent) for case in day.cases if case.owner.kind == "agent"}
    found = [_agent(_only(day, name), name, protocol, formula) for name in sorted(names)]
    return sorted(found, key=lambda one: -one.points)


def lightest(loads: Iterable[AgentLoad]) -> AgentLoad | None:
    """Who could take the next case for safety: nobody who is on a break, due for one, or has had enough of them."""
    free = [one for one in loads if one.on_break is None and not (one.needs_pause or one.rotates)]
    return min(free, key=lambda one: one.points, default=None)


def _only(day: Day, agent: str) -> Day:
    return replace(
        day, cases=[case for case in day.cases if (case.owner.kind, case.owner.agent) == ("agent", agent)],
        stints=[one for one in day.stints if one.agent == agent],
        breaks=[one for one in day.breaks if one.agent == agent],
    )


def _agent(day: Day, agent: str, protocol: Protocol, formula: Formula) -> AgentLoad:
    rested = rested_at(day, 60.0 * formula.rest)
    strong = sum(is_strong(case, protocol) for case in day.cases)
    safety = sum(case.packet["reason"] == SAFETY for case in day.cases)
    over = [one for one in day.stints if one.ended is not None and one.ended > rested]
    over_safety = sum(one.reason == SAFETY for one in over)
    now = formula.case * len(day.cases) + formula.strong * strong + formula.safety * safety
    left = formula.given_back * (formula.case * len(over) + formula.safety * over_safety)
    points = now + left + formula.hour * int((day.now - rested) // 3600)
    return AgentLoad(
        agent, len(day.cases), strong, safety, len(over), day.now - rested,
        next((one.began for one in day.breaks if one.ended is None), None), points,
        needs_pause=points >= formula.pause_from, rotates=safety + over_safety >= formula.rotate_after,
    )


def rested_at(day: Day, rest: float) -> float:
    """When one agent's last rest ended: a break, or a stretch without a conversation, of `rest` seconds or more."""
    ends = [one.ended or day.now for one in day.breaks if (one.ended or day.now) - one.began >= rest]
    busy_until = float("-inf")
    for stint in sorted(day.stints, key=lambda one: one.began):
        if stint.began - busy_until >= rest:
            ends.append(stint.began)
        busy_until = max(busy_until, stint.ended or day.now)
    if day.now - busy_until >= rest:
        ends.append(day.now)
    return max(ends)


def formula(wordings: Mapping[str, Any]) -> Formula:
    """The formula as desk.yml gives it."""
    return Formula(**wordings["load"])
