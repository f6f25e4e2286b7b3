"""All that is on record, wherever it waits: in the ledger, the inbox or the spool, in this order."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import Engine

from attune.audit import store
from attune.audit.record import Record, from_json


def held(engine: Engine, spool: Path, conversation: str | None = None) -> list[Record]:
    """The Records of one conversation (its pseudonym) or of all, each once, sealed as they stand.

    The spool is read first, since what leaves it is in the inbox before.
    """
    spooled = spool.read_text("utf-8", "replace").splitlines() if spool.exists() else []
    store.prepare(engine)
    with store.snapshot(engine) as connection:
        texts = [text for table, order in ((store.LEAF, store.LEAF.c.idx), (store.INBOX, store.INBOX.c.id))
                 for text in connection.execute(select(table.c.data).where(
                     *([table.c.conversation == conversation] if conversation else [])).order_by(order)).scalars()]
    found = [one for text in (*texts, *spooled) if (one := from_json(text))]
    theirs = [one for one in found if conversation in (None, one.conversation)]
    return list({one.id: one for one in reversed(theirs)}.values())[::-1]
