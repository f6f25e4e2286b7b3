"""Says what became of the customer's consent; the policy has already written it into the slots."""

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from attune.consent.permission import PURPOSES, slot

SPOKEN = {
    "granted": "utter_consent_granted", "refused": "utter_consent_refused", "withdrawn": "utter_consent_withdrawn",
}


def spoken(events: list[dict[str, object]]) -> str | None:
    """The response for what this message changed: a withdrawal if there is one, else the last change, if any."""
    slots = {slot(purpose) for purpose in PURPOSES}
    heard = max((place for place, event in enumerate(events) if event.get("event") == "user"), default=0)
    changed = [str(event.get("value")) for event in events[heard:]
               if event.get("event") == "slot" and event.get("name") in slots]
    if "withdrawn" in changed:  # whoever takes all of it back refuses in the same message what was never given (CON-3)
        return SPOKEN["withdrawn"]
    return SPOKEN.get(changed[-1]) if changed else None


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
