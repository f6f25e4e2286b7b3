"""What is counted, and how sure one may be of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tiny import heard
from detection.answer import Heard, limit_for, strict
from detection.measures import MEASURES, Measure, concerned, flagged, grouped, proportion, right, shared, wilson
from detection.sets import NAMES

HITS = st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
FOUR = [
    *[heard(True)] * 3, heard(False),                                   # 3 of 4 that are so were flagged
    heard(True, positive=False), *[heard(False, positive=False)] * 4,   # and 1 of 5 that are not
]


def measure(name: str) -> Measure:
    [found] = [each for each in MEASURES if each.name == name]
    return found


@pytest.mark.parametrize(("hits", "total", "low", "high"), [  # by hand from Wilson's formula
    (0, 10, 0.0, 0.2775), (98, 100, 0.93, 0.9945), (10, 10, 0.7225, 1.0), (1, 2, 0.0945, 0.9055),
])
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


@given(HITS)
def test_the_interval_holds_the_share(figures: tuple[int, int]) -> None:
    hits, total = figures
    low, high = wilson(hits, total)

    assert 0 <= low <= hits / total + 1e-12
    assert hits / total - 1e-12 <= high <= 1


@pytest.mark.parametrize(("counts", "f1", "hits", "of", "share"), [
    (flagged, False, 4, 9, 4 / 9),
    (right, False, 3, 4, 0.75),
    (shared, True, 3, 5, 0.75),  # precision and recall are both 3/4, so F1 is
])
def test_flags_precision_and_f1_are_counted(counts, f1: bool, hits: int, of: int, share: float) -> None:
    found = proportion(Measure("m", "frustration", "frustration", counts, f1=f1), FOUR)

    assert found
    assert (found.hits, found.of) == (hits, of)
    assert found.share == pytest.approx(share)
    assert found.low < found.share < found.high


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(pairs: list[tuple[bool, bool]]) -> None:
    messages = [heard(said, positive=positive) for positive, said in pairs]
    recalled = [each for each in messages if each.row.positive]
    precision = proportion(Measure("p", "frustration", "frustration", right), messages)
    recall = proportion(Measure("r", "frustration", "frustration", flagged), recalled)
    f1 = proportion(Measure("f", "frustration", "frustration", shared, f1=True), messages)

    if precision and recall and f1 and precision.hits:
        assert f1.share == pytest.approx(2 * precision.share * recall.share / (precision.share + recall.share))
    else:
        assert f1 is None or f1.share == 0


def test_an_unanswered_question_has_no_figure() -> None:
    assert proportion(measure("crisis recall, all"), [heard(True), heard(None)]) is None


def test_no_messages_have_no_figure() -> None:
    assert proportion(measure("crisis recall, all"), []) is None


def test_crisis_recall_is_taken_apart_by_danger_words() -> None:
    sets = {"crisis_positive": [heard(True, explicit=True), heard(False), heard(False)]}
    counts = [len(concerned(measure(f"crisis recall, {part}"), sets))
              for part in ("all", "explicit", "without a danger word")]

    assert counts == [3, 1, 2]


def test_templated_and_spoken_requests_for_a_person_are_counted_apart() -> None:
    sources = ["x/bitext-y:data", "z/sets:nlupp", "", "w/other"]
    sets = {"human_request": [heard(True, source=each) for each in sources]}
    found = {name: [each.row.source for each in concerned(measure(name), sets)]
             for name in ("person recall", "person recall, Bitext", "person recall, NLU++")}

    assert list(found.values()) == [["", "w/other"], ["x/bitext-y:data"], ["z/sets:nlupp"]]


def test_measures_ask_sets_that_exist() -> None:
    assert {each.set for each in MEASURES} <= set(NAMES)
    assert len({each.name for each in MEASURES}) == len(MEASURES)


def test_groups_keep_their_order_and_leave_out_what_has_no_name() -> None:
    messages = [heard(True, kind="b"), heard(True), heard(False, kind="a"), heard(False, kind="b")]

    assert {name: len(each) for name, each in grouped(messages, "kind").items()} == {"b": 2, "a": 1}


@given(st.lists(st.floats(-1, 2), min_size=1), st.sampled_from([0.01, 0.05, 0.5]))
def test_no_more_than_allowed_pass_the_strict_threshold(shares: list[float], most: float) -> None:
    limit = limit_for(shares, most)

    assert limit is not None
    assert sum(share > limit for share in shares) <= most * len(shares)


def test_the_strict_threshold_is_the_lowest_there_is() -> None:
    assert limit_for([0.1] * 98 + [0.5, 0.9], 0.01) == 0.5  # 0.9 alone may pass


def test_each_strict_question_has_a_threshold_of_its_own() -> None:
    sets: dict[str, list[Heard]] = {
        "crisis_hard_negative": [heard(False, share=0.35)],
        "benign_support": [heard(False, share=0.3), heard(False, share=0.1)],
        "distress_positive": [heard(True, share=0.4), heard(True, share=0.32), heard(True, share=0.3)],
    }
    judged = [each.answer for each in strict(sets)["distress_positive"]]

    assert [each.distress_strict for each in judged] == [True, True, False]
    assert [each.crisis_strict for each in judged] == [True, False, False]


@pytest.mark.parametrize(("calm", "share"), [([], 0.5), ([heard(False, share=0.1)], None)])
def test_without_a_threshold_or_a_share_nothing_is_judged(calm: list[Heard], share: float | None) -> None:
    sets = {"benign_support": calm, "crisis_hard_negative": calm, "distress_positive": [heard(True, share=share)]}

    assert strict(sets)["distress_positive"][0].answer.distress_strict is None
