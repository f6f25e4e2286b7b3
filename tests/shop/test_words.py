from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.values import Item
from shop.words import NewAddress, NewDay, day, delivery_wish, listed, money, order_number, says_something

WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(("text", "number"), [
    ("1042", 1042), ("#1042", 1042), ("order no. 1042!", 1042), ("INV-1042", 1042), ("not 1042, 1024", 1024),
    ("", None), (None, None), ("12", None), ("10425", None), ("no idea", None),
])
def test_an_order_number_is_four_digits_and_the_last_one_counts(text: str | None, number: int | None) -> None:
    assert order_number(text) == number


@pytest.mark.parametrize(("text", "wanted"), [
    ("friday", date(2026, 11, 20)),
    ("Friday would be good", date(2026, 11, 20)),
    ("on wednesday please", date(2026, 11, 25)),
    ("next monday", date(2026, 11, 23)),
    ("tomorrow", date(2026, 11, 19)),
    ("the day after tomorrow", date(2026, 11, 20)),
    ("3 December", date(2026, 12, 3)),
    ("december 3rd", date(2026, 12, 3)),
    ("24 nov", date(2026, 11, 24)),
    ("2 January", date(2027, 1, 2)),
])
def test_a_day_is_understood(text: str, wanted: date) -> None:
    assert delivery_wish(text, WEDNESDAY) == NewDay(wanted)


@pytest.mark.parametrize(("text", "address"), [
    ("14 Mill Lane, Westbury", "14 Mill Lane, Westbury"),
    ("to 9 Church Hill, Ludlow", "9 Church Hill, Ludlow"),
    ("send it to 31 Orchard Way", "31 Orchard Way"),
    ("The new address is 27 Harbour Road, Flat 3", "27 Harbour Road, Flat 3"),
    ("5 Friday Street, Oldham", "5 Friday Street, Oldham"),
])
def test_an_address_is_understood(text: str, address: str) -> None:
    assert delivery_wish(text, WEDNESDAY) == NewAddress(address)


@pytest.mark.parametrize("text", ["", "yes", "somewhere else", "31 November", "my sister", "1042", None])
def test_what_is_neither_is_not_guessed(text: str | None) -> None:
    assert delivery_wish(text, WEDNESDAY) is None


@pytest.mark.parametrize(("text", "enough"), [
    ("too big", True), ("broken", True), ("it's the wrong one", True),
    ("yes", False), ("no", False), ("ok", False), ("???", False), ("", False), ("1042", False), (None, False),
])
def test_an_answer_must_tell_something(text: str | None, enough: bool) -> None:
    assert says_something(text) is enough


@pytest.mark.parametrize(("pence", "text"), [(0, "£0.00"), (5, "£0.05"), (1190, "£11.90"), (100000, "£1000.00")])
def test_money_reads_as_on_an_invoice(pence: int, text: str) -> None:
    assert money(pence) == text


def test_days_and_items_read_as_people_say_them() -> None:
    assert day(WEDNESDAY) == "Wednesday 18 November"
    assert listed([Item("kettle", 1, 3900), Item("coffee beans", 2, 1250)]) == "kettle, 2 x coffee beans"


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    wish = delivery_wish(text, WEDNESDAY)

    assert wish is None or isinstance(wish, NewDay | NewAddress)
    assert order_number(text) is None or 0 <= (order_number(text) or 0) <= 9999
    assert says_something(text) in (True, False)


@given(st.integers(0, 6), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_weekday_is_always_the_next_one(weekday: int, today: date) -> None:
    name = day(date(2026, 11, 16) + timedelta(weekday)).split()[0]
    wish = delivery_wish(name, today)

    assert isinstance(wish, NewDay)
    assert 1 <= (wish.day - today).days <= 7
    assert wish.day.weekday() == weekday
