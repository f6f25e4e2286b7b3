"""Judges the wordings on trial again and again: what does harm is said to nobody any more, and that is on record."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.engine import Connection, Engine

from attune.audit import store, vault
from attune.audit.canonical import canonical
from attune.audit.record import Record
from attune.drift.alarms import DriftAlarms
from attune.drift.look import Change
from attune.drift.trials import State, Trial, harmed, trials
from attune.reply import endings
from attune.reply.endings import Ending
from attune.reply.experiments import Experiments

MICRO = 1_000_000
ENDS: Mapping[State, str] = {"harmful": "it does harm", "no difference found": "it has run its time"}
"""The judgements that end a variant, in words."""
ATTUNE = "attune"
"""Who ended what was ended by what was seen."""


def seen(engine: Engine, declared: Experiments, now: float, smallest: int) -> tuple[Trial, ...]:
    """How every variant does at `now` (unix seconds), with how it ended if it did."""
    if not declared.all:
        return ()
    ended = endings.read(engine)
    found = trials(vault.read(engine), declared, round(now * MICRO), smallest)
    return tuple(_told(one, ended.get(one.label)) for one in found)


def judge(engine: Engine, declared: Experiments, now: float, smallest: int) -> tuple[Trial, ...]:
    """The same, and what must not go on is ended; of harm the supervisor is alarmed."""
    found, at = seen(engine, declared, now, smallest), round(now * MICRO)
    for one in found:
        ending = Ending(one.label, at, f"{ENDS.get(one.state)}: {one.why}", ATTUNE)
        if one.state in ENDS and end(engine, ending) and one.state == "harmful":
            DriftAlarms(engine).rise([_change(one, at)], now)
    return found


def end(engine: Engine, ending: Ending) -> bool:
    """End a variant, and put that on record (AUD-8); False if it was ended before."""
    endings.read(engine)  # makes the table where it is missing
    store.prepare(engine)
    with engine.begin() as connection:
        return endings.end(connection, ending) and _record(connection, ending, "ended")


def take_back(engine: Engine, ending: Ending) -> bool:
    """Let a variant be said again from this moment, by somebody, for a reason; False if it was not ended."""
    endings.read(engine)
    store.prepare(engine)
    with engine.begin() as connection:
        return endings.take_back(connection, ending.label) and _record(connection, ending, "taken back")


def _change(one: Trial, at: int) -> Change:
    """What the supervisor is alarmed about: the measure that ended the variant."""
    worst = max(one.compared, key=lambda each: each.commoner if harmed(each.measure) == "up" else each.rarer)
    return Change(worst.measure, ("variant", one.label), at, at, harmed(worst.measure), worst.before, worst.now, "bets")


def _record(connection: Connection, ending: Ending, what: str) -> bool:
    facts = {"variant": ending.label, "step": what, "why": ending.why, "by": ending.by}
    name = hashlib.sha256(canonical([ending.label, what, ending.at])).hexdigest()
    return bool(store.append(connection, [Record(name, "trial", ending.at, None, facts)]))


def _told(one: Trial, ending: Ending | None) -> Trial:
    """The trial with how it ended, if it did; what does harm is told as that whoever ended it."""
    if ending is None or one.state == "not running":
        return one
    state: State = one.state if one.state in ENDS else "ended"
    return replace(one, state=state, why=ending.why)
