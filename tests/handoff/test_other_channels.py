"""An agent's words where no page shows the sender: labelled, in one piece, in messages every channel takes (DIS-3)."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from attune.channel.mailbox import Letter, Mailbox
from attune.handoff import tables, tracker_events
from attune.handoff.other_channels import LONGEST, is_sent_to, labelled, parts
from attune.handoff.overheard import bring, letters
from attune.handoff.tracker_events import TrackerEvents
from attune.handoff.turns import read
from handoff.trackers import bot, state, user

T0 = 1_800_000_000.0


@pytest.mark.parametrize(("channel", "sent"), [
    ("telegram", True), ("callback", True), ("a.channel.of.their.Own", True),
    ("web", False), ("rest", False), ("cmdline", False), (None, False),
])
def test_words_are_sent_where_a_channel_can_be_sent_to(channel: str | None, sent: bool) -> None:
    assert is_sent_to(channel) is sent


@pytest.mark.parametrize(("text", "name", "expected"), [
    ("Hello.", "Ada", "Ada (a person): Hello."),
    ("One.\n\nTwo.\n \n\nThree.", "Ada", "Ada (a person): One.\nTwo.\nThree."),
    ("{name} {text} {0}", "Ada {text}", "Ada {text} (a person): {name} {text} {0}"),
    ("Ada has joined.", None, "Ada has joined."),
])
def test_dis_3_a_message_says_who_wrote_it(text: str, name: str | None, expected: str) -> None:
    assert labelled(text, name) == expected


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=4 * LONGEST))
@example("word " * LONGEST)
@example("x" * 3 * LONGEST)
def test_long_words_are_cut_and_nothing_of_them_is_lost(text: str) -> None:
    cut = parts(text)

    assert all(len(part) <= LONGEST for part in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


@given(st.text(min_size=1, max_size=300))
def test_a_labelled_message_is_one_message_to_rasa(text: str) -> None:
    assert len(labelled(text, "Ada").split("\n\n")) == 1


def test_what_is_told_stands_in_the_mailbox_once_and_waits_for_rasa_in_parts(engine: Engine) -> None:
    tables.create(engine)
    letter = Letter(0, "c-1", "m-1", "person", "a word " * 400, T0, "Ada")
    for _ in range(2):
        with engine.begin() as connection:
            tracker_events.tell(connection, letter)

    assert [one.text for one in Mailbox(engine).since("c-1")] == [letter.text]
    assert [one.event_id for one in TrackerEvents(engine).pending()] == ["m-1", "m-1/2"]


def elsewhere(events: list[dict[str, Any]], channel: str = "telegram") -> dict[str, Any]:
    """The conversation on another channel, each event a second after the one before."""
    tracker = state(events)
    timed = [{**event, "timestamp": T0 + number} for number, event in enumerate(tracker["events"])]
    return {**tracker, "events": timed, "latest_input_channel": channel}


def said_by(sender: str, text: str) -> dict[str, Any]:
    return tracker_events.said(text, f"id-{text}", T0, "notice" if sender == "notice" else "agent")


TALK = [
    user("get me a human", "request_human"), bot("I am getting a person.", "utter_handing_off"),
    said_by("notice", "Ada has joined."), said_by("agent", "Ada (a person): Hello."),
    user("/restart", "restart"), user("EXTERNAL: attune_handed_back", None), user("thanks", None),
]


def brought(channel: str) -> list[tuple[str, str]]:
    return [(letter.sender, letter.text) for letter in letters(elsewhere(TALK, channel))]


def test_agents_read_what_customer_and_bot_said_and_no_commands() -> None:
    assert brought("telegram") == [
        ("customer", "get me a human"), ("bot", "I am getting a person."), ("customer", "thanks")]


@pytest.mark.parametrize(("channel", "expected"), [("web", []), ("rest", [("customer", "get me a human"),
                                                                         ("customer", "thanks")])])
def test_what_is_in_the_mailbox_or_was_fetched_is_not_brought(channel: str, expected: list[tuple[str, str]]) -> None:
    assert brought(channel) == expected


def test_what_was_said_before_this_session_is_not_brought() -> None:
    later = [*TALK, {"event": "session_started"}, user("hello again", "greet")]

    assert [letter.text for letter in letters(elsewhere(later))] == ["hello again"]


def test_brought_twice_it_stands_there_once(engine: Engine) -> None:
    class Rasa:
        def state(self, _conversation_id: str) -> dict[str, Any]:
            return elsewhere(TALK)

    assert [bring(Mailbox(engine), Rasa(), "c-1") for _ in range(2)] == [3, 0]


def test_a_notice_is_no_word_of_the_bot_to_who_reads_the_turns() -> None:
    [turn, *_] = read(elsewhere(TALK)["events"])

    assert [(spoken.text, spoken.by_person) for spoken in turn.spoken] == [
        ("I am getting a person.", False), ("Ada (a person): Hello.", True)]
