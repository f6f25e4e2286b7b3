"""Ending a subscription: shown first, ended only on a yes."""

from collections.abc import Mapping

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from shop.answers import Answer, about_subscription
from shop.counter import form_done, named_order, no_order, open_shop, say, today
from shop.form_actions import OrderForm
from shop.store import Shop
from shop.values import Order


class ValidateSubscriptionForm(OrderForm):
    """Checks the answers of the subscription form."""

    def name(self) -> str:
        """The name Rasa expects for the form."""
        return "validate_subscription_form"

    def settled(self, shop: Shop, order: Order) -> bool:
        """Nothing is to be confirmed without a running subscription."""
        return shop.subscription_of(order) is None

    def validate_cancel_confirmed(
        self, value: object, _dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> Mapping[str, bool]:
        """Keep the yes or the no."""
        return {"cancel_confirmed": value is True}


class AskCancelConfirmed(Action):
    """Shows the subscription and asks whether to end it."""

    def name(self) -> str:
        """The name Rasa expects for the question."""
        return "action_ask_subscription_form_cancel_confirmed"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Ask."""
        shop = open_shop()
        order = named_order(tracker, shop)
        say(dispatcher, _about(shop, order, "utter_ask_cancel") if order else no_order(tracker))
        return []


class CancelSubscription(Action):
    """Ends the subscription on a yes, keeps it on anything else."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_cancel_subscription"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Change the subscription in the shop's database."""
        shop = open_shop()
        order = named_order(tracker, shop)
        confirmed = tracker.get_slot("cancel_confirmed") is True
        say(dispatcher, _end(shop, order, confirmed) if order else no_order(tracker))
        return form_done()


def _end(shop: Shop, order: Order, confirmed: bool) -> Answer:
    answer = _about(shop, order, "utter_subscription_cancelled" if confirmed else "utter_subscription_kept")
    running = shop.subscription_of(order)
    if running and confirmed:
        shop.end_subscription(running, today())
    return answer


def _about(shop: Shop, order: Order, response: str) -> Answer:
    running = shop.subscription_of(order)
    if running is None:
        return Answer("utter_subscription_none", {"order_number": str(order.number)})
    return about_subscription(order, running, response)
