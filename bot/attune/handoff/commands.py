"""`attune handoff`: what waits for a person, from the command line."""

import json
from dataclasses import asdict
from datetime import datetime, timezone

import click

from attune import database, settings
from attune.errors import AttuneError
from attune.handoff.desks.builtin import BuiltinDesk, Case
from attune.handoff.outbox import Handoff, Outbox


class UnknownHandoff(AttuneError):
    """No open handoff has the id or the conversation that was given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No open handoff is called {name!r}. `attune handoff list` shows those there are.")


@click.group()
def handoff() -> None:
    """What waits for a person."""


@handoff.command("list")
@click.option("--all", "closed", is_flag=True, help="Closed handoffs too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_(closed: bool, as_json: bool) -> None:
    r"""List open handoffs, oldest first.

    \b
    Example:
        attune handoff list --all --json
    """
    for one in Outbox(database.engine(settings.load().db_url)).handoffs(closed=closed):
        click.echo(json.dumps(asdict(one), ensure_ascii=False) if as_json else _line(one))


@handoff.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="The packet as it is on the desk.")
def show(name: str, as_json: bool) -> None:
    r"""Show one open case by its handoff id or conversation id.

    \b
    Example:
        attune handoff show 3f2a9c --json
    """
    cases = BuiltinDesk(database.engine(settings.load().db_url)).queue()
    found = next((case for case in cases if name in (case.conversation_id, case.packet["handoff_id"])), None)
    if found is None:
        raise UnknownHandoff(name)
    click.echo(json.dumps(found.packet, ensure_ascii=False, indent=2) if as_json else _card(found))


def _line(one: Handoff) -> str:
    opened = datetime.fromtimestamp(one.opened, tz=timezone.utc).isoformat(timespec="seconds")
    state = "open" if one.closed is None else "closed"
    return f"{one.handoff_id}  {opened}  {state:6}  v{one.version}  {one.reason:16}  {one.conversation_id}"


def _card(case: Case) -> str:
    packet = case.packet
    lines = [
        f"{packet['reason']}, queue {packet['queue']}, priority {packet['priority']}, due {packet['due']}",
        f"owner: {case.owner.agent or case.owner.kind}",
        f"wants: {packet['wants']['label'] or 'not known'}",
        *(f"  “{words}”" for words in packet["wants"]["words"]),
        *(f"turn {step['turn']}: {step['label']}" for step in packet.get("context", {}).get("tried", ())),
        *(f"promised by the {one['by']}: {one['text']}" for one in packet.get("context", {}).get("promised", ())),
    ]
    return "\n".join(lines)
