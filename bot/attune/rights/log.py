"""What the audit holds of one conversation, opened as far as its keys are there."""

from collections.abc import Iterator

from attune.audit import vault
from attune.audit.held import held
from attune.audit.record import Record
from attune.rights.copy import Entry, words
from attune.rights.stores import Stores


def entries(stores: Stores, subject: str) -> Iterator[Entry]:
    """Every Record with its date, the purpose it is kept for, and what was read where that was kept with a yes."""
    for one in records(stores, subject):
        facts = {"purpose": words()["purposes"][one.kind], **{k: v for k, v in one.facts.items() if v is not None}}
        yield Entry(one.at / 1_000_000, one.kind, facts=facts | ({"put on record later": True} if one.late else {}))


def consents(stores: Stores, subject: str) -> Iterator[Entry]:
    """Every change of consent: purpose, state, way, channel, locale and the hash of the question's wording (CON-4)."""
    for one in records(stores, subject):
        if one.kind == "consent":
            facts = {name: value for name, value in one.facts.items() if value is not None}
            yield Entry(one.at / 1_000_000, f"{facts.pop('purpose', '')}: {facts.pop('state', '')}", facts=facts)


def records(stores: Stores, subject: str | None = None) -> list[Record]:
    """The Records of one conversation or of all: ledger, inbox and spool, in order of time."""
    wanted = stores.seal.pseudonym(subject) if subject is not None else None
    found = held(stores.engine, stores.spool, wanted)
    with stores.engine.connect() as connection:
        return sorted(map(vault.opener(connection), found), key=lambda one: one.at)


def erased(stores: Stores, subject: str) -> float | None:
    """When the subject was erased (unix seconds); None if never."""
    with stores.engine.connect() as connection:
        at = vault.buried(connection, stores.seal.pseudonym(subject))
    return None if at is None else at / 1_000_000
