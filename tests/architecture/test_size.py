"""Files and functions stay small enough to hold in the head, and are named for what they are."""

import re

import pytest

from architecture.house import REPOSITORY, RULES, Module, classes, functions, modules

ALL = [*modules(), *modules(REPOSITORY / "actions")]
LONGEST = RULES["longest"]
HOLLOW = re.compile(r"(Manager|Helper|Helpers|Util|Utils|Base)$|^Base[A-Z]")


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.path)
def test_files_are_short(module: Module) -> None:
    assert len(module.text.splitlines()) <= LONGEST["file"]


@pytest.mark.parametrize("module", ALL, ids=lambda module: module.path)
def test_functions_are_short(module: Module) -> None:
    assert [found for found in functions(module) if found[1] > LONGEST["function"]] == []


def test_no_class_has_a_hollow_name() -> None:
    assert [found.name for module in ALL for found in classes(module) if HOLLOW.search(found.name)] == []


@pytest.mark.parametrize(("hollow", "names"), [
    (True, ["ConsentManager", "BaseDesk", "PacketUtils"]), (False, ["Mailbox", "Basement", "Based"]),
])
def test_hollow_names_are_told_from_good_ones(hollow: bool, names: list[str]) -> None:
    assert {bool(HOLLOW.search(name)) for name in names} == {hollow}
