from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from shop import seed
from shop.billing_actions import OpenDispute, ValidateBillingForm
from shop.counter import ANSWERS_OF_FORMS
from shop.delivery_actions import ChangeDelivery, ValidateDeliveryForm
from shop.form_actions import LeaveForm
from shop.return_actions import OpenReturn, ValidateReturnForm
from shop.store import Shop
from shop.subscription_actions import AskCancelConfirmed, CancelSubscription, ValidateSubscriptionForm
from shop.values import Order, Status
from shop.words import day

pytestmark = pytest.mark.slow

Perform = Callable[..., Awaitable[Any]]
FORGOTTEN = dict.fromkeys(ANSWERS_OF_FORMS)
FORMS = (ValidateReturnForm, ValidateBillingForm, ValidateDeliveryForm, ValidateSubscriptionForm)
RETURNABLE, TOO_LATE, RETURNED = 1002, 1005, 1001


def with_status(shop: Shop, status: Status) -> Order:
    return next(order for n in seed.NUMBERS if (order := shop.order(n)) and order.status == status)


def with_subscription(shop: Shop, running: bool) -> Order:
    return next(o for n in seed.NUMBERS if (o := shop.order(n)) and (shop.subscription_of(o) is not None) is running)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("said", "kept", "response"), [
    ("#1002", "1002", None),
    ("INV-1002", "1002", None),
    ("9999", None, "utter_order_unknown"),
    ("I have no idea", None, "utter_order_number_missing"),
])
async def test_every_form_keeps_only_a_number_the_shop_knows(
    perform: Perform, form: Any, said: str, kept: str | None, response: str | None
) -> None:
    result = await perform(form(), said, new={"order_number": said}, requested_slot="order_number")

    assert result.slots["order_number"] == kept
    assert result.responses == ([response] if response else [])


@pytest.mark.parametrize(("form", "slot", "words", "short"), [
    (ValidateReturnForm, "return_reason", "it arrived broken", "utter_return_reason_short"),
    (ValidateBillingForm, "charge_description", "charged twice", "utter_charge_description_short"),
    (ValidateBillingForm, "wished_outcome", "an explanation", "utter_wished_outcome_short"),
])
async def test_an_answer_that_tells_nothing_is_asked_for_again(
    perform: Perform, form: Any, slot: str, words: str, short: str
) -> None:
    kept = await perform(form(), words, new={slot: words}, order_number=str(RETURNABLE))
    refused = await perform(form(), "yes", new={slot: "yes"}, order_number=str(RETURNABLE))

    assert (kept.slots[slot], kept.responses) == (words, [])
    assert (refused.slots[slot], refused.responses) == (None, [short])


@pytest.mark.parametrize("number", [TOO_LATE, RETURNED])
async def test_no_reason_is_asked_for_what_cannot_be_returned(perform: Perform, number: int) -> None:
    result = await perform(ValidateReturnForm(), str(number), new={"order_number": str(number)})

    assert result.slots["requested_slot"] is None


async def test_a_return_is_opened_once_and_only_once(perform: Perform, shop: Shop) -> None:
    first = await perform(OpenReturn(), order_number=str(RETURNABLE), return_reason="too small")
    second = await perform(OpenReturn(), order_number=str(RETURNABLE), return_reason="too small")
    order = shop.order(RETURNABLE)
    opened = shop.return_of(order) if order else None

    assert opened is not None
    assert opened.reason == "too small"
    assert first.responses == ["utter_return_opened"]
    assert first.slots == FORGOTTEN
    assert second.responses == ["utter_return_already"]
    assert all(opened.number in wording for wording in first.wordings + second.wordings)


@pytest.mark.parametrize(("status", "response"), [
    ("processing", "utter_return_cancelled_order"),
    ("shipped", "utter_return_not_arrived"),
    ("out_for_delivery", "utter_return_not_arrived"),
    ("returned", "utter_return_already"),
])
async def test_a_return_depends_on_where_the_order_is(
    perform: Perform, shop: Shop, status: Status, response: str
) -> None:
    said = await perform(OpenReturn(), order_number=str(with_status(shop, status).number), return_reason="by mistake")

    assert said.responses == [response]


async def test_a_return_that_comes_too_late_changes_nothing(perform: Perform, shop: Shop) -> None:
    said = await perform(OpenReturn(), order_number=str(TOO_LATE), return_reason="too small")
    order = shop.order(TOO_LATE)

    assert said.responses == ["utter_return_too_late"]
    assert order is not None
    assert shop.return_of(order) is None


async def test_a_billing_case_is_opened_then_added_to(perform: Perform, shop: Shop) -> None:
    words = {"order_number": "1042", "charge_description": "charged twice", "wished_outcome": "money back"}
    first = await perform(OpenDispute(), **words)
    second = await perform(OpenDispute(), **words | {"charge_description": "discount missing"})
    order = shop.order(1042)
    case = shop.dispute_of(order) if order else None

    assert first.responses == ["utter_dispute_opened"]
    assert all("charged twice" in wording and "money back" in wording for wording in first.wordings)
    assert second.responses == ["utter_dispute_already"]
    assert case is not None
    assert case.description == "charged twice\ndiscount missing"
    assert second.slots == FORGOTTEN


@pytest.mark.parametrize(("words", "response"), [
    ("14 Mill Lane, Westbury", None),
    ("tomorrow", None),
    ("yes please", "utter_delivery_change_unclear"),
    ("today", "utter_delivery_day_impossible"),
    ("sunday", "utter_delivery_day_impossible"),
])
async def test_a_wish_for_the_delivery_must_be_possible(
    perform: Perform, monkeypatch: pytest.MonkeyPatch, words: str, response: str | None
) -> None:
    monkeypatch.setattr("shop.delivery_actions.today", lambda: date(2026, 11, 18))
    said = await perform(ValidateDeliveryForm(), words, new={"delivery_change": words}, order_number="1042")

    assert said.responses == ([response] if response else [])
    assert said.slots["delivery_change"] == (None if response else words)


async def test_a_delivery_is_really_moved(perform: Perform, shop: Shop, today: date) -> None:
    wanted = today + timedelta(3)
    said = await perform(ChangeDelivery(), order_number="1042", delivery_change=day(wanted).split(" ", 1)[1])
    moved = shop.order(1042)

    assert said.responses == ["utter_delivery_day_changed"]
    assert moved is not None
    assert moved.expected == wanted


async def test_a_delivery_is_really_redirected(perform: Perform, shop: Shop) -> None:
    said = await perform(ChangeDelivery(), order_number="1042", delivery_change="send it to 9 Church Hill, Ludlow")
    redirected = shop.order(1042)

    assert said.responses == ["utter_delivery_address_changed"]
    assert redirected is not None
    assert redirected.address == "9 Church Hill, Ludlow"


@pytest.mark.parametrize("status", ["out_for_delivery", "delivered", "returned"])
async def test_a_parcel_on_the_van_or_further_stays_as_it_is(perform: Perform, shop: Shop, status: Status) -> None:
    order = with_status(shop, status)
    asked = await perform(ValidateDeliveryForm(), "", new={"order_number": str(order.number)})
    said = await perform(ChangeDelivery(), order_number=str(order.number), delivery_change="9 Church Hill, Ludlow")

    assert asked.slots["requested_slot"] is None
    assert said.responses == ["utter_delivery_fixed"]
    assert shop.order(order.number) == order


@pytest.mark.parametrize(("confirmed", "response"), [
    (True, "utter_subscription_cancelled"),
    (False, "utter_subscription_kept"),
    (None, "utter_subscription_kept"),
])
async def test_a_subscription_ends_on_a_yes_only(
    perform: Perform, shop: Shop, confirmed: bool | None, response: str
) -> None:
    order = with_subscription(shop, True)
    asked = await perform(AskCancelConfirmed(), order_number=str(order.number))
    said = await perform(CancelSubscription(), order_number=str(order.number), cancel_confirmed=confirmed)

    assert asked.responses == ["utter_ask_cancel"]
    assert said.responses == [response]
    assert (shop.subscription_of(order) is None) is (confirmed is True)


async def test_without_a_subscription_nothing_is_to_confirm(perform: Perform, shop: Shop) -> None:
    order = with_subscription(shop, False)
    asked = await perform(ValidateSubscriptionForm(), "", new={"order_number": str(order.number)})
    said = await perform(CancelSubscription(), order_number=str(order.number))

    assert asked.slots["requested_slot"] is None
    assert said.responses == ["utter_subscription_none"]


@pytest.mark.parametrize(("value", "kept"), [(True, True), (False, False), ("yes", False)])
async def test_only_a_real_yes_counts(perform: Perform, shop: Shop, value: object, kept: bool) -> None:
    order = with_subscription(shop, True)
    said = await perform(
        ValidateSubscriptionForm(), "", new={"cancel_confirmed": value}, order_number=str(order.number)
    )

    assert said.slots["cancel_confirmed"] is kept


@pytest.mark.parametrize("action", [OpenReturn, OpenDispute, ChangeDelivery, CancelSubscription, AskCancelConfirmed])
async def test_an_order_that_is_gone_is_asked_for_again(perform: Perform, action: Any) -> None:
    assert (await perform(action())).responses == ["utter_ask_order_number"]
    assert (await perform(action(), order_number="9999")).responses == ["utter_order_unknown"]


async def test_leaving_a_form_forgets_its_answers_and_says_nothing(perform: Perform) -> None:
    said = await perform(LeaveForm(), order_number="1042", return_reason="too small")

    assert said.responses == []
    assert said.slots == FORGOTTEN
