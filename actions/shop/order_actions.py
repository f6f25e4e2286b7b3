"""Questions about an order: where it is, how far the refund is, a sign-in link for its account."""

from collections.abc import Callable, Mapping
from datetime import datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from shop.answers import Answer, about_order, about_refund
from shop.counter import number_in_message, open_shop, order_missing, say
from shop.store import Shop
from shop.values import Order
from shop.words import order_number


def _status(_shop: Shop, order: Order) -> Answer:
    return about_order(order)


def _refund(shop: Shop, order: Order) -> Answer:
    return about_refund(order, shop.return_of(order))


def _sign_in_link(shop: Shop, order: Order) -> Answer:
    account = shop.send_sign_in_link(order, datetime.now())
    return Answer("utter_sign_in_link_sent", {"order_number": str(order.number), "email": _masked(account.email)})


def _masked(email: str) -> str:
    name, _, domain = email.partition("@")
    return f"{name[0]}…{name[-1]}@{domain}"


QUESTIONS: Mapping[str, tuple[Callable[[Shop, Order], Answer], str]] = {
    "status": (_status, "utter_ask_order_number"),
    "refund": (_refund, "utter_ask_order_number"),
    "account": (_sign_in_link, "utter_account_needs_order"),
}
"""What an order number can be asked for: how it is answered, and what is said while the number is missing."""


def answer(question: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Answer a question about the order named, or ask for its number and remember what it is for."""
    shop = open_shop()
    reply, ask = QUESTIONS[question]
    number = number_in_message(tracker) or order_number(tracker.get_slot("order_number"))
    order = shop.order(number)
    say(dispatcher, reply(shop, order) if order else order_missing(number, ask))
    waiting = SlotSet("waiting_for", None if order else question)
    in_form = tracker.active_loop.get("name")
    return [waiting] if order or in_form else [waiting, SlotSet("order_number", None)]


class OrderStatus(Action):
    """Tells where an order is."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_order_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Look the order up."""
        return answer("status", dispatcher, tracker)


class RefundStatus(Action):
    """Tells how far a refund is."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_refund_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Look the return up."""
        return answer("refund", dispatcher, tracker)


class UnlockAccount(Action):
    """Sends a sign-in link to the address of an order, and unlocks its account."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_unlock_account"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Send the link."""
        return answer("account", dispatcher, tracker)


class UseOrderNumber(Action):
    """Takes an order number given by itself as the answer to the last question; otherwise tells the status."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_use_order_number"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Answer the question that was waiting for the number."""
        waiting = tracker.get_slot("waiting_for") or "status"
        if number_in_message(tracker) is not None:
            return answer(waiting, dispatcher, tracker)
        say(dispatcher, Answer("utter_order_number_missing"))
        return [SlotSet("waiting_for", waiting)]
