"""Emotion and danger are unreadable wherever prices, offers and eligibility are decided: an allow-list (BND-7)."""

import ast
import re
from collections.abc import Iterator

import pytest

from architecture.house import REPOSITORY, Module, imports, modules

MAY_READ = {"signals", "consent", "policy", "reply", "handoff", "desk", "audit", "drift", "rights", "check",
            "rehearsal"}
"""The rooms whose work is to read, permit, answer, hand over, show, remember or erase a Reading."""
LAYERS_OWN = {"acknowledge.py"}
"""The only action that reads it: the one that says what it heard."""
SHOP_MAY_IMPORT = re.compile(r"attune(\.settings|\.database\.\w+)|attune_actions")
"""Of ours; the names the shop registers its actions with, and where its database is."""
SHOP_MAY_ASK = {"entities", "intent", "text"}
"""Of a customer's latest message."""

ROOMS, LAYER, SHOP = modules(), modules(REPOSITORY / "actions/attune_actions"), modules(REPOSITORY / "actions/shop")


def readers(module: Module) -> Iterator[str]:
    """Where a module could get at a Reading: the module that defines it, and Rasa's place for it."""
    yield from (name for name in imports(module) if name.startswith(("attune.signals.reading", "attune.signals.read.")))
    yield from (text for text in strings(module) if text == "parse_data")


def strings(module: Module) -> Iterator[str]:
    """Every string of the source that is no docstring."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def breaches(module: Module) -> list[str]:
    """What a module of the shop does that could lead to emotion or danger."""
    ours = [name for name in imports(module) if name.split(".")[0].startswith("attune")]
    found = [name for name in ours if not SHOP_MAY_IMPORT.fullmatch(name)]
    found += [text for text in strings(module) if re.match(r"attune(?!_actions$)", text) or text == "parse_data"]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("events", "slots", "current_state"):
            found.append(f".{node.attr}")  # the whole tracker; one slot by its name will do
        if isinstance(node, ast.Attribute) and node.attr == "latest_message":
            found += [asked for asked in [_asked(module, node)] if asked not in SHOP_MAY_ASK]
    return found


def _asked(module: Module, message: ast.Attribute) -> str:
    """The key somebody asks the latest message for; "?" if they take the whole of it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Subscript) and node.value is message and isinstance(node.slice, ast.Constant):
            return str(node.slice.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.value is message:
            return str(node.args[0].value) if node.args and isinstance(node.args[0], ast.Constant) else "?"
    return "?"


@pytest.mark.parametrize("module", SHOP, ids=lambda module: module.path)
def test_bnd_7_nothing_that_sells_can_read_emotion_or_danger(module: Module) -> None:
    assert breaches(module) == []


def test_bnd_7_only_the_rooms_on_the_list_can_get_at_a_reading() -> None:
    assert {module.room for module in ROOMS if list(readers(module))} <= MAY_READ


def test_bnd_7_of_the_layers_actions_only_the_acknowledgement_reads_it() -> None:
    assert {module.path for module in LAYER if list(readers(module))} == LAYERS_OWN


@pytest.mark.parametrize("source", [
    "from attune.signals.reading import from_dict", "from attune.audit.store import Store", "import attune.policy",
    "price = 10 if tracker.latest_message['attune'] else 20", "tracker.latest_message.get(key)",
    "said = tracker.latest_message", "tracker.get_slot('attune_consent_agent')", "event['parse_data']",
    "for event in tracker.events: pass", "tracker.current_state()", "message.get('attune')",
])
def test_a_breach_on_purpose_is_seen(source: str) -> None:
    assert breaches(Module("shop/price_actions.py", source))


@pytest.mark.parametrize("source", [
    "from attune import settings", "from attune.database import engine", "import attune_actions",
    "tracker.latest_message.get('entities', ())", "tracker.latest_message['intent']", "tracker.get_slot('order')",
])
def test_what_a_shop_needs_is_not(source: str) -> None:
    assert breaches(Module("shop/price_actions.py", source)) == []
