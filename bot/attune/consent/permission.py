"""What the customer allows, purpose by purpose. Kept in Rasa slots, so it travels with the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Purpose = Literal["adapt", "agent", "quality", "quotes"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
State = Literal["unknown", "asked", "granted", "refused", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)


def slot(purpose: Purpose) -> str:
    """The slot that holds the state of one purpose."""
    return f"attune_consent_{purpose}"


def since_slot(purpose: Purpose) -> str:
    """The slot that holds the day (ISO 8601) on which that state was reached, or the question last asked."""
    return f"attune_consent_{purpose}_since"


@dataclass(frozen=True)
class Permission:
    """`adapt`: fit the answer to how a message sounds; `agent`: pass it to a person; `quality`: keep it (CON-2).

    `quotes`: show single sentences, without what names their writer, to those who improve the service.
    """

    adapt: State = "unknown"
    agent: State = "unknown"
    quality: State = "unknown"
    quotes: State = "unknown"

    def allows(self, purpose: Purpose, mode: Literal["opt_in", "notice"] = "opt_in") -> bool:
        """Whether the purpose may be served; with `notice` everything but a no will do, else only an explicit yes."""
        state: State = getattr(self, purpose)
        return state == "granted" or (mode == "notice" and state in ("unknown", "asked"))


UNASKED = Permission()


def from_slots(slots: Mapping[str, object]) -> Permission:
    """Read the permission from a conversation's slots; whatever is not a known state counts as unknown."""
    def state(purpose: Purpose) -> State:
        value = slots.get(slot(purpose))
        return value if value in STATES else "unknown"

    return Permission(*(state(purpose) for purpose in PURPOSES))
