"""The walls of the house stand where CONTRIBUTING.md says."""

import pytest

from architecture.house import (
    ATTUNE,
    REPOSITORY,
    RULES,
    Module,
    acts_at_import,
    calls,
    imports,
    modules,
    reaches,
    trespasses,
)

ALL = modules()
ACTIONS = modules(REPOSITORY / "actions")


def test_a_room_imports_itself_and_earlier_rooms() -> None:
    assert {module.path: found for module in ALL if (found := trespasses(module))} == {}


@pytest.mark.parametrize("package", RULES["outside"])
def test_only_the_named_files_reach_outside(package: str) -> None:
    assert {module.path for module in ALL if reaches(module, package)} == set(RULES["outside"][package])


def test_actions_reach_rasa_only_through_its_sdk() -> None:
    assert [module.path for module in ACTIONS if reaches(module, "rasa")] == []


def test_nothing_happens_at_import() -> None:
    assert {module.path: found for module in [*ALL, *ACTIONS] if (found := acts_at_import(module))} == {}


def test_clock_dice_and_ids_are_read_only_where_the_house_meets_the_world() -> None:
    assert {module.path for module in ALL if calls(module, RULES["impure"])} == set(RULES["impure_allowed"])


@pytest.mark.parametrize("path", RULES["outside"]["rasa"])
def test_rasa_files_import_their_types_for_real(path: str) -> None:
    """A type under TYPE_CHECKING makes Rasa refuse to train."""
    assert "TYPE_CHECKING" not in (ATTUNE / path).read_text()


def test_every_file_stands_in_a_known_room() -> None:
    known = {*RULES["order"], *RULES["sees_every_room"], *RULES["shared"], "__init__"}

    assert {module.room for module in ALL} <= known


@pytest.mark.parametrize("room", RULES["order"])
def test_every_room_with_code_has_tests(room: str) -> None:
    code = [path for path in (ATTUNE / room).rglob("*.py") if path.name != "__init__.py"]

    assert not code or list((REPOSITORY / "tests" / room).glob("test_*.py"))


@pytest.mark.parametrize(("path", "source", "expected"), [
    ("channel/x.py", "from attune.handoff.packet import build", ["handoff"]),
    ("channel/x.py", "from attune import audit", ["audit"]),
    ("signals/x.py", "import attune.policy.rules", ["policy"]),
    ("settings.py", "from attune.channel.turn import Turn", ["channel"]),
    ("drift/x.py", "from attune.up.stack import Stack", ["up"]),
    ("policy/x.py", "from attune.channel.ownership import Ownership\nfrom attune.errors import AttuneError", []),
    ("desk/x.py", "from attune.audit.verify import verify", []),
])
def test_a_wall_broken_on_purpose_is_seen(path: str, source: str, expected: list[str]) -> None:
    assert trespasses(Module(path, source)) == expected


@pytest.mark.parametrize(("source", "expected"), [
    ('"""Words."""\nX = 1', []),
    ("connect()", [1]),
    ("import a\nfor x in y:\n    pass", [2]),
    ("if __name__ == '__main__':\n    main()", []),
])
def test_an_act_at_import_is_seen(source: str, expected: list[int]) -> None:
    assert acts_at_import(Module("x.py", source)) == expected


@pytest.mark.parametrize(("source", "expected"), [
    ("import time\nnow = time.time()", ["time.time"]),
    ("datetime.datetime.now(UTC)", ["datetime.datetime.now"]),
    ("clock = time.time", []),
])
def test_a_look_at_the_clock_is_seen(source: str, expected: list[str]) -> None:
    assert calls(Module("x.py", source), RULES["impure"]) == expected


def test_imports_are_read_in_every_form() -> None:
    source = "import rasa.shared\nfrom rasa_sdk import Action\ndef f():\n    from httpx import get"

    assert list(imports(Module("x.py", source))) == ["rasa.shared", "rasa_sdk.Action", "httpx.get"]
