"""What agents read of a packet: nothing Chatwoot would act on, nothing too long, and errors that help."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.handoff.desks.chatwoot import card
from attune.handoff.desks.chatwoot.api import Refused
from attune.reply import resources
from handoff.chatwoot_desk import packet
from handoff.chatwoot_stand_in import BOT_TOKEN, liquid

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429, 500])
def test_an_error_says_what_to_do_and_neither_token_nor_words(status: int) -> None:
    said = str(Refused("write a message", status))

    assert str(status) in said
    assert said.count(".") >= 2
    assert BOT_TOKEN not in said


@pytest.mark.parametrize(("text", "harmless"), [
    ("pay {{contact.email}} now", True), ("{% if true %}x{% endif %}", True), ("{{{ x }}}", True),
    ("[@Ada](mention://user/1/Ada)", True), ("{ x } and 100 %", False), ("mention: nobody", False),
])
def test_what_chatwoot_would_act_on_is_made_harmless(text: str, harmless: bool) -> None:
    said = card.inert(text)

    assert (said != text) == harmless
    assert said.replace("\u2060", "") == text
    assert liquid(said) == said
    assert "mention://" not in said


@given(st.text(alphabet=st.sampled_from("{}% amention:/\n\u2060x"), max_size=60) | st.text(max_size=60))
def test_no_text_stays_a_template(text: str) -> None:
    said = card.inert(text)

    assert liquid(said) == said
    assert "mention://" not in said
    assert said.replace("\u2060", "") == text.replace("\u2060", "")


@given(st.text(min_size=1, max_size=400), st.integers(1, 60))
def test_however_much_there_is_to_say_chatwoot_takes_it(text: str, many: int) -> None:
    long = packet()
    long["wants"]["words"] = [text * 60] * 3
    long["context"]["promised"] = [{"turn": turn, "text": text, "by": "bot"} for turn in range(1, many)]
    long["context"]["slots"] = {"order": text * 5}

    assert all(len(str(value)) < 1500 for value in card.attributes(long).values())
    assert len(card.note(long, resources.load(), TODAY)) <= 20_000


def test_a_wish_to_be_called_back_stands_in_the_note() -> None:
    asked = packet(agent="refused") | {"call_back": {"words": "tomorrow at ten"}}

    assert "The customer asks to be called back:\n> tomorrow at ten" in card.note(asked, resources.load(), TODAY)


@pytest.mark.parametrize(("agent", "words"), [
    ("granted", "It stands in the conversation's attributes"), ("refused", "the customer did not agree to that"),
    ("withdrawn", "The customer no longer agrees"),
])
def test_hnd_4_the_note_says_whether_more_may_be_seen(agent: str, words: str) -> None:
    assert words in card.note(packet(agent=agent), resources.load(), TODAY)


@pytest.mark.parametrize("agent", ["granted", "refused"])
def test_con_3_no_note_says_how_it_has_gone_since_a_bot_can_delete_none(agent: str) -> None:
    note = card.note(packet(agent=agent), resources.load(), TODAY)

    for word in ("frustrat", "72", "sounded", "Friday"):
        assert word not in note
