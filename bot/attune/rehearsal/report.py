"""What came of a rehearsal, in words and as JSON."""

from collections.abc import Iterator, Sequence

from attune.rehearsal.play import Played

WIDTH = 10


def told(played: Played) -> Iterator[str]:
    """One conversation that went otherwise than expected: the dialogue up to there, and what is wrong."""
    conversation, step = played.conversation, played.stopped
    yield f"✗ {conversation.name}"
    yield f"  {conversation.file}:{conversation.line}" + (f", at {step.file}:{step.line}" if step else "")
    yield from (f"    {line.who:{WIDTH}}{line.text}" for line in played.dialogue)
    yield from (f"    {'expected':{WIDTH}}{problem}" for problem in played.problems)
    if played.held:
        yield f"    It goes as written now: take “not yet: {conversation.not_yet}” away."
    yield ""


def summary(all_played: Sequence[Played], seconds: float) -> str:
    """How many went as written."""
    held, known = (sum(each) for each in ((played.held for played in all_played),
                                          (played.expected and not played.held for played in all_played)))
    went = f"{held} of {len(all_played)} conversations went as written"
    return f"{went}{f', {known} not yet' if known else ''}, {seconds:.0f} s"


def as_json(played: Played) -> dict[str, object]:
    """One conversation as plain data."""
    conversation = played.conversation
    return {
        "conversation": conversation.name, "file": conversation.file, "line": conversation.line,
        "held": played.held, "not_yet": conversation.not_yet, "problems": played.problems,
        "dialogue": [{"who": line.who, "text": line.text} for line in played.dialogue],
    }
