"""Signed webhooks as the Standard Webhooks spec has them: safe addresses, strong secrets, headers, and their proof."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from attune.errors import AttuneError
from attune.settings import is_loopback

PREFIX = "whsec_"
SHORTEST = 24
"""Bytes of a signing secret at least (Standard Webhooks, “Symmetric”)."""
WINDOW = 300
"""Seconds a signature is good for, before and after, so that nobody can send an old message again."""
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class NotGenuine(AttuneError):
    """A webhook does not prove where it comes from and that it is fresh."""


class Unsigned(NotGenuine):
    """A header of the signature is missing."""

    def __init__(self, header: str) -> None:
        super().__init__(f"The header {header} is missing. Sign the message as Standard Webhooks says.")


class OutOfTime(NotGenuine):
    """The signature is too old, too new, or has no readable time."""

    def __init__(self, timestamp: str, now: float) -> None:
        super().__init__(f"{TIMESTAMP} is {timestamp[:20]!r}, and it is {int(now)} here: more than {WINDOW} seconds "
                         "apart. Sign every try anew, with the time in unix seconds of that try.")


class WrongSignature(NotGenuine):
    """The signature does not fit the message: another secret, or a changed message."""

    def __init__(self) -> None:
        super().__init__(f"No signature in {SIGNATURE} fits. Sign the id, the time and the very bytes of the body with "
                         "the secret both sides know.")


def is_safe(url: str) -> bool:
    """Whether nobody else can read what is sent there: https, or http to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def is_strong(secret: str) -> bool:
    """Whether a secret has the spec's form and length."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return secret.startswith(PREFIX) and len(key) >= SHORTEST


def message_id(name: str) -> str:
    """A webhook-id for something with a name of its own: the same each time, and without the spec's full stops."""
    return f"msg_{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def headers(webhook_id: str, body: str, secret: str, now: float) -> dict[str, str]:
    """The headers of one try at a moment (unix seconds): the id stays, time and signature are of this try."""
    return {
        "content-type": "application/json", ID: webhook_id, TIMESTAMP: str(int(now)),
        SIGNATURE: Webhook(secret).sign(webhook_id, _moment(now), body),
    }


def verify(given: Mapping[str, str], body: bytes, secret: str, now: float) -> None:
    """Raise NotGenuine unless the headers (their names in small letters) sign these bytes at about now.

    The library's own `verify` looks at the clock itself and lets broken base64 through as another error.
    """
    for name in (ID, TIMESTAMP, SIGNATURE):
        if not given.get(name):
            raise Unsigned(name)
    timestamp = given[TIMESTAMP]
    if not re.fullmatch("[0-9]{1,11}", timestamp) or abs(now - int(timestamp)) > WINDOW:
        raise OutOfTime(timestamp, now)
    try:
        right = Webhook(secret).sign(given[ID], _moment(int(timestamp)), body.decode())
    except UnicodeDecodeError:
        raise WrongSignature from None
    # The header may hold several, while a secret is being changed.
    if not any(hmac.compare_digest(right.encode(), one.encode()) for one in given[SIGNATURE].split(" ")):
        raise WrongSignature


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), tz=timezone.utc)
