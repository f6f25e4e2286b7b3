"""The way in: by a name alone in the demo, by password, or by the word of a proxy that proved itself."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import Headers

from attune.desk.account import Account, BadName, account_name
from attune.desk.accounts import Accounts
from attune.desk.attempts import Attempts
from attune.desk.passwords import Hasher
from attune.desk.session import Session
from attune.desk.visitor import DEMO_ROLE, Visitor, of
from attune.errors import AttuneError
from attune.settings import Settings, is_loopback

Way = Literal["demo", "password", "proxy"]
PROXY_PROOF = "X-Attune-Proxy-Secret"
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""What a proxy adds. The demo turns such a request away: it came from another machine."""


class NobodyCouldSignIn(AttuneError):
    """Other machines reach the desk, and nobody has an account."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The desk can be reached from other machines ({where}), and nobody has an account yet. "
            "Add one with `attune desk add NAME --role admin`, or set ATTUNE_HOST to 127.0.0.1 for the demo.",
        )


class SignInFailed(AttuneError):
    """Wrong name, wrong password, or too many attempts: one answer, so that it tells a guesser nothing."""

    def __init__(self) -> None:
        super().__init__(
            "That did not work: the name or the password is wrong, or there were too many attempts. "
            "After several attempts wait 15 minutes, or ask an administrator for a new password.",
        )


class OnlyThisMachine(AttuneError):
    """The demo's sign-in was used through a proxy."""

    def __init__(self) -> None:
        super().__init__("The demo asks for no password and so takes visitors from its own machine only. "
                         "Add accounts with `attune desk add`.")


def require(settings: Settings, accounts: Accounts) -> None:
    """Raise NobodyCouldSignIn where others reach a desk that nobody has an account for."""
    if settings.desk_is_private or settings.desk_proxy_header or accounts.exist():
        return
    raise NobodyCouldSignIn(settings.host if not is_loopback(settings.host) else "by the proxy in front of it")


@dataclass(frozen=True)
class Entrance:
    """Finds out who comes in, by the accounts and the settings of one installation."""

    settings: Settings
    accounts: Accounts
    attempts: Attempts
    hasher: Hasher

    def way(self) -> Way:
        """How people sign in now; the first account ends the demo at once, sessions included."""
        if self.settings.desk_proxy_header:
            return "proxy"
        return "demo" if self.settings.desk_is_private and not self.accounts.exist() else "password"

    def visitor(self, session: Session | None, headers: Headers) -> Visitor | None:
        """Who makes a request; None for a stranger."""
        if self.settings.desk_proxy_header:
            account = self.named_by_proxy(headers)
        elif session is not None and session.guest is not None:
            welcome = self.way() == "demo" and not forwarded(headers)
            return Visitor(session.guest, DEMO_ROLE) if welcome else None
        else:
            account = self._signed_in(session)
        return of(account) if account else None

    def named_by_proxy(self, headers: Headers) -> Account | None:
        """The account a proxy names, if the proxy proves itself. A header that comes twice was added by a visitor."""
        named, proof = headers.getlist(self.settings.desk_proxy_header or ""), headers.getlist(PROXY_PROOF)
        if len(named) != 1 or len(proof) != 1:
            return None
        if not hmac.compare_digest(proof[0].encode(), self.settings.desk_proxy_secret.encode()):
            return None
        return self._open(_known_as(named[0]))

    def by_password(self, name: str, password: str, address: str, now: float) -> Account:
        """The account name and password belong to; raises SignInFailed.

        Counts before it looks, does the same work for unknown and locked accounts, and says nothing of a lock even to
        the right password: during a lock that would tell a guesser that the guess was right.
        """
        number = self.attempts.from_address(address, now)
        if number is None:
            raise SignInFailed
        known = _known_as(name)
        takes = self.attempts.on_account(known, now)
        account, stored = self._open(known), self.accounts.password_hash(known) if takes else None
        fits = self.hasher.fits(stored, password)
        if account is None or stored is None or not fits:
            raise SignInFailed
        self.attempts.succeeded(number, known)
        if self.hasher.is_dated(stored):
            self.accounts.renew_hash(known, self.hasher.hash(password))
        return account

    def _signed_in(self, session: Session | None) -> Account | None:
        account = self._open(session.account) if session and session.account else None
        return account if session and account and account.version == session.version else None

    def _open(self, name: str) -> Account | None:
        account = self.accounts.find(name)
        return account if account and not account.disabled else None


def _known_as(given: str) -> str:
    try:
        return account_name(given)
    except BadName:
        return ""  # no account's name, and nothing a database could stumble over


def forwarded(headers: Mapping[str, str]) -> bool:
    """Whether a request came through a proxy, as far as it says so."""
    return any(name in headers for name in FORWARDED)
