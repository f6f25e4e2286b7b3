"""Which wording answers what is so, and the facts it is filled with. Decides nothing about feelings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shop.values import Dispute, Order, Product, Return, Status, Subscription
from shop.words import day, listed, money

RETURN_DAYS = 30
CHANGE_DAYS = 14

STATUS_ANSWERS: Mapping[Status, str] = {
    "processing": "utter_order_processing",
    "shipped": "utter_order_shipped",
    "out_for_delivery": "utter_order_out_for_delivery",
    "delivered": "utter_order_delivered",
    "returned": "utter_order_returned",
    "cancelled": "utter_order_cancelled",
}
WHY_FIXED: Mapping[Status, str] = {
    "out_for_delivery": "it is already on the carrier's van",
    "delivered": "the carrier reports it as delivered",
    "returned": "it has been returned",
    "cancelled": "it was cancelled",
}


@dataclass(frozen=True)
class Answer:
    """A response of the domain and the words for its braces."""

    response: str
    facts: Mapping[str, str] = field(default_factory=dict)


def about_order(order: Order) -> Answer:
    """Where the order is."""
    late = order.status == "shipped" and order.late
    return Answer("utter_order_delayed" if late else STATUS_ANSWERS[order.status], order_facts(order))


def order_facts(order: Order) -> dict[str, str]:
    """Everything a wording may say about an order; its address only when the customer has just changed it."""
    parcel = order.parcel
    return {
        "order_number": str(order.number), "items": listed(order.items), "total": money(order.total),
        "placed": day(order.placed), "first_expected": day(order.first_expected), "expected": day(order.expected),
        "delivered": day(order.delivered or order.expected), "carrier": parcel.carrier, "tracking": parcel.tracking,
        "scan_place": parcel.scan_place or "the warehouse", "scan_day": day(parcel.scan_day or order.placed),
        "drop_note": parcel.drop_note or "handed over at the door",
    }


def return_refused(order: Order, today: date) -> Answer | None:
    """Why an order can't be returned; None when it can, or when it can still be called off."""
    if order.status in ("shipped", "out_for_delivery"):
        return Answer("utter_return_not_arrived", order_facts(order))
    if order.status == "cancelled":
        return about_order(order)
    if order.delivered and order.delivered + timedelta(RETURN_DAYS) < today:
        return Answer("utter_return_too_late", {"order_number": str(order.number), "send_by": send_by(order, today)})
    return None


def send_by(order: Order, today: date) -> str:
    """The last day to send a return off."""
    return day((order.delivered or today) + timedelta(RETURN_DAYS))


def return_opened(order: Order, opened: Return, today: date) -> Answer:
    """What was done about a return; an order still in the warehouse is called off instead."""
    called_off = order.status in ("processing", "cancelled")
    response = "utter_return_cancelled_order" if called_off else "utter_return_opened"
    return Answer(response, {**order_facts(order), "return_number": opened.number, "send_by": send_by(order, today)})


def about_refund(order: Order, opened: Return | None) -> Answer:
    """How far the money is."""
    if opened is None:
        return Answer("utter_refund_none", {"order_number": str(order.number)})
    facts = {
        "order_number": str(order.number), "return_number": opened.number, "amount": money(opened.amount),
        "opened": day(opened.opened),
    }
    if opened.refunded:
        return Answer("utter_refund_paid", {**facts, "refunded": day(opened.refunded)})
    if opened.received:
        return Answer("utter_refund_checking", {**facts, "received": day(opened.received)})
    return Answer("utter_refund_waiting", facts)


def delivery_fixed(order: Order) -> Answer | None:
    """Why a delivery can't be changed any more; None while it can."""
    why = WHY_FIXED.get(order.status)
    return Answer("utter_delivery_fixed", {"order_number": str(order.number), "why": why}) if why else None


def day_impossible(wanted: date, today: date) -> Answer | None:
    """Why a day does not work; None when it does."""
    first, last = today + timedelta(1), today + timedelta(CHANGE_DAYS)
    if first <= wanted <= last and wanted.weekday() != 6:
        return None
    return Answer("utter_delivery_day_impossible", {"first_day": day(first), "last_day": day(last)})


def dispute_opened(order: Order, case: Dispute) -> Answer:
    """What was noted about a charge."""
    return Answer("utter_dispute_opened", {
        **order_facts(order), "dispute_number": case.number, "description": case.description, "wish": case.wish,
    })


def about_subscription(order: Order, found: Subscription, response: str) -> Answer:
    """A wording about the subscription behind an order."""
    return Answer(response, {
        "order_number": str(order.number), "plan": found.plan, "price": money(found.price),
        "next_delivery": day(found.next_delivery),
    })


def about_product(product: Product) -> Answer:
    """What the catalogue says."""
    stock = "It is in stock." if product.stock else "It is out of stock at the moment."
    return Answer("utter_product_info", {
        "product": product.name, "details": product.details, "price": money(product.price), "stock": stock,
    })
