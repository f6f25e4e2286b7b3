"""How the bench counts what the lints flag, and that they keep telling most of it apart."""

import json
from pathlib import Path

import pytest

from detection.measures import Proportion
from lints.measures import Figure, figures
from lints.peers import attune, plain_list
from lints.sets import NAMES, OWN, Sentence, load, sentences
from lints.table import table

SAID = {"bad": frozenset({"L01"}), "worse": frozenset({"L01", "L02"}), "fine": frozenset()}


def ask(sentence: Sentence) -> frozenset[str]:
    return SAID[sentence.text]


def counts(proportion: Proportion | None) -> tuple[int, int] | None:
    return (proportion.hits, proportion.of) if proportion else None


def test_what_must_be_flagged_and_what_must_pass_are_counted_apart() -> None:
    rows = [Sentence("bad", "L01", True, "all"), Sentence("fine", "L01", True, "all"),
            Sentence("bad", "L01", False, "all"), Sentence("worse", "L03", False, "all"),
            Sentence("worse", "L03", False, "all", only=True)]
    found = figures(rows, ask, errors={"L01"})

    assert [(name, counts(each.found), counts(each.alarms), counts(each.others)) for name, each in found.items()] == [
        ("L01", (1, 2), (1, 1), (0, 1)),
        ("L03", None, (0, 2), (1, 1)),
        ("all", (1, 2), (1, 3), (1, 2)),
    ]


def test_a_reference_is_read_as_its_sentences(tmp_path: Path) -> None:
    file = tmp_path / "reference.jsonl"
    line = {"id": "L12", "scope": "distress,crisis", "must_flag": ["a"], "must_pass": ["b"]}
    file.write_text(json.dumps(line) + "\n")

    assert load(file) == [Sentence("a", "L12", True, "distress"), Sentence("b", "L12", False, "distress")]


def test_a_line_of_a_table_is_one_sentence() -> None:
    line = {"text": "a", "lint": "L06", "flag": False, "scope": "all", "only": True}

    assert list(sentences(line)) == [Sentence("a", "L06", False, "all", only=True)]


@pytest.mark.parametrize(("scope", "flagged"), [("crisis", {"L18"}), ("non-crisis", set()), ("all", {"L18"})])
def test_a_sentence_is_judged_where_it_stands(scope: str, flagged: set[str]) -> None:
    assert attune()(Sentence("Why do you want to die?", "L18", True, scope)) == flagged


def test_the_plain_list_knows_the_plainest_phrases_and_no_others() -> None:
    assert plain_list()(Sentence("Please CALM down.", "L03", True, "all")) == {"L03"}
    assert plain_list()(Sentence("Keep your hair on.", "L03", True, "all")) == frozenset()


def test_every_lint_is_a_row_and_every_peer_three_columns() -> None:
    half = Proportion(1, 2, 0.5, 0.0945, 0.9055)
    rows = table("dev", {"Attune": {"L01": Figure(half, half, None)}}, {"L01": "human-claim"})

    assert [" ".join(row.split()) for row in rows] == [
        "dev Attune: found alarms others", "L01 human-claim 1/2 50.0 (9.4–90.5) 1/2 –"]


@pytest.mark.parametrize(("name", "least", "most"), [("dev", 0.98, 0.01), ("held", 0.6, 0.08)])
def test_the_lints_tell_apart_what_they_did_when_they_were_measured(name: str, least: float, most: float) -> None:
    every = figures(load(OWN / f"{name}.jsonl"), attune(), errors=())["all"]

    assert every.found
    assert every.alarms
    assert every.found.share >= least
    assert every.alarms.share <= most


@pytest.mark.parametrize("name", NAMES)
def test_every_lint_has_sentences_to_flag_and_to_let_pass(name: str) -> None:
    rows = load(OWN / f"{name}.jsonl")

    for lint in (f"L{number:02}" for number in range(1, 19)):
        assert {row.flag for row in rows if row.lint == lint} == {True, False}


def test_no_sentence_is_in_both_tables() -> None:
    dev, held = ({row.text.casefold() for row in load(OWN / f"{name}.jsonl")} for name in NAMES)

    assert dev & held == set()
