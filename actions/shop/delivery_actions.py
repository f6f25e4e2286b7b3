"""Changing a delivery: another day or another address, as long as the parcel is not on the van."""

from collections.abc import Mapping

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from shop.answers import Answer, day_impossible, delivery_fixed
from shop.counter import form_done, named_order, no_order, open_shop, say, today
from shop.form_actions import OrderForm
from shop.store import Shop
from shop.values import Order
from shop.words import NewDay, day, delivery_wish


class ValidateDeliveryForm(OrderForm):
    """Checks the answers of the delivery form."""

    def name(self) -> str:
        """The name Rasa expects for the form."""
        return "validate_delivery_form"

    def settled(self, _shop: Shop, order: Order) -> bool:
        """No wish is asked for a delivery that can't be changed."""
        return delivery_fixed(order) is not None

    def validate_delivery_change(
        self, value: object, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> Mapping[str, str | None]:
        """Keep a day that works or an address."""
        wish = delivery_wish(str(value), today())
        refusal = day_impossible(wish.day, today()) if isinstance(wish, NewDay) else None
        if wish is not None and refusal is None:
            return {"delivery_change": str(value)}
        say(dispatcher, refusal or Answer("utter_delivery_change_unclear"))
        return {"delivery_change": None}


class ChangeDelivery(Action):
    """Moves or redirects the delivery, or says why not."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_change_delivery"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Change the order in the shop's database."""
        shop = open_shop()
        order = named_order(tracker, shop)
        say(dispatcher, _change(shop, order, tracker.get_slot("delivery_change")) if order else no_order(tracker))
        return form_done()


def _change(shop: Shop, order: Order, words: str | None) -> Answer:
    fixed, wish = delivery_fixed(order), delivery_wish(words, today())
    if fixed or wish is None:
        return fixed or Answer("utter_delivery_change_unclear")
    facts = {"order_number": str(order.number)}
    if isinstance(wish, NewDay):
        shop.move(order, wish.day)
        return Answer("utter_delivery_day_changed", {**facts, "expected": day(wish.day)})
    shop.redirect(order, wish.address)
    return Answer("utter_delivery_address_changed", {**facts, "address": wish.address, "expected": day(order.expected)})
