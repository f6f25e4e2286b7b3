"""Everything the desk's pages work with, put together once when the desk starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruamel.yaml import YAML

from attune import database
from attune.channel.mailbox import Mailbox
from attune.desk import view
from attune.desk.session import Sessions
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk, Case
from attune.policy import protocol
from attune.policy.protocol import Protocol
from attune.settings import LAYER, Settings

HERE = Path(__file__).parent
WORDINGS = LAYER / "desk.yml"


@dataclass(frozen=True)
class Room:
    """The desk's furniture; `clock` gives unix seconds, `new_id` what nobody can guess."""

    desk: BuiltinDesk
    counter: Counter
    mailbox: Mailbox
    sessions: Sessions
    protocol: Protocol
    wordings: Mapping[str, Any]
    pages: Environment
    clock: Callable[[], float]
    new_id: Callable[[], str]

    def rows(self) -> list[view.Row]:
        """The queue as it is now."""
        return [view.row(case, self.clock()) for case in self.desk.queue()]

    def sheet(self, case: Case) -> view.Sheet:
        """One conversation as it is now."""
        course = view.course(case.packet.get("context"), self.protocol, self.wordings)
        row = view.row(case, self.clock(), width=320, height=120)
        return view.Sheet(row, self.desk.notes(case.packet["handoff_id"]), course)

    def render(self, template: str, **facts: object) -> str:
        """One of the templates as HTML, everything in it escaped."""
        return self.pages.get_template(template).render(**facts)


def furnish(settings: Settings, clock: Callable[[], float], new_id: Callable[[], str]) -> Room:
    """Put the room together; raises NoRealSignIn where other machines could reach the desk."""
    sessions = Sessions(settings)
    engine = database.engine(settings.db_url)
    wordings = YAML(typ="safe").load(WORDINGS)
    return Room(
        desk=BuiltinDesk(engine), counter=Counter(engine), mailbox=Mailbox(engine), sessions=sessions,
        protocol=protocol.load(settings.protocol), wordings=wordings, pages=_pages(wordings), clock=clock,
        new_id=new_id,
    )


def _pages(wordings: Mapping[str, Any]) -> Environment:
    pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)
    pages.globals["words"] = wordings
    pages.filters["clock"] = view.clock
    return pages
