"""Everything the desk's pages work with, put together once when the desk starts."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruamel.yaml import YAML

from attune import database
from attune.audit.verify import Verdict, verify
from attune.channel.mailbox import Mailbox
from attune.desk import entrance, view
from attune.desk.accounts import Accounts
from attune.desk.attempts import Attempts
from attune.desk.entrance import Entrance
from attune.desk.passwords import Hasher
from attune.desk.session import Sessions
from attune.desk.staff import Staff
from attune.desk.visitor import Visitor
from attune.handoff import supervisor
from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from attune.handoff.desks.builtin import BuiltinDesk, Case
from attune.handoff.supervisor import Supervisor
from attune.policy import protocol
from attune.policy.protocol import Protocol
from attune.reply import resources
from attune.settings import LAYER, Settings

HERE = Path(__file__).parent
WORDINGS = LAYER / "desk.yml"


@dataclass(frozen=True)
class Room:
    """The desk's furniture; `clock` gives unix seconds, `new_id` what nobody can guess."""

    desk: BuiltinDesk
    counter: Counter
    mailbox: Mailbox
    alarms: Alarms
    supervisor: Supervisor | None
    help_lines: resources.Registry
    sessions: Sessions
    entrance: Entrance
    staff: Staff
    verify: Callable[[], Verdict]
    protocol: Protocol
    wordings: Mapping[str, Any]
    pages: Environment
    clock: Callable[[], float]
    new_id: Callable[[], str]
    few_at_once: asyncio.Semaphore
    """For what takes much memory for a moment."""
    one_at_once: asyncio.Semaphore

    def rows(self, who: Visitor) -> list[view.Row]:
        """The queue as it is now, as far as it is theirs to see."""
        cases = [case for case in self.desk.queue() if who.sees(case)]
        return view.rows(cases, self.alarms.unseen(), self.clock())

    def sheet(self, case: Case) -> view.Sheet:
        """One conversation as it is now."""
        course = view.course(case.packet.get("context"), self.protocol, self.wordings)
        row = view.row(case, self.clock(), width=320, height=120)
        handoff_id, lines = case.packet["handoff_id"], resources.choose(case.packet["country"], self.help_lines)
        today = date.fromtimestamp(self.clock())
        return view.Sheet(row, self.desk.notes(handoff_id), course, self.alarms.of(handoff_id),
                          view.help_lines(lines, today), resources.emergency_in_words(lines))

    def render(self, template: str, **facts: object) -> str:
        """One of the templates as HTML, everything in it escaped."""
        return self.pages.get_template(template).render(**facts)


def furnish(settings: Settings, clock: Callable[[], float], new_id: Callable[[], str]) -> Room:
    """Put the room together; raises NobodyCouldSignIn where others reach a desk without accounts."""
    engine = database.engine(settings.db_url)
    accounts = Accounts(engine, new_id)
    entrance.require(settings, accounts)
    rules, hasher = protocol.load(settings.protocol), Hasher()
    wordings = YAML(typ="safe").load(WORDINGS)
    return Room(
        desk=BuiltinDesk(engine), counter=Counter(engine), mailbox=Mailbox(engine), alarms=Alarms(engine),
        supervisor=supervisor.load(), help_lines=resources.load(), sessions=Sessions(settings),
        protocol=rules, wordings=wordings, pages=_pages(wordings), clock=clock,
        new_id=new_id, entrance=Entrance(settings, accounts, Attempts(engine, settings.key("desk-address")), hasher),
        staff=Staff(accounts, hasher, tuple(dict.fromkeys(line.queue for line in rules.queues))),
        verify=lambda: verify(engine, settings.var), few_at_once=asyncio.Semaphore(2), one_at_once=asyncio.Semaphore(1),
    )


def _pages(wordings: Mapping[str, Any]) -> Environment:
    pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)
    pages.globals["words"] = wordings
    pages.filters["clock"] = view.clock
    return pages
