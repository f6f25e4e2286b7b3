"""The decision table, case by case."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.consent.permission import PURPOSES, STATES, Permission
from attune.policy.decision import (
    ASK_COUNTRY,
    ASKS_CONSENT,
    HAND_OFF,
    HELP_NOW,
    HELP_POSSIBLE,
    SAFETY_QUESTION,
    ConsentChange,
    Situation,
)
from attune.policy.protocol import Protocol, load
from attune.policy.rules import ROWS, decide
from attune.signals.reading import EMOTIONS, Crisis, Reading
from attune.signals.trend import BEHAVIOURS, Trend

CASES = yaml.safe_load((Path(__file__).parents[1] / "tables/policy/decisions.yml").read_text())


def situation(case: dict) -> Situation:
    reading = dict(case.get("reading", {}))
    tier = reading.pop("tier", 0)
    known = dict(case.get("situation", {}))
    changes = [ConsentChange(*change) for change in known.pop("changes", {}).items()]
    changes += [ConsentChange(*change, explicit=False) for change in known.pop("passed_over", {}).items()]
    known = {name: frozenset(value) if isinstance(value, list) else value for name, value in known.items()}
    shown = dict(case.get("trend", {}))
    return Situation(
        reading=Reading(**reading, crisis=Crisis(tier=tier)),
        trend=Trend(**{**shown, "behaviours": tuple(shown.get("behaviours", ()))}),
        permission=Permission(**case.get("permission", {})),
        changes=tuple(changes),
        **known,
    )


def protocol(case: dict) -> Protocol:
    changed = case.get("protocol", {})
    question = changed.get("safety_question", "off")
    return replace(load(), crisis=replace(load().crisis, safety_question=question),
                   adapt="opt_in" if changed.get("opt_in") else "notice")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_table_decides(case: dict) -> None:
    decision = decide(situation(case), protocol(case))

    assert {"row": decision.row, "steps": list(decision.steps), "then": decision.then} == case["decides"]


@pytest.mark.parametrize(("intent", "then"), [
    (None, "listen"), ("nlu_fallback", "listen"), ("out_of_scope", "listen"), ("order_status", "host"),
])
def test_after_saying_what_it_cannot_read_the_bot_answers_only_a_request(intent: str | None, then: str) -> None:
    assert decide(situation({"reading": {"unread": "es"}, "situation": {"intent": intent}}), load()).then == then


@pytest.mark.parametrize("intent", [None, "nlu_fallback", "order_status"])
def test_lng_6_a_message_that_cannot_be_read_is_not_taken_for_calm(intent: str | None) -> None:
    seen = situation({"reading": {"unread": "es"}, "situation": {"intent": intent}})

    assert decide(seen, load()).steps == ("utter_unread_language",)  # with help lines and a person in its words
    assert decide(replace(seen, said=frozenset({"utter_unread_language"})), load()).steps == ()


def test_every_row_has_a_case() -> None:
    assert {row.row for row in ROWS} == {case["decides"]["row"] for case in CASES}


situations = st.builds(
    Situation,
    reading=st.builds(
        Reading, emotion=st.sampled_from(EMOTIONS), intensity=st.integers(0, 1000),
        crisis=st.builds(Crisis, tier=st.integers(0, 2)), wants_person=st.booleans(), abusive=st.booleans(),
        asks_if_human=st.booleans(), jest=st.booleans(), unread=st.sampled_from([None, "es"]),
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
    form=st.sampled_from([None, "return_form"]),
    said_last=st.frozensets(st.sampled_from(["utter_ask_country", "utter_crisis_help_possible", "utter_ask_forget",
                                             "utter_safety_question", "utter_in_queue"])),
    country=st.sampled_from([None, "GB"]),
    country_told=st.booleans(),
    carries_on=st.booleans(),
    requested=st.sampled_from([None, "export", "forget"]),
    agrees=st.booleans(),
    declines=st.booleans(),
    may_ask=st.frozensets(st.sampled_from(PURPOSES)),
    strong_turns=st.integers(0, 4),
    abusive_turns=st.integers(0, 4),
)


@given(situations)
def test_cri_1_help_is_shown_whatever_else_holds_unless_a_person_speaks(seen: Situation) -> None:
    decision = decide(seen, load())
    helped = bool({HELP_NOW, HELP_POSSIBLE} & set(decision.steps))

    assert helped == ((seen.reading.crisis.tier > 0 and seen.owner != "agent") or decision.row == "safety_answered")


@given(situations)
def test_cri_3_at_most_one_question_follows_help(seen: Situation) -> None:
    clinical = replace(load(), crisis=replace(load().crisis, safety_question="once"))

    for protocol_ in (load(), clinical):
        steps = decide(replace(seen, reading=Reading(crisis=Crisis(1))), protocol_).steps
        assert len({ASK_COUNTRY, SAFETY_QUESTION, *ASKS_CONSENT} & set(steps)) <= 1


@given(situations)
def test_hnd_1_a_plain_request_for_a_person_is_granted_from_every_state(seen: Situation) -> None:
    asked = replace(seen, reading=replace(seen.reading, wants_person=True), owner="bot")

    assert HAND_OFF in decide(asked, load()).steps


@given(situations)
def test_consent_never_changes_the_help(seen: Situation) -> None:
    crisis = replace(seen, reading=replace(seen.reading, crisis=Crisis(tier=2)))
    refused = replace(crisis, permission=Permission("withdrawn", "refused", "refused"))

    assert decide(crisis, load()) == decide(refused, load())


@given(situations)
def test_the_bot_says_nothing_while_a_person_speaks(seen: Situation) -> None:
    assert decide(replace(seen, owner="agent"), load()).steps == ()


@given(situations)
def test_con_2_conduct_is_nobodys_business_where_answers_are_not_to_be_fitted(seen: Situation) -> None:
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
