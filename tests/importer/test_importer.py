"""The layer as Rasa merges it into a project."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.validator import Validator

from attune.importer import BrokenLayer, EmpathyLayerImporter
from attune.reply.wording import LAYER_RESPONSES
from attune.settings import LAYER
from attune.signals import line_file
from attune.signals.line_file import one_line
from attune.signals.lines import LINES, Line, unpacked
from attune.signals.reading import EMOTIONS, Emotion

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
FELT = """version: "3.1"
nlu:
- intent: attune_emotion
  metadata: {emotion: frustration}
  examples:
  - text: this is the third time I ask
    metadata: {wants_person: true}
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
    (copied / "nlu" / "emotions.yml").write_text(FELT)
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

    assert not data.has_e2e_examples(), "or `rasa train core` is refused"
    assert alone(data) == [Line("this is the third time I ask", "frustration", wants_person=True),
                           Line("hello", "frustration")]
    data.validate()


def alone(data: TrainingData) -> list[Line]:
    """The lines for the reader alone."""
    return [line for message in data.training_examples for line in unpacked(message.get(LINES))]


def test_help_lines_of_the_operator_replace_the_layers(host: Path) -> None:
    own = (LAYER / "help_lines.yml").read_text().replace("name: Samaritans\n", "name: Own Line\n")
    (host / "mine.yml").write_text(own)
    (host / "config.yml").write_text(CONFIG.format(help_lines="mine.yml"))

    texts = [v["text"] for v in merged(host).get_domain().responses["utter_crisis_help_now"] if "-GB" in v["id"]]

    assert texts
    assert all("Own Line" in text for text in texts)


TAUGHT = [Line("not again", "frustration"), Line("no more of this", "sadness", 2, "suicide", wants_person=True)]


def teach(path: Path, lines: list[Line] = TAUGHT) -> None:
    for line in lines:
        line_file.append(path, line, "written by ourselves", "2026-11-20")


@pytest.fixture
def small(layer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer with a handful of lines, which Rasa merges in a moment."""
    monkeypatch.setattr(EmpathyLayerImporter, "layer", layer)


def heard(host: Path) -> list[Line]:
    """What the reader is to learn in the merged project, beside the two lines of the small layer."""
    return alone(merged(host).get_nlu_data())[2:]


def name_lines(host: Path, path: str) -> None:
    config = (host / "config.yml").read_text()
    (host / "config.yml").write_text(config.replace("  help_lines:", f"  lines: {path}\n  help_lines:"))


@pytest.mark.usefixtures("small")
def test_lines_the_assistant_was_taught_are_learned_with_the_layers(host: Path) -> None:
    teach(host / "attune_lines.yml")
    data = merged(host).get_nlu_data()

    assert heard(host) == TAUGHT
    assert "attune_emotion" not in data.intents
    assert not data.has_e2e_examples()


@pytest.mark.usefixtures("small")
def test_the_taught_lines_may_lie_elsewhere(host: Path) -> None:
    (host / "taught").mkdir()
    teach(host / "taught" / "ours.yml")
    name_lines(host, "taught/ours.yml")

    assert heard(host) == TAUGHT


@pytest.mark.usefixtures("small")
def test_taught_lines_that_are_named_and_missing_stop_training(host: Path) -> None:
    name_lines(host, "gone.yml")

    with pytest.raises(BrokenLayer, match=r"gone\.yml:1: the file is missing"):
        merged(host).get_nlu_data()


@pytest.mark.usefixtures("small")
def test_who_taught_nothing_has_the_layers_lines(host: Path) -> None:
    assert heard(host) == []


@pytest.mark.usefixtures("small")
def test_a_wrong_label_among_taught_lines_stops_training_and_is_named(host: Path) -> None:
    teach(host / "attune_lines.yml")
    text = (host / "attune_lines.yml").read_text()
    (host / "attune_lines.yml").write_text(text.replace("sadness", "sorrow"))
    line = text[: text.index("sadness")].count("\n") + 1

    with pytest.raises(BrokenLayer, match=rf"attune_lines\.yml:{line}: .*'sorrow' is not one of"):
        merged(host).get_nlu_data()


@settings(max_examples=25)
@given(st.lists(st.text(st.characters()), max_size=4), st.sampled_from(EMOTIONS))
@example(["C:\\users", "a \\U0001f621 b"], "anger")
@example(["C:\\users \U0001f621 ü", "yes", "1e3", "null", "- x", "[a][b](c){d}", "it's {x", "# y", "@z: |"], "anger")
def test_whatever_words_were_taught_rasa_can_read_the_file(texts: list[str], emotion: Emotion) -> None:
    lines = [Line("not again", emotion), *(Line(words, emotion) for text in texts if (words := one_line(text)))]
    with TemporaryDirectory() as folder:
        path = Path(folder, "attune_lines.yml")
        teach(path, lines)
        with path.open("a") as file:  # a file that holds an intent as well goes through Rasa's own reader
            file.write("- intent: express_frustration\n  examples: |\n    - fed up\n")
        importer = type("EmpathyLayerImporter", (EmpathyLayerImporter,), {"layer": Path(folder, "none")})
        data = importer(str(Path(folder, "config.yml"))).get_nlu_data()

    assert alone(data) == lines
    assert [message.get(TEXT) for message in data.training_examples if message.get(TEXT)] == ["fed up"]


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
    ("nlu/emotions.yml", "{emotion: frustration}", "{emotion: rage}"),
    ("nlu/emotions.yml", "{emotion: frustration}", "{emotion: frustration, mood: low}"),
    ("nlu/emotions.yml", "{emotion: frustration}", "{emotion: frustration, tier: 2}"),
    ("nlu/emotions.yml", "{emotion: frustration}", "{emotion: frustration, kind: suicide}"),
    ("nlu/emotions.yml", "{emotion: frustration}", "{emotion: frustration, tier: 3, kind: suicide}"),
    ("nlu/emotions.yml", "{emotion: frustration}", "{emotion: frustration, tier: 1, kind: loss}"),
    ("nlu/emotions.yml", "{emotion: frustration}", "{emotion: frustration, near: stress}"),
    ("nlu/emotions.yml", "  metadata: {emotion: frustration}\n", ""),
    ("nlu/emotions.yml", "{wants_person: true}", "{wants_person: please}"),
    ("nlu/emotions.yml", "{wants_person: true}", "{consent: ''}"),
    ("nlu/emotions.yml", "{wants_person: true}", "{reviewed: 2026-11-20}"),
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
