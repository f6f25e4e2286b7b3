"""A sentence is quoted without what could name its writer, or not at all."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.record import Fact, Kind, Record
from attune.drift.episodes import Episode, Turn
from attune.drift.quotes import chosen, endangered, telling
from attune.drift.verbatims import load, masked, sentence, vocabulary
from attune.errors import InvalidFile
from attune.settings import LAYER

TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/drift/verbatims.yml").read_text(encoding="utf-8"))
RULES, KNOWN = load(), vocabulary()
LETTERS = st.text(max_size=200) | st.lists(st.sampled_from(
    ["🅰", "🇵🇱", "⠚", "ə", "١", "你", "é", "Ⅷ", "½", " ", ".", "\n", "I", "will", "Will", "WILL", "two", "[", "]",
     "'", "’", "_", "~"],
), max_size=60).map("".join)
WORDS = st.sampled_from(sorted(KNOWN)[::40])


@pytest.mark.parametrize("case", TABLE["gone"], ids=[case["says"][:40] for case in TABLE["gone"]])
def test_con_5_what_names_or_reaches_somebody_is_gone(case: dict[str, object]) -> None:
    left = masked(str(case["says"]), RULES, KNOWN)

    assert not [word for word in case["gone"] if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", left)]  # type: ignore[attr-defined]
    assert len(re.findall(r"\w+", left)) > 4


@pytest.mark.parametrize("said", TABLE["stays"])
def test_what_names_nobody_is_quoted_word_for_word(said: str) -> None:
    assert sentence(said, RULES, KNOWN) == said


@pytest.mark.parametrize("case", TABLE["readable"], ids=[case["says"][:40] for case in TABLE["readable"]])
def test_a_complaint_stays_readable(case: dict[str, str]) -> None:
    assert sentence(case["says"], RULES, KNOWN) == case["left"]


@pytest.mark.parametrize("said", TABLE["never"])
def test_con_5_a_secret_or_what_the_law_guards_most_is_never_quoted(said: str) -> None:
    assert sentence(said, RULES, KNOWN) is None
    assert not re.search(r"\w", masked(said, RULES, KNOWN))


def test_con_5_no_common_name_and_no_big_place_is_a_known_word() -> None:
    known = {word for word in KNOWN if word not in RULES.always}

    assert not known & {*TABLE["first_names"], *TABLE["towns"]} - RULES.names


@pytest.mark.parametrize("name", [*TABLE["first_names"], *TABLE["towns"]])
def test_con_5_a_name_in_small_letters_is_gone_too(name: str) -> None:
    assert name not in masked(f"i told {name} about it and nobody answered", RULES, KNOWN).split()


@pytest.mark.parametrize("said", TABLE["dropped"])
def test_of_what_is_hardly_there_nothing_is_quoted(said: str) -> None:
    assert sentence(said, RULES, KNOWN) is None


def test_of_several_sentences_the_one_that_says_most_is_quoted() -> None:
    said = "Hello there. I have waited for weeks and nobody told me. My order is 1042, Seamus!"

    assert sentence(said, RULES, KNOWN) == "I have waited for weeks and nobody told me."


@given(LETTERS)
def test_con_5_only_known_words_and_placeholders_are_left_of_any_text(text: str) -> None:
    left = masked(text, RULES, KNOWN)
    words = re.sub("|".join(map(re.escape, sorted(RULES.placeholders))), " ", left)

    assert not any(sign.isnumeric() for sign in left)
    assert words.isascii()
    assert not set(words) & set("@[]_~|\\^`{}")
    for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", words):
        assert {word.lower(), word.lower().removesuffix("'s")} & KNOWN


@given(st.lists(WORDS, min_size=3, max_size=9), st.emails(), st.integers(0, 9))
def test_con_5_no_address_and_no_digit_survives_among_known_words(words: list[str], mail: str, place: int) -> None:
    left = masked(" ".join([*words[:place], mail, *words[place:], "7", str(place)]), RULES, KNOWN)

    assert "@" not in left
    assert not re.search(r"\d", left)


@given(st.lists(WORDS, min_size=1, max_size=9), st.from_regex(r"[A-Z][a-z]{2,10}", fullmatch=True))
def test_con_5_no_word_with_a_capital_survives_inside_a_sentence(words: list[str], name: str) -> None:
    assert name not in masked(" ".join([*words, name]), RULES, KNOWN)


@given(LETTERS)
def test_what_is_quoted_is_masked_already(text: str) -> None:
    once = masked(text, RULES, KNOWN)

    assert sentence(text, RULES, KNOWN) in {None, *map(str.strip, re.split(r"(?<=[.!?])\s+|\n+", once))}


@pytest.mark.parametrize("piece", ["a.", "a@", "1 ", "one ", "A b ", "12 rose lane ", "[", "at dot ", "my name is "])
def test_the_longest_message_is_read_however_it_is_built(piece: str) -> None:
    left = masked(piece * (4000 // len(piece)), RULES, KNOWN)

    assert not re.search(r"\d|@|\b(?:rose|one|[A-Z]\w+)\b", re.sub(r"\[[^]]*\]", "", left))


def test_a_slip_in_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "verbatims.yml"
    own.write_text((LAYER / "verbatims.yml").read_text(encoding="utf-8").replace(r"(?:https?://", r"(?:https?://("))

    with pytest.raises(InvalidFile, match=r"verbatims\.yml:12: masks\.0: "):
        load(own)


@pytest.mark.parametrize(("kind", "facts"), [
    ("help", {}), ("turn", {"tier": 1}), ("decision", {"row": "crisis"}), ("decision", {"row": "crisis_now"}),
    ("decision", {"row": "person_alerted"}), ("handover", {"step": "called", "reason": "safety"}),
])
def test_bnd_7_whatever_tells_of_danger_is_seen(kind: Kind, facts: dict[str, Fact]) -> None:
    calm = [Record("1", "turn", 1, "p", {"tier": 0}), Record("2", "decision", 2, "p", {"row": "acknowledge"}),
            Record("3", "handover", 3, "p", {"step": "called", "reason": "customer_request"})]

    assert not endangered(calm)
    assert endangered([*calm, Record("4", kind, 4, "p", facts)])


@pytest.mark.parametrize(("turns", "shown"), [
    ([Turn(1, understood=True)], ()),
    ([Turn(1, understood=False)], (1,)),
    ([Turn(1, understood=True, emotion="anger", level=800)], (1,)),
    ([Turn(1, understood=True, emotion="anger", level=800, acknowledged=2)], ()),
    ([Turn(1, understood=True, emotion="gratitude", level=800)], ()),
    ([Turn(1, understood=True, emotion="anger", level=300)], ()),
    ([Turn(1, understood=True, emotion="anger", level=800, acknowledged=2),
      Turn(3, understood=True, emotion="anger", level=800, acknowledged=4)], (1, 3)),
    ([Turn(1, understood=True, emotion="anger", level=800, acknowledged=2),
      Turn(3, understood=True, emotion="neutral", level=0)], ()),
])
def test_what_went_well_is_not_shown(turns: list[Turn], shown: tuple[int, ...]) -> None:
    assert telling(Episode("p", 1, 9, turns=turns)) == shown


@given(st.lists(st.text(min_size=1), max_size=40), st.integers(1, 20), st.integers(10, 20))
def test_drf_6_of_fewer_people_than_the_smallest_cell_none_is_quoted(said: list[str], most: int, smallest: int) -> None:
    found = chosen(said, most, smallest)

    assert len(found) == (min(most, len(set(said))) if len(said) >= smallest else 0)
    assert set(found) <= set(said)


def test_the_order_of_the_quotes_says_nothing_of_the_order_in_which_they_were_written() -> None:
    said = [f"sentence {letter}" for letter in "abcdefghijklmnop"]

    assert chosen(said, 12, 10) == chosen(said[::-1], 12, 10)
    assert list(chosen(said, 12, 10)) != sorted(chosen(said, 12, 10))
