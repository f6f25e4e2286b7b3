"""What every test may use; each fixture lives in a small file of its own."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

QUICK = "QUICK" in os.environ  # `make check`
if QUICK:
    sys.modules["tensorflow"] = None  # type: ignore[assignment]  # spaCy would load it, six seconds, and not use it

settings.register_profile("quick", max_examples=15, deadline=None)
settings.register_profile("whole", max_examples=100, deadline=None)  # a busy machine is no finding
settings.load_profile("quick" if QUICK else "whole")

pytest_plugins = ["fixtures.stack", "fixtures.reader", "fixtures.browser"]

MARKED = re.compile(r"^pytestmark\s*=.*\bmark\.(rasa|stack|slow)\b", re.MULTILINE)
ONLY_WITHOUT = re.compile(r"not \w+( and not \w+)*")
"""The expressions that leave whole files out; any other one has to see them all."""
LONGEST = 600  # seconds; what takes longer hangs


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the files of a deselected marker unread: importing Rasa alone takes ten seconds."""
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    left_out = ONLY_WITHOUT.fullmatch(config.getoption("markexpr"))
    marks = set(MARKED.findall(collection_path.read_text())) if left_out else set()
    return True if any(f"not {mark}" in left_out[0] for mark in marks) else None


@pytest.hookimpl(tryfirst=True)  # before markers deselect
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast first, then Rasa, then running processes; a browser is one of those."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("stack")
    items.sort(key=lambda item: 2 if item.get_closest_marker("stack") else bool(item.get_closest_marker("rasa")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let a test that hangs fail where it hangs, so that the rest still runs."""
    marker = item.get_closest_marker("takes")
    longest = marker.args[0] if marker else LONGEST
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail(f"it hangs: no end after {longest} seconds"))
    signal.alarm(longest)
    try:
        return (yield)
    finally:
        signal.alarm(0)
