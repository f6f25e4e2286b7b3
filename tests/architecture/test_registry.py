"""Rasa's registry knows components by bare class name: one of ours must never take the place of one of theirs."""

import importlib.util
from pathlib import Path

import pytest

from architecture.house import modules, registered


@pytest.fixture(scope="module")
def theirs() -> set[str]:
    """Every class Rasa registers, read from its source without importing it."""
    found = importlib.util.find_spec("rasa")
    assert found and found.origin
    files = [module for module in modules(Path(found.origin).parent) if "DefaultV1Recipe.register" in module.text]
    return {name for module in files for name in registered(module)}


def test_their_components_are_found(theirs: set[str]) -> None:
    assert {"DIETClassifier", "RulePolicy", "CountVectorsFeaturizer"} <= theirs


def test_our_components_have_names_of_their_own(theirs: set[str]) -> None:
    ours = [name for module in modules() for name in registered(module)]

    assert "EmpathyPolicy" in ours
    assert theirs & set(ours) == set()
    assert len(ours) == len(set(ours))
