"""Everything the desk's pages work with, put together once when the desk starts."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.engine import Engine

from attune import database
from attune.audit import signing
from attune.audit.record import Seal, seal
from attune.audit.verify import Verdict, verify
from attune.channel.mailbox import Mailbox
from attune.desk import checklist, entrance, listing, view, wordings
from attune.desk.accounts import Accounts
from attune.desk.attempts import Attempts
from attune.desk.entrance import Entrance
from attune.desk.listing import Filter, Listing
from attune.desk.passwords import Hasher
from attune.desk.report import Report
from attune.desk.session import Sessions
from attune.desk.staff import Staff
from attune.desk.visitor import Visitor
from attune.handoff import supervisor, wait
from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from attune.handoff.desks.builtin import BuiltinDesk, Case
from attune.handoff.outcomes import Outcomes
from attune.handoff.stints import Shifts
from attune.handoff.supervisor import Supervisor
from attune.handoff.waits import Waits
from attune.policy import protocol
from attune.policy.protocol import Protocol
from attune.reply import resources
from attune.settings import Settings

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Room:
    """The desk's furniture; `clock` gives unix seconds, `new_id` what nobody can guess."""

    engine: Engine
    desk: BuiltinDesk
    counter: Counter
    mailbox: Mailbox
    alarms: Alarms
    outcomes: Outcomes
    shifts: Shifts
    waits: Waits
    seal: Seal
    settings: Settings
    supervisor: Supervisor | None
    help_lines: resources.Registry
    sessions: Sessions
    entrance: Entrance
    staff: Staff
    verify: Callable[[], Verdict]
    report: Report
    protocol: Protocol
    wordings: Mapping[str, Any]
    pages: Environment
    clock: Callable[[], float]
    new_id: Callable[[], str]
    few_at_once: asyncio.Semaphore
    """For what takes much memory for a moment."""
    one_at_once: asyncio.Semaphore

    def listing(self, who: Visitor, wish: Filter, cases: Sequence[Case]) -> Listing:
        """One page of the open cases, as far as they are theirs to see."""
        theirs = [case for case in cases if who.sees(case)]
        surges = wait.surges(listing.waiting(theirs), self.protocol.surge_from)
        if surges:
            theirs = listing.most_affected_first(theirs, self.protocol.levels["strong"])
        found = listing.listing(theirs, self.alarms.unseen(), wish, who.name, self.clock())
        return replace(found, surges=surges)

    def sheet(self, case: Case) -> view.Sheet:
        """One conversation as it is now."""
        course = view.course(case.packet.get("context"), self.protocol, self.wordings)
        row = view.row(case, self.clock(), width=320, height=120)
        handoff_id, lines = case.packet["handoff_id"], resources.choose(case.packet["country"], self.help_lines)
        today = date.fromtimestamp(self.clock())
        allowed = case.packet["consent"]["agent"] == "granted"
        return view.Sheet(row, self.desk.notes(handoff_id), self.desk.transfers(handoff_id), course,
                          self.alarms.of(handoff_id), view.help_lines(lines, today),
                          resources.emergency_in_words(lines),
                          self.outcomes.earlier(case.conversation_id, handoff_id) if allowed else ())

    def to_tick(self, case: Case) -> Sequence[str]:
        """The checklist's lines before the next reply, if there are any."""
        letters = self.mailbox.since(case.conversation_id)
        return checklist.due(case, letters, self.protocol, self.wordings)

    def state(self) -> tuple[object, ...]:
        """Another value whenever a page may look different, ten seconds being the least that shows."""
        return *self.desk.state(), *(alarm.id for alarm in self.alarms.unseen()), int(self.clock() // 10)

    def render(self, template: str, **facts: object) -> str:
        """One of the templates as HTML, everything in it escaped."""
        return self.pages.get_template(template).render(**facts)


def furnish(settings: Settings, clock: Callable[[], float], new_id: Callable[[], str]) -> Room:
    """Put the room together; raises NobodyCouldSignIn where others reach a desk without accounts."""
    engine = database.engine(settings.db_url)
    accounts = Accounts(engine, new_id)
    entrance.require(settings, accounts)
    rules, hasher = protocol.load(settings.protocol), Hasher()
    said = wordings.load()
    return Room(
        engine=engine, desk=BuiltinDesk(engine), counter=Counter(engine), mailbox=Mailbox(engine),
        alarms=Alarms(engine), outcomes=Outcomes(engine), shifts=Shifts(engine), waits=Waits(engine),
        seal=seal(settings), settings=settings, supervisor=supervisor.load(),
        help_lines=resources.load(), sessions=Sessions(settings),
        protocol=rules, wordings=said, pages=_pages(said), clock=clock,
        new_id=new_id, entrance=Entrance(settings, accounts, Attempts(engine, settings.key("desk-address")), hasher),
        staff=Staff(accounts, hasher, tuple(dict.fromkeys(line.queue for line in rules.queues))),
        verify=lambda: verify(engine, settings.var, signing.public(settings)),
        report=Report(engine, clock), few_at_once=asyncio.Semaphore(2), one_at_once=asyncio.Semaphore(1),
    )


def _pages(said: Mapping[str, Any]) -> Environment:
    pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)
    pages.globals["words"] = said
    pages.filters |= {"clock": view.clock, "day": view.day, "minutes": view.minutes}
    return pages
