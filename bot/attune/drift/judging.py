"""Judges the wordings on trial again and again: what does harm is said to nobody any more, and that is on record."""

import hashlib
from dataclasses import replace

from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from attune.audit import store, vault
from attune.audit.canonical import canonical
from attune.audit.record import Record
from attune.drift.alarms import MICRO, DriftAlarms
from attune.drift.episodes import OVER
from attune.drift.look import Change
from attune.drift.measures import DAY
from attune.drift.trials import Trial, harmed, trials
from attune.reply import endings
from attune.reply.endings import Ending
from attune.reply.experiments import Experiments

ATTUNE = "attune"
"""Who ended what was ended by what was seen."""


def seen(engine: Engine, declared: Experiments, now: float, smallest: int) -> tuple[Trial, ...]:
    """How every variant does at `now` (unix seconds), with how it ended if it did."""
    if not declared.all:
        return ()
    ended, at = endings.read(engine), round(now * MICRO)
    longest = max(one.days for one in declared.all) * DAY + OVER
    found = trials(vault.read(engine, since=at - longest), declared, at, smallest)
    return tuple(_told(one, ended.get(one.label)) for one in found)


def judge(engine: Engine, declared: Experiments, now: float, smallest: int) -> tuple[Trial, ...]:
    """The same, and what must not go on is ended; of harm the supervisor is alarmed first."""
    found, at = seen(engine, declared, now, smallest), round(now * MICRO)
    for one in found:
        if one.why and not one.ended:
            try:
                if one.by:
                    DriftAlarms(engine).rise([_change(one, one.by, at)], now)
            finally:  # whoever cannot be told, harm ends
                end(engine, Ending(one.label, at, one.why, ATTUNE))
    return tuple(replace(one, ended=one.ended or one.why is not None) for one in found)


def end(engine: Engine, ending: Ending) -> bool:
    """End a variant for good, and put that on record (AUD-8); False if it was ended before."""
    endings.read(engine)  # makes the table where it is missing
    store.prepare(engine)
    facts = {"variant": ending.label, "step": "ended", "why": ending.why, "by": ending.by}
    name = hashlib.sha256(canonical([ending.label, ending.at])).hexdigest()
    try:
        with engine.begin() as connection:
            endings.end(connection, ending)
            store.append(connection, [Record(name, "trial", ending.at, None, facts)])
    except IntegrityError:
        return False
    return True


def _change(one: Trial, measure: str, at: int) -> Change:
    """What the supervisor is alarmed about: the measure that ended the variant."""
    found = next(each for each in one.compared if each.measure == measure)
    return Change(measure, ("variant", one.label), at, at, harmed(measure), found.before, found.now, "bets")


def _told(one: Trial, ending: Ending | None) -> Trial:
    """The trial with how it ended, if it did; whoever ended it, the evidence says what it says."""
    if ending is None or one.state == "not running":
        return one
    return replace(one, state="ended" if one.state == "running" else one.state, why=ending.why, ended=True)
