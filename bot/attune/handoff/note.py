"""What stands on a case for the agents alone; customers never see it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One line for the agents, by an agent or the layer itself; `at` in unix seconds."""

    text: str
    at: float
    agent: str | None = None
