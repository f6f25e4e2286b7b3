"""Where the actions stand: the shop is opened for a turn, asked, and the answer is spoken."""

from collections.abc import Mapping
from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from attune import settings
from attune.database import engine
from shop.answers import Answer
from shop.store import Shop
from shop.values import Order
from shop.words import order_number

ANSWERS_OF_FORMS = ("return_reason", "charge_description", "wished_outcome", "delivery_change", "cancel_confirmed")


def open_shop() -> Shop:
    """The shop's database in the installation's own folder; made and filled on first use."""
    return Shop(engine(f"sqlite:///{settings.load().var / 'shop.db'}"), today())


def today() -> date:
    """Today, where the shop is."""
    return date.today()


def say(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    """Speak a wording of the domain."""
    dispatcher.utter_message(response=answer.response, **answer.facts)


def named_order(tracker: Tracker, shop: Shop) -> Order | None:
    """The order the conversation is about, if the shop has it."""
    return shop.order(order_number(tracker.get_slot("order_number")))


def number_in_message(tracker: Tracker) -> int | None:
    """The order number in the customer's last message: inside a form it may be another than the form's."""
    # BND-7: of a message the shop asks for what was said, never for how it sounded.
    named = [entity for entity in tracker.latest_message.get("entities", ()) if entity["entity"] == "order_number"]
    return order_number(str(named[-1]["value"])) if named else None


def no_order(tracker: Tracker) -> Answer:
    """What to say when there is no such order, or no number at all."""
    return order_missing(order_number(tracker.get_slot("order_number")), "utter_ask_order_number")


def order_missing(given: int | None, ask: str) -> Answer:
    """Names the number that was not found, or asks for one."""
    return Answer(ask) if given is None else Answer("utter_order_unknown", {"order_number": str(given)})


def form_done() -> list[EventType]:
    """Forget a form's answers, so that the next one asks anew; the order number stays known."""
    return [SlotSet(slot, None) for slot in ANSWERS_OF_FORMS]


def checked_number(value: object, dispatcher: CollectingDispatcher, shop: Shop) -> Mapping[str, str | None]:
    """An order number as a form may keep it; tells the customer when it can't be found."""
    number = order_number(str(value))
    if number is not None and shop.order(number):
        return {"order_number": str(number)}
    say(dispatcher, order_missing(number, "utter_order_number_missing"))
    return {"order_number": None}
