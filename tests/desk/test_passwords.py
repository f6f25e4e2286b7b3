"""A password is hard to guess, and what is kept of it tells nothing."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.desk.passwords import LONGEST, Hasher, WeakPassword, require_strong

TABLE = YAML(typ="safe").load(Path(__file__).parents[1] / "tables" / "desk" / "passwords.yml")
QUICK = Hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.mark.parametrize("password", TABLE["taken"])
def test_a_good_password_is_taken(password: str) -> None:
    require_strong(password, "ada.lovelace")


@pytest.mark.parametrize(("password", "why"), TABLE["refused"])
def test_a_weak_password_is_refused_and_told_why(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why) as refused:
        require_strong(password, "ada.lovelace")

    assert "12 characters or more" in str(refused.value)


def test_an_endless_password_is_refused_before_it_costs_anything() -> None:
    with pytest.raises(WeakPassword, match="longer than"):
        require_strong("aB3$ " * 100, "ada")

    assert not QUICK.fits(QUICK.hash("x" * LONGEST), "x" * 1_000_000)


@pytest.mark.slow
def test_what_is_kept_is_argon2id_and_never_the_same_twice() -> None:
    first, second = Hasher().hash("twelve angry clowns"), Hasher().hash("twelve angry clowns")

    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert "clowns" not in first


@settings(max_examples=30)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_only_the_same_password_fits(password: str) -> None:
    kept = QUICK.hash(password)

    assert QUICK.fits(kept, password)
    assert not QUICK.fits(kept, password + "!")


def test_what_looks_the_same_is_the_same_password() -> None:
    assert QUICK.fits(QUICK.hash("caf\u00e9 au lait"), "cafe\u0301 au lait")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$"])
def test_nothing_fits_an_account_without_a_password(kept: str | None) -> None:
    assert not QUICK.fits(kept, "nobody")


@pytest.mark.slow
def test_other_parameters_than_todays_are_seen() -> None:
    assert Hasher().is_dated(QUICK.hash("twelve angry clowns"))
    assert not QUICK.is_dated(QUICK.hash("twelve angry clowns"))
