"""The rules on language that the lints hold every wording to (LNG-1 to LNG-5, BND-2 to BND-4)."""

import pytest

from attune.reply.commands import merged_breaches
from attune.reply.lint import breaches, load


@pytest.mark.parametrize(("said", "instead"), [
    ("It was our driver's fault.", "I'm sorry for the trouble this has caused you."),
    ("We failed to deliver on time.", "I'm sorry this took so long."),
])
def test_lng_1_sympathy_passes_and_admitted_fault_does_not(said: str, instead: str) -> None:
    assert [lint.id for lint, _ in breaches("utter_late", said, load())] == ["L07"]
    assert list(breaches("utter_late", instead, load())) == []


@pytest.mark.parametrize(("said", "instead"), [
    ("You will get your money back by Friday.", "You will get {amount} by {date}."),
    ("Someone will call you within the hour.", "Current wait: {wait_estimate}."),
    ("We guarantee a refund.", "We cannot guarantee a refund."),
])
def test_lng_2_a_promise_passes_only_with_a_value_behind_it_or_denied(said: str, instead: str) -> None:
    assert [lint.id for lint, _ in breaches("utter_refund", said, load())] == ["L06"]
    assert list(breaches("utter_refund", instead, load())) == []


def test_lng_2_a_name_or_a_number_is_no_value_that_covers_a_promise() -> None:
    text = "{first_name}, we will refund order {order_id} tomorrow."

    assert [lint.id for lint, _ in breaches("utter_refund", text, load())] == ["L06"]


@pytest.mark.parametrize(("rule", "said"), [
    ("L02", "I know how you feel."), ("L03", "Calm down."), ("L04", "It could be worse."),
    ("L05", "It's your own fault."),
])
@pytest.mark.parametrize("response", [
    "utter_greet", "utter_crisis_help_now", "utter_acknowledge_sadness_strong", "utter_acknowledge_anger_light",
])
def test_lng_3_nobody_is_blamed_calmed_or_made_small_in_any_response(rule: str, said: str, response: str) -> None:
    assert rule in {lint.id for lint, _ in breaches(response, said, load())}


def own() -> dict[str, list[str]]:
    """For each lint, the layer's own wordings that break it."""
    return {lint.id: [each.text for each in merged_breaches([]) if each.rule == lint.id] for lint in load()}


@pytest.mark.parametrize("said", ["How does that make you feel?", "How are you feeling today?"])
def test_bnd_2_nobody_is_asked_about_feelings(said: str) -> None:
    assert "L16" in {lint.id for lint, _ in breaches("utter_greet", said, load())}
    assert own()["L16"] == []


@pytest.mark.parametrize(("rule", "said"), [
    ("L02", "I know how you feel."), ("L11", "I'm always here for you, my friend."),
    ("L11", "I care about you deeply."),
])
def test_bnd_3_the_assistant_is_nobodys_friend_and_feels_nothing(rule: str, said: str) -> None:
    assert rule in {lint.id for lint, _ in breaches("utter_greet", said, load())}
    assert own()[rule] == []


@pytest.mark.parametrize("said", ["You are depressed.", "This sounds like an anxiety disorder."])
def test_bnd_4_nobody_is_diagnosed(said: str) -> None:
    assert "L09" in {lint.id for lint, _ in breaches("utter_greet", said, load())}
    assert own()["L09"] == []


WORDS = " ".join(["word"] * 21)


@pytest.mark.parametrize(("text", "rules"), [
    (f"{WORDS} four more words here.", []),
    (f"{WORDS} four and five more words.", ["S1"]),
    (f"{WORDS} {{attune_topic}}", []),
    (f"{WORDS} more {{attune_topic}}", ["S1"]),
    ("I'm sorry about that.", []),
    ("I'm sorry. My apologies for the wait.", ["S2"]),
    ("We apologise, and I'm sorry.", ["S2"]),
])
def test_lng_4_an_acknowledgement_is_short_and_says_sorry_once(text: str, rules: list[str]) -> None:
    assert [lint.id for lint, _ in breaches("utter_acknowledge_anger_light", text, load())] == rules
    assert list(breaches("utter_greet", text, load())) == []


def test_lng_5_the_layers_own_wordings_spend_nothing_of_the_budget() -> None:
    assert [breach.text for breach in merged_breaches([]) if breach.rule == "L15"] == []


def test_lng_5_a_feeling_is_named_of_the_situation_and_asserting_it_warns() -> None:
    found = [(lint.id, lint.severity) for lint, _ in breaches("utter_late", "You are angry.", load())]

    assert found == [("L15", "warn")]
    assert list(breaches("utter_late", "That sounds frustrating.", load())) == []
