"""From a whole log, the one line a person needs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.up.words import LONGEST, last_words, readable, telling

LOGS = {
    "ValueError: no": "start\nTraceback (most recent call last):\n  File 'x', line 1\n    f()\nValueError: no\n",
    "OSError: [Errno 98] in use": "OSError: [Errno 98] in use\n2026-01-01 INFO Goodbye now\n",
    "No module named shop": "INFO fine\nNo module named shop\n",
    "ERROR could not open database": "\x1b[31mERROR could not open database\x1b[0m\n  at x\n",
    "Epochs: 100%": "Epochs: 10%\rEpochs: 100%\r\n",
    "it left no message": "\n\n",
}


@pytest.mark.parametrize(("expected", "log"), LOGS.items())
def test_the_telling_line_is_found(expected: str, log: str, tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(log, newline="")

    assert last_words(tmp_path / "x.log") == expected


def test_a_log_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert last_words(tmp_path / "x.log") == "it left no message"


@given(st.binary(max_size=2000))
def test_any_bytes_give_one_short_line(content: bytes) -> None:
    words = telling(readable(content))

    assert words
    assert "\n" not in words
    assert len(words) <= LONGEST + 1
