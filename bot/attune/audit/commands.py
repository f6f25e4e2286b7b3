"""`attune audit`: check that nobody changed the record, write a checkpoint, hand the record out."""

import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

import click

from attune import database, settings
from attune.audit import checkpoints, keeper, schema, signing, store, vault
from attune.audit.evidence import NoCheckpoint, evidence
from attune.audit.record import Record, from_json, seal
from attune.audit.verify import Verdict
from attune.audit.verify import verify as check
from attune.settings import Settings


@click.group()
def audit() -> None:
    """What the bot did, and proof that nobody changed it."""


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@audit.command(epilog="Example: attune audit verify --list --conversation 3f9c; or "
                      "attune audit verify --checkpoint yesterday.jsonl --key attune.pub")
@click.option("--checkpoint", "copies", type=FILE, multiple=True,
              help="A checkpoint you kept elsewhere (a line each); may be given again and again.")
@click.option("--key", "key", type=FILE, help="The public key you were given. Default: this installation's own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--list", "listed", is_flag=True, help="Also print what was decided and done, in order.")
@click.option("--conversation", metavar="ID", help="With --list: only this conversation.")
def verify(copies: tuple[Path, ...], key: Path | None, as_json: bool, listed: bool, conversation: str | None) -> None:
    """Rebuild the whole ledger from its rows; exit 1 and say where if anything was changed.

    Whoever could write to this machine's files could have changed database and checkpoints together. So an auditor
    gives the checkpoint and the key they kept elsewhere.
    """
    found = settings.load()
    by = signing.read(key) if key else signing.public(found)
    verdict = check(database.engine(found.db_url), found.var, by, copies)
    records = _records(found, conversation) if listed or conversation else iter(())
    if as_json:
        click.echo(json.dumps({**asdict(verdict), "is_whole": verdict.is_whole, "records": list(map(asdict, records))}))
    else:
        for line in (*map(_line, records), *_sentences(verdict)):
            click.echo(line)
    sys.exit(0 if verdict.is_whole else 1)


@audit.command(epilog="Example: attune audit checkpoint --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def checkpoint(as_json: bool) -> None:
    """Bring everything that waits into the ledger and write down its size and root."""
    found = settings.load()
    engine, by = database.engine(found.db_url), checkpoints.notary(found)
    keeper.keep(engine, by, time.time())
    written = keeper.checkpoint(engine, by, time.time())
    click.echo(json.dumps(asdict(written)) if as_json else f"{written.size} records, root {written.root}")


@audit.command(epilog="Example: attune audit key --out attune.pub")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to the screen.")
def key(out: Path | None) -> None:
    """Print the public key auditors tell this installation's checkpoints by.

    Hand it over by another way than the proofs, and once: it stays the same as long as the secret does.
    """
    with click.open_file(str(out or "-"), "w") as file:
        file.write(signing.as_hex(signing.public(settings.load())) + "\n")


@audit.command(epilog="Example: attune audit prove 3f2a9c --since yesterday.jsonl --out proof.json; "
                      "then: python tools/check_proof.py proof.json KEY")
@click.argument("name")
@click.option("--since", type=FILE, help="A checkpoint kept earlier: proves too that nothing before it was changed.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to the screen.")
def prove(name: str, since: Path | None, out: Path | None) -> None:
    """Write the proof of one conversation, or of one record, as JSON.

    NAME is Rasa's sender id, a conversation's pseudonym or a record's id. Whoever has the file and the public key can
    check it with tools/check_proof.py, which needs neither Attune nor the database.
    """
    found = settings.load()
    older = checkpoints.last(since) if since else None
    if since and older is None:
        raise NoCheckpoint(since)
    names = (name, seal(found).pseudonym(name))
    told = evidence(database.engine(found.db_url), names, signing.private(found), time.time(), older)
    with click.open_file(str(out or "-"), "w", encoding="utf-8") as file:
        file.write(json.dumps(told, indent=1) + "\n")


@audit.command(epilog="Example: attune audit export --out audit.jsonl")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to the screen.")
def export(out: Path | None) -> None:
    """Print the ledger, one JSON object a line: place, Record, its hash and the link to the one before.

    The Record stands there as it was hashed. What was sealed in it follows as `reading`, as long as its key is there.
    """
    engine = database.engine(settings.load().db_url)
    with click.open_file(str(out or "-"), "w", encoding="utf-8") as file, engine.connect() as connection:
        open_ = vault.opener(connection)
        for row in store.rows(engine):
            data = {"row": row.idx, "record": json.loads(row.data), "leaf": row.leaf, "chain": row.chain}
            file.write(json.dumps(data | _reading(from_json(row.data), open_), ensure_ascii=False) + "\n")


@audit.command(epilog="Example: attune audit roles --app attune_rasa --keeper attune_desk | psql attune")
@click.option("--app", default="attune_app", show_default=True, help="The role of the Rasa and the action server.")
@click.option("--keeper", "keeper_", default="attune_keeper", show_default=True, help="The role of the desk's process.")
def roles(app: str, keeper_: str) -> None:
    """Print SQL for two PostgreSQL roles that may add to the audit and change nothing in it.

    Run it as the database's owner. Passwords are yours to set: ALTER ROLE … PASSWORD.
    """
    for name in (app, keeper_):
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
            raise click.BadParameter(f"{name!r} is no plain role name: small letters, digits, underscores.")
    click.echo(Path(__file__).with_name("roles.sql").read_text(encoding="utf-8").format(app=app, keeper=keeper_))


@audit.command(epilog="Example: ATTUNE_DB_URL=postgresql://owner@db/attune attune audit migrate")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def migrate(as_json: bool) -> None:
    """Bring the audit's tables to this Attune's version.

    Each process does so by itself where its role may. Where roles may only add rows (`attune audit roles`), run it as
    the database's owner before the new Attune starts. No Record is changed.
    """
    found = schema.upgrade(database.engine(settings.load().db_url))
    if as_json:
        click.echo(json.dumps({"from": found, "to": schema.HEAD}))
    elif found == schema.HEAD:
        click.echo(f"The audit's tables are at version {found} already.")
    else:
        click.echo(f"The audit's tables went from version {found or 'none'} to {schema.HEAD}.")


def _reading(record: Record | None, open_: vault.Opener) -> dict[str, object]:
    if record is None or vault.SEALED not in record.facts:
        return {}
    facts = open_(record).facts
    known = {name: value for name, value in facts.items() if value != record.facts.get(name)}
    return {"reading": facts.get("reading") or known}


def _records(found: Settings, conversation: str | None) -> Iterator[Record]:
    return vault.read(database.engine(found.db_url), seal(found).pseudonym(conversation) if conversation else None)


def _line(record: Record) -> str:
    when = datetime.fromtimestamp(record.at / 1_000_000, tz=timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    facts = " ".join(f"{key}={value}" for key, value in sorted(record.facts.items()) if value is not None)
    return f"{when}  {(record.conversation or '-')[:8]:8}  {record.kind:12}  {facts}{'  (late)' if record.late else ''}"


def _sentences(verdict: Verdict) -> Iterator[str]:
    if verdict.is_whole:
        yield f"The audit is whole: {verdict.size} records, {verdict.checkpoints} checkpoints, root {verdict.root}."
    for problem in verdict.problems:
        yield f"CHANGED: row {problem.row}: {problem.what}" if problem.row is not None else f"CHANGED: {problem.what}"
    waiting = verdict.pending + verdict.spooled
    if waiting:
        yield f"{waiting} records are not in the ledger yet; `attune audit checkpoint` brings them in."
    if not verdict.is_whole:
        yield "Keep the database as it is, compare it with a backup, and look into who could write to it."
