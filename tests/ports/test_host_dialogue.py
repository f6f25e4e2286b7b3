"""I4: over all of the shop's stories and rules, the layer changes nothing but the care steps it adds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from attune.signals.reading import KEY, Reading

pytestmark = pytest.mark.rasa
SHOP = Path(__file__).parents[2]
READINGS = {
    "calm": Reading(),
    "frustrated": Reading("frustration", 720),
    "angry": Reading("anger", 900),
    "a little worried": Reading("anxiety", 400),
    "sad": Reading("sadness", 650),
}


def without_layer(config: dict) -> dict:
    """The shop's configuration as it was before it adopted the layer."""
    def host(line: dict) -> dict:
        return {**line, "name": "RulePolicy"} if line["name"].endswith("EmpathyPolicy") else line

    return {
        **config,
        "importers": [line for line in config["importers"] if not line["name"].startswith("attune.")],
        "pipeline": [line for line in config["pipeline"] if not line["name"].startswith("attune.")],
        "policies": [host(line) for line in config["policies"]],
    }


@pytest.fixture(scope="module")
def assistants(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The shop's dialogue, trained once with the layer and once without."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_core

    yaml = YAML(typ="safe")
    config = yaml.load(SHOP / "config.yml")
    trained = {}
    for name, content in {"with": config, "without": without_layer(config)}.items():
        folder = tmp_path_factory.mktemp(name)
        with (folder / "config.yml").open("w") as file:
            YAML().dump(content, file)
        model = train_core(str(SHOP / "domain.yml"), str(folder / "config.yml"), str(SHOP / "data"), str(folder))
        trained[name] = Agent.load(model)
    return trained


@pytest.fixture(scope="module")
def stories(assistants: dict) -> list:
    """Every story and rule of the shop as a list of events."""
    from rasa.shared.core.events import ActionExecuted, UserUttered
    from rasa.shared.core.generator import TrainingDataGenerator
    from rasa.shared.importers.rasa import RasaFileImporter

    importer = RasaFileImporter(str(SHOP / "config.yml"), str(SHOP / "domain.yml"), [str(SHOP / "data")])
    generator = TrainingDataGenerator(importer.get_stories(), assistants["without"].domain, remove_duplicates=True,
                                      augmentation_factor=0, use_story_concatenation=False)
    told = [[event for event in tracker.events
             if not (isinstance(event, ActionExecuted) and event.action_name == "...")]
            for tracker in generator.generate()]
    return [events for events in told if any(isinstance(event, UserUttered) for event in events)]


def predictions(agent: object, events: list, reading: Reading) -> Iterator[tuple[str, list[str]]]:
    """What the assistant predicts at each step of a story, and the care steps before it; then the story goes on."""
    from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = DialogueStateTracker("story", agent.domain.slots)
    tracker.update(ActionExecuted("action_listen"))
    for index, event in enumerate(events):
        if isinstance(event, UserUttered):
            tracker.update(UserUttered("words", event.intent, event.entities,
                                       {**event.parse_data, KEY: reading.as_dict()}), agent.domain)
        elif isinstance(event, ActionExecuted) and index > 0:
            prediction, care = after_care(agent, tracker)
            name = agent.domain.action_names_or_texts[prediction.max_confidence_index]
            if name == tracker.active_loop_name != event.action_name:  # the story goes on as if the form had refused
                tracker.update(ActionExecutionRejected(name))
                prediction, more = after_care(agent, tracker)
                name, care = agent.domain.action_names_or_texts[prediction.max_confidence_index], care + more
            yield name, care
            tracker.update_with_events(prediction.events, agent.domain)
            tracker.update(ActionExecuted(event.action_name, hide_rule_turn=prediction.hide_rule_turn))
        elif index > 0:
            tracker.update(event)


def after_care(agent: object, tracker: object) -> tuple:
    """Let every care step happen as Rasa's processor would; the prediction that follows is the host's."""
    from rasa.shared.core.events import ActionExecuted

    care = []
    while True:
        prediction = agent.processor._predict_next_with_tracker(tracker)
        name = agent.domain.action_names_or_texts[prediction.max_confidence_index]
        if not (prediction.action_metadata or {}).get(KEY):
            return prediction, care
        care.append(name)
        assert len(care) < 5
        tracker.update_with_events(prediction.events, agent.domain)
        tracker.update(ActionExecuted(name, hide_rule_turn=prediction.hide_rule_turn,
                                      metadata=prediction.action_metadata))


@pytest.mark.parametrize("tone", READINGS)
def test_the_hosts_next_actions_stay_the_same(assistants: dict, stories: list, tone: str) -> None:
    differing, acknowledged = [], 0
    for events in stories:
        with_layer = list(predictions(assistants["with"], events, READINGS[tone]))
        without = list(predictions(assistants["without"], events, READINGS[tone]))
        acknowledged += sum("action_attune_acknowledge" in care for _, care in with_layer)
        if [name for name, _ in with_layer] != [name for name, _ in without]:
            differing.append((with_layer, without))

    assert len(stories) > 20
    assert differing == []
    assert (acknowledged > 0) == (tone != "calm")
