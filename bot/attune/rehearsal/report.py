"""What came of a rehearsal, in words and as JSON."""

from collections.abc import Iterator, Sequence

from attune.rehearsal.play import Played

WIDTH = 10


def told(played: Played) -> Iterator[str]:
    """One conversation that did not go as written: the dialogue up to there, and what was expected."""
    conversation, step = played.conversation, played.stopped
    yield f"✗ {conversation.name}"
    yield f"  {conversation.file}:{conversation.line}" + (f", at {step.file}:{step.line}" if step else "")
    yield from (f"    {line.who:{WIDTH}}{line.text}" for line in played.dialogue)
    yield from (f"    {'expected':{WIDTH}}{problem}" for problem in played.problems)
    yield ""


def summary(all_played: Sequence[Played], seconds: float) -> str:
    """How many went as written."""
    failed = sum(not played.held for played in all_played)
    went = f"{len(all_played) - failed} of {len(all_played)} conversations went as written"
    return f"{went}, {seconds:.0f} s"


def as_json(played: Played) -> dict[str, object]:
    """One conversation as plain data."""
    return {
        "conversation": played.conversation.name, "file": played.conversation.file, "line": played.conversation.line,
        "held": played.held, "problems": played.problems,
        "dialogue": [{"who": line.who, "text": line.text} for line in played.dialogue],
    }
