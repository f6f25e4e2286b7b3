"""Where a supervisor is paged, as the environment says it: ATTUNE_SUPERVISOR_URL and ATTUNE_SUPERVISOR_SECRET."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from attune.errors import SettingsError
from attune.handoff.signing import PREFIX, SHORTEST, is_safe, is_strong

URL = "ATTUNE_SUPERVISOR_URL"
SECRET = "ATTUNE_SUPERVISOR_SECRET"  # noqa: S105  # the name of the variable


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
    if not is_safe(url):
        yield Problem(URL, "is no https address, so others could read who needs help",
                      "Give an address that begins with https://; http:// is for this machine only")
    if not is_strong(environ.get(SECRET, "")):
        yield Problem(SECRET, f"is not {PREFIX} and {SHORTEST} bytes or more in base64, so pages prove nothing",
                      "Set it to the signing secret of the address that takes the pages")
