"""Who sits at the desk: a signed cookie, and a token in every form that only its owner's pages can hold."""

import hashlib
import hmac
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from attune.errors import AttuneError
from attune.settings import Settings, is_loopback

COOKIE = "attune_desk"
LASTS = 12 * 60 * 60
"""Seconds until an agent signs in again."""


class NoRealSignIn(AttuneError):
    """The desk would be open to everybody who can reach it."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"The desk has no real sign-in yet and will not listen on {host}, where other machines reach it. "
            "Set ATTUNE_HOST to 127.0.0.1.",
        )


class ForgedForm(AttuneError):
    """A form came without the token of the page it should come from."""

    def __init__(self) -> None:
        super().__init__("This form is too old or came from elsewhere. Go back, reload the page and send it again.")


@dataclass(frozen=True)
class Session:
    """A browser at the desk; `agent` is None until somebody signed in."""

    nonce: str
    agent: str | None = None


class Sessions:
    """Writes and reads the cookies of one installation."""

    def __init__(self, settings: Settings) -> None:
        if not is_loopback(settings.host):
            raise NoRealSignIn(settings.host)
        self._signer = URLSafeTimedSerializer(settings.key("desk-session"))
        self._key = settings.key("desk-form").encode()

    def cookie(self, session: Session) -> str:
        """The session as a cookie's value."""
        return str(self._signer.dumps([session.nonce, session.agent]))

    def read(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None if there is none or it is forged or too old."""
        try:
            return Session(*self._signer.loads(cookie or "", max_age=LASTS))
        except BadSignature:
            return None

    def form_token(self, session: Session) -> str:
        """The token for the forms of this session."""
        return hmac.new(self._key, session.nonce.encode(), hashlib.sha256).hexdigest()

    def check(self, session: Session | None, token: object) -> None:
        """Raise ForgedForm unless the token belongs to the session."""
        if session is None or not hmac.compare_digest(self.form_token(session), str(token)):
            raise ForgedForm
