"""Says that what was felt has been heard, before the assistant goes on to solve it (LNG-4)."""

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from attune import settings
from attune.policy import conduct
from attune.policy.protocol import load
from attune.signals.reading import KEY, from_dict
from attune.signals.trend import trend


class AttuneAcknowledge(Action):
    """Draws one of the assistant's own wordings, so that designers keep the last word on it."""

    def name(self) -> str:
        """The name under which the layer's domain knows it."""
        return "action_attune_acknowledge"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, object]]:
        """Acknowledge what the latest message says or the customer does, if that is anything to acknowledge."""
        protocol = load(settings.load().protocol)
        said = from_dict((tracker.latest_message or {}).get(KEY))
        felt = protocol.felt(said, trend(conduct.read(tracker.events), protocol.behaviour))
        response = protocol.acknowledgement(felt)
        if response:
            dispatcher.utter_message(response=response)
        return []
