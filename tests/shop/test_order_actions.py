import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shop import seed
from shop.order_actions import OrderStatus, RefundStatus, UnlockAccount, UseOrderNumber
from shop.product_actions import ProductInfo
from shop.store import Shop

pytestmark = pytest.mark.slow

Perform = Callable[..., Awaitable[Any]]


async def test_order_1042_is_reported_late_with_the_last_scan(perform: Perform) -> None:
    said = await perform(OrderStatus(), new={"order_number": "#1042"})

    assert said.responses == ["utter_order_delayed"]
    assert all("Northgate depot" in wording and re.search("late|held up", wording) for wording in said.wordings)
    assert said.slots == {"waiting_for": None}


@pytest.mark.parametrize("number", seed.NUMBERS)
async def test_every_order_has_an_answer_without_a_gap(perform: Perform, shop: Shop, number: int) -> None:
    order = shop.order(number)
    said = await perform(OrderStatus(), order_number=str(number))

    assert order is not None
    assert len(said.responses) == 1
    assert all(str(number) in wording for wording in said.wordings)
    assert not any(order.address in wording for wording in said.wordings)


@pytest.mark.parametrize(("action", "missing"), [
    (OrderStatus(), "utter_ask_order_number"),
    (RefundStatus(), "utter_ask_order_number"),
    (UnlockAccount(), "utter_account_needs_order"),
])
async def test_a_missing_number_is_asked_for_and_its_purpose_remembered(
    perform: Perform, action: Any, missing: str
) -> None:
    said = await perform(action)

    assert said.responses == [missing]
    assert said.slots["waiting_for"] is not None


@pytest.mark.parametrize("action", [OrderStatus(), RefundStatus(), UnlockAccount()])
async def test_an_unknown_number_is_named_and_not_kept(perform: Perform, action: Any) -> None:
    said = await perform(action, new={"order_number": "9999"})

    assert said.responses == ["utter_order_unknown"]
    assert all("9999" in wording for wording in said.wordings)
    assert said.slots["order_number"] is None


@pytest.mark.parametrize(("waiting_for", "response"), [
    (None, "utter_order_delayed"),
    ("status", "utter_order_delayed"),
    ("refund", "utter_refund_none"),
    ("account", "utter_sign_in_link_sent"),
])
async def test_a_number_answers_the_question_that_waited_for_it(
    perform: Perform, waiting_for: str | None, response: str
) -> None:
    said = await perform(UseOrderNumber(), "1042", new={"order_number": "1042"}, waiting_for=waiting_for)

    assert said.responses == [response]
    assert said.slots["waiting_for"] is None


async def test_an_answer_without_a_number_says_where_the_number_stands(perform: Perform) -> None:
    said = await perform(UseOrderNumber(), "no idea", order_number="1042", waiting_for="refund")

    assert said.responses == ["utter_order_number_missing"]
    assert said.slots == {"waiting_for": "refund"}


async def test_a_question_about_another_order_leaves_a_form_its_own(perform: Perform) -> None:
    other = await perform(OrderStatus(), named="1042", loop="return_form", order_number="1002")
    unknown = await perform(OrderStatus(), named="9999", loop="return_form", order_number="1002")

    assert (other.responses, unknown.responses) == (["utter_order_delayed"], ["utter_order_unknown"])
    assert "order_number" not in other.slots | unknown.slots


async def test_every_refund_stage_has_its_own_answer(perform: Perform, shop: Shop) -> None:
    returned = [n for n in seed.NUMBERS if (order := shop.order(n)) and shop.return_of(order)]
    said = [(await perform(RefundStatus(), order_number=str(number))).responses[0] for number in returned]

    assert set(said) == {"utter_refund_waiting", "utter_refund_checking", "utter_refund_paid"}


async def test_a_sign_in_link_names_the_address_only_masked(perform: Perform, shop: Shop) -> None:
    said = await perform(UnlockAccount(), order_number="1042")

    assert all("c…2@example.com" in wording for wording in said.wordings)


@pytest.mark.parametrize("product", ["kettle", "Coffee Grinder", "  toaster "])
async def test_a_product_is_described_with_price_and_stock(perform: Perform, product: str) -> None:
    said = await perform(ProductInfo(), product=product)

    assert said.responses == ["utter_product_info"]
    assert all("£" in wording and "stock" in wording for wording in said.wordings)


@pytest.mark.parametrize("product", [None, "piano"])
async def test_the_range_is_told_when_the_product_is_not_clear(perform: Perform, product: str | None) -> None:
    said = await perform(ProductInfo(), product=product)

    assert said.responses == ["utter_product_which"]
    assert all("kettle" in wording and "toaster" in wording for wording in said.wordings)
