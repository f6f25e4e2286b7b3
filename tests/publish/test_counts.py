"""The year's counts: every one that is large enough, and nothing that leads to a person."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.record import Record
from attune.publish.counts import Counts, count, suppressed

COUNTRIES = {"XX-ONE": "XX", "XX-TWO": "XX", "YY-ONE": "YY", "EVERYWHERE": "*"}


def helped(conversation: str, resources: str = "XX-ONE", *, at: str = "2026-03-01", locale: str = "en") -> Record:
    """The Record of a message in which help was shown."""
    moment = datetime.fromisoformat(at).replace(tzinfo=timezone.utc).timestamp()
    facts = {"response": "utter_crisis_help", "resources": resources, "locale": locale}
    return Record(f"{conversation}-{at}-{resources}", "help", round(moment * 1e6), conversation, facts)


def many(number: int, prefix: str, resources: str = "XX-ONE", locale: str = "en") -> list[Record]:
    """One message with help in each of so many conversations."""
    return [helped(f"{prefix}{index}", resources, locale=locale) for index in range(number)]


def test_cri_12_help_is_counted_by_year_country_and_language() -> None:
    records = [*many(12, "a", "XX-ONE XX-TWO"), *many(11, "b", "YY-ONE", "fr"), *many(10, "c", "EVERYWHERE")]

    assert count(records, 2026, COUNTRIES) == Counts(
        2026, 10, 33, 33, {"XX": 12, "YY": 11, "unknown": 10}, {"en": 22, "fr": 11},
    )


def test_cri_12_another_year_and_other_records_are_left_out() -> None:
    outside = [helped("a", at="2025-12-31T23:59:59"), helped("b", at="2027-01-01"),
               Record("said", "said", round(1.78e15), "c", {})]

    assert count([*outside, *many(10, "x")], 2026, COUNTRIES).times == 10
    assert count(outside, 2026, COUNTRIES).times == 0


def test_cri_12_a_conversation_counts_once_for_the_country_known_last() -> None:
    again = [record for name in "abcdefghijkl" for record in (helped(name, "EVERYWHERE"), helped(name, "YY-ONE"))]
    found = count(again, 2026, COUNTRIES)

    assert (found.times, found.conversations, found.by_country) == (24, 12, {"YY": 12})


def test_cri_12_nothing_in_the_counts_leads_to_a_person() -> None:
    assert "pseudonym" not in repr(count(many(20, "pseudonym"), 2026, COUNTRIES))


@pytest.mark.parametrize(("cells", "told"), [
    ({}, {}),
    ({"XX": 10}, {"XX": 10}),
    ({"XX": 9}, {"XX": None}),
    ({"XX": 50, "YY": 9}, {"XX": None, "YY": None}),
    ({"XX": 50, "YY": 20, "ZZ": 9}, {"XX": 50, "YY": None, "ZZ": None}),
    ({"XX": 50, "YY": 9, "ZZ": 8}, {"XX": 50, "YY": None, "ZZ": None}),
])
def test_cri_12_small_cells_are_kept_back(cells: dict[str, int], told: dict[str, int | None]) -> None:
    assert suppressed(cells, 10) == told


@given(st.dictionaries(st.text(), st.integers(1, 100), max_size=8))
def test_cri_12_what_is_kept_back_cannot_be_had_by_taking_the_rest_from_the_sum(cells: dict[str, int]) -> None:
    told = suppressed(cells, 10)
    kept_back = [name for name, number in told.items() if number is None]

    assert set(told) == set(cells)
    assert all(number is None or number >= 10 for number in told.values())
    assert len(kept_back) != 1 or len(cells) == 1
