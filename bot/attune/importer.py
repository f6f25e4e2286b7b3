"""Brings the layer into a Rasa project: `importers: [{name: RasaFileImporter}, {name: …EmpathyLayerImporter}]` [R]."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.utils import story_graph_from_paths
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method
from rasa.shared.utils.io import read_model_configuration

from attune import settings
from attune.errors import InvalidFile
from attune.policy import protocol
from attune.policy.protocol import Voice
from attune.reply import crisis, resources, voice
from attune.reply.document import Document, read
from attune.settings import LAYER
from attune.signals import line_file
from attune.signals.line_file import EMOTION_ONLY
from attune.signals.lines import LINES, Line, from_page, packed

CARRIER = "express_frustration"
"""An intent the layer's domain has anyway, under which such messages travel without text."""

SIGNALS = {"name": "attune.signals.component.EmpathySignals"}
POLICY = {"name": "attune.policy.empathy_policy.EmpathyPolicy"}
LAYER_AT: dict[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "pipeline": lambda lines: [*lines, SIGNALS],
    "policies": lambda lines: [{**line, **POLICY} if line["name"] == "RulePolicy" else line for line in lines],
}
"""Where the layer stands in Rasa's default configuration."""


class BrokenLayer(InvalidFile, RasaException):
    """A file of the layer is broken; Rasa prints the sentence and stops, instead of training without the file."""


class EmpathyLayerImporter(TrainingDataImporter):
    """Adds the layer's domain, responses, training data and rules. The importer listed first wins, so list it last."""

    layer = LAYER

    def __init__(  # noqa: PLR0913 - the first three are Rasa's
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        help_lines: str | None = None,
        crisis_help: str | None = None,
        *,
        lines: str | None = None,
    ) -> None:
        """Note the paths, all from beside config.yml: `help_lines` and `crisis_help` replace the layer's own files.

        `lines` holds training lines of the assistant's own; without it, attune_lines.yml if there is one.
        """
        self.config_file = config_file
        beside = Path(config_file).parent if config_file else Path()
        self.help_lines = beside / help_lines if help_lines else self.layer / resources.HELP_LINES.name
        self.crisis_help = beside / crisis_help if crisis_help else self.layer / "responses" / crisis.CRISIS_HELP.name
        taught = beside / (lines or line_file.FILE)
        self.taught = [taught] if lines or (config_file and taught.exists()) else []

    @cached_method
    def get_domain(self) -> Domain:
        """The layer's domain with every response; raises BrokenLayer with file and line."""
        path = self.layer / "domain.yml"
        with _strictly(path):
            data = read(path, "domain").data
        responses: dict[str, Any] = {}
        spoken = self._voice()
        for file in self._files("responses"):
            if file.name != crisis.CRISIS_HELP.name:
                with _strictly(file):
                    responses |= voice.spoken(read(file, "responses").data["responses"], spoken)
        with _strictly(self.crisis_help):
            responses |= crisis.responses(voice.document(crisis.load(self.crisis_help), spoken), self._registry())
        with _strictly(path):
            return Domain.from_dict({**data, "responses": responses})

    @cached_method
    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The layer's rules; raises BrokenLayer with file and line."""
        graph = StoryGraph([])
        for file in self._files("rules"):
            with _strictly(file):
                read(file, "rules")
                graph = graph.merge(story_graph_from_paths([str(file)], self.get_domain(), exclusion_percentage))
        return graph

    def get_conversation_tests(self) -> StoryGraph:
        """None: Rasa would otherwise take the rules for test stories."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """Rasa's default pipeline and policies with the layer in them, where the assistant leaves the choice to Rasa.

        Where it has its own, nothing: a pipeline from an importer would replace the assistant's.
        """
        host = read_model_configuration(self.config_file) if self.config_file else {}
        left_to_rasa = {key for key in LAYER_AT if not host.get(key)} if host else set()
        chosen = DefaultV1Recipe.complete_config({}, left_to_rasa)
        return {key: LAYER_AT[key](chosen[key]) for key in left_to_rasa}

    def get_config_file_for_auto_config(self) -> str | None:
        """None: Rasa would write the completed configuration into it."""
        return None

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The layer's training data and the assistant's own lines; raises BrokenLayer with file and line."""
        documents = [_nlu(file) for file in (*self._files("nlu"), *self.taught)]
        spoken = [_as_rasa_reads(each, language or "en") for each in documents if _names_intents(each)]
        data = TrainingData().merge(*spoken)  # once: every merge copies and hashes all there is
        kept = [message for message in data.training_examples if message.get(INTENT) != EMOTION_ONLY]
        felt = [line for each in documents for line in from_page(each.data, EMOTION_ONLY)]
        return TrainingData(
            [*kept, *_for_the_reader_alone(felt)],
            data.entity_synonyms, data.regex_features, data.lookup_tables, data.responses,
        )

    def _voice(self) -> Voice:
        """Read from the protocol by which the assistant will be run."""
        path = settings.protocol_path()
        with _strictly(path):
            return protocol.load(path).voice

    def _registry(self) -> resources.Registry:
        with _strictly(self.help_lines):
            return resources.load(self.help_lines)

    def _files(self, folder: str) -> list[Path]:
        return sorted((self.layer / folder).rglob("*.yml"))


def _for_the_reader_alone(lines: Sequence[Line]) -> list[Message]:
    """Keep lines with a feeling and no intent of their own from every component but the layer's reader.

    An intent without text is what Rasa makes of a domain's intents: classifiers and featurizers pass it by. Text
    without an intent would not do: Rasa takes it for an end-to-end story and refuses `rasa train core`. All lines go
    in one message, because Rasa copies and hashes every message many times.
    """
    return [Message({INTENT: CARRIER, LINES: packed(lines)})] if lines else []


def _nlu(file: Path) -> Document:
    with _strictly(file):
        document = read(file, "nlu")
        _require_dashes(document)
        return document


def _names_intents(document: Document) -> bool:
    return any(block.get("intent") != EMOTION_ONLY for block in document.data["nlu"])


def _as_rasa_reads(document: Document, language: str) -> TrainingData:
    with _strictly(document.path):
        return load_data(str(document.path), language)


def _require_dashes(document: Document) -> None:
    for index, block in enumerate(document.data["nlu"]):
        lines = block["examples"].splitlines() if isinstance(block["examples"], str) else ()
        for offset, text in enumerate(lines, start=1):
            if text.strip() and not (text.startswith("-") and text.strip("- \t")):
                start = document.line("nlu", index, "examples")
                raise InvalidFile(document.path, start + offset, f"{text!r} is no example; write '- ' and the text")


@contextmanager
def _strictly(path: Path) -> Iterator[None]:
    """Whatever Rasa would warn about and skip becomes an error that names the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            warnings.filterwarnings("ignore", "Slot auto-fill")  # said for every domain, right or wrong
            yield
    except BrokenLayer:
        raise
    except InvalidFile as error:
        raise BrokenLayer(error.path, error.line, error.problem) from error
    except (RasaException, UserWarning, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokenLayer(path, 1, f"Rasa cannot use it: {error}") from error
