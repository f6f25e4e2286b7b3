"""Is everything defined that the assistant, as Rasa merges it, may say or do? Reads it through Rasa [R]."""

import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException, YamlSyntaxException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.utils.io import read_yaml_file

from attune import settings
from attune.check import routing
from attune.check.finding import Finding, Findings
from attune.check.project import Project
from attune.check.trials import trials
from attune.policy import protocol
from attune.reply.crisis import CRISIS_HELP
from attune.reply.passages import yaml_files
from attune.reply.wording import CRISIS_RESPONSES, LAYER_RESPONSES

SAID = re.compile(r"""["'](utter_\w+)["']""")
UNTOLD = re.compile(r"\b(automated|ai|bot|not a person|not human|software)\b", re.IGNORECASE)


def merged(project: Project) -> tuple[Domain, StoryGraph]:
    """The domain and stories as `rasa train` would get them; raises RasaException where Rasa would only warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Domain.load(str(project.domain))  # the importer would go on with an empty domain instead
        importer = TrainingDataImporter.load_from_config(
            str(project.root / "config.yml"), str(project.domain), [str(project.root / "data")])
        importer.get_nlu_data()
        return importer.get_domain(), importer.get_stories()


def check(project: Project) -> Findings:
    """Everything that is used and not defined."""
    unreadable = list(illegible(project))
    if unreadable:
        yield from unreadable
        return
    try:
        domain, stories = merged(project)
    except (RasaException, OSError, ValueError) as error:
        problem = " ".join(str(error).split()).rstrip(".")
        yield Finding("error", getattr(error, "path", "domain.yml"), getattr(error, "line", 0),
                      getattr(error, "problem", problem), "Correct the file; `rasa data validate` may say more")
        return
    yield from unsaid(domain, stories, project)
    yield from undisclosed(domain.responses, project)
    yield from unfilled(domain.responses, project)
    yield from forgetful(domain, project)
    kept = protocol.load(settings.protocol_path()).retention["audit_readings"]
    yield from trials(settings.experiments_path(), domain.responses, kept)
    yield from routing.unknown(settings.protocol_path(), domain.intents, [slot.name for slot in domain.slots])


def illegible(project: Project) -> Findings:
    """Files that Rasa's own YAML reader refuses; it is stricter than others, and does not always say which file."""
    files = yaml_files([project.root / "config.yml", project.domain, project.root / "data"])
    yield from (finding for file in files if (finding := _illegible(file)))


def _illegible(file: Path) -> Finding | None:
    try:
        read_yaml_file(file)
    except YamlSyntaxException as error:
        mark = getattr(error.underlying_yaml_exception, "problem_mark", None)
        problem = getattr(error.underlying_yaml_exception, "problem", None) or "it cannot be read"
        return Finding("error", str(file), mark.line + 1 if mark else 0, f"is not YAML as Rasa reads it: {problem}",
                       "Correct the line, or put its text in quotes")
    return None


def unsaid(domain: Domain, stories: StoryGraph, project: Project) -> Findings:
    """Responses that something would say and nobody wrote, and actions nobody listed; where each is used."""
    known = set(domain.responses) | {name.split("/")[0] for name in domain.responses}
    own: dict[str, str] = dict(_uses(domain, stories, project.root / "actions"))
    uses = own | dict.fromkeys(LAYER_RESPONSES, "the layer")
    for name, where in sorted(uses.items()):
        if name.startswith("utter_") and name not in known:
            place = _place(project, name, where.split()[-1])
            yield Finding("error", *place, f"{where} uses {name}, which has no response",
                          "Write the response, or correct the name")
        elif not name.startswith("utter_") and name not in domain.action_names_or_texts:
            place = _place(project, name)
            yield Finding("error", *place, f"{where} uses {name}, which is not in the domain",
                          "List it under `actions`, or correct the name")


def _uses(domain: Domain, stories: StoryGraph, actions: Path) -> Iterator[tuple[str, str]]:
    for name in domain.action_names_or_texts:
        if name.startswith("utter_"):
            yield name, "the domain"
    for step in stories.story_steps:
        for event in step.events:
            # Rasa marks the unknown beginning of a rule with an action called "...".
            if isinstance(event, ActionExecuted) and event.action_name and event.action_name != "...":
                yield event.action_name, f"“{step.block_name}”"
    for form, definition in domain.forms.items():
        for slot in definition.get("required_slots") or ():
            if not _asked(domain, form, slot):
                yield f"utter_ask_{slot}", f"the form {form}"
    for file in sorted(actions.rglob("*.py")):
        for name in SAID.findall(file.read_text(encoding="utf-8", errors="replace")):
            yield name, str(file.relative_to(actions.parent))


def _asked(domain: Domain, form: str, slot: str) -> bool:
    known = {*domain.responses, *domain.action_names_or_texts}
    return bool(known & {f"{verb}_ask_{form}_{slot}" for verb in ("action", "utter")} | known & {f"action_ask_{slot}"})


def undisclosed(responses: Mapping[str, list[dict[str, Any]]], project: Project) -> Findings:
    """A disclosure that doesn't say what is speaking; “smart assistant” alone won't do (DIS-1)."""
    for name in ("utter_disclosure", "utter_is_automated", "utter_bot_resumes"):
        for variation in responses.get(name) or ():
            if not UNTOLD.search(variation.get("text") or ""):
                place = _place(project, name)
                yield Finding("error", *place, f"a wording of {name} does not say that no person is speaking",
                              "Say that it is an automated assistant, not a person")


def unfilled(responses: Mapping[str, list[dict[str, Any]]], project: Project) -> Findings:
    """Crisis help that the assistant replaced in its domain, where nothing fills in a country's help lines (CRI-5)."""
    for name in CRISIS_RESPONSES:
        if any("resources" not in (variation.get("metadata") or {}) for variation in responses.get(name) or ()):
            place = _place(project, name)
            yield Finding("error", *place, f"{name} is replaced in the domain, so it shows no help line",
                          f"Copy {CRISIS_HELP.name} from the layer, reword it, and name it as `crisis_help:` of the "
                          "EmpathyLayerImporter in config.yml")


def forgetful(domain: Domain, project: Project) -> Findings:
    """A session that starts with nothing known: who refused would be asked again (CON-2)."""
    if not domain.session_config.carry_over_slots:
        yield Finding("warning", *_place(project, "carry_over_slots_to_new_session"),
                      "slots are not carried over, so a customer's yes or no is forgotten with the session",
                      "Set `carry_over_slots_to_new_session: true` under `session_config`")


def _place(project: Project, *names: str) -> tuple[str, int]:
    """The file and line of the project where the first of these names that stands anywhere stands first."""
    files = [*yaml_files([project.domain, project.root / "data"]), *sorted((project.root / "actions").rglob("*.py"))]
    for name in names:
        word = re.compile(rf"\b{re.escape(name.strip('“”'))}\b")
        for file in files:
            for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
                if word.search(line):
                    return str(file.relative_to(project.root)), number
    return project.domain.name, 0
