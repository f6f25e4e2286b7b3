"""Attempts to sign in, counted in the database before the password is looked at.

So restarts and further workers share the count, and a hundred tries at once get no further than five.
"""

import hashlib
import hmac
import ipaddress

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, case, delete, func, insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.elements import ColumnElement

from attune.desk.accounts import ACCOUNTS, clear_lock
from attune.desk.lockout import ADDRESS_WINDOW, LONGEST_LOCK, MOST_FAILURES, MOST_FROM_ONE_ADDRESS

ATTEMPTS = Table(
    "attune_sign_in_attempt", MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("address", String(64), nullable=False),  # a keyed hash: no list of who came from where
    Column("at", Float, nullable=False),
)


class Attempts:
    """Counts and limits them; creates its table, beside that of the accounts."""

    def __init__(self, engine: Engine, key: str) -> None:
        self._engine, self._key = engine, key.encode()
        with engine.begin() as connection:
            connection.execute(CreateTable(ATTEMPTS, if_not_exists=True))

    def from_address(self, address: str, now: float) -> int | None:
        """Count an attempt from a client's address; its number, or None if there were too many within the window."""
        mine = ATTEMPTS.c.address == self._hashed(address)
        with self._engine.begin() as connection:
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at <= now - ADDRESS_WINDOW))
            row = insert(ATTEMPTS).values(address=self._hashed(address), at=now)
            number = int(connection.execute(row).inserted_primary_key[0])
        with self._engine.begin() as connection:  # in a second transaction, which sees those that came at the same time
            if connection.execute(select(func.count()).where(mine)).scalar_one() <= MOST_FROM_ONE_ADDRESS:
                return number
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.id == number))
        return None

    def on_account(self, name: str, now: float) -> bool:
        """Count an attempt as failed until it succeeds; whether the account is there and takes attempts now."""
        full = ACCOUNTS.c.failures + 1 >= MOST_FAILURES
        doubled = ACCOUNTS.c.next_lock * 2
        longer: ColumnElement[Float] = case((doubled > LONGEST_LOCK, LONGEST_LOCK), else_=doubled)
        counted: dict[str, ColumnElement[Float]] = {
            "failures": case((full, 0), else_=ACCOUNTS.c.failures + 1),
            "locked_until": case((full, now + ACCOUNTS.c.next_lock), else_=ACCOUNTS.c.locked_until),
            "next_lock": case((full, longer), else_=ACCOUNTS.c.next_lock),
        }
        takes = ACCOUNTS.c.name == name, ACCOUNTS.c.disabled == 0, ACCOUNTS.c.locked_until <= now
        with self._engine.begin() as connection:
            return connection.execute(update(ACCOUNTS).where(*takes).values(counted)).rowcount == 1

    def succeeded(self, number: int, name: str) -> None:
        """The password was right: the attempt counts no more, and the account starts afresh."""
        with self._engine.begin() as connection:
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.id == number))
            clear_lock(connection, name)

    def _hashed(self, address: str) -> str:
        return hmac.new(self._key, _network(address).encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """One subscriber: an IPv4 address, or the 64 bits of an IPv6 network, within which addresses cost nothing."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return address
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
