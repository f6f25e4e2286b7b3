"""What a browser may post: words, an id, a payload it was offered, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.channel.mailbox import Letter
from attune.channel.post import MAX_TEXT, OPEN_LETTERS, Post, PostRefused, plain, read, understand

ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
YES = '/attune_consent{"attune_purpose":"agent","attune_answer":"yes"}'


def offer(payload: str = "/request_human", title: str = "A person, please", sender: str = "bot") -> Letter:
    return Letter(1, "c", "m", sender, "What now?", 0.0, data={"buttons": [{"title": title, "payload": payload}]})


def test_bnd_5_unknown_fields_are_dropped_and_counted() -> None:
    body = {"text": " hi ", "message_id": ID, "keystrokes": [12, 80], "prosody": {"pitch": 3}}

    assert Post("hi", ID, None, 2) == read(body)


REFUSED = [
    (None, 400), ([], 400), ({}, 400),
    ({"text": "   ", "message_id": ID}, 400),
    ({"text": "\0\0", "message_id": ID}, 400),
    ({"text": 7, "message_id": ID}, 400),
    ({"text": "hi"}, 400),
    ({"text": "hi", "message_id": "1"}, 400),
    ({"text": "hi", "message_id": ID.upper()}, 400),
    ({"text": "hi", "message_id": ID + "\n"}, 400),
    ({"text": "x" * (MAX_TEXT + 1), "message_id": ID}, 413),
]


@pytest.mark.parametrize(("body", "status"), REFUSED)
def test_a_post_that_cannot_be_taken_says_so(body: object, status: int) -> None:
    with pytest.raises(PostRefused) as refused:
        read(body)

    assert status == refused.value.status


def test_the_longest_message_is_taken() -> None:
    assert len(read({"text": "x" * MAX_TEXT, "message_id": ID}).text) == MAX_TEXT


@given(st.text(st.characters(), min_size=1, max_size=50))
def test_every_text_taken_can_be_stored(text: str) -> None:
    try:
        stored = read({"text": text, "message_id": ID}).text
    except PostRefused:
        return

    assert stored.encode().decode() == stored
    assert "\0" not in stored


COMMANDS = [
    ("/restart", "restart"), ("  /restart", "restart"), ("// /back", "back"), ("\u3000/inform{}", "inform{}"),
    ("/", "?"), ("/want to die", "want to die"),
]
NO_COMMANDS = ["where is my order", "1/2 of it", "a /restart", "?"]


@pytest.mark.parametrize(("typed", "meant"), COMMANDS)
def test_a_typed_command_is_only_words(typed: str, meant: str) -> None:
    assert meant == plain(typed)


@pytest.mark.parametrize("typed", NO_COMMANDS)
def test_ordinary_words_stay_as_they_are(typed: str) -> None:
    assert typed == plain(typed)


@given(st.text())
def test_no_text_reaches_rasa_as_a_command(typed: str) -> None:
    assert not plain(typed).strip().startswith("/")


def test_a_button_the_bot_offered_is_pressed_under_its_own_title() -> None:
    assert understand(Post("typed", ID, "/request_human"), [offer()]) == ("A person, please", "/request_human")


CLOSED = [
    [],
    [offer(sender="customer")],
    [offer(sender="person")],
    [offer("/other")],
    [offer()] + [Letter(2, "c", "m", "bot", "…", 0.0)] * OPEN_LETTERS,
    [Letter(1, "c", "m", "bot", "odd", 0.0, data={"buttons": "/request_human"})],
]


@pytest.mark.parametrize("letters", CLOSED)
def test_a_payload_nobody_offered_counts_as_its_words(letters: list[Letter]) -> None:
    assert understand(Post("Me", ID, "/request_human"), letters) == ("Me", "Me")


def test_the_consent_switch_needs_no_offer() -> None:
    assert understand(Post("Pass on: yes", ID, YES), []) == ("Pass on: yes", YES)


NOT_CONSENT = [
    '/attune_consent{"attune_purpose":"all","attune_answer":"yes"}',
    '/attune_consent{"attune_purpose":"agent","attune_answer":"maybe"}',
    '/attune_consent{"attune_purpose":"agent","attune_answer":"yes","order":"1"}',
    '/attune_consent{"attune_purpose":["agent"],"attune_answer":"yes"}',
    "/attune_consent", "/attune_consent{}", "/attune_consent[1]", "/attune_consent{", "/attune_consent_all{}",
]


@pytest.mark.parametrize("payload", NOT_CONSENT)
def test_anything_but_the_two_known_answers_is_no_consent(payload: str) -> None:
    assert understand(Post("hm", ID, payload), []) == ("hm", "hm")
