"""What the peers say, as far as nothing has to be trained for it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.signals.lines import Line
from detection.peers import diet, keywords, vader
from detection.peers.minilm import best_threshold
from detection.workshop import Workshop


@pytest.fixture(scope="module")
def word_list(tmp_path_factory: pytest.TempPathFactory) -> keywords.Keywords:
    return keywords.learn(Workshop([], tmp_path_factory.mktemp("made")))


@pytest.mark.parametrize(("text", "holds"), [
    ("I want to DIE", True), ("I’m so sad", False), ("you can't go on", True), ("going suicidal", True),
    ("want to diet", False), ("a recant", False),
])
def test_a_pattern_finds_whole_words_and_any_ending_after_a_star(text: str, holds: bool) -> None:
    assert bool(keywords.pattern(["want to die", "can't go on", "suicid*", "cant"]).search(text)) == holds


@pytest.mark.parametrize(("text", "said"), [
    ("I want to end my life", (True, True, False, False)),
    ("I’m anxious", (False, True, False, False)),
    ("this is ridiculous", (False, False, True, False)),
    ("get me a human", (False, False, False, True)),
    ("when do you open?", (False, False, False, False)),
])
def test_the_keyword_list_says_which_words_there_are(
    word_list: keywords.Keywords, text: str, said: tuple[bool, ...],
) -> None:
    heard = word_list.hear(text)

    assert (heard.crisis, heard.distress, heard.frustration, heard.person) == said


@given(st.text())
def test_the_keyword_list_reads_whatever_is_typed(word_list: keywords.Keywords, text: str) -> None:
    heard = word_list.hear(text)

    assert heard.distress == bool(heard.distress_share)


@pytest.mark.parametrize(("compound", "frustrated", "distressed"), [
    (0.6, False, False), (0.0, False, False), (-0.05, True, False), (-0.3, True, False), (-0.5, True, True),
])
def test_vader_hears_what_is_bad_and_what_is_very_bad(compound: float, frustrated: bool, distressed: bool) -> None:
    heard = vader.answer(compound)

    assert (heard.frustration, heard.distress, heard.crisis, heard.person) == (frustrated, distressed, None, None)


@pytest.mark.parametrize(("line", "intent"), [
    (Line("x", "sadness", 1, "suicide", wants_person=True), "crisis"),
    (Line("x", "anger", wants_person=True), "person"),
    (Line("x", "anxiety"), "distress"),
    (Line("x", "confusion"), "frustration"),
    (Line("x", "gratitude"), "other"),
])
def test_a_line_gets_the_intent_of_the_gravest_thing_it_shows(line: Line, intent: str) -> None:
    assert diet.intent(line) == intent


@pytest.mark.parametrize(("ranking", "said", "share"), [
    ({"crisis": 0.5, "distress": 0.3, "other": 0.2}, (True, True, False, False), 0.8),
    ({"person": 0.9, "other": 0.1}, (False, False, False, True), 0.0),
    ({"frustration": 0.6, "distress": 0.4}, (False, False, True, False), 0.4),
    ({}, (False, False, False, False), 0.0),
])
def test_the_likeliest_intent_is_what_diet_says(
    ranking: dict[str, float], said: tuple[bool, ...], share: float,
) -> None:
    heard = diet.answer(ranking)

    assert (heard.crisis, heard.distress, heard.frustration, heard.person) == said
    assert heard.distress_share == pytest.approx(share)


@pytest.mark.parametrize(("shares", "true", "threshold"), [
    ([0.1, 0.2, 0.8, 0.9], [False, False, True, True], 0.8),
    ([0.1, 0.6, 0.4, 0.9], [False, False, True, True], 0.4),  # one false alarm costs less than one missed
])
def test_the_threshold_is_the_one_with_the_best_f1(shares: list[float], true: list[bool], threshold: float) -> None:
    assert best_threshold(np.array(shares), np.array(true)) == threshold
