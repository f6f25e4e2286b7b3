"""The decision table, case by case."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.consent.permission import STATES, Permission
from attune.policy.decision import HELP_NOW, HELP_POSSIBLE, ConsentChange, Situation
from attune.policy.protocol import load
from attune.policy.rules import ROWS, decide
from attune.signals.reading import EMOTIONS, Crisis, Reading
from attune.signals.trend import BEHAVIOURS, Trend

CASES = yaml.safe_load((Path(__file__).parents[1] / "tables/policy/decisions.yml").read_text())


def situation(case: dict) -> Situation:
    reading = dict(case.get("reading", {}))
    tier = reading.pop("tier", 0)
    known = dict(case.get("situation", {}))
    changes = known.pop("changes", {})
    shown = dict(case.get("trend", {}))
    return Situation(
        reading=Reading(**reading, crisis=Crisis(tier=tier)),
        trend=Trend(**{**shown, "behaviours": tuple(shown.get("behaviours", ()))}),
        permission=Permission(**case.get("permission", {})),
        changes=tuple(ConsentChange(*change) for change in changes.items()),
        **known,
    )


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_table_decides(case: dict) -> None:
    decision = decide(situation(case), load())

    assert {"row": decision.row, "steps": list(decision.steps), "then": decision.then} == case["decides"]


def test_every_row_has_a_case() -> None:
    assert {row.row for row in ROWS} == {case["decides"]["row"] for case in CASES}


situations = st.builds(
    Situation,
    reading=st.builds(
        Reading, emotion=st.sampled_from(EMOTIONS), intensity=st.integers(0, 1000),
        crisis=st.builds(Crisis, tier=st.integers(0, 2)), wants_person=st.booleans(),
    ),
    trend=st.builds(
        Trend, direction=st.sampled_from(["rising", "settling", "steady"]),
        behaviours=st.lists(st.sampled_from(BEHAVIOURS), unique=True).map(tuple),
    ),
    permission=st.builds(Permission, *[st.sampled_from(STATES)] * 3),
    owner=st.sampled_from(["bot", "queue", "agent"]),
    intent=st.sampled_from([None, "ask_if_human", "request_human", "order_status"]),
    undisclosed=st.booleans(),
    opening=st.booleans(),
    strong_turns=st.integers(0, 4),
)


@given(situations)
def test_help_is_shown_whatever_else_holds_unless_a_person_speaks(seen: Situation) -> None:
    helped = {HELP_NOW, HELP_POSSIBLE} & set(decide(seen, load()).steps)

    assert bool(helped) == (seen.reading.crisis.tier > 0 and seen.owner != "agent")


@given(situations)
def test_consent_never_changes_the_help(seen: Situation) -> None:
    crisis = replace(seen, reading=replace(seen.reading, crisis=Crisis(tier=2)))
    refused = replace(crisis, permission=Permission("withdrawn", "refused", "refused"))

    assert decide(crisis, load()) == decide(refused, load())


@given(situations)
def test_the_bot_says_nothing_while_a_person_speaks(seen: Situation) -> None:
    assert decide(replace(seen, owner="agent"), load()).steps == ()


@given(situations)
def test_conduct_is_nobodys_business_where_answers_are_not_to_be_fitted(seen: Situation) -> None:  # CON-2
    refused = replace(seen, permission=replace(seen.permission, adapt="refused"))

    assert decide(refused, load()) == decide(replace(refused, trend=Trend()), load())


@given(situations)
def test_conduct_adds_care_before_the_host_and_changes_nothing_else(seen: Situation) -> None:  # I4
    calm, shown = decide(replace(seen, trend=Trend()), load()), decide(seen, load())

    assert shown.then == calm.then
    assert shown == calm or {shown.row, calm.row} <= {"offer_person", "acknowledge", "nothing"}


def test_a_person_is_offered_early_only_to_who_sounds_strong() -> None:
    at_once = replace(load(), offer_person_after_strong_turns=1)
    light = Situation(Reading("frustration", 500), trend=Trend("rising"))

    assert decide(light, at_once).row == "acknowledge"
    assert decide(replace(light, strong_turns=1), at_once).row == "offer_person"
