"""EmpathySignals as Rasa runs it: trained, stored, loaded and asked."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from attune.signals import encoder, lines
from attune.signals.component import EmpathySignals
from attune.signals.featurizer import SentenceEncoder
from attune.signals.reading import KEY, Reading, from_dict
from attune.signals.trained import Opinion, TrainedReader

pytestmark = pytest.mark.rasa
CONTEXT = ExecutionContext(GraphSchema({}), "test")
RESOURCE = Resource("signals")


def some_lines() -> TrainingData:
    """One line in thirty: what is tried here is the component, not how well it hears."""
    return TrainingData([
        Message({TEXT: line.text, "metadata": {"intent": {
            "emotion": line.emotion, "tier": line.tier, "kind": line.kind, "wants_person": line.wants_person}}})
        for line in lines.from_folder()[::30]
    ])


def trained(folder: Path, data: TrainingData, **config: str) -> EmpathySignals:
    folder.mkdir(parents=True, exist_ok=True)
    storage = LocalModelStorage(folder)
    config = {**EmpathySignals.get_default_config(), **config}
    EmpathySignals.create(config, storage, RESOURCE, CONTEXT).train(data)
    return EmpathySignals.load(config, storage, RESOURCE, CONTEXT)


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> EmpathySignals:
    return trained(tmp_path_factory.mktemp("storage"), some_lines())


def processed(component: EmpathySignals, text: str) -> Message:
    message = Message.build(text)
    message.set("intent", {"name": "refund_status", "confidence": 0.9}, add_to_output=True)
    ranking = [{"name": "refund_status", "confidence": 0.9}, {"name": "disclose_crisis", "confidence": 0.1}]
    message.set("intent_ranking", ranking, add_to_output=True)
    component.process([message])
    return message


def reading(message: Message) -> Reading:
    return from_dict(message.get(KEY))


def test_a_feeling_is_read_and_the_intent_stays(component: EmpathySignals) -> None:
    message = processed(component, "where is my refund, this is the third time I ask!")

    assert reading(message).emotion == "frustration"
    assert message.get("intent")["name"] == "refund_status"
    assert KEY in message.as_dict(only_output_properties=True)


def test_a_crisis_overrules_every_intent(component: EmpathySignals) -> None:
    message = processed(component, "cancel my order, i want to die")

    assert reading(message).crisis.tier == 1
    assert message.get("intent") == {"name": "disclose_crisis", "confidence": 1.0}
    assert [each["name"] for each in message.get("intent_ranking")] == ["disclose_crisis", "refund_status"]


@pytest.mark.parametrize(("text", "others", "intent"), [
    ("no human please, where is order 1042", {"order_status": 0.3, "chitchat": 0.1}, "order_status"),
    ("i don't want a human", {"order_status": 0.1, "chitchat": 0.1, "affirm": 0.1}, "nlu_fallback"),
    ("i want a human", {"order_status": 0.3}, "request_human"),
])
def test_hnd_1_an_intent_for_a_person_gives_way_where_the_words_decline_one(
    component: EmpathySignals, text: str, others: dict[str, float], intent: str,
) -> None:
    ranking = [{"name": name, "confidence": share} for name, share in {"request_human": 0.6, **others}.items()]
    message = Message.build(text)
    message.set("intent", ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    component.process([message])

    assert message.get("intent")["name"] == intent


@pytest.mark.parametrize("payload", ["/greet", '/attune_consent{"attune_purpose": "agent"}', " /restart ", "/a@0.9"])
def test_buttons_show_no_feeling(component: EmpathySignals, payload: str) -> None:
    assert reading(processed(component, payload)) == Reading()


def test_danger_behind_a_slash_is_heard(component: EmpathySignals) -> None:
    assert reading(processed(component, "/ i want to die")).crisis.tier == 1


def test_without_lines_the_cues_answer_alone(tmp_path: Path) -> None:
    alone = trained(tmp_path / "storage", TrainingData([Message.build("hi", "greet")]))

    assert reading(processed(alone, "this is ridiculous")).emotion == "frustration"
    assert reading(processed(alone, "where is my order")).emotion == "neutral"


def test_what_was_never_stored_can_be_loaded(tmp_path: Path) -> None:
    fresh = EmpathySignals.load({"cues": None}, LocalModelStorage(tmp_path), Resource("nothing"), CONTEXT)

    assert reading(processed(fresh, "I want to die")).crisis.tier == 1


def test_a_message_without_text_is_neutral(component: EmpathySignals) -> None:
    [message] = component.process([Message({})])

    assert reading(message).emotion == "neutral"


class Broken(TrainedReader):
    """A model whose every answer is an error that quotes the customer."""

    hash = "broken"

    def __init__(self) -> None:
        """Knows nothing."""

    def opinions(self, texts: Sequence[str]) -> list[Opinion]:
        raise RuntimeError(texts[0])


def test_a_broken_model_costs_the_emotion_not_the_screening(
    tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:
    limping = EmpathySignals({"cues": None}, LocalModelStorage(tmp_path), RESOURCE, Broken())
    with caplog.at_level(logging.DEBUG):
        message = processed(limping, "secretword: I want to die")

    assert reading(message).crisis.tier == 1
    assert "RuntimeError" in caplog.text
    assert "secretword" not in caplog.text


def test_a_reader_whose_encoder_is_gone_leaves_the_cues(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trained(tmp_path / "storage", some_lines())
    config = {**EmpathySignals.get_default_config(), "encoder": str(tmp_path / "nowhere")}
    with caplog.at_level(logging.ERROR):
        limping = EmpathySignals.load(config, LocalModelStorage(tmp_path / "storage"), RESOURCE, CONTEXT)

    assert reading(processed(limping, "I want to die")).crisis.tier == 1
    assert "cue files answer alone. There is no sentence encoder in" in caplog.text


def test_without_an_encoder_the_reader_learns_from_words_alone(tmp_path: Path) -> None:
    plain = trained(tmp_path / "storage", some_lines(), encoder="none")

    assert reading(processed(plain, "thank you so much for the help")).emotion == "gratitude"
    assert plain.nearest("thank you") == []


def test_the_lines_most_like_a_message_say_why(component: EmpathySignals) -> None:
    near = component.nearest("I want to talk to a human being")

    assert len(near) == 3
    assert near[0].likeness >= near[-1].likeness > 0.3


def test_the_classifier_and_the_reader_share_one_vector(component: EmpathySignals, tmp_path: Path) -> None:
    featurizer = SentenceEncoder.create(
        SentenceEncoder.get_default_config(), LocalModelStorage(tmp_path), RESOURCE,
        ExecutionContext(GraphSchema({}), "test", node_name="encoder"))
    message = Message.build("where is my parcel")
    featurizer.process([message])
    _, features = message.get_dense_features(TEXT, [])

    assert features is not None
    assert features.features.shape == (1, 384)
    assert (features.features[0] == encoder.load().vectors(["where is my parcel"])[0]).all()


def test_when_everything_breaks_plain_danger_is_still_heard(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    limping = EmpathySignals({"cues": None}, LocalModelStorage(tmp_path), RESOURCE)
    del limping._cues
    with caplog.at_level(logging.DEBUG):
        message = processed(limping, "secretword: I want to die")

    assert reading(message).crisis.tier == 1
    assert message.get("intent")["name"] == "disclose_crisis"
    assert "secretword" not in caplog.text
