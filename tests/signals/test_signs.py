"""Small signs in a message: who is asked for, who is asked about, what is said in jest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.signals.cues import Cues
from attune.signals.read import read
from attune.signals.trained import TrainedReader
from signals.test_cues import PERSON, table

HUMAN, HUMAN_HELD, JEST, PERSON_HELD = (table(name) for name in ("human", "human_held", "jest", "person_held"))
THREATS = table("abuse")["threats"]


@pytest.mark.parametrize("text", HUMAN["asks"])
def test_dis_2_the_question_what_is_speaking_is_heard(ear: Cues, text: str) -> None:
    assert read(text, ear).asks_if_human


@pytest.mark.parametrize("text", HUMAN["does_not_ask"])
def test_dis_2_other_talk_of_people_and_machines_is_no_such_question(ear: Cues, text: str) -> None:
    assert not read(text, ear).asks_if_human


def test_dis_2_two_hundred_ways_to_ask_were_tried_and_the_words_kept_apart_are_heard_too(ear: Cues) -> None:
    missed = [text for text in HUMAN_HELD["asks"] if not read(text, ear).asks_if_human]
    false = [text for text in HUMAN_HELD["does_not_ask"] if read(text, ear).asks_if_human]

    assert len({*HUMAN["asks"], *HUMAN_HELD["asks"]}) >= 200
    assert len(missed) <= 2, missed
    assert len(false) <= 1, false


@pytest.mark.parametrize("text", JEST["jest"])
def test_a_figure_of_speech_about_dying_is_a_jest(ear: Cues, text: str) -> None:
    assert read(text, ear).jest


@pytest.mark.parametrize("text", JEST["no_jest"])
def test_danger_and_plain_requests_are_no_jest(ear: Cues, text: str) -> None:
    assert not read(text, ear).jest


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_is_danger_and_not_mere_abuse(ear: Cues, text: str) -> None:
    assert "threat_to_others" in read(text, ear).crisis.kinds


def test_hnd_1_most_of_a_hundred_ways_kept_apart_ask_for_a_person_by_their_words_alone(ear: Cues) -> None:
    missed = [text for text in PERSON_HELD["wanted"] if not read(text, ear).wants_person]
    false = [text for text in PERSON_HELD["not_wanted"] if read(text, ear).wants_person]

    assert len(missed) <= 4, missed
    assert len(false) <= 2, false


@pytest.mark.rasa
@pytest.mark.parametrize(("cases", "may_miss", "may_invent"), [(PERSON, 0, 0), (PERSON_HELD, 2, 4)])
def test_hnd_1_with_the_trained_reader_a_wish_for_a_person_is_heard_and_none_is_invented(
    ear: Cues, trained_reader: TrainedReader, cases: Any, may_miss: int, may_invent: int,
) -> None:
    missed = [text for text in cases["wanted"] if not read(text, ear, trained_reader).wants_person]
    invented = [text for text in cases["not_wanted"] if read(text, ear, trained_reader).wants_person]

    assert len(missed) <= may_miss, missed
    assert len(invented) <= may_invent, invented


WORDS = st.sampled_from([word for text in (*JEST["jest"], *THREATS) for word in text.split()])


@given(st.lists(WORDS, max_size=20).map(" ".join))
def test_where_there_is_danger_nothing_is_in_jest(ear: Cues, text: str) -> None:
    reading = read(text, ear)

    assert not (reading.jest and reading.crisis.tier)
