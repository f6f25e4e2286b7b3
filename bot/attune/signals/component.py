"""[R] The reader in Rasa's pipeline: puts a Reading into every message and lets a crisis overrule the intent."""

import logging
import re
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from attune.signals import cues, emotion, live
from attune.signals.lines import LINE, labelled
from attune.signals.read import Model, last_resort, read
from attune.signals.reading import KEY, Reading

logger = logging.getLogger(__name__)

DISCLOSE_CRISIS = "disclose_crisis"
PAYLOAD = re.compile(r"\s*/\w+\s*(?:@[\d.]+)?\s*(?:\{.*\})?\s*\Z", re.DOTALL)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EmpathySignals(GraphComponent):
    """Last in the pipeline; `cues` in its configuration names a folder of an adopter's own cue files."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No cue files but the layer's own."""
        return {"cues": None}

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
                 model: emotion.EmotionModel | None = None) -> None:
        own = config.get("cues")
        self._cues = cues.load([cues.FOLDER, *([Path(own)] if own else [])])
        self._model: Model | None = model
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> "EmpathySignals":
        """A component that has learned nothing yet: the cues answer alone."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> "EmpathySignals":
        """The component with what it learned, if it learned anything."""
        try:
            with model_storage.read_from(resource) as folder:
                model = emotion.load(folder)
        except ValueError:
            model = None  # Rasa's way to say that nothing was stored under this resource.
        component = cls(config, model_storage, resource, model)
        live.publish(component._read)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every message whose metadata names an emotion."""
        examples = training_data.training_examples
        found = (labelled(each.get(TEXT) or each.get(LINE), each.get("metadata")) for each in examples)
        model = emotion.train([line for line in found if line])
        with self._model_storage.write_to(self._resource) as folder:
            if model:
                model.save(folder)
        self._model = model
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the Reading to each message; a crisis becomes its intent (CRI-1)."""
        for message in messages:
            reading = self._read(message.get(TEXT) or "")
            message.set(KEY, reading.as_dict(), add_to_output=True)
            if reading.crisis.tier:
                _overrule(message)
        return messages

    def _read(self, text: str) -> Reading:
        if PAYLOAD.match(text):
            return Reading()
        # CRI-8: whatever breaks, the message is still screened. The text must not reach a log, so no traceback does.
        return self._attempt(text, self._model) or self._attempt(text, None) or last_resort(text)

    def _attempt(self, text: str, model: Model | None) -> Reading | None:
        try:
            return read(text, self._cues, model)
        except Exception as error:
            logger.error("A message could not be read (%s); a simpler reader takes over.", type(error).__name__)
            return None


def _overrule(message: Message) -> None:
    crisis = {INTENT_NAME_KEY: DISCLOSE_CRISIS, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [each for each in message.get(INTENT_RANKING_KEY) or [] if each[INTENT_NAME_KEY] != DISCLOSE_CRISIS]
    message.set(INTENT, crisis, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [crisis, *others], add_to_output=True)
