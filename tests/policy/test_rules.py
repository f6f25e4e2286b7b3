"""The decision table, case by case."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.consent.permission import PURPOSES, STATES, Permission
from attune.policy.decision import (
    ASK_CALL_BACK,
    ASK_COUNTRY,
    ASK_FORGET,
    ASK_RATING,
    ASKS_CONSENT,
    CALL_BACK,
    HAND_OFF,
    HELP_NOW,
    HELP_POSSIBLE,
    OFFER_CALL_BACK,
    REFIT,
    SAFETY_QUESTION,
    TEAM_AWAY,
    TEAM_AWAY_IN_DANGER,
    TELL_PLACE,
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
    permission=st.builds(Permission, *[st.sampled_from(STATES)] * len(PURPOSES)),
    owner=st.sampled_from(["bot", "queue", "agent"]),
    intent=st.sampled_from([None, "ask_if_human", "request_human", "order_status", "attune_handed_back",
                            "attune_offer_call_back"]),
    undisclosed=st.booleans(),
    opening=st.booleans(),
    form=st.sampled_from([None, "return_form"]),
    said=st.frozensets(st.sampled_from([OFFER_CALL_BACK, ASK_RATING, CALL_BACK])),
    said_last=st.frozensets(st.sampled_from(["utter_ask_country", "utter_crisis_help_possible", "utter_ask_forget",
                                             "utter_safety_question", "utter_in_queue", "utter_bot_resumes",
                                             "utter_ask_consent_quality", OFFER_CALL_BACK, ASK_CALL_BACK, ASK_RATING])),
    back=st.sampled_from([None, "tomorrow"]),
    public=st.booleans(),
    wants_call_back=st.booleans(),
    tells_call_back=st.booleans(),
    rating=st.sampled_from([None, 1, 5, "skip"]),
    endangered=st.booleans(),
    distressed=st.booleans(),
    changes=st.lists(st.builds(ConsentChange, st.sampled_from(PURPOSES), st.sampled_from(STATES), st.booleans()),
                     max_size=2).map(tuple),
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
    speaks = replace(seen, owner="agent")

    assert decide(replace(speaks, changes=()), load()).steps == ()
    assert set(decide(speaks, load()).steps) <= {REFIT}  # silent: the packet follows what may be passed on (CON-3)


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


QUESTIONS = {ASK_COUNTRY, SAFETY_QUESTION, ASK_FORGET, ASK_CALL_BACK, OFFER_CALL_BACK, ASK_RATING, *ASKS_CONSENT}


@given(situations)
def test_there_are_never_two_questions_at_once(seen: Situation) -> None:
    steps = decide(seen, load()).steps

    assert len([step for step in steps if step in QUESTIONS or (seen.form and step == seen.form)]) <= 1


@given(situations)
def test_hnd_3_whoever_is_put_in_the_queue_while_nobody_is_there_is_told_so(seen: Situation) -> None:
    away = replace(seen, back="tomorrow", owner="bot", said_last=frozenset())
    steps = decide(away, load()).steps

    assert bool({TEAM_AWAY, TEAM_AWAY_IN_DANGER} & set(steps)) == (HAND_OFF in steps)
    if HAND_OFF in steps:
        told = next(step for step in steps if step in (TEAM_AWAY, TEAM_AWAY_IN_DANGER))
        assert steps.index(told) == steps.index(HAND_OFF) + 1


@given(situations)
def test_cri_2_hours_change_nothing_about_help_or_the_case_that_is_opened(seen: Situation) -> None:
    there, away = decide(replace(seen, back=None), load()), decide(replace(seen, back="tomorrow"), load())

    for step in (HELP_NOW, HELP_POSSIBLE, HAND_OFF):
        assert (step in there.steps) == (step in away.steps)
    if HELP_NOW in away.steps:
        assert away.steps.index(HELP_NOW) < away.steps.index(HAND_OFF)


@given(situations, st.booleans())
def test_hnd_5_nobody_in_danger_is_put_off_or_asked_how_it_was(seen: Situation, now: bool) -> None:
    danger = replace(seen, reading=replace(seen.reading, crisis=Crisis(tier=int(now))), endangered=True)

    assert not {OFFER_CALL_BACK, ASK_CALL_BACK, CALL_BACK, TELL_PLACE, ASK_RATING} & set(decide(danger, load()).steps)
