"""The tables as they were before they had versions: a database that has them already is taken up as it is."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

REFUSE = "the audit is append-only"


def upgrade() -> None:
    """Create what is missing."""
    _create("attune_audit_inbox", sa.Column("id", sa.Integer, primary_key=True, autoincrement=True), *_record(),
            sqlite_autoincrement=True)
    _create("attune_audit_leaf", sa.Column("idx", sa.Integer, primary_key=True, autoincrement=False), *_record(),
            *(sa.Column(name, sa.String(64), nullable=False) for name in ("leaf", "chain")))
    _create("attune_audit_tree", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            *(sa.Column(name, sa.Integer, nullable=False) for name in ("turn", "size")),
            sa.Column("subtrees", sa.Text, nullable=False), sa.Column("chain", sa.String(64), nullable=False))
    _create("attune_audit_key", sa.Column("conversation", sa.String(64), primary_key=True),
            sa.Column("made", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("key", sa.String(64), nullable=False))
    _create("attune_audit_tombstone", sa.Column("conversation", sa.String(64), primary_key=True),
            sa.Column("at", sa.BigInteger, nullable=False))
    for name in ("inbox", "leaf"):
        op.create_index(f"attune_audit_{name}_conversation", f"attune_audit_{name}", ["conversation", "kind"],
                        if_not_exists=True)
    for statement in GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def _record() -> list["sa.Column[Any]"]:
    return [sa.Column("record_id", sa.String(64), nullable=False, unique=True),
            sa.Column("kind", sa.String(16), nullable=False), sa.Column("conversation", sa.String(64)),
            sa.Column("data", sa.Text, nullable=False)]


def _create(name: str, *columns: "sa.Column[Any]", **options: bool) -> None:
    op.create_table(name, *columns, if_not_exists=True, **options)


GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {what} ON attune_audit_leaf "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END"
        for name, what in (("attune_audit_leaf_stays", "UPDATE"), ("attune_audit_leaf_keeps", "DELETE"))
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION attune_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSE}'; END $$",
        "ALTER TABLE attune_audit_key ALTER COLUMN key SET STATISTICS 0",  # AUD-10: else ANALYZE copies keys elsewhere
        *(f"CREATE OR REPLACE TRIGGER {name} BEFORE {what} ON attune_audit_leaf "
          "FOR EACH STATEMENT EXECUTE FUNCTION attune_audit_refuse()"
          for name, what in (("attune_audit_leaf_stays", "UPDATE OR TRUNCATE"), ("attune_audit_leaf_keeps", "DELETE"))),
    ],
}
"""AUD-6: nobody changes or deletes a row of the ledger in passing; and a key is nowhere but in its row."""
