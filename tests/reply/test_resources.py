"""Which help line a person is shown: by country, never by language, and never a guess (CRI-5, CRI-6)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.errors import InvalidFile
from attune.reply import resources
from attune.reply.resources import HELP_LINES, choose, emergency_in_words, in_use, in_words, load, review_problem

REGISTRY = load()
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(("country", "ids"), [
    ("US", ["US-988"]), ("GB", ["GB-SAM", "GB-SHOUT"]), ("IE", ["IE-SAM", "IE-50808"]), ("CA", ["CA-988"]),
    ("AU", ["AU-LIFELINE"]), ("NZ", ["NZ-1737", "NZ-TAUTOKO"]), ("IN", ["IN-TELEMANAS"]), ("DE", ["DE-TS"]),
    ("FR", ["FR-3114"]), ("ES", ["ES-024"]), ("es", ["ES-024"]), (" gb ", ["GB-SAM", "GB-SHOUT"]),
    ("IT", ["INTL"]), ("MX", ["INTL"]), ("BR", ["INTL"]), ("", ["INTL"]), (None, ["INTL"]),
    ("en", ["INTL"]), ("en-US", ["INTL"]), ("EU", ["INTL"]), ("*", ["INTL"]), ("EU-*", ["INTL"]),
])
def test_country_decides(country: str | None, ids: list[str]) -> None:
    assert [entry.id for entry in choose(country, REGISTRY).lines] == ids


def test_a_country_of_the_union_has_at_least_its_emergency_number() -> None:
    for country in REGISTRY.groups["EU-*"]:
        assert "112" in str(choose(country, REGISTRY).emergency)


def test_an_unknown_country_is_told_to_look_for_its_emergency_number() -> None:
    assert emergency_in_words(choose("MX", REGISTRY)) == "your local emergency number"


@given(st.none() | st.text())
def test_only_its_own_country_is_shown_a_countrys_line(country: str | None) -> None:
    shown = choose(country, REGISTRY)

    assert 1 <= len(shown.lines) <= 2
    for entry in shown.lines:
        assert entry.country in ("*", (country or "").strip().upper())


def test_reserved_and_regional_numbers_are_never_shown() -> None:
    hidden = {entry.id for entry in REGISTRY.entries} - {entry.id for entry in in_use(REGISTRY)}
    shown = {entry.id for country in (*REGISTRY.countries, None) for entry in choose(country, REGISTRY).lines}

    assert hidden == {"EU-116123", "GB-ENG-111"}
    assert hidden & shown == set()


def test_every_entry_in_use_can_be_reached() -> None:
    shown = {entry.id for country in (*REGISTRY.countries, None) for entry in choose(country, REGISTRY).lines}

    assert shown | {"EU-EMERGENCY"} == {entry.id for entry in in_use(REGISTRY)}


def test_the_words_hold_every_way_to_reach_somebody() -> None:
    for country in (*REGISTRY.countries, None):
        found = choose(country, REGISTRY)
        for entry in found.lines:
            for way in (entry.name, entry.call, entry.text, entry.chat, entry.web, entry.hours):
                assert way is None or way in in_words(found)


REVIEWED = replace(REGISTRY.entries[0], reviewed_by="R. Viewer", reviewed_on="2026-10-01", review_due="2026-12-15")


@pytest.mark.parametrize(("change", "problem"), [
    ({}, None),
    ({"review_due": "2026-11-20"}, None),
    ({"review_due": "2026-11-19"}, "was due for review"),
    ({"review_due": "2027-10-01"}, "90 are the most"),
    ({"reviewed_on": "2026-11-21"}, "yet to come"),
    ({"reviewed_by": None}, "not been reviewed"),
    ({"reviewed_by": ""}, "not been reviewed"),
    ({"reviewed_on": None}, "not been reviewed"),
    ({"review_due": None}, "not been reviewed"),
])
def test_only_a_fresh_review_counts(change: dict[str, str | None], problem: str | None) -> None:
    found = review_problem(replace(REVIEWED, **change), TODAY)  # type: ignore[arg-type]

    assert found is None if problem is None else problem in str(found)


def test_nothing_in_the_registry_claims_a_review_nobody_made() -> None:
    assert [entry.id for entry in REGISTRY.entries if entry.reviewed_by or entry.reviewed_on or entry.review_due] == []


@pytest.mark.parametrize(("old", "new", "problem"), [
    ("  - id: GB-SAM\n", "  - id: US-988\n", "there twice"),
    ("    country: GB\n", "    country: Britain\n", "Britain"),
    ("    reviewed_on: null\n", "    reviewed_on: last week\n", "not a date"),
    ('    country: "*"\n', "    country: MX\n", "unknown country"),
    ("    grade: A\n", "", "'grade' is a required property"),
    ("    hours: 24/7\n", "    hourz: 24/7\n", "hourz"),
])
def test_a_broken_registry_names_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = HELP_LINES.read_text()
    assert old in text
    file = tmp_path / "help_lines.yml"
    file.write_text(text.replace(old, new, 1))

    with pytest.raises(InvalidFile, match=problem) as error:
        resources.load(file)
    assert error.value.line > 1


def test_a_date_may_stand_without_quotes(tmp_path: Path) -> None:
    file = tmp_path / "help_lines.yml"
    file.write_text(HELP_LINES.read_text().replace("review_due: null", "review_due: 2027-01-02"))

    assert {entry.review_due for entry in load(file).entries} == {"2027-01-02"}
