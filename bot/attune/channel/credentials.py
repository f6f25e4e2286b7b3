"""The operator's choices for the web channel, from credentials.yml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from attune.errors import AttuneError

OPTIONS = ("title", "country", "origins", "secure")


class ChannelMisconfigured(AttuneError):
    """The web channel's part of credentials.yml cannot be used."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"credentials.yml, attune.channel.web.WebChannel: {problem}. {remedy}.")


@dataclass(frozen=True)
class Credentials:
    """Title of the page; country of the help lines; other origins that may post; cookie for https only."""

    title: str = "Customer support"
    country: str | None = None
    origins: frozenset[str] = frozenset()
    secure: bool = False


def read(given: Mapping[str, object] | None) -> Credentials:
    """Check and read the options; raises ChannelMisconfigured."""
    given = given or {}
    unknown = sorted(given.keys() - set(OPTIONS))
    if unknown:
        raise ChannelMisconfigured(f"{unknown[0]!r} is no option", f"Use {', '.join(OPTIONS)}")
    country, origins = given.get("country"), given.get("origins") or []
    # YAML reads an unquoted NO as false: Norway would lose its help lines unnoticed (CRI-5)
    if country is not None and not re.fullmatch(r"[A-Z]{2}", str(country)):
        raise ChannelMisconfigured(f"country is {country!r}", 'Give two capital letters in quotes, such as "GB"')
    if not isinstance(origins, list):
        raise ChannelMisconfigured("origins is not a list", 'Give a list such as ["https://shop.example"]')
    return Credentials(
        title=str(given.get("title") or Credentials.title), country=country if isinstance(country, str) else None,
        origins=frozenset(map(str, origins)), secure=bool(given.get("secure")),
    )
