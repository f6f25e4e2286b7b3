"""An event broker in front of another: whoever publishes through it publishes no Reading (I3)."""

from typing import Any

from rasa.core.brokers.broker import EventBroker

from attune.consent.discreet import split


class DiscreetBroker(EventBroker):
    """Passes every event on without its Reading; for paths on which the consent of the moment is not known."""

    def __init__(self, behind: EventBroker) -> None:
        self.behind = behind

    def publish(self, event: dict[str, Any]) -> None:
        """Publish the event without its Reading."""
        self.behind.publish(split(event)[0])

    def is_ready(self) -> bool:
        """Whether the broker behind is ready."""
        return bool(self.behind.is_ready())

    async def close(self) -> None:
        """Close the broker behind."""
        await self.behind.close()
