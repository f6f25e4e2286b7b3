"""Questions about a product."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from shop.answers import Answer, about_product
from shop.catalogue import catalogue, find
from shop.counter import say


class ProductInfo(Action):
    """Tells what the catalogue says about a product."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_product_info"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: DomainDict) -> list[EventType]:
        """Look the product up; the one talked about last is meant when none is named."""
        product = find(tracker.get_slot("product"))
        range_ = {"products": ", ".join(catalogue())}
        say(dispatcher, about_product(product) if product else Answer("utter_product_which", range_))
        return []
