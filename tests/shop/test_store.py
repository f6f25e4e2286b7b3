from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from attune.database import engine
from shop import seed
from shop.store import Shop
from shop.tables import ACCOUNTS, SIGN_IN_LINKS
from shop.values import STATUSES, Order

BASE = date(2026, 11, 18)


def with_status(shop: Shop, status: str) -> Order:
    return next(order for number in seed.NUMBERS if (order := shop.order(number)) and order.status == status)


def test_the_same_day_gives_the_same_shop() -> None:
    assert seed.orders(BASE) == seed.orders(BASE)
    assert seed.orders(BASE) != seed.orders(BASE + timedelta(7))


def test_the_shop_has_orders_1001_to_1060_and_every_state_but_cancelled(shop: Shop) -> None:
    orders = [shop.order(number) for number in range(1001, 1061)]

    assert None not in orders
    assert {order.status for order in orders if order} == set(STATUSES) - {"cancelled"}


def test_what_is_seeded_is_what_is_read(shop: Shop, today: date) -> None:
    for order in seed.orders(today):
        stored = shop.order(order.number)

        assert stored is not None
        assert replace(stored, items=()) == replace(order, items=())
        assert set(stored.items) == set(order.items)


@pytest.mark.parametrize("number", [1000, 1061, 0, -1, None])
def test_an_order_nobody_placed_is_not_found(shop: Shop, number: int | None) -> None:
    assert shop.order(number) is None


def test_order_1042_is_late_and_stuck_at_a_depot(shop: Shop, today: date) -> None:
    order = shop.order(1042)

    assert order is not None
    assert order.status == "shipped"
    assert order.first_expected < today < order.expected
    assert order.parcel.scan_day == today - timedelta(1)


def test_opening_the_shop_again_keeps_what_was_changed(tmp_path: Path) -> None:
    database = engine(f"sqlite:///{tmp_path / 'again.db'}")
    first = Shop(database, BASE)
    order = with_status(first, "processing")
    first.redirect(order, "5 Station Street, Oldham")

    again = Shop(database, BASE + timedelta(40)).order(order.number)

    assert again is not None
    assert again.address == "5 Station Street, Oldham"
    assert again.placed == order.placed


def test_a_delivery_moved_by_the_customer_is_not_late(shop: Shop, today: date) -> None:
    order = with_status(shop, "shipped")
    shop.move(order, today + timedelta(9))
    moved = shop.order(order.number)

    assert moved is not None
    assert moved.expected == today + timedelta(9)
    assert not moved.late


def test_returns_are_numbered_on_from_the_last(shop: Shop, today: date) -> None:
    first, second = (order for n in (1002, 1008) if (order := shop.order(n)))
    opened = [shop.open_return(first, "too small", today), shop.open_return(second, "broken", today)]

    assert opened[1].id == opened[0].id + 1
    assert shop.return_of(first) == opened[0]
    assert opened[0].amount == first.total


def test_returning_what_was_never_sent_calls_the_order_off(shop: Shop, today: date) -> None:
    order = with_status(shop, "processing")
    shop.open_return(order, "ordered by mistake", today)
    after = shop.order(order.number)

    assert after is not None
    assert after.status == "cancelled"


def test_every_returned_order_has_its_return_and_all_stages_occur(shop: Shop) -> None:
    returned = [o for n in seed.NUMBERS if (o := shop.order(n)) and o.status == "returned"]
    found = [shop.return_of(order) for order in returned]

    assert None not in found
    assert {(bool(r.received), bool(r.refunded)) for r in found if r} == {(False, False), (True, False), (True, True)}


def test_a_billing_case_is_kept_and_added_to(shop: Shop, today: date) -> None:
    order = with_status(shop, "delivered")
    case = shop.open_dispute(order, "charged twice", "money back", today)
    shop.add_to_dispute(case, "and the discount is missing", "an explanation")
    kept = shop.dispute_of(order)

    assert kept is not None
    assert (kept.id, kept.description) == (case.id, "charged twice\nand the discount is missing")
    assert kept.wish == "an explanation"


def test_an_ended_subscription_runs_no_more(shop: Shop, today: date) -> None:
    order = next(o for n in seed.NUMBERS if (o := shop.order(n)) and shop.subscription_of(o))
    running = shop.subscription_of(order)
    assert running is not None
    shop.end_subscription(running, today)

    assert shop.subscription_of(order) is None


def test_a_sign_in_link_is_recorded_and_unlocks_the_account(shop: Shop, tmp_path: Path) -> None:
    locked = next(account for account in seed.accounts() if account.locked)
    order = next(o for n in seed.NUMBERS if (o := shop.order(n)) and o.account == locked.id)
    account = shop.send_sign_in_link(order, datetime(2026, 11, 18, 9))

    assert account == replace(locked, locked=False)
    with engine(f"sqlite:///{tmp_path / 'shop.db'}").connect() as connection:
        assert connection.execute(select(SIGN_IN_LINKS.c.account)).scalars().all() == [locked.id]
        assert connection.scalar(select(ACCOUNTS.c.locked).where(ACCOUNTS.c.id == locked.id)) is False
