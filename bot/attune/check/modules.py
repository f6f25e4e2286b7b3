"""Does every class a project names exist? For most, Rasa only warns and goes on without it [R]."""

import difflib
import importlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rasa.core.brokers.broker import EventBroker
from rasa.core.channels import BUILTIN_CHANNELS
from rasa.core.channels.channel import InputChannel
from rasa.core.lock_store import LockStore
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.tracker_store import TrackerStore
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.shared.importers.importer import TrainingDataImporter

from attune.check.finding import Finding, Findings
from attune.check.project import Kind, Reference

COMPONENTS = frozenset(component.__name__ for component in DEFAULT_COMPONENTS)


@dataclass(frozen=True)
class Family:
    """What Rasa accepts in one place: its own short names, else a class of this type; and what it does without."""

    own: Collection[str]
    parent: type
    otherwise: str
    any_case: bool = False


FAMILIES: dict[Kind, Family] = {
    "importer": Family({"RasaFileImporter", "MultiProjectImporter"}, TrainingDataImporter,
                       "Rasa only warns, and trains without what it would bring"),
    "component": Family(COMPONENTS, GraphComponent, "Rasa refuses to train"),
    "policy": Family(COMPONENTS, GraphComponent, "Rasa refuses to train"),
    "tracker_store": Family({"redis", "mongod", "sql", "dynamo", "in_memory"}, TrackerStore,
                            "Rasa only warns, and keeps conversations in memory", any_case=True),
    "event_broker": Family({"pika", "sql", "file", "kafka"}, EventBroker,
                           "Rasa only warns, and there is no audit", any_case=True),
    "lock_store": Family({"redis", "in_memory"}, LockStore, "Rasa does not start", any_case=True),
    "nlg": Family({"callback", "response"}, NaturalLanguageGenerator, "Rasa does not start", any_case=True),
    "channel": Family(set(BUILTIN_CHANNELS), InputChannel, "Rasa does not start"),
}


def unresolved(references: Iterable[Reference]) -> Findings:
    """Every name that leads to no class, or to one of the wrong kind."""
    for reference in references:
        family = FAMILIES[reference.kind]
        name = reference.name.lower() if family.any_case else reference.name
        if name not in family.own and (finding := _problem(reference, family)):
            yield finding


def _problem(reference: Reference, family: Family) -> Finding | None:
    module_path, _, name = reference.name.rpartition(".")
    if not module_path:
        return _unknown(reference, family, family.own)
    try:
        module = importlib.import_module(module_path)
    except Exception as error:
        # Whatever a module does while it is imported, Rasa would be without the class.
        return reference.finding(
            f"{reference.name} cannot be imported ({type(error).__name__}: {error}), so {family.otherwise}",
            "Correct the path, or what the module does when it is imported",
        )
    found = getattr(module, name, None)
    if found is None:
        return _unknown(reference, family, [f"{module_path}.{known}" for known in vars(module)])
    if not (isinstance(found, type) and issubclass(found, family.parent)):
        return reference.finding(
            f"{reference.name} is no {family.parent.__name__}", f"Name a class derived from {family.parent.__name__}"
        )
    return None


def _unknown(reference: Reference, family: Family, known: Collection[str]) -> Finding:
    near = difflib.get_close_matches(reference.name, list(known), n=1)
    return reference.finding(
        f"there is no {reference.kind} called {reference.name}, so {family.otherwise}",
        f"Did you mean {near[0]}?"[:-1] if near else "Give the path of the module and the name of the class",
    )
