"""One customer message as it came in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """What was said (`words`) and where; `country` comes from the channel's configuration, never from language."""

    conversation_id: str
    message_id: str
    words: str
    channel: str
    public: bool = False
    country: str | None = None
    locale: str | None = None

    def metadata(self) -> dict[str, object]:
        """What Rasa keeps beside the message (CRI-5: an unknown country stays unknown)."""
        return {"attune": {"country": self.country, "locale": self.locale, "public": self.public}}
