"""Returns: what is asked, and what is done."""

from collections.abc import Mapping

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from shop.answers import Answer, return_opened, return_refused
from shop.counter import form_done, named_order, no_order, open_shop, say, today
from shop.form_actions import OrderForm, checked_words
from shop.store import Shop
from shop.values import Order


class ValidateReturnForm(OrderForm):
    """Checks the answers of the return form."""

    def name(self) -> str:
        """The name Rasa expects for the form."""
        return "validate_return_form"

    def settled(self, shop: Shop, order: Order) -> bool:
        """No reason is asked for what can't be returned or already is."""
        return return_refused(order, today()) is not None or shop.return_of(order) is not None

    def validate_return_reason(
        self, value: object, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> Mapping[str, str | None]:
        """Keep a reason that tells something."""
        return checked_words("return_reason", value, dispatcher, "utter_return_reason_short")


class OpenReturn(Action):
    """Opens the return, or says why not."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_open_return"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Write the return into the shop's database."""
        shop = open_shop()
        order = named_order(tracker, shop)
        say(dispatcher, _open(shop, order, tracker.get_slot("return_reason")) if order else no_order(tracker))
        return form_done()


def _open(shop: Shop, order: Order, reason: str | None) -> Answer:
    already = shop.return_of(order)
    if already:
        return Answer("utter_return_already", {"order_number": str(order.number), "return_number": already.number})
    return return_refused(order, today()) or return_opened(
        order, shop.open_return(order, reason or "", today()), today()
    )
