"""A database that takes connections and never answers is given up on, and tried again later (CRI-8)."""

import socket
from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2 import extensions

from attune.channel.patience import DatabaseHangs, Patience

LIMIT, PAUSE = 0.05, 5.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    extensions.set_wait_callback(Patience(LIMIT, PAUSE, clock))
    yield clock
    extensions.set_wait_callback(None)


class Silent:
    """Takes connections and answers nothing."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))

    def connect(self) -> None:
        psycopg2.connect(host="127.0.0.1", port=self._socket.getsockname()[1], user="nobody", dbname="none")

    def is_asked(self) -> bool:
        """Whether one more connection, given up on either way, said a word to it first."""
        with pytest.raises(DatabaseHangs):
            self.connect()
        with self._socket.accept()[0] as heard:
            return heard.recv(1) != b""

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    one = Silent()
    yield one
    one.close()


def test_cri_8_a_database_that_never_answers_is_given_up_on_and_then_left_alone_for_a_while(
    clock: Clock, silent: Silent,
) -> None:
    assert silent.is_asked()
    clock.now += PAUSE - 0.1
    assert not silent.is_asked()


def test_after_a_while_it_is_asked_again(clock: Clock, silent: Silent) -> None:
    silent.is_asked()
    clock.now += PAUSE + 0.1
    assert silent.is_asked()


def test_another_database_is_none_the_worse_for_it(clock: Clock, silent: Silent) -> None:
    other = Silent()
    silent.is_asked()
    assert other.is_asked()
    other.close()


def test_whoever_can_do_without_a_database_knows_the_error_and_is_told_when_it_is_asked_again(
    clock: Clock, silent: Silent,
) -> None:
    with pytest.raises(psycopg2.OperationalError, match="asked again after 5 s"):
        silent.connect()
