"""Suggested first sentences, and what the desk says to customers, keep every rule of speech there is."""

import pytest
from ruamel.yaml import YAML

from attune.handoff import data
from attune.reply import lint
from attune.settings import LAYER

NOTICES = YAML(typ="safe").load(LAYER / "desk.yml")["notices"]
SENTENCES = [*(text for texts in data.load("openings.yml").values() for text in texts), *NOTICES.values()]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_sentence_claims_a_feeling_or_promises_anything(sentence: str) -> None:
    assert [(rule.id, rule.finds(sentence)) for rule in lint.load() if rule.finds(sentence)] == []


@pytest.mark.parametrize("kind", data.load("openings.yml"))
def test_three_sentences_are_left_even_when_nobody_knows_what_it_is_about(kind: str) -> None:
    assert len([text for text in data.load("openings.yml")[kind] if "{topic}" not in text]) >= 3


def test_a_sentence_that_promises_would_be_caught() -> None:
    assert any(rule.finds("I promise this won't happen again.") for rule in lint.load())
