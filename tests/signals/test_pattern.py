import pytest

from attune.signals.pattern import Vocabulary, place, steps
from attune.signals.search import Hit, Index
from attune.signals.words import STOP

LISTS = {"want": ["want", "would like"], "deep": ["<want> to"]}
WANT = Vocabulary(LISTS, lambda piece: () if piece == "so" else (piece,))


def fits(pattern: str, message: str) -> bool:
    words = (STOP, *message.split(), STOP)
    return bool(Index([("p", steps(pattern, WANT))]).search(words))


@pytest.mark.parametrize(("pattern", "fitting", "not_fitting"), [
    ("i want out", ["i want out", "so i want out now"], ["i out", "want i out", ""]),
    ("i (do)? want", ["i want", "i do want"], ["i did want"]),
    ("(kill|end it) now", ["kill now", "end it now"], ["end now", "it now"]),
    ("<want> out", ["want out", "would like out"], ["would out"]),
    ("<deep> go", ["want to go", "would like to go"], ["want go"]),
    ("want ... out", ["want out", "want to get out", "want a b c out"], ["want a b c d out", "want . out"]),
    ("<number> times", ["3 times", "three times"], ["many times"]),
    ("^ agent $", ["agent", "hello . agent . now"], ["an agent", "agent smith"]),
    ("cut (again|$)", ["cut again", "i cut"], ["cut off"]),
    ("(so|how) many", ["how many", "many"], ["how much"]),
])
def test_patterns_mean_what_they_say(pattern: str, fitting: list[str], not_fitting: list[str]) -> None:
    assert [message for message in fitting if not fits(pattern, message)] == []
    assert [message for message in not_fitting if fits(pattern, message)] == []


@pytest.mark.parametrize(("pattern", "expected"), [
    ("not ~", ("before", "not ")), ("~ ago", ("after", " ago")), ("kill time", ("over", "kill time")),
])
def test_the_mark_says_where_an_exception_stands(pattern: str, expected: tuple[str, str]) -> None:
    assert place(pattern) == expected


@pytest.mark.parametrize("pattern", ["", "...", "(a)?", "$", "(a|$)", "a b(", "<none>", "(so mad|x)", "a | b"])
def test_patterns_that_would_mislead_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        steps(pattern, WANT)


def test_a_hit_tells_its_words() -> None:
    index = Index([("p", steps("want out", WANT)), ("q", steps("... out", WANT))])

    assert Hit("p", 1, 3) in index.search((STOP, "want", "out", STOP))
    assert Hit("q", 1, 3) in index.search((STOP, "want", "out", STOP))
