"""The person behind a request, and which conversations are theirs to see."""

from dataclasses import dataclass

from attune.desk.account import Account
from attune.desk.roles import ANYBODY, ROLES, SIGNED_IN, Needs, Role
from attune.handoff.desks.builtin import Case

DEMO_ROLE: Role = "supervisor"
"""Without accounts one person is agent and supervisor."""


@dataclass(frozen=True)
class Visitor:
    """`name` is what customers read and what owns a conversation; `account` is None in the demo."""

    name: str
    role: Role
    queues: tuple[str, ...] = ()
    account: str | None = None

    def may(self, needs: Needs) -> bool:
        """Whether the role may pass a door."""
        return needs in (ANYBODY, SIGNED_IN) or needs in ROLES[self.role]

    def sees(self, case: Case) -> bool:
        """Whether the case is theirs to see (CON-5): of their queues, or in their hands, wherever it moved to since."""
        if not self.may("read"):
            return False
        mine = (case.owner.kind, case.owner.agent) == ("agent", self.name)
        return mine or self.may("every_queue") or not self.queues or case.packet["queue"] in self.queues


def of(account: Account) -> Visitor:
    """The visitor an account stands for."""
    return Visitor(account.display_name, account.role, account.queues, account.name)
