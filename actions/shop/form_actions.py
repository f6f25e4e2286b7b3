"""What the shop's forms have in common: the order must exist, and some orders need no further question."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from shop.answers import Answer
from shop.counter import checked_number, form_done, named_order, open_shop, say
from shop.store import Shop
from shop.values import Order
from shop.words import says_something


class OrderForm(FormValidationAction, ABC):
    """Asks no more once the order itself settles the matter."""

    @abstractmethod
    def settled(self, shop: Shop, order: Order) -> bool:
        """Whether there is nothing more to ask about this order."""

    async def required_slots(
        self, domain_slots: list[str], _dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict
    ) -> list[str]:
        """Only the order number when the order settles it, else all of the form's questions."""
        shop = open_shop()
        order = named_order(tracker, shop)
        return ["order_number"] if order and self.settled(shop, order) else domain_slots

    def validate_order_number(
        self, value: object, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> Mapping[str, str | None]:
        """Keep a number the shop knows."""
        return checked_number(value, dispatcher, open_shop())


def checked_words(slot: str, value: object, dispatcher: CollectingDispatcher, too_short: str) -> dict[str, str | None]:
    """An answer in the customer's own words; asks for a little more when it tells nothing."""
    words = str(value).strip()
    if says_something(words):
        return {slot: words}
    say(dispatcher, Answer(too_short))
    return {slot: None}


class LeaveForm(Action):
    """Forgets the answers of a form that was left."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_leave_form"

    def run(self, _dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Forget them; nothing is said."""
        return form_done()
