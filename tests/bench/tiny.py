"""Messages as they would have been heard, for sets small enough to count by hand."""

from detection.answer import Answer, Heard
from detection.sets import Row


def heard(said: bool | None, *, positive: bool = True, kind: str = "", source: str = "", explicit: bool = False,
          share: float | None = None) -> Heard:
    """A message of which a peer said the same to every question."""
    row = Row("text", "label", positive, explicit, kind, source)
    answer = Answer(crisis=said, distress=said, frustration=said, person=said, unread=said,
                    crisis_share=share, distress_share=share)
    return Heard(row, answer, 1.0)
