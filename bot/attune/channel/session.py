"""Session tokens: a browser can only open the conversation it was given."""

import hashlib
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from attune.errors import AttuneError

MAX_AGE = 12 * 3600
"""Seconds a token is good for."""


class TokenRefused(AttuneError):
    """The token is missing, altered or too old."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"This chat session {problem}. Start a new conversation.")


@dataclass(frozen=True)
class Session:
    """The conversation a browser may read and write; `issued` in unix seconds."""

    conversation_id: str
    issued: float
    locale: str | None = None


def seal(session: Session, key: str) -> str:
    """A token only the holder of `key` can make."""
    return str(_signer(key).dumps([session.conversation_id, session.issued, session.locale]))


def unseal(token: str | None, key: str, now: float) -> Session:
    """Read a token back; raises TokenRefused if it is missing, altered, expired or from the future."""
    if not token:
        raise TokenRefused("is unknown")
    try:
        session = Session(*_signer(key).loads(token))
    except (BadSignature, TypeError, ValueError, RecursionError) as error:
        raise TokenRefused("cannot be verified") from error
    if not 0 <= now - session.issued < MAX_AGE:
        raise TokenRefused("has expired")
    return session


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="attune-web-session", signer_kwargs={"digest_method": hashlib.sha256})
