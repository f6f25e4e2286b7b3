"""Rasa's own response generator, except that it says nothing it has no value for, and doesn't repeat itself [R]."""

import copy
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.interpolator import interpolate_text
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from attune.policy import history
from attune.reply.arms import Fitting, heard, of_arm, unmarked
from attune.reply.experiments import NEVER, Experiment
from attune.reply.trials import Trials
from attune.reply.wording import least_said, missing, sayable

AGREED = "attune_consent_quality"
"""The slot that says whether the customer agreed to improving the service, and so takes part in trials."""
DANGER = ("utter_crisis_help", "utter_help_lines", "utter_safety_question", "utter_unread_language",
          "utter_team_away_in_danger")
"""What the names of responses begin with that are said where there may be danger."""


@dataclass(frozen=True)
class Here:
    """What decides which variations fit: Rasa's name of the channel, the slots, and all values there are."""

    channel: str
    slots: Mapping[str, Any]
    values: Mapping[str, Any]


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
        self.trials = trials or Trials()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """The variation to say now, filled in; None when Rasa's own conditions leave nothing to say."""
        slots = tracker.current_slot_values()
        values = self._response_variables(slots, kwargs)
        trial, ended = await self._on_trial(utter_action, tracker)
        fitting = partial(self._fitting, utter_action, Here(output_channel, slots, values))
        here = heard(fitting, trial, tracker.sender_id, ended)
        if not here.variations:
            return None
        texts = [_text(variation, values) for variation in here.variations]
        said = [event.text for event in tracker.events if isinstance(event, BotUttered) and event.text]
        chosen = unmarked(here.variations[self.choose(least_said(texts, said))])
        # Rasa fills buttons in where they stand, so the domain keeps its own copy.
        filled: dict[str, Any] = self._fill_response(copy.deepcopy(chosen), slots, **kwargs)
        return {**filled, "id": here.label} if here.label else filled

    async def _on_trial(
        self, response: str, tracker: DialogueStateTracker,
    ) -> tuple[Experiment | None, Collection[str]]:
        """The trial this conversation takes part in, and what was ended; on nobody in danger is anything tried."""
        if response in NEVER or tracker.get_slot(AGREED) != "granted":
            return None, ()
        trial, ended = await self.trials.of(response)
        return (None, ()) if trial is None or _in_danger(tracker) else (trial, ended)

    def _fitting(self, response: str, here: Here, arm: str | None) -> Fitting:
        """What of an arm Rasa would say here, if the domain held that arm alone."""
        there = {response: of_arm(response, self.responses.get(response) or (), arm)}
        fitting = ResponseVariationFilter(there).responses_for_utter_action(
            response, here.channel, dict(here.slots))
        found = sayable(fitting, here.values)
        kinds = frozenset((each.get("channel"), repr(each.get("condition"))) for each in found)
        return Fitting(found, (kinds, missing(found[0], here.values) if found else 0))


def _in_danger(tracker: DialogueStateTracker) -> bool:
    """Whether a message of this session may be about danger, or help was shown in it."""
    return any(
        (isinstance(event, BotUttered) and str(event.metadata.get("utter_action")).startswith(DANGER))
        or (isinstance(event, UserUttered) and history.reading(event).crisis.tier > 0)
        for event in history.session(tracker)[0]
    )


def _text(variation: dict[str, Any], variables: dict[str, Any]) -> str:
    text = variation.get("text") or ""
    return str(interpolate_text(text, variables)) if "{" in text else text
