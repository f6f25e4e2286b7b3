"""The queue shows what was asked for, most urgent first, and never more than a page."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.desk import listing
from attune.desk.listing import AT_ONCE, Filter, asked
from attune.handoff.alarms import Alarm
from desk.situations import T0, case

CASES = [case(1), case(2, "Ada"), case(3, "Bo"), case(4, consent="refused"), case(5, reason="safety")]


@pytest.mark.parametrize(("query", "shown"), [
    ({}, "12345"), ({"show": "waiting"}, "145"), ({"show": "mine"}, "2"), ({"queue": "general"}, "4"),
    ({"queue": "care"}, "123"), ({"queue": "care", "show": "waiting"}, "1"), ({"channel": "web"}, "12345"),
    ({"channel": "telegram"}, ""), ({"show": "everything", "page": "x"}, "12345"), ({"page": "2"}, ""),
])
def test_a_filter_shows_what_fits(query: dict[str, str], shown: str) -> None:
    found = listing.listing(CASES, [], asked(query), "Ada", T0)

    assert "".join(row.case.conversation_id[2:] for row in found.rows) == shown
    assert found.waiting == 3  # whatever is shown, nobody who waits is forgotten


def test_hnd_5_a_conversation_with_an_alarm_stands_before_all_others() -> None:
    alarm = Alarm(1, "c-3", "h-3", "r", T0, T0)
    rows = listing.listing(CASES, [alarm], Filter(), "Ada", T0).rows

    assert [(row.case.conversation_id, row.alarmed) for row in rows][:2] == [("c-3", True), ("c-1", False)]


def test_more_than_a_page_is_told_by_number_and_reached_by_a_link() -> None:
    many = [replace(CASES[0], packet=CASES[0].packet | {"conversation": {"id": str(number), "channel": "web"}})
            for number in range(2 * AT_ONCE + 7)]
    first, last = (listing.listing(many, [], Filter(page=page), "Ada", T0) for page in (1, 3))

    assert (len(first.rows), first.more, len(last.rows), last.more) == (AT_ONCE, AT_ONCE + 7, 7, 0)
    assert first.filter.link(page=2) == "?page=2"


def test_hnd_2_in_a_surge_danger_goes_first_and_a_no_puts_nobody_last() -> None:
    calm, refused, strong = case(1), case(2, consent="refused"), case(3)
    danger, taken = case(4, reason="safety"), case(5, "Bo")
    calm.packet["context"]["peak"]["intensity"] = 100
    strong.packet["context"]["peak"]["intensity"] = 900

    found = listing.most_affected_first([taken, calm, refused, strong, danger], unknown=600)

    assert [one.conversation_id for one in found] == ["c-4", "c-3", "c-2", "c-1", "c-5"]


def test_among_equals_the_order_of_quieter_times_stays() -> None:
    equal = [case(number) for number in (3, 1, 2)]

    assert listing.most_affected_first(equal, unknown=600) == equal


@given(st.dictionaries(st.sampled_from(["show", "queue", "channel", "page", "x"]), st.text(max_size=90)))
def test_whatever_an_address_asks_for_a_link_leads_to_the_same(query: dict[str, str]) -> None:
    wish = asked(query)

    assert wish.page >= 1
    assert asked(dict(parse_qsl(wish.link(page=wish.page)[1:]))) == wish
