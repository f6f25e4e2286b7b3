"""[R] The reader in Rasa's pipeline: puts a Reading into every message and lets a crisis overrule the intent."""

import hashlib
import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from attune.errors import AttuneError
from attune.signals import cues, encoder, thresholds, trained
from attune.signals.encoder import Encoder
from attune.signals.lines import LINES, labelled, unpacked
from attune.signals.read import last_resort, read
from attune.signals.reading import KEY, Reading
from attune.signals.trained import Near, TrainedReader

logger = logging.getLogger(__name__)

DISCLOSE_CRISIS = "disclose_crisis"
REQUEST_HUMAN = "request_human"
LEARNING = ("answers.py", "encoder.py", "features.py", "fold.py", "lines.py", "trained.py")
PAYLOAD = re.compile(r"\s*/\w+\s*(?:@[\d.]+)?\s*(?:\{.*\})?\s*\Z", re.DOTALL)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EmpathySignals(GraphComponent):
    """Last in the pipeline. What it can be told in config.yml.

    - `cues`: a folder of an adopter's own cue files, read beside the layer's
    - `reading`: a reading.yml in place of the layer's
    - `encoder`: `minilm` (the default), a folder with a BERT-type sentence encoder, or `none`
    - `encoder_sha256`: the digest the weights in that folder must have
    """

    latest: ClassVar["EmpathySignals | None"] = None
    """The component last loaded in this process: it explains itself on the command line, and reads again."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The layer's own cues and thresholds, and MiniLM."""
        return {"cues": None, "reading": None, "encoder": encoder.DEFAULT, "encoder_sha256": None}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What learning depends on besides data and configuration; else Rasa's cache would keep what is outdated."""
        sources = [(Path(__file__).parent / name).read_bytes() for name in LEARNING]
        loaded = _encoder(config)
        return hashlib.sha256(b"".join(sources)).hexdigest() + (loaded.hash if loaded else "")

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
                 model: TrainedReader | None = None) -> None:
        own = config.get("cues")
        self._cues = cues.load([cues.FOLDER, *([Path(own)] if own else [])])
        self._limits = thresholds.load(Path(config.get("reading") or thresholds.READING))
        self._config = config
        self._model = model
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
        """The component with what it learned; where that cannot be had, the cues answer alone."""
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._model = trained.load(folder, _encoder(config))
        except ValueError:
            pass  # Rasa's way to say that nothing was stored under this resource.
        except Exception as error:  # whatever is wrong with it, help must not wait for the reader (CRI-8)
            said = str(error) if isinstance(error, AttuneError) else type(error).__name__
            logger.error("The trained reader could not be loaded; the cue files answer alone. %s", said)
        EmpathySignals.latest = component
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every message whose metadata names an emotion, and from the lines for the reader alone."""
        examples = training_data.training_examples
        spoken = [line for each in examples if (line := labelled(each.get(TEXT), each.get("metadata")))]
        alone = [line for each in examples for line in unpacked(each.get(LINES))]
        self._model = trained.train([*spoken, *alone], _encoder(self._config))
        with self._model_storage.write_to(self._resource) as folder:
            if self._model:
                self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the Reading to each message; a crisis becomes its intent (CRI-1), a declined person does not."""
        for message in messages:
            reading = self._read(message.get(TEXT) or "")
            message.set(KEY, reading.as_dict(), add_to_output=True)
            if reading.crisis.tier:
                _overrule(message)
            elif reading.declines_person:
                _pass_over(message, REQUEST_HUMAN)
        return messages

    def nearest(self, text: str) -> Sequence[Near]:
        """The training lines most like a text."""
        return self._model.nearest(text) if self._model else ()

    def _read(self, text: str) -> Reading:
        if PAYLOAD.match(text):
            return Reading()
        # CRI-8: whatever breaks, the message is still screened. The text must not reach a log, so no traceback does.
        return self._attempt(text, self._model) or self._attempt(text, None) or last_resort(text)

    def _attempt(self, text: str, model: TrainedReader | None) -> Reading | None:
        try:
            return read(text, self._cues, model, self._limits)
        except Exception as error:
            logger.error("A message could not be read (%s); a simpler reader takes over.", type(error).__name__)
            return None


def read_again(text: str) -> Reading:
    """Read a message of the past whose Reading nobody kept, with the reader of this process; neutral without one."""
    wordless = not text or text.startswith("EXTERNAL: ")
    return Reading() if wordless or EmpathySignals.latest is None else _read_again(EmpathySignals.latest, text)


@lru_cache(maxsize=1024)
def _read_again(component: EmpathySignals, text: str) -> Reading:
    return component._read(text)


def _encoder(config: dict[str, Any]) -> Encoder | None:
    """The encoder the configuration names; without an installed MiniLM, n-grams and cues have to do."""
    name = config.get("encoder") or encoder.DEFAULT
    if name == "none":
        return None
    if name == encoder.DEFAULT and not encoder.installed():
        logger.warning("No sentence encoder is installed: the reader hears less. See “Sentence encoder” in the README, "
                       "or set `encoder: none` to be told no more.")
        return None
    return encoder.load(name, config.get("encoder_sha256"))


def _overrule(message: Message) -> None:
    crisis = {INTENT_NAME_KEY: DISCLOSE_CRISIS, PREDICTED_CONFIDENCE_KEY: 1.0}
    others = [each for each in message.get(INTENT_RANKING_KEY) or [] if each[INTENT_NAME_KEY] != DISCLOSE_CRISIS]
    message.set(INTENT, crisis, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [crisis, *others], add_to_output=True)


def _pass_over(message: Message, intent: str) -> None:
    """Replace an intent that the words deny: by the next if it has most of what is left, else by the fallback."""
    if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) != intent:
        return
    others = [each for each in message.get(INTENT_RANKING_KEY) or [] if each[INTENT_NAME_KEY] != intent]
    left = sum(each[PREDICTED_CONFIDENCE_KEY] for each in others)
    if not others or others[0][PREDICTED_CONFIDENCE_KEY] < left / 2:
        others.insert(0, {INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME, PREDICTED_CONFIDENCE_KEY: 1.0})
    message.set(INTENT, others[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, others, add_to_output=True)
