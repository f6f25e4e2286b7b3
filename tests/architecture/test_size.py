"""Files and functions stay small enough to hold in the head, and are named for what they are."""

import re

import pytest

from architecture.house import REPOSITORY, RULES, Module, classes, functions, modules

ALL = [*modules(), *modules(REPOSITORY / "actions")]
LONGEST = RULES["longest"]
HOLLOW = re.compile(r"(Manager|Helper|Helpers|Util|Utils|Base)$|^Base[A-Z]")


def test_files_are_short() -> None:
    lines = {module.path: len(module.text.splitlines()) for module in ALL}

    assert {path: count for path, count in lines.items() if count > LONGEST["file"]} == {}


def test_functions_are_short() -> None:
    lines = [(module.path, name, count) for module in ALL for name, count in functions(module)]

    assert [found for found in lines if found[2] > LONGEST["function"]] == []


def test_lengths_are_counted() -> None:
    assert list(functions(Module("x.py", "def f():\n    a\n    b\nasync def g(): pass\n"))) == [("f", 3), ("g", 1)]


def test_no_class_has_a_hollow_name() -> None:
    assert [found.name for module in ALL for found in classes(module) if HOLLOW.search(found.name)] == []


@pytest.mark.parametrize(("hollow", "names"), [
    (True, ["ConsentManager", "BaseDesk", "PacketUtils"]), (False, ["Mailbox", "Basement", "Based"]),
])
def test_hollow_names_are_told_from_good_ones(hollow: bool, names: list[str]) -> None:
    assert {bool(HOLLOW.search(name)) for name in names} == {hollow}
