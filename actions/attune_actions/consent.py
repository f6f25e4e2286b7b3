"""Says what became of the customer's consent; the policy has already written it into the slots."""

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from attune.consent.permission import PURPOSES, slot

SPOKEN = {
    "granted": "utter_consent_granted", "refused": "utter_consent_refused", "withdrawn": "utter_consent_withdrawn",
}


def spoken(events: list[dict[str, object]]) -> str | None:
    """The response for the consent that changed last; None while none was answered."""
    slots = {slot(purpose) for purpose in PURPOSES}
    changes = (event for event in reversed(events) if event.get("event") == "slot" and event.get("name") in slots)
    return SPOKEN.get(str(next(changes, {}).get("value")))


class AttuneConsent(Action):
    """Speaks, and does nothing else: consent is already in force, with or without this server."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_consent"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict,
    ) -> list[dict[str, object]]:
        """Say that the consent was noted, refused or withdrawn."""
        response = spoken(tracker.events)
        if response:
            dispatcher.utter_message(response=response)
        return []
