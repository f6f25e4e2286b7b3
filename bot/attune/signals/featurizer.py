"""[R] The sentence vector as features for the assistant's own classifier; the reader then finds it made already."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from attune.signals import encoder
from attune.signals.encoder import Encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Optional, anywhere before the classifier. `encoder` and `encoder_sha256` as in EmpathySignals."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """MiniLM."""
        return {**DenseFeaturizer.get_default_config(), "encoder": encoder.DEFAULT, "encoder_sha256": None}

    @staticmethod
    def required_packages() -> list[str]:
        """What attune[encoder] brings; Rasa says so if they are missing."""
        return ["transformers", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong with it before the encoder is loaded."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> "SentenceEncoder":
        """Load the encoder, which every component of this process shares; raises NoEncoder or ChangedWeights."""
        name = config["encoder"]
        return cls(execution_context.node_name, config, encoder.load(name, config["encoder_sha256"]))

    def __init__(self, name: str, config: dict[str, Any], loaded: Encoder) -> None:
        super().__init__(name, config)
        self._encoder = loaded

    def process(self, messages: list[Message]) -> list[Message]:
        """Give every message that has a text its sentence vector."""
        spoken = [message for message in messages if message.get(TEXT)]
        if spoken:
            for message, vector in zip(spoken, self._encoder.vectors([each.get(TEXT) for each in spoken]), strict=True):
                self.add_features_to_message(sequence=None, sentence=vector[None, :], attribute=TEXT, message=message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for the training examples."""
        self.process(training_data.training_examples)
        return training_data
