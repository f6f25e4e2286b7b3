"""Consent moves only by what the customer says (rules: consent state machine)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.consent.permission import STATES, State
from attune.consent.transitions import EVENTS, Event, transition

TABLE: list[tuple[State, Event, State]] = [
    ("unknown", "ask", "asked"),
    ("unknown", "yes", "granted"),
    ("unknown", "no", "refused"),
    ("unknown", "withdraw", "refused"),
    ("unknown", "timeout", "unknown"),
    ("asked", "ask", "asked"),
    ("asked", "yes", "granted"),
    ("asked", "no", "refused"),
    ("asked", "withdraw", "refused"),
    ("asked", "timeout", "refused"),
    ("granted", "ask", "granted"),
    ("granted", "yes", "granted"),
    ("granted", "no", "withdrawn"),
    ("granted", "withdraw", "withdrawn"),
    ("granted", "timeout", "granted"),
    ("refused", "ask", "refused"),
    ("refused", "yes", "granted"),
    ("refused", "no", "refused"),
    ("refused", "withdraw", "refused"),
    ("refused", "timeout", "refused"),
    ("withdrawn", "ask", "withdrawn"),
    ("withdrawn", "yes", "granted"),
    ("withdrawn", "no", "withdrawn"),
    ("withdrawn", "withdraw", "withdrawn"),
    ("withdrawn", "timeout", "withdrawn"),
]


@pytest.mark.parametrize(("state", "event", "after"), TABLE)
def test_each_event_leads_where_the_table_says(state: State, event: Event, after: State) -> None:
    assert transition(state, event) == after


def test_the_table_is_complete() -> None:
    assert {(state, event) for state, event, _ in TABLE} == {(state, event) for state in STATES for event in EVENTS}


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_con_2_nobody_has_consented_whose_last_answer_was_not_a_yes(events: list[Event]) -> None:
    state: State = "unknown"
    for event in events:
        state = transition(state, event)
    answers = [event for event in events if event in ("yes", "no", "withdraw")]

    assert (state == "granted") == (answers[-1:] == ["yes"])
