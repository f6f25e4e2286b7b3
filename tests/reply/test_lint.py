"""The lints, over a table of what each must flag and must let pass, and over every wording of the layer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.errors import InvalidFile
from attune.reply.breach import judged
from attune.reply.document import read
from attune.reply.lint import Lint, Phrases, breaches, fold, load, said_in
from attune.reply.passages import in_responses
from attune.reply.resources import load as load_registry
from attune.settings import LAYER

SCOPES = "scopes: {all: {responses: ''}}\n"
TABLE = Path(__file__).parents[1] / "tables" / "reply" / "lints.yml"
LINTS = {lint.id: lint for lint in load() if isinstance(lint, Phrases)}
NAMES = {"all": "utter_greet", "crisis": "utter_crisis_help_now", "non-crisis": "utter_greet",
         "distress": "utter_acknowledge_sadness_strong"}


def cases(half: str) -> list[tuple[str, str]]:
    """Numbers of real help lines are taken from the registry, where alone they may stand."""
    numbers = {entry.id: entry.call or entry.text for entry in load_registry().entries}
    table = YAML(typ="safe").load(TABLE)
    return [
        (rule, text.replace("{GB-SAM}", str(numbers["GB-SAM"])))
        for rule, halves in table.items() for text in halves[half]
    ]


@pytest.mark.parametrize(("rule", "text"), cases("must_flag"))
def test_a_wording_that_breaks_a_rule_is_flagged(rule: str, text: str) -> None:
    assert LINTS[rule].finds(text)


@pytest.mark.parametrize(("rule", "text"), cases("must_pass"))
def test_a_wording_that_keeps_the_rule_passes(rule: str, text: str) -> None:
    assert LINTS[rule].finds(text) is None


def test_there_are_eighteen_and_each_has_cases() -> None:
    assert sorted(LINTS) == [f"L{number:02}" for number in range(1, 19)]
    assert {rule for rule, _ in cases("must_flag")} == {rule for rule, _ in cases("must_pass")} == set(LINTS)


@pytest.mark.parametrize("lint", LINTS.values(), ids=lambda lint: lint.id)
def test_what_a_lint_suggests_breaks_no_lint(lint: Lint) -> None:
    assert [rule.id for rule in LINTS.values() if rule.finds(lint.instead) and rule.id not in {"L16"}] == []


@pytest.mark.parametrize(("rule", "name", "concerned"), [
    ("L01", "utter_greet", True), ("L01", "utter_crisis_help_now", True),
    ("L10", "utter_greet", False), ("L10", "utter_crisis_help_possible", True),
    ("L12", "utter_greet", False), ("L12", "utter_acknowledge_anxiety_light", True),
    ("L12", "utter_acknowledge_anger_light", False), ("L12", "utter_crisis_help_now", True),
    ("L16", "utter_greet", True), ("L16", "utter_crisis_help_now", False), ("L16", "utter_safety_question", False),
    ("L18", "utter_help_lines", True), ("L18", "utter_ask_country", True), ("L18", "utter_carry_on", True),
    ("L18", "utter_boundary", False), ("L18", "utter_in_jest", False), ("L16", "utter_boundary", True),
    ("L18", "utter_ask_country_of_delivery", False),
])
def test_a_lint_concerns_the_responses_of_its_scope(rule: str, name: str, concerned: bool) -> None:
    assert LINTS[rule].concerns(name) is concerned


def test_a_safety_question_is_for_a_crisis_only() -> None:
    assert [lint.id for lint, _ in breaches("utter_safety_question", "Are you okay?", LINTS.values())] == []
    assert [lint.id for lint, _ in breaches("utter_greet", "Are you okay?", LINTS.values())] == ["L16"]


def test_typographic_quotes_hide_nothing() -> None:
    assert LINTS["L01"].finds("I’m  not\na   BOT.")


@given(st.text())
def test_no_text_breaks_the_lints_themselves(text: str) -> None:
    for lint in LINTS.values():
        found = lint.finds(text)
        assert found is None or found in fold(text)


@given(st.text(), st.sampled_from(cases("must_flag")), st.text())
def test_sentences_around_a_breach_do_not_hide_it(before: str, case: tuple[str, str], after: str) -> None:
    rule, text = case
    if rule not in {"L05", "L08", "L13", "L17"}:  # these look at the words around: "if you …", "not confidential"
        assert LINTS[rule].finds(f"{before}. {text} .{after}")


@pytest.mark.parametrize("file", sorted((LAYER / "responses").glob("*.yml")), ids=lambda file: file.name)
def test_the_layers_own_wordings_keep_every_rule(file: Path) -> None:  # warnings too: none is in the budget (LNG-5)
    assert list(judged(in_responses(read(file)), load())) == []


def test_a_breach_says_where_it_stands_and_what_to_say_instead(tmp_path: Path) -> None:
    file = tmp_path / "domain.yml"
    file.write_text(
        "responses:\n  utter_sorry:\n  - text: Sorry.\n  - text: >-\n      It was entirely\n      our fault.\n"
        "    buttons:\n    - {title: Calm down, payload: /x}\n    custom: {blocks: [{text: I have been there.}]}\n"
    )

    found = list(judged(in_responses(read(file)), load()))

    assert [(breach.rule, breach.line, breach.severity) for breach in found] == [
        ("L07", 4, "error"), ("L03", 8, "error"), ("L02", 9, "error")]
    assert found[0].instead == LINTS["L07"].instead
    assert found[0].file == str(file)


@pytest.mark.parametrize(("broken", "line", "problem"), [
    (f"{SCOPES}lints:\n- {{id: L01, name: x, severity: error, scope: [some], patterns: [abc], instead: y}}\n",
     3, "no scope is called 'some'"),
    (f"{SCOPES}lints:\n- {{id: L01, name: x, severity: error, scope: [all], patterns: [a <word>], instead: y}}\n",
     3, "no word is called <word>"),
    (f"{SCOPES}lints:\n- id: L01\n  name: x\n  severity: error\n  scope: [all]\n  instead: y\n"
     "  patterns:\n  - abc\n  - 'a(b'\n", 10, "not a regular expression"),
    (f"{SCOPES}lints:\n- {{id: L01}}\n", 3, "required property"),
])
def test_a_broken_list_of_lints_names_its_line(tmp_path: Path, broken: str, line: int, problem: str) -> None:
    file = tmp_path / "lints.yml"
    file.write_text(broken)

    with pytest.raises(InvalidFile, match=problem) as error:
        load(file)
    assert error.value.line == line


@pytest.mark.parametrize(("scope", "rules"), [
    ("non-crisis", {"L16"}), ("crisis", {"L12", "L18"}), ("distress", {"L12", "L16"}),
    ("acknowledgement", {"L16", "S1"}), ("all", {"L12", "L16", "L18"}),
])
def test_a_wording_without_a_name_is_judged_by_the_rules_of_its_scope(scope: str, rules: set[str]) -> None:
    assert {lint.id for lint in said_in(scope, load())} & {"L12", "L16", "L18", "S1"} == rules
