"""How consent changes, as a table: only an explicit yes ever grants, and doubt counts as a no (CON-2, CON-3)."""

from typing import Literal, get_args

from attune.consent.permission import State

Event = Literal["ask", "yes", "no", "withdraw", "timeout"]
EVENTS: tuple[Event, ...] = get_args(Event)

NEXT: dict[State, dict[Event, State]] = {
    "unknown": {"ask": "asked", "yes": "granted", "no": "refused", "withdraw": "refused"},
    "asked": {"yes": "granted", "no": "refused", "withdraw": "refused", "timeout": "refused"},
    "granted": {"no": "withdrawn", "withdraw": "withdrawn"},
    "refused": {"yes": "granted"},
    "withdrawn": {"yes": "granted"},
}
"""Whatever is not in the table changes nothing; so a customer who answered is not asked again."""


def transition(state: State, event: Event) -> State:
    """The state after an event; `yes` and `no` are explicit answers, `timeout` a question left unanswered."""
    return NEXT[state].get(event, state)
