"""The year's counts: every one that is large enough, and nothing that leads to a person."""

from datetime import datetime, timezone

from attune.audit.record import Record
from attune.drift.help_shown import HelpShown
from attune.publish.counts import Counts, count

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
        2026, 10, HelpShown(33, 33, {"XX": 12, "YY": 11, "unknown": 10}, {"en": 22, "fr": 11}),
    )


def test_cri_12_another_year_and_other_records_are_left_out() -> None:
    outside = [helped("a", at="2025-12-31T23:59:59"), helped("b", at="2027-01-01"),
               Record("said", "said", round(1.78e15), "c", {})]

    assert count([*outside, *many(10, "x")], 2026, COUNTRIES).help.times == 10
    assert count(outside, 2026, COUNTRIES).help.times == 0


def test_cri_12_a_conversation_counts_once_for_the_country_known_last() -> None:
    again = [record for name in "abcdefghijkl" for record in (helped(name, "EVERYWHERE"), helped(name, "YY-ONE"))]
    found = count(again, 2026, COUNTRIES).help

    assert (found.times, found.conversations, found.by_country) == (24, 12, {"YY": 12})


def test_cri_12_nothing_in_the_counts_leads_to_a_person() -> None:
    assert "pseudonym" not in repr(count(many(20, "pseudonym"), 2026, COUNTRIES))


def test_cri_12_too_few_are_told_together_with_the_next_larger() -> None:
    found = count([*many(30, "a"), *many(18, "b", "YY-ONE"), *many(3, "c", "EVERYWHERE")], 2026, COUNTRIES).help

    assert (found.conversations, found.by_country) == (51, {"XX": 30, "together": 21})


def test_cri_12_how_often_is_not_told_where_it_says_how_few_needed_help_again() -> None:
    assert count([*many(30, "a"), *many(4, "a", "XX-TWO")], 2026, COUNTRIES).help.times is None
    assert count([*many(30, "a"), *many(14, "a", "XX-TWO")], 2026, COUNTRIES).help.times == 44
