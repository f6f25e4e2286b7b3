"""The layer as Rasa merges it into a project."""

import shutil
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.validator import Validator

from attune.importer import BrokenLayer, EmpathyLayerImporter
from attune.reply.wording import LAYER_RESPONSES
from attune.settings import LAYER
from attune.signals.lines import LINE

pytestmark = [pytest.mark.rasa, pytest.mark.filterwarnings("ignore::UserWarning")]

CONFIG = """recipe: default.v1
language: en
assistant_id: host
importers:
- name: RasaFileImporter
- name: attune.importer.EmpathyLayerImporter
  help_lines: {help_lines}
pipeline:
- name: WhitespaceTokenizer
policies:
- name: RulePolicy
"""
DOMAIN = """version: "3.1"
intents: [greet]
session_config: {session_expiration_time: 7, carry_over_slots_to_new_session: false}
responses:
  utter_greet: [{text: Hello from the host.}]
  utter_acknowledge_anger_light: [{text: Understood.}]
"""
NLU = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good morning
"""
EMOTIONS = """version: "3.1"
nlu:
- intent: attune_emotion
  metadata: {emotion: frustration}
  examples:
  - text: this is the third time I ask
    metadata: {intensity: 900}
  - text: hello
- intent: express_frustration
  examples: |
    - this is so annoying
    - I am fed up with this
"""


@pytest.fixture
def host(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "config.yml").write_text(CONFIG.format(help_lines=LAYER / "help_lines.yml"))
    (tmp_path / "domain.yml").write_text(DOMAIN)
    (tmp_path / "data" / "nlu.yml").write_text(NLU)
    return tmp_path


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """A copy of the layer that a test may break, with training data of its own."""
    copied = tmp_path / "layer"
    shutil.copytree(LAYER, copied)
    shutil.rmtree(copied / "nlu", ignore_errors=True)
    (copied / "nlu").mkdir()
    (copied / "nlu" / "emotions.yml").write_text(EMOTIONS)
    return copied


def importer_of(layer: Path) -> EmpathyLayerImporter:
    """The importer over another folder than the one in the package."""
    return type("EmpathyLayerImporter", (EmpathyLayerImporter,), {"layer": layer})()  # type: ignore[no-any-return]


def merged(host: Path) -> TrainingDataImporter:
    return TrainingDataImporter.load_from_config(
        str(host / "config.yml"), str(host / "domain.yml"), [str(host / "data")])


def test_every_response_of_the_layer_arrives(host: Path) -> None:
    domain = merged(host).get_domain()

    assert {*LAYER_RESPONSES, "utter_greet"} <= set(domain.responses)
    assert {"greet", "disclose_crisis", "attune_consent"} <= set(domain.intents)
    assert "action_attune_hand_off" in domain.action_names_or_texts


def test_the_hosts_wording_and_session_win(host: Path) -> None:
    domain = merged(host).get_domain()

    assert domain.responses["utter_acknowledge_anger_light"] == [{"text": "Understood."}]
    assert domain.session_config.session_expiration_time == 7


def test_the_hosts_pipeline_stays_its_own(host: Path) -> None:
    assert [part["name"] for part in merged(host).get_config()["pipeline"]] == ["WhitespaceTokenizer"]
    assert EmpathyLayerImporter().get_config() == {}


def test_the_rules_arrive_and_say_nothing_in_a_crisis(host: Path) -> None:
    steps = merged(host).get_stories().story_steps
    intents = {event.intent_name for step in steps for event in step.events if hasattr(event, "intent_name")}

    assert intents == {"express_frustration", "express_distress", "ask_if_human"}
    assert EmpathyLayerImporter().get_conversation_tests().story_steps == []


def test_the_merged_project_validates(host: Path) -> None:
    validator = Validator.from_importer(merged(host))

    assert validator.verify_actions_in_stories_rules()
    assert validator.verify_utterances_in_stories(ignore_warnings=False)
    assert validator.verify_forms_in_stories_rules()
    assert validator.verify_domain_validity()


def test_a_feeling_without_an_intent_is_no_class_of_any_classifier(layer: Path) -> None:
    data = importer_of(layer).get_nlu_data()

    assert data.intents == {"express_frustration"}
    assert {message.get(TEXT) for message in data.intent_examples} == {"this is so annoying", "I am fed up with this"}
    assert "attune_emotion" not in data.number_of_examples_per_intent


def test_a_feeling_without_an_intent_keeps_its_words_and_labels(layer: Path) -> None:
    data = importer_of(layer).get_nlu_data()
    felt = [message for message in data.training_examples if message.get(LINE)]

    assert not data.has_e2e_examples(), "or `rasa train core` is refused"
    assert [(message.get(LINE), message.get(METADATA)) for message in felt] == [
        ("this is the third time I ask", {"intent": {"emotion": "frustration"}, "example": {"intensity": 900}}),
        ("hello", {"intent": {"emotion": "frustration"}}),
    ]
    data.validate()


def test_help_lines_of_the_operator_replace_the_layers(host: Path) -> None:
    own = (LAYER / "help_lines.yml").read_text().replace("name: Samaritans\n", "name: Own Line\n")
    (host / "mine.yml").write_text(own)
    (host / "config.yml").write_text(CONFIG.format(help_lines="mine.yml"))

    texts = [v["text"] for v in merged(host).get_domain().responses["utter_crisis_help_now"] if "-GB" in v["id"]]

    assert texts
    assert all("Own Line" in text for text in texts)


BREAKS = [
    ("domain.yml", "actions:\n", "actions: [\n"),
    ("domain.yml", "    mappings:\n", "    mappinks:\n"),
    ("domain.yml", "influence_conversation: false", "influence_conversation: true"),
    ("domain.yml", "  - action_attune_hand_off", "  - attune_hand_off"),
    ("responses/acknowledge.yml", "- text: That would annoy most people.", "- txt: That would annoy most people."),
    ("responses/crisis_help.yml", "        {help}. If you are", "        Somebody. If you are"),
    ("help_lines.yml", "country: GB\n", "country: Britain\n"),
    ("rules/rules.yml", "  - rule: after distress", "  - rul: after distress"),
    ("rules/rules.yml", "- action: utter_is_automated", "- action: [utter_is_automated"),
    ("nlu/emotions.yml", "    - this is so annoying", "    this is so annoying"),
    ("nlu/emotions.yml", "- intent: attune_emotion", "- intend: attune_emotion"),
    ("nlu/emotions.yml", "  - text: hello", "  - text: ''"),
]


@pytest.mark.parametrize(("file", "old", "new"), BREAKS, ids=lambda value: str(value)[:30])
def test_a_broken_file_stops_training_and_is_named(layer: Path, file: str, old: str, new: str) -> None:
    text = (layer / file).read_text()
    assert old in text
    (layer / file).write_text(text.replace(old, new, 1))
    importer = importer_of(layer)

    with pytest.raises(BrokenLayer) as error:
        importer.get_domain()
        importer.get_stories()
        importer.get_nlu_data()
    assert error.value.path == str(layer / file)
    around = text[: text.index(old)].count("\n") + 1
    assert around - 4 <= error.value.line <= around + 2  # the place, or the start of the block it stands in


def test_rasa_itself_stops_on_it(host: Path) -> None:
    """Not a warning: the error passes through every importer Rasa wraps around ours."""
    (host / "mine.yml").write_text("entries: []\n")
    (host / "config.yml").write_text(CONFIG.format(help_lines="mine.yml"))

    with pytest.raises(BrokenLayer, match=r"mine\.yml:1: entries"):
        merged(host).get_domain()


def test_the_layer_needs_no_rasa_warning_of_its_own() -> None:
    domain = EmpathyLayerImporter().get_domain()

    assert isinstance(domain, Domain)
    domain.check_missing_responses()


def test_who_leaves_pipeline_and_policies_to_rasa_gets_its_defaults_with_the_layer_in_them(host: Path) -> None:
    config = host / "config.yml"
    config.write_text(config.read_text().split("pipeline:")[0] + "pipeline:\npolicies:\n")

    chosen = merged(host).get_config()

    names = [line["name"] for line in chosen["pipeline"]]
    assert names[0] == "WhitespaceTokenizer"
    assert names[-1] == "attune.signals.component.EmpathySignals"
    policies = [line["name"] for line in chosen["policies"]]
    assert "attune.policy.empathy_policy.EmpathyPolicy" in policies
    assert "RulePolicy" not in policies
