"""A replay for reading."""

from collections.abc import Iterator

from attune.drift.golden import Heard
from attune.drift.intervals import wilson
from attune.drift.replay import ConversationChange, Gate, PhraseChange, Replay, Turn

SHOWN = 40
"""So many phrases are told one by one; --json has all."""


def told(replay: Replay) -> Iterator[str]:
    """The verdict first, then what came of each gate, then what is different."""
    alarms = [gate.aspect for gate in replay.gates if gate.alarm]
    lost = f"ALARM: {', '.join(alarms)}: more lost than chance explains." if alarms else "No gate alarms."
    yield f"{lost} {len(replay.conversations)} conversations go otherwise." if replay.conversations else lost
    yield from (f"  {kind}: {_name(was)} → {_name(now)}" for kind, (was, now) in replay.versions.items())
    yield from map(_gate, replay.gates)
    yield from (line for each in replay.conversations for line in _conversation(each))
    changed = sorted(replay.phrases, key=lambda each: (not each.lost, not each.won))
    yield from map(_phrase, changed[:SHOWN])
    yield from [f"  … and {len(changed) - SHOWN} more phrases heard otherwise"] if len(changed) > SHOWN else []
    yield from [f"{len(replay.new)} phrases or conversations are not in the baseline yet."] if replay.new else []
    yield from [f"{len(replay.missed)} phrases of danger are not heard; --json lists them."] if replay.missed else []


def _gate(gate: Gate) -> str:
    low, high = wilson(gate.right, gate.of)
    mark = "ALARM" if gate.alarm else "ok"
    lost = f"lost {gate.lost} of {gate.known} (alarm above {gate.allowed}); " if gate.known else ""
    return (f"  {mark:6}{gate.aspect}: {lost}right now {gate.right} of {gate.of}, {gate.right / gate.of:.1%} "
            f"({low:.1%} to {high:.1%})")


def _conversation(change: ConversationChange) -> Iterator[str]:
    said = (change.now or change.was or Turn("")).says
    yield f"  conversation “{change.name}”, turn {change.turn}: “{said}”"
    for name, turn in (("was", change.was), ("is ", change.now)):
        yield f"    {name} {_turn(turn)}"


def _turn(turn: Turn | None) -> str:
    if turn is None:
        return "no such turn"
    return f"{', '.join(turn.responses) or 'nothing'} by {', '.join(turn.rows) or 'no row'}"


def _phrase(change: PhraseChange) -> str:
    verdict = f"lost: {', '.join(change.lost)}" if change.lost else f"won: {', '.join(change.won)}" \
        if change.won else "heard otherwise"
    return f"  {change.phrase.file}:{change.phrase.line}: {verdict}: “{change.phrase.text}”: " \
        f"{', '.join(_differences(change.was, change.now))}"


def _differences(was: Heard, now: Heard) -> Iterator[str]:
    for name in ("tier", "kinds", "emotion", "wants_person", "intent"):
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            yield f"{name} {_name(before)} → {_name(after)}"


def _name(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
