"""Guessing gets nowhere: five tries for an account, twenty for an address, counted where every process sees them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from attune.desk.accounts import Accounts
from attune.desk.attempts import Attempts
from desk.conftest import House
from desk.people import employs

pytestmark = pytest.mark.slow
MINUTE = 60.0
NOW = 1_700_000_000.0


@pytest.fixture
def accounts(house: House) -> Accounts:
    return employs(house, "ada", "agent")


@pytest.fixture
def attempts(house: House, accounts: Accounts) -> Attempts:
    return Attempts(house.engine, "key")


def guesses(attempts: Attempts, at: float, most: int = 99) -> int:
    """How many attempts an account takes in a row."""
    return next(count for count in range(most) if not attempts.on_account("ada", at))


def test_five_failures_lock_and_each_lock_lasts_twice_as_long(attempts: Attempts) -> None:
    at = NOW
    for minutes in (15, 30, 60, 120, 240, 480, 960, 1440, 1440):  # a day at most
        assert guesses(attempts, at) == 5
        assert not attempts.on_account("ada", at + minutes * MINUTE - 1)
        at += minutes * MINUTE


def test_a_success_starts_afresh(attempts: Attempts, accounts: Accounts) -> None:
    guesses(attempts, NOW)
    number = attempts.from_address("192.0.2.1", NOW)
    assert number is not None
    assert attempts.on_account("ada", NOW + 15 * MINUTE)
    attempts.succeeded(number, "ada")

    assert guesses(attempts, NOW + 16 * MINUTE) == 5
    assert attempts.on_account("ada", NOW + 31 * MINUTE)  # 15 minutes again, not 30


def test_the_fifth_try_may_be_the_right_one(attempts: Attempts, accounts: Accounts) -> None:
    assert all(attempts.on_account("ada", NOW) for _ in range(5))
    attempts.succeeded(0, "ada")

    found = accounts.find("ada")
    assert found and found.locked_until == 0


def test_tries_during_a_lock_do_not_make_it_longer(attempts: Attempts) -> None:
    guesses(attempts, NOW)
    for second in range(0, 900, 10):
        assert not attempts.on_account("ada", NOW + second)

    assert attempts.on_account("ada", NOW + 15 * MINUTE)


def test_a_restart_forgets_no_failure(house: House, attempts: Attempts) -> None:
    for _ in range(4):
        attempts.on_account("ada", NOW)
    again = Attempts(house.engine, "key")

    assert guesses(again, NOW) == 1


def test_many_tries_at_once_get_no_further(attempts: Attempts) -> None:
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: attempts.on_account("ada", NOW), range(60)))

    assert sum(taken) == 5


@pytest.mark.parametrize("name", ["nobody", "", "ada'; --", "closed"])
def test_an_unknown_or_closed_account_takes_none(
    house: House, attempts: Attempts, accounts: Accounts, name: str,
) -> None:
    employs(house, "closed", "agent")
    accounts.set_disabled("closed", True)

    assert not attempts.on_account(name, NOW)


def test_a_new_password_ends_the_lock(attempts: Attempts, accounts: Accounts) -> None:
    guesses(attempts, NOW)
    accounts.set_password("ada", "hash")

    assert attempts.on_account("ada", NOW)


def test_twenty_from_one_address_and_then_no_more_until_they_are_old(attempts: Attempts) -> None:
    taken = [attempts.from_address("192.0.2.1", NOW + second) for second in range(30)]

    assert [number is not None for number in taken] == [True] * 20 + [False] * 10
    assert attempts.from_address("192.0.2.2", NOW) is not None
    assert attempts.from_address("192.0.2.1", NOW + 15 * MINUTE) is not None


def test_who_signs_in_leaves_the_address_free(attempts: Attempts) -> None:
    for _ in range(50):
        number = attempts.from_address("192.0.2.1", NOW)
        assert number is not None
        attempts.succeeded(number, "ada")


@pytest.mark.parametrize(("first", "second", "same"), [
    ("2001:db8::1", "2001:db8::ffff:2", True), ("2001:db8::1", "2001:db8:0:1::1", False),
    ("::ffff:192.0.2.1", "192.0.2.1", True), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ("unknown", "unknown", True),
])
def test_an_address_is_a_subscriber(attempts: Attempts, first: str, second: str, same: bool) -> None:
    for _ in range(20):
        attempts.from_address(first, NOW)

    assert (attempts.from_address(second, NOW) is None) == same


def test_no_address_is_written_down(house: House, attempts: Attempts) -> None:
    attempts.from_address("192.0.2.77", NOW)
    written = b"".join(path.read_bytes() for path in house.settings.var.iterdir() if path.is_file())

    assert b"attune_sign_in_attempt" in written
    assert b"192.0.2.77" not in written
