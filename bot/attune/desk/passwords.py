"""Passwords: what counts as one, and how it is kept (argon2id, RFC 9106)."""

import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from attune.errors import AttuneError

SHORTEST, LONGEST = 12, 256
FEWEST_LETTERS = 5
"""Different characters a password needs."""
OBVIOUS = (
    "password", "passw0rd", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1q2w3e4r5t", "1qaz2wsx3edc", "letmein", "welcome",
    "changeme", "iloveyou", "administrator", "correcthorse", "attunedesk", "123456789", "987654321", "abcdefgh",
)
"""What every guesser tries first; the rest of a password must be long enough without it."""


class WeakPassword(AttuneError):
    """The password is too easy to guess."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"This password {what}. Take {SHORTEST} characters or more, without the account's name and without what "
            "everybody tries first; a few unrelated words are fine.",
        )


def require_strong(password: str, name: str) -> None:
    """Raise WeakPassword unless the password may belong to the account of that name."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise WeakPassword(f"has {len(plain)} characters")
    if len(password) > LONGEST:
        raise WeakPassword(f"is longer than {LONGEST} characters")
    if name.casefold() in plain.casefold():
        raise WeakPassword("contains the account's name")
    if len(set(plain)) < FEWEST_LETTERS or plain in (plain + plain)[1:-1]:
        raise WeakPassword("repeats itself")
    rest = plain.casefold()
    for word in OBVIOUS:
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2:
        raise WeakPassword("is little more than one of those everybody tries first")


class Hasher:
    """Makes and checks hashes; each takes tens of milliseconds and 64 MiB, on purpose."""

    def __init__(self, argon2: PasswordHasher | None = None) -> None:
        self._argon2 = argon2 or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._argon2.hash("nobody")

    def hash(self, password: str) -> str:
        """What is stored of a password."""
        return self._argon2.hash(_plain(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one; without a stored one the same work is done, and the answer is no."""
        kept, nobody = stored, self._nobody
        try:
            right = self._argon2.verify(nobody if kept is None else kept, _plain(password[:LONGEST + 1]))
            return right and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_dated(self, stored: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(stored)


def _plain(password: str) -> str:
    """One form for what looks the same, whichever keyboard it came from (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)
