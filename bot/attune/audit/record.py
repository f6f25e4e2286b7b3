"""One line of the audit: what was done, without a name and without the customer's words."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from attune.audit.canonical import canonical
from attune.settings import Settings

Kind = Literal[
    "session", "version", "turn", "decision", "action", "disclosure", "acknowledged", "help", "said", "consent",
    "handoff", "handover", "owner", "person", "rating", "fallback", "error", "erased", "trial",
]
Fact = str | int | bool | None


@dataclass(frozen=True)
class Record:
    """`at` in unix microseconds; `conversation` a pseudonym; `late` if it was put on record after the fact (AUD-9)."""

    id: str
    kind: Kind
    at: int
    conversation: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    late: bool = False

    def canonical(self) -> bytes:
        """The bytes the ledger hashes; raises NotCanonical."""
        return canonical({**asdict(self), "facts": dict(self.facts)})


def from_json(text: str) -> Record | None:
    """Read a Record back; None if the text holds none."""
    try:
        record = Record(**json.loads(text))
    except (ValueError, TypeError):
        return None
    return record if isinstance(record.facts, dict) and isinstance(record.at, int) else None


@dataclass(frozen=True)
class Seal:
    """The two keys that turn a sender into a pseudonym and a wording into a digest nobody can guess without them."""

    pseudonym_key: str
    wording_key: str

    def pseudonym(self, sender_id: str) -> str:
        """The conversation's name in the audit."""
        return _hmac(self.pseudonym_key, sender_id)

    def wording(self, text: str) -> str:
        """Shows, to whoever holds the key, that exactly this text was spoken."""
        return _hmac(self.wording_key, text)


def seal(settings: Settings) -> Seal:
    """The seal of this installation."""
    return Seal(settings.key("audit-pseudonym"), settings.key("audit-wording"))


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
