"""`attune say TEXT`: one message with its reading and what the decision table makes of it."""

from collections.abc import Mapping

from attune import settings
from attune.policy.decision import Situation
from attune.policy.protocol import load
from attune.policy.rules import decide
from attune.signals.commands import say_command
from attune.signals.reading import Reading


def explain(reading: Reading) -> Mapping[str, object]:
    """What would follow if this were a customer's first strong word, with nothing yet asked or allowed."""
    protocol = load(settings.load().protocol)
    decision = decide(Situation(reading=reading), protocol)
    return {
        "row": decision.row,
        "level": protocol.level(reading),
        "steps": list(decision.steps),
        "then": decision.then,
        "wording": protocol.acknowledgement(reading),
    }


say = say_command(explain)
