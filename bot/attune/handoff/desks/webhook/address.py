"""Where another desk takes handoffs, as the environment says it: ATTUNE_HANDOFF_URL and ATTUNE_HANDOFF_SECRET."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from attune.errors import SettingsError
from attune.handoff.signing import PREFIX, SHORTEST, is_safe, is_strong
from attune.handoff.supervisor import Problem

URL = "ATTUNE_HANDOFF_URL"
SECRET = "ATTUNE_HANDOFF_SECRET"  # noqa: S105  # the name of the variable


@dataclass(frozen=True)
class Address:
    """The address that takes handoffs, and the secret that signs both ways (`whsec_` and base64)."""

    url: str
    secret: str = field(repr=False)


def load(environ: Mapping[str, str]) -> Address:
    """The other desk's address; raises SettingsError with what to set."""
    for problem in problems(environ):
        raise SettingsError(problem.name, problem.what, problem.remedy)
    return Address(environ[URL], environ[SECRET])


def problems(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Why the settings cannot be used, if they cannot."""
    url, secret = environ.get(URL, ""), environ.get(SECRET, "")
    if not is_safe(url):
        what = "is no https address, so others could read what customers wrote" if url else "is not set"
        yield Problem(URL, what, "Give the other desk's address, as https://…; http:// is for this machine only")
    if not is_strong(secret):
        what = f"is not {PREFIX} and {SHORTEST} bytes or more in base64" if secret else "is not set"
        yield Problem(SECRET, f"{what}, so anybody could speak as an agent",
                      f"Set it here and at the other desk to {PREFIX} and what `openssl rand -base64 32` prints")
