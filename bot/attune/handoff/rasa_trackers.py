"""Reads conversations out of Rasa, for the jobs of the desk process."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from attune.errors import AttuneError
from attune.settings import Settings
from attune.signals.reading import KEY


class NotTold(AttuneError):
    """Rasa did not answer a question about a conversation."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"Rasa does not answer ({cause}). It is asked again; see that the Rasa server runs.")


class Trackers:
    """One Rasa server's trackers; several threads may read at once."""

    def __init__(self, settings: Settings) -> None:
        self._client = httpx.Client(base_url=settings.rasa_url, params={"token": settings.key("rasa-api")}, timeout=10)

    def state(self, conversation_id: str) -> Mapping[str, Any]:
        """A conversation as an action server would get it, all its events included; raises NotTold."""
        return self._ask("GET", f"/conversations/{quote(conversation_id)}/tracker", params={"include_events": "ALL"})

    def reading(self, words: str) -> Mapping[str, Any] | None:
        """What the running model reads in some words, kept nowhere (I3); raises NotTold."""
        found = self._ask("POST", "/model/parse", json={"text": words}).get(KEY)
        return found if isinstance(found, dict) else None

    def _ask(self, method: str, path: str, **about: Any) -> Mapping[str, Any]:
        try:
            found = self._client.request(method, path, **about).raise_for_status().json()
        except httpx.HTTPError as problem:
            raise NotTold(type(problem).__name__) from None  # its address holds the token
        return found if isinstance(found, dict) else {}
