"""Wrong charges: what is asked, and what is noted for the people who decide."""

from collections.abc import Mapping

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from shop.answers import Answer, dispute_opened
from shop.counter import form_done, named_order, no_order, open_shop, say, today
from shop.form_actions import OrderForm, checked_words
from shop.store import Shop
from shop.values import Order
from shop.words import day


class ValidateBillingForm(OrderForm):
    """Checks the answers of the billing form."""

    def name(self) -> str:
        """The name Rasa expects for the form."""
        return "validate_billing_form"

    def settled(self, _shop: Shop, _order: Order) -> bool:
        """A charge is always worth its questions."""
        return False

    def validate_charge_description(
        self, value: object, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> Mapping[str, str | None]:
        """Keep a description that tells something."""
        return checked_words("charge_description", value, dispatcher, "utter_charge_description_short")

    def validate_wished_outcome(
        self, value: object, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> Mapping[str, str | None]:
        """Keep a wish that tells something."""
        return checked_words("wished_outcome", value, dispatcher, "utter_wished_outcome_short")


class OpenDispute(Action):
    """Opens a billing case, or adds to the one that is open."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_open_dispute"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Write the case into the shop's database."""
        shop = open_shop()
        order = named_order(tracker, shop)
        words = (tracker.get_slot("charge_description") or "", tracker.get_slot("wished_outcome") or "")
        say(dispatcher, _open(shop, order, *words) if order else no_order(tracker))
        return form_done()


def _open(shop: Shop, order: Order, description: str, wish: str) -> Answer:
    case = shop.dispute_of(order)
    if case is None:
        return dispute_opened(order, shop.open_dispute(order, description, wish, today()))
    shop.add_to_dispute(case, description, wish)
    facts = {"order_number": str(order.number), "dispute_number": case.number, "opened": day(case.opened)}
    return Answer("utter_dispute_already", facts)
