"""What hearing costs, as far as it can be told without measuring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tiny import heard
from detection.cost import long_messages, per_message
from detection.memory import resident_mb
from detection.sets import Row


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5), st.integers(1, 300))
def test_long_messages_are_as_long_as_asked(texts: list[str], length: int) -> None:
    rows = [Row(text, "benign", positive=False, explicit=False) for text in texts]

    assert [len(message) for message in long_messages(rows, 3, length)] == [length] * 3


def test_long_messages_differ() -> None:
    rows = [Row(f"This is sentence {number}", "benign", positive=False, explicit=False) for number in range(50)]

    assert len(set(long_messages(rows, 20, 1000))) == 20


def test_times_are_put_together() -> None:
    messages = [heard(True)._replace(milliseconds=float(each)) for each in range(1, 100)]

    assert per_message(messages) == (50.0, pytest.approx(95.0))


@pytest.mark.parametrize(("status", "megabytes"), [
    ("Name:\tpython\nVmHWM:\t 999999 kB\nVmRSS:\t  204800 kB\n", 200), ("", 0),
])
def test_the_resident_set_is_read_from_what_the_system_says(status: str, megabytes: int) -> None:
    assert resident_mb(status) == megabytes
