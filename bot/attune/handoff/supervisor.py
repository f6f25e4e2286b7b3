"""Where a supervisor is paged, as the environment says it: ATTUNE_SUPERVISOR_URL and ATTUNE_SUPERVISOR_SECRET."""

import base64
import binascii
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from attune.errors import SettingsError
from attune.settings import is_loopback

URL = "ATTUNE_SUPERVISOR_URL"
SECRET = "ATTUNE_SUPERVISOR_SECRET"  # noqa: S105  # the name of the variable
PREFIX = "whsec_"
SHORTEST = 24
"""Bytes of a signing secret at least (Standard Webhooks, “Symmetric”)."""


@dataclass(frozen=True)
class Supervisor:
    """The address that takes pages, and the secret that signs them (`whsec_` and base64)."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Problem:
    """A setting that cannot be used, what is wrong with it, and what to do."""

    name: str
    what: str
    remedy: str


def load(environ: Mapping[str, str] = os.environ) -> Supervisor | None:
    """The supervisor's address, None if no address is set; raises SettingsError with what to set."""
    for problem in problems(environ):
        raise SettingsError(problem.name, problem.what, problem.remedy)
    url = environ.get(URL)
    return Supervisor(url, environ[SECRET]) if url else None


def problems(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Why the settings cannot be used, if they cannot."""
    url = environ.get(URL)
    if not url:
        return
    if not _is_safe(url):
        yield Problem(URL, "is no https address, so others could read who needs help",
                      "Give an address that begins with https://; http:// is for this machine only")
    if not _is_strong(environ.get(SECRET, "")):
        yield Problem(SECRET, f"is not {PREFIX} and {SHORTEST} bytes or more in base64, so pages prove nothing",
                      "Set it to the signing secret of the address that takes the pages")


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def _is_strong(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return False
    return secret.startswith(PREFIX) and len(key) >= SHORTEST
