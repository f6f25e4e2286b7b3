"""What agents do at another desk takes effect here: once each, whole or not at all, in whatever order it comes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Owner, Ownership
from attune.consent.permission import Permission
from attune.errors import AttuneError
from attune.handoff.alarms import Alarms
from attune.handoff.desks.webhook.arrivals import Arrivals, UnknownConversation
from attune.handoff.desks.webhook.inbound import Doing
from attune.handoff.desks.webhook.tables import ACTIVITIES
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.tracker_events import TrackerEvents
from attune.policy import protocol
from handoff.trackers import annoyed

T0 = 1_800_000_000.0
NOTICES = {"joined": "{agent} joined", "left": "{agent} left"}
PATH = Path(__file__).parents[1] / "tables" / "handoff" / "arrivals.yml"
TABLE: list[dict[str, Any]] = YAML(typ="safe").load(PATH)


def waits(engine: Engine, before: str = "queue", number: int = 1) -> None:
    """A handoff of conversation c-1 as it stands before anybody does anything."""
    ticket = Ticket(f"h-{number}", 1, "safety" if before == "left" else "customer_request", T0)
    outbox = Outbox(engine)
    outbox.open(build(annoyed(), Permission(), protocol.load(), ticket), T0)
    if before != "queue":
        outbox.leave("c-1", T0 + 1)  # a case for safety stays open


def doings(case: dict[str, Any]) -> list[Doing]:
    found: list[Doing] = []
    for number, one in enumerate(case["doings"]):
        kind, agent, text = (*one, "")[:3] if one != "again" else ("", "", "")
        found.append(found[-1] if one == "again" else Doing(kind, "h-1", f"a-{number}", agent, text))
    return found


def letters(engine: Engine) -> list[str]:
    return [f"{one.name}: {one.text}" if one.sender == "person" else one.text for one in Mailbox(engine).since("c-1")]


def queued(engine: Engine) -> list[str]:
    """What waits for Rasa: words, the owner's slot, the intent that follows."""
    return [str(one.body.get("text") or one.body.get("value") or one.body["name"])
            for one in TrackerEvents(engine).pending()]


def notes(engine: Engine) -> list[str]:
    return [one.body["text"] for one in Outbox(engine).pending() if one.kind == "note" and "failed-" in one.item_id]


def owner(engine: Engine) -> Owner:
    return Ownership(engine).owner("c-1")


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["name"])
def test_what_agents_do_elsewhere_comes_about_here(engine: Engine, case: dict[str, Any]) -> None:
    waits(engine, case.get("before", "queue"))
    arrivals, refused = Arrivals(engine, NOTICES), ""
    for place, doing in enumerate(doings(case)):
        try:
            arrivals.take(doing, T0 + 10 + place)
        except AttuneError as problem:
            assert doing == doings(case)[-1]
            refused = str(problem)

    assert letters(engine) == case["letters"]
    assert (owner(engine).agent or owner(engine).kind) == case["owner"]
    assert notes(engine) == case.get("notes", [])
    assert queued(engine) == case.get("rasa", queued(engine))
    assert (not Outbox(engine).handoffs()) == case.get("over", case["owner"] == "bot")
    assert case.get("refused", "") in refused
    assert bool(refused) == ("refused" in case)


def test_only_what_took_effect_is_said_to_be_new(engine: Engine) -> None:
    waits(engine)
    arrivals, taken = Arrivals(engine, NOTICES), Doing("accepted", "h-1", "a-1", "Ada")

    assert [arrivals.take(taken, T0), arrivals.take(taken, T0)] == [True, False]
    assert not arrivals.take(Doing("typing", "h-1", "a-2", "Ada"), T0)


@pytest.mark.parametrize("kind", ["accepted", "said", "completed", "failed", "typing", "nothing"])
def test_a_conversation_nobody_knows_is_refused_and_leaves_nothing(engine: Engine, kind: str) -> None:
    waits(engine)
    arrivals = Arrivals(engine, NOTICES)
    with pytest.raises(UnknownConversation, match="There is no conversation 'h-9'"):
        arrivals.take(Doing(kind, "h-9", "a-1", "Ada", "Hello."), T0)  # type: ignore[arg-type]

    assert stored(engine) == 0
    assert letters(engine) == []


def test_what_was_refused_may_come_again_when_it_can_be_done(engine: Engine) -> None:
    waits(engine)
    arrivals, over = Arrivals(engine, NOTICES), Doing("completed", "h-1", "a-1", "Ada")
    with pytest.raises(AttuneError):
        arrivals.take(over, T0)
    arrivals.take(Doing("accepted", "h-1", "a-2", "Ada"), T0)

    assert arrivals.take(over, T0)
    assert owner(engine).kind == "bot"


def test_what_is_late_from_an_earlier_handoff_does_not_touch_the_next(engine: Engine) -> None:
    waits(engine)
    Outbox(engine).leave("c-1", T0 + 1)
    waits(engine, number=2)
    arrivals = Arrivals(engine, NOTICES)
    for kind in ("accepted", "said", "completed"):
        try:
            arrivals.take(Doing(kind, "h-1", f"a-{kind}", "Ada", "Hello."), T0 + 5)  # type: ignore[arg-type]
        except AttuneError as problem:
            assert "is over" in str(problem)

    assert (owner(engine).kind, letters(engine)) == ("queue", [])
    assert [one.handoff_id for one in Outbox(engine).handoffs()] == ["h-2"]


def test_an_id_may_be_used_again_in_another_handoff(engine: Engine) -> None:
    waits(engine)
    arrivals = Arrivals(engine, NOTICES)
    for number in (1, 2):
        if number == 2:
            waits(engine, number=2)
        for kind in ("accepted", "said", "completed"):
            assert arrivals.take(Doing(kind, f"h-{number}", kind, "Ada", "Hello."), T0)  # type: ignore[arg-type]

    assert letters(engine) == ["Ada joined", "Ada: Hello.", "Ada left"] * 2


@pytest.mark.parametrize("kind", ["accepted", "said", "failed"])
def test_the_same_activity_many_times_at_once_takes_effect_once(engine: Engine, kind: str) -> None:
    waits(engine)
    arrivals = Arrivals(engine, NOTICES)
    doing = Doing(kind, "h-1", "a-1", "Ada", "Hello.")  # type: ignore[arg-type]
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: arrivals.take(doing, T0), range(12)))

    assert taken.count(True) == 1
    assert letters(engine).count("Ada: Hello.") == (kind == "said")
    assert len(notes(engine)) == (kind == "failed")


def test_a_name_in_braces_stays_a_name(engine: Engine) -> None:
    waits(engine)
    Arrivals(engine, NOTICES).take(Doing("accepted", "h-1", "a-1", "{0.__class__}"), T0)

    assert letters(engine) == ["{0.__class__} joined"]


def test_hnd_5_a_message_nobody_read_stays_open_when_the_other_desk_is_through(engine: Engine) -> None:
    waits(engine)
    arrivals = Arrivals(engine, NOTICES)
    arrivals.take(Doing("accepted", "h-1", "a-1", "Ada"), T0)
    Alarms(engine).sound("c-1", "r-1", at=T0, now=T0)
    arrivals.take(Doing("completed", "h-1", "a-2", "Ada"), T0)

    assert owner(engine).kind == "bot"
    assert [alarm.record_id for alarm in Alarms(engine).unseen()] == ["r-1"]


def stored(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(ACTIVITIES)).scalar_one())
