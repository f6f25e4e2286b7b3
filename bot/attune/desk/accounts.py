"""The accounts in the database. Nothing here knows a password; it keeps hashes."""

import json
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from attune.desk import roles
from attune.desk.account import Account, NameTaken, UnknownAccount, same
from attune.desk.lockout import FIRST_LOCK
from attune.desk.roles import Role

ACCOUNTS = Table(
    "attune_account", MetaData(),
    Column("name", String(64), primary_key=True),              # in small letters
    Column("display_name", String(64), nullable=False),
    Column("display_key", String(255), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("queues", Text, nullable=False),                    # JSON list; empty: all
    Column("password_hash", Text, nullable=False),
    Column("disabled", Integer, nullable=False),
    Column("version", String(64), nullable=False),             # a session holds it; another value ends the session
    Column("failures", Integer, nullable=False),               # since the last success or lock
    Column("next_lock", Float, nullable=False),                # seconds the next lock will last
    Column("locked_until", Float, nullable=False),
)
UNLOCKED = {"failures": 0, "next_lock": FIRST_LOCK, "locked_until": 0.0}


class Accounts:
    """The accounts of one installation; creates its table. `new_id` gives what nobody can guess."""

    def __init__(self, engine: Engine, new_id: Callable[[], str]) -> None:
        self._engine, self._new_id = engine, new_id
        with engine.begin() as connection:
            connection.execute(CreateTable(ACCOUNTS, if_not_exists=True))

    def exist(self) -> bool:
        """Whether there is any, disabled ones included: the demo's sign-in ends with the first."""
        with self._engine.connect() as connection:
            return connection.execute(select(ACCOUNTS.c.name).limit(1)).first() is not None

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._engine.connect() as connection:
            return [_account(row) for row in connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name))]

    def find(self, name: str) -> Account | None:
        """The account of that name, if there is one."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
            return _account(row) if row else None

    def password_hash(self, name: str) -> str | None:
        """What is stored of an account's password; None if there is no such account, or it is disabled."""
        query = select(ACCOUNTS.c.password_hash).where(ACCOUNTS.c.name == name, ACCOUNTS.c.disabled == 0)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def add(self, account: Account, password_hash: str) -> Account:
        """Keep a new account; raises NameTaken, also where only the display name is taken."""
        new = replace(account, version=self._new_id())
        row = {"name": new.name, "display_name": new.display_name, "display_key": same(new.display_name),
               "role": new.role, "queues": json.dumps(new.queues), "password_hash": password_hash,
               "disabled": int(new.disabled), "version": new.version, **UNLOCKED}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(ACCOUNTS).values(row))
        except IntegrityError as error:
            raise NameTaken(account.name) from error
        return new

    def set_password(self, name: str, password_hash: str) -> None:
        """Change the password, end every session and any lock; raises UnknownAccount."""
        self._change(name, password_hash=password_hash, version=self._new_id(), **UNLOCKED)

    def renew_hash(self, name: str, password_hash: str) -> None:
        """Keep the same password by today's parameters; sessions go on."""
        self._change(name, password_hash=password_hash)

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Close the account and end every session, or open it again; raises UnknownAccount."""
        self._change(name, disabled=int(disabled), version=self._new_id())

    def set_role(self, name: str, role: Role, queues: tuple[str, ...]) -> None:
        """Change what the account may do, and end every session; raises UnknownAccount."""
        self._change(name, role=role, queues=json.dumps(queues), version=self._new_id())

    def end_sessions(self, name: str) -> None:
        """Sign the account out everywhere; raises UnknownAccount."""
        self._change(name, version=self._new_id())

    def _change(self, name: str, **values: object) -> None:
        with self._engine.begin() as connection:
            changed = connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(values)).rowcount
        if not changed:
            raise UnknownAccount(name)


def clear_lock(connection: Connection, name: str) -> None:
    """Forget failures and lock, after the right password."""
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(UNLOCKED))


def _account(row: Row) -> Account:
    return Account(row.name, row.display_name, roles.role(row.role), tuple(json.loads(row.queues)), bool(row.disabled),
                   row.version, row.locked_until)
