"""Rasa's own response generator, except that it says nothing it has no value for, and doesn't repeat itself [R]."""

import copy
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.interpolator import interpolate_text
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from attune import database, settings
from attune.reply import endings
from attune.reply.trial import Heard, heard, unmarked
from attune.reply.trials import Trials, running
from attune.reply.wording import least_said, sayable

AGREED = "attune_consent_quality"
"""The slot that says whether the customer agreed to improving the service, and so takes part in trials."""
DANGER = ("utter_crisis_help", "utter_help_lines", "utter_safety_question")
"""What the names of responses begin with that are said where there may be danger."""


class VariedResponses(TemplatedNaturalLanguageGenerator):
    """Says, of the variations whose values are known, the one used least in this conversation.

    In endpoints.yml: `nlg: {type: attune.reply.nlg.VariedResponses}`.
    """

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,
        choose: Callable[[Sequence[int]], int] = secrets.choice,
        trials: Trials | None = None,
    ) -> None:
        """Take the domain's responses; `choose` picks among equally fresh variations, `trials` are what is on trial."""
        super().__init__((domain or Domain.empty()).responses)
        self.choose = choose
        self.trials = trials or Trials(running(), _ended)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The variation to say now, filled in; None when Rasa's own conditions leave nothing to say."""
        slots = tracker.current_slot_values()
        values = self._response_variables(slots, kwargs)
        fitting = sayable(self._fitting(utter_action, output_channel, slots), values)
        if not fitting:
            return None
        here = await self._heard(utter_action, fitting, tracker)
        texts = [_text(variation, values) for variation in here.variations]
        said = [event.text for event in tracker.events if isinstance(event, BotUttered) and event.text]
        chosen = unmarked(here.variations[self.choose(least_said(texts, said))])
        # Rasa fills buttons in where they stand, so the domain keeps its own copy.
        filled: dict[str, Any] = self._fill_response(copy.deepcopy(chosen), slots, **kwargs)
        return {**filled, "id": here.label} if here.label else filled

    async def _heard(self, response: str, fitting: list[dict[str, Any]], tracker: DialogueStateTracker) -> Heard:
        trial, ended = await self.trials.of(response)
        takes_part = trial and tracker.get_slot(AGREED) == "granted" and not _spoke_of_danger(tracker)
        return heard(fitting, trial if takes_part else None, tracker.sender_id, ended)

    def _fitting(self, utter_action: str, channel: str, slots: dict[str, Any]) -> list[dict[str, Any]]:
        if utter_action not in self.responses:
            return []
        fitting: list[dict[str, Any]] = ResponseVariationFilter(self.responses).responses_for_utter_action(
            utter_action, channel, slots
        )
        return fitting


def _spoke_of_danger(tracker: DialogueStateTracker) -> bool:
    """Whether help was shown in this conversation: on nobody in danger is anything tried."""
    said = (event for event in tracker.events if isinstance(event, BotUttered))
    return any(str(event.metadata.get("utter_action")).startswith(DANGER) for event in said)


def _ended() -> Mapping[str, object]:
    return endings.read(database.engine(settings.load().db_url))


def _text(variation: dict[str, Any], variables: dict[str, Any]) -> str:
    text = variation.get("text") or ""
    return str(interpolate_text(text, variables)) if "{" in text else text
