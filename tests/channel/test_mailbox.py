"""Letters keep their order and come once, whatever is posted twice and by whom."""

import multiprocessing
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attune.channel.mailbox import Letter, Mailbox, create, put
from attune.database import engine

STORABLE = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"))
LETTERS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6), STORABLE), max_size=20)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'letters.db'}"


def test_a_letter_comes_back_as_it_went_in(url: str) -> None:
    data = {"buttons": [{"title": "Sí ✓", "payload": "/yes"}]}
    words = "Dé 'tails; --"
    written = Mailbox(engine(url)).append("c", "person", words, message_id="m", at=12.5, name="Ana", data=data)

    assert Letter(1, "c", "m", "person", words, 12.5, "Ana", data) == written
    assert [written] == Mailbox(engine(url)).since("c")


def test_the_same_message_id_is_written_once(url: str) -> None:
    mailbox = Mailbox(engine(url))
    first = mailbox.deliver(Letter(0, "c", "m", "bot", "first", 1.0))
    again = mailbox.deliver(Letter(0, "c", "m", "bot", "second", 2.0))

    assert (first[0], True, False) == (again[0], first[1], again[1])
    assert [letter.text for letter in mailbox.since("c")] == ["first"]


def test_a_borrowed_message_id_does_not_open_anothers_letter(url: str) -> None:
    mailbox = Mailbox(engine(url))
    mailbox.append("theirs", "customer", "secret", message_id="m", at=1.0)
    mine = mailbox.append("mine", "customer", "hello", message_id="m", at=2.0)

    assert (mine.conversation_id, mine.text) == ("mine", "hello")


def test_a_message_is_answered_once_a_person_has_written_after_it(url: str) -> None:
    mailbox = Mailbox(engine(url))
    for number, (conversation, sender) in enumerate([
        ("c", "person"), ("c", "customer"), ("c", "bot"), ("c", "notice"), ("else", "person"), ("c", "person"),
    ]):
        assert not mailbox.was_answered("c", "1")
        mailbox.append(conversation, sender, "words", message_id=str(number), at=1.0)  # type: ignore[arg-type]

    assert mailbox.was_answered("c", "1")
    assert not mailbox.was_answered("else", "1")
    assert not mailbox.was_answered("c", "5")
    assert not mailbox.was_answered("c", "")


def test_after_leaves_out_what_was_read(url: str) -> None:
    mailbox = Mailbox(engine(url))
    ids = [mailbox.append("c", "bot", str(n), message_id=str(n), at=n).id for n in range(4)]

    assert ids[2:] == [letter.id for letter in mailbox.since("c", ids[1])]
    assert {"c": ids[3]} == mailbox.touched(ids[2])
    assert mailbox.touched(ids[3]) == {}
    assert ids[3] == mailbox.last_id()


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LETTERS)
def test_every_conversation_is_its_first_letters_in_order(tmp_path: Path, posted: list[tuple[str, int, str]]) -> None:
    mailbox = Mailbox(engine(f"sqlite:///{tmp_path / 'p.db'}"))
    run = f"after {mailbox.last_id()}, {time.monotonic_ns()} "  # every example has conversations of its own
    expected: dict[str, dict[str, str]] = {"a": {}, "b": {}}
    for conversation, number, text in posted:
        expected[conversation].setdefault(str(number), text)
        mailbox.append(run + conversation, "customer", text, message_id=str(number), at=0.0)

    for conversation, letters in expected.items():
        found = mailbox.since(run + conversation)
        assert list(letters.items()) == [(letter.message_id, letter.text) for letter in found]
        assert sorted(letter.id for letter in found) == [letter.id for letter in found]


def test_a_letter_in_a_transaction_that_fails_was_never_written(url: str) -> None:
    opened = engine(url)
    with opened.begin() as connection:
        create(connection)
    with pytest.raises(RuntimeError), opened.begin() as connection:
        put(connection, Letter(0, "c", "m", "person", "never", 1.0))
        raise RuntimeError

    assert Mailbox(opened).since("c") == []


def _write(url: str, who: str) -> None:
    mailbox = Mailbox(engine(url))
    for number in range(25):
        mailbox.append("c", "bot", who, message_id=f"{who}{number}", at=0.0)
        mailbox.append("c", "bot", "shared", message_id=f"shared{number}", at=0.0)


@pytest.mark.slow
def test_two_processes_write_without_loss_or_double(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(url, who)) for who in "xy"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert [writer.exitcode for writer in writers] == [0, 0]
    expected = sorted(f"{who}{number}" for who in ("x", "y", "shared") for number in range(25))
    assert expected == sorted(letter.message_id for letter in Mailbox(engine(url)).since("c"))
