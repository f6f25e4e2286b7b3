"""The steps on the way to a person and back, as they are told to Rasa and so to the audit (AUD-8)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from attune.channel.ownership import Kind
from attune.signals.reading import KEY

Name = Literal["called", "joined", "transferred", "left", "resolved", "timed_out"]
OWNER_AFTER: Mapping[Name, Kind] = {
    "called": "queue", "transferred": "queue", "timed_out": "queue",
    "joined": "agent",
    "left": "bot", "resolved": "bot",
}
"""Who has the conversation once a step was taken."""


@dataclass(frozen=True)
class Step:
    """What happened, in which queue, why a person was called, how it ended, and the seconds the customer had waited."""

    step: Name
    queue: str | None = None
    reason: str | None = None
    outcome: str | None = None
    waited: int | None = None

    def metadata(self) -> dict[str, dict[str, str | int]]:
        """What is known of it, as it stands in the metadata of Rasa's event."""
        return {KEY: {name: value for name, value in asdict(self).items() if value is not None}}
