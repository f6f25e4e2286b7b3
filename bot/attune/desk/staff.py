"""Changes to accounts, each checked before it is made: what the command line and the administrator's page share."""

from collections.abc import Sequence
from dataclasses import dataclass

from attune.desk import passwords, roles
from attune.desk.account import Account, UnknownAccount, account_name, display_name, queue_names
from attune.desk.accounts import Accounts
from attune.desk.passwords import Hasher


@dataclass(frozen=True)
class Staff:
    """Everybody with an account; `queues` are those protocol.yml knows."""

    accounts: Accounts
    hasher: Hasher
    queues: tuple[str, ...]

    def add(self, name: str, shown: str, role: str, queues: Sequence[str], password: str) -> Account:
        """Add an account, shown to customers as `shown`; raises what is wrong with any part, or NameTaken."""
        new = Account(account_name(name), display_name(shown or name), roles.role(role),
                      queue_names(queues, self.queues), disabled=False, version="")
        passwords.require_strong(password, new.name)
        return self.accounts.add(new, self.hasher.hash(password))

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password, which ends its sessions; raises UnknownAccount or WeakPassword."""
        known = self.known(name).name
        passwords.require_strong(password, known)
        self.accounts.set_password(known, self.hasher.hash(password))

    def set_role(self, name: str, role: str, queues: Sequence[str]) -> None:
        """Change role and queues, which ends its sessions; raises UnknownAccount, UnknownRole or UnknownQueue."""
        self.accounts.set_role(self.known(name).name, roles.role(role), queue_names(queues, self.queues))

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Close an account at once, or open it again; raises UnknownAccount."""
        self.accounts.set_disabled(self.known(name).name, disabled)

    def known(self, name: str) -> Account:
        """The account; raises UnknownAccount."""
        found = self.accounts.find(name.strip().lower())
        if found is None:
            raise UnknownAccount(name)
        return found
