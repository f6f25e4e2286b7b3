"""Who sits at the desk: a signed cookie, and a token in every form that only its owner's pages can hold."""

import hashlib
import hmac
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from attune.errors import AttuneError
from attune.settings import Settings

COOKIE = "attune_desk"
LASTS = 12 * 60 * 60
"""Seconds until an agent signs in again."""


class ForgedForm(AttuneError):
    """A form came without the token of the page it should come from."""

    def __init__(self) -> None:
        super().__init__("This form is too old or came from elsewhere. Go back, reload the page and send it again.")


@dataclass(frozen=True)
class Session:
    """A browser at the desk, since `issued` (unix seconds); `account` and its `version` once somebody signed in.

    In the demo there are no accounts: then `guest` is the name somebody gave.
    """

    nonce: str
    issued: float
    account: str | None = None
    version: str | None = None
    guest: str | None = None


class Sessions:
    """Writes and reads the cookies of one installation."""

    def __init__(self, settings: Settings) -> None:
        digest = {"digest_method": hashlib.sha256}
        self._signer = URLSafeSerializer(settings.key("desk-session"), salt="attune-desk", signer_kwargs=digest)
        self._key = settings.key("desk-form").encode()

    def cookie(self, session: Session) -> str:
        """The session as a cookie's value."""
        return str(self._signer.dumps(
            [session.nonce, session.issued, session.account, session.version, session.guest],
        ))

    def read(self, cookie: str | None, now: float) -> Session | None:
        """The session of a cookie; None if there is none or it is forged, too old or from the future."""
        try:
            session = Session(*self._signer.loads(cookie or ""))
        except (BadSignature, TypeError):
            return None
        return session if 0 <= now - session.issued < LASTS else None

    def form_token(self, session: Session) -> str:
        """The token for the forms of this session."""
        return hmac.new(self._key, session.nonce.encode(), hashlib.sha256).hexdigest()

    def check(self, session: Session | None, token: object) -> None:
        """Raise ForgedForm unless the token belongs to the session."""
        if session is None or not hmac.compare_digest(self.form_token(session), str(token)):
            raise ForgedForm
