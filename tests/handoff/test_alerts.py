"""Danger is told to agents of another desk and to supervisors, though our own pages stay empty there (HND-5)."""

import pytest
from sqlalchemy.engine import Engine

from attune.consent.permission import Permission
from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from attune.handoff.alerts import pass_on
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.pages import Pages, overdue
from attune.handoff.waits import Waits
from attune.policy import protocol
from handoff.trackers import annoyed

T0 = 1_800_000_000.0


def waits(engine: Engine, reason: str = "safety") -> None:
    ticket = Ticket("h-1", 1, reason, T0)  # type: ignore[arg-type]
    Outbox(engine).open(build(annoyed(), Permission(), protocol.load(), ticket), T0)


def notes(engine: Engine) -> list[str]:
    return [item.body["text"] for item in Outbox(engine).pending() if item.kind == "note"]


def test_hnd_5_an_alarm_is_a_note_for_the_desk_once(engine: Engine) -> None:
    waits(engine)
    Counter(engine).claim("c-1", "Ada", "Ada joined", T0)
    alarms = Alarms(engine)
    for record in ("r-1", "r-2"):
        alarms.sound("c-1", record, at=T0 + 9, now=T0 + 9)
        for _ in range(2):
            pass_on(engine, lambda alarm: f"danger? {alarm.record_id}", T0 + 10)

    assert notes(engine) == ["danger? r-1", "danger? r-2"]


def test_what_somebody_has_read_is_not_told(engine: Engine) -> None:
    waits(engine)
    Alarms(engine).sound("c-1", "r-1", at=T0, now=T0)
    Alarms(engine).see(1, "Ada", T0 + 1)
    pass_on(engine, lambda _: "danger?", T0 + 2)

    assert notes(engine) == []


@pytest.mark.parametrize(("reason", "minutes", "late"), [
    ("safety", 4, False), ("safety", 6, True), ("customer_request", 600, False),
])
def test_hnd_5_a_safety_case_no_other_desk_takes_is_a_cause(
    engine: Engine, reason: str, minutes: int, late: bool,
) -> None:
    waits(engine, reason)
    found = overdue(Waits(engine).line(), [], 300, T0 + 60 * minutes)

    assert [cause.id for cause in found] == (["handoff-h-1"] if late else [])


def test_the_cause_ends_when_somebody_comes(engine: Engine) -> None:
    waits(engine)
    now, pages = T0 + 400, Pages(engine)
    [cause] = overdue(Waits(engine).line(), [], 300, now)
    pages.write(cause, "https://desk.example.org", now, 300)
    assert pages.stands(pages.pending()[0])
    Counter(engine).claim("c-1", "Ada", "Ada joined", now)
    assert not pages.stands(pages.pending()[0])
    assert overdue(Waits(engine).line(), [], 300, now) == []
