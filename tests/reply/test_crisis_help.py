"""What a person in danger reads, in every country and both tiers (CRI-3, CRI-4, CRI-9, CRI-13)."""

import re
from pathlib import Path
from typing import Any

import pytest

from attune.errors import InvalidFile
from attune.policy import protocol
from attune.reply import crisis, resources
from attune.reply.crisis import CRISIS_HELP, Variation
from attune.reply.lint import breaches
from attune.reply.lint import load as lints
from attune.reply.voice import document
from attune.reply.wording import CRISIS_RESPONSES

REGISTRY = resources.load()
RESPONSES = crisis.responses(document(crisis.load(), protocol.load().voice), REGISTRY)
EVERY = [(name, variation) for name, variations in RESPONSES.items() for variation in variations]
HELP = [(name, variation) for name, variation in EVERY if name in CRISIS_RESPONSES]
NAMES_LINES = [(name, variation) for name, variation in EVERY if variation["metadata"]["resources"]]
PARTS = {
    "acknowledges": r"thank you for telling|good that you|lot of pain|sorry (that|it) |taken seriously|did well to",
    "cares without judging": r"your safety|no judgement|how you are comes first|deserve support",
    "names a trusted person": r"trust|someone close to you|friend",
    "offers a colleague": r"colleague .*(chat|join)|colleague, a person",
    "says it is automated": r"automated assistant",
    "leaves room for a mistake": r"not what you meant|misread|got this wrong|meant something else|misunderstanding",
}


def named(value: object) -> str:
    return str(value["id"]) if isinstance(value, dict) else ""


def country(variation: Variation) -> str | None:
    conditions: list[dict[str, Any]] = variation.get("condition", [])
    return conditions[0]["value"] if conditions else None


@pytest.mark.parametrize(("name", "variation"), HELP, ids=named)
def test_cri_3_a_crisis_reply_has_all_its_parts(name: str, variation: Variation) -> None:
    text = variation["text"]

    assert [part for part, words in PARTS.items() if not re.search(words, text, re.IGNORECASE)] == []
    assert [button["payload"] for button in variation["buttons"]] == ["/request_human", "/attune_carry_on"]


@pytest.mark.parametrize(("name", "variation"), NAMES_LINES, ids=named)
def test_cri_3_what_names_help_lines_names_those_of_the_country_in_at_most_120_words(
    name: str, variation: Variation,
) -> None:
    text = variation["text"].replace("{attune_topic}", "your refund for order 1042 and its delivery")
    shown = resources.choose(country(variation), REGISTRY)

    assert all(entry.name in text for entry in shown.lines)
    assert variation["metadata"]["resources"] == [entry.id for entry in shown.lines]
    assert resources.emergency_in_words(shown) in text
    assert len(text.split()) <= 120
    assert text.count("?") - resources.in_words(shown).count("?") <= 1
    assert not re.search(r"[{}\[\]]", text)
    assert "automated assistant" in text
    assert "/request_human" in [button["payload"] for button in variation["buttons"]]


@pytest.mark.parametrize("name", ["utter_ask_country", "utter_safety_question"])
def test_cri_11_a_question_is_short_and_neutral_and_asks_for_no_means(name: str) -> None:
    for variation in RESPONSES[name]:
        assert variation["text"].count("?") == 1
        assert len(variation["text"].split()) <= 25
        assert not re.search(r"\b(plan|how|method|when|why)\b", variation["text"], re.IGNORECASE)


@pytest.mark.parametrize("variation", RESPONSES["utter_crisis_help_now"], ids=lambda variation: variation["id"])
def test_cri_3_with_stated_intent_the_emergency_number_comes_first(variation: Variation) -> None:
    first = re.split(r"(?<=[.;])\s", variation["text"])[0]

    assert resources.emergency_in_words(resources.choose(country(variation), REGISTRY)) in first


@pytest.mark.parametrize(("name", "variation"), EVERY, ids=named)
def test_cri_4_a_filled_in_reply_breaks_no_lint_but_the_one_on_numbers(name: str, variation: Variation) -> None:
    assert {lint.id for lint, _ in breaches(name, variation["text"], lints())} <= {"L17"}


@pytest.mark.parametrize("name", CRISIS_RESPONSES)
def test_cri_5_each_country_has_every_wording_and_so_does_nowhere(name: str) -> None:
    wordings = {wording["id"] for wording in crisis.load().data["responses"][name]}

    assert len(wordings) >= 3
    for place in (*REGISTRY.countries, None):
        assert {v["id"].rsplit("-", 1)[0] for v in RESPONSES[name] if country(v) == place} == wordings


def test_cri_5_nowhere_means_the_directory_and_no_number() -> None:
    anywhere = [variation for _, variation in NAMES_LINES if country(variation) is None]

    assert {tuple(variation["metadata"]["resources"]) for variation in anywhere} == {("INTL",)}
    assert all(not re.search(r"\d{3}", variation["text"]) for _, variation in EVERY if country(variation) is None)


def test_no_reviewers_name_travels_with_a_message() -> None:
    assert {key for _, variation in EVERY for key in variation["metadata"]} == {"resources"}


def test_variations_can_be_told_apart_in_the_audit() -> None:
    ids = [variation["id"] for _, variation in EVERY]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("old", "new", "problem"), [
    ("{help}", "Somebody", "help"),
    ("{emergency}", "someone", "emergency"),
    ("metadata: {reviewed_by: null, review_due: null}", "metadata: {reviewed_by: null}", "review_due"),
    ("review_due: null", "review_due: soon", "not a date"),
    ("Thank you", "Thank you " + "very " * 60 + "much", "more than 120 words"),
])
def test_a_broken_wording_names_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    file = tmp_path / "crisis_help.yml"
    file.write_text(CRISIS_HELP.read_text().replace(f"      {old}" if old == "{help}" else old, new))

    with pytest.raises(InvalidFile, match=problem) as error:
        crisis.responses(crisis.load(file), REGISTRY)
    assert error.value.line > 10
