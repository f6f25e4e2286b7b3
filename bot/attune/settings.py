"""What the environment decides: addresses, database, secret. Read once by each process, then passed on."""

import hashlib
import hmac
import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from attune.errors import SettingsError

LAYER = Path(__file__).parent / "layer"
SHORTEST_SECRET = 32
"""Characters of a secret where other machines can try to guess it."""
PLACEHOLDERS = re.compile(
    r"change[-_ ]?me|secret|passw(?:or)?d|example|placeholder|default|insecure|replace[-_ ]?(?:me|this)|your[-_ ]",
    re.IGNORECASE,
)
HOW_LONG = f"Set it to {SHORTEST_SECRET} or more random characters (`openssl rand -hex 32`)"
SWITCH = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


@dataclass(frozen=True)
class Settings:
    """Addresses are loopback unless told otherwise; `secret` signs every token of this installation.

    A signed checkpoint of the audit is written after so many records or seconds, and copied to those addresses (AUD-4).
    `desk_secure`: agents come by https, through a proxy, to `desk_public_url` if that is known. `desk_proxy_header`
    names the header in which a proxy that proved itself by `desk_proxy_secret` says who signed in; None where the desk
    asks for passwords itself.
    """

    var: Path
    db_url: str
    host: str
    rasa_port: int
    actions_port: int
    desk_port: int
    secret: str
    protocol: Path
    checkpoint_records: int = 500
    checkpoint_seconds: float = 60.0
    checkpoint_copies: tuple[str, ...] = ()
    desk_secure: bool = False
    desk_public_url: str = ""
    desk_proxy_header: str | None = None
    desk_proxy_secret: str = ""

    @property
    def desk_is_private(self) -> bool:
        """Whether nobody but this machine's users can reach the desk, by a proxy neither."""
        return is_loopback(self.host) and not self.desk_secure and self.desk_proxy_header is None

    @property
    def rasa_url(self) -> str:
        """Where the Rasa server answers."""
        return f"http://{self.host}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """The webhook Rasa calls for custom actions."""
        return f"http://{self.host}:{self.actions_port}/webhook"

    @property
    def desk_url(self) -> str:
        """Where the desk answers."""
        return f"http://{self.host}:{self.desk_port}"

    @property
    def desk_link(self) -> str:
        """Where people open the desk: by the proxy in front of it, if there is one."""
        return self.desk_public_url or self.desk_url

    def key(self, purpose: str) -> str:
        """A key for one purpose alone (64 hex digits), so that no two uses share a secret."""
        return hmac.new(self.secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises SettingsError with what to set."""
    var = Path(environ.get("ATTUNE_VAR", "var")).resolve()
    host = environ.get("ATTUNE_HOST", "127.0.0.1")
    return Settings(
        var=var,
        db_url=environ.get("ATTUNE_DB_URL", f"sqlite:///{var / 'attune.db'}"),
        host=host,
        rasa_port=_port(environ, "ATTUNE_RASA_PORT", 5005),
        actions_port=_port(environ, "ATTUNE_ACTIONS_PORT", 5055),
        desk_port=_port(environ, "ATTUNE_DESK_PORT", 8080),
        secret=_secret(environ, host, var),
        protocol=protocol_path(environ),
        checkpoint_records=_number(environ, "ATTUNE_CHECKPOINT_RECORDS", 500),
        checkpoint_seconds=_number(environ, "ATTUNE_CHECKPOINT_SECONDS", 60),
        checkpoint_copies=_copies(environ),
        desk_secure=_desk_secure(environ),
        desk_public_url=_public_url(environ),
        desk_proxy_header=environ.get("ATTUNE_DESK_PROXY_HEADER") or None,
        desk_proxy_secret=_proxy_secret(environ),
    )


def weakness(secret: str) -> str | None:
    """What makes a secret easy to guess, as the end of a sentence; None if nothing does."""
    if len(secret) < SHORTEST_SECRET:
        return f"is shorter than {SHORTEST_SECRET} characters"
    if len(set(secret)) < 8 or secret in (secret + secret)[1:-1]:
        return "repeats itself"
    if len(PLACEHOLDERS.sub("", secret)) < SHORTEST_SECRET:
        return "looks like the placeholder of an example"
    return None


def protocol_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where protocol.yml lies; asked alone by who trains a model and needs neither secret nor database."""
    return Path(environ.get("ATTUNE_PROTOCOL", LAYER / "protocol.yml"))


def drift_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where drift.yml lies, by which the look back decides what has moved."""
    return Path(environ.get("ATTUNE_DRIFT", LAYER / "drift.yml"))


def experiments_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where experiments.yml lies, which puts wordings on trial."""
    return Path(environ.get("ATTUNE_EXPERIMENTS", LAYER / "experiments.yml"))


def unreviewed(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether customers are told that help lines or crisis wordings lack a review; `attune up` sets it (CRI-6)."""
    return _switch(environ, "ATTUNE_UNREVIEWED")


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingsError(name, f"is {value!r}, which is no port", "Give a number from 1 to 65535")
    return int(value)


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isdecimal() or not 0 < int(value) < 1_000_000:
        raise SettingsError(name, f"is {value!r}", "Give a whole number above 0")
    return int(value)


def _copies(environ: Mapping[str, str]) -> tuple[str, ...]:
    given = tuple(environ.get("ATTUNE_CHECKPOINT_COPIES", "").split())
    for url in given:
        if not re.fullmatch(r"https?://[^\s@]+|s3://[a-z0-9][a-z0-9.-]+(/[^\s]*)?", url):
            raise SettingsError("ATTUNE_CHECKPOINT_COPIES", f"holds {url!r}",
                                "Give addresses with spaces between them: https://…, or s3://bucket/folder")
    return given


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in SWITCH:
        raise SettingsError(name, f"is {value!r}", "Set it to 1 or 0")
    return SWITCH[value]


def _public_url(environ: Mapping[str, str]) -> str:
    url = environ.get("ATTUNE_DESK_URL", "").rstrip("/")
    if url and not re.fullmatch(r"https?://[^\s/?#@]+", url):
        raise SettingsError("ATTUNE_DESK_URL", f"is {url!r}",
                            "Give the address agents open, as https://desk.example.org, without a path")
    return url


def _desk_secure(environ: Mapping[str, str]) -> bool:
    return _switch(environ, "ATTUNE_DESK_SECURE") or _public_url(environ).startswith("https:")


def _proxy_secret(environ: Mapping[str, str]) -> str:
    """The proof of the proxy; whoever can send the header without one would sign in as anybody."""
    secret = environ.get("ATTUNE_DESK_PROXY_SECRET", "")
    weak = weakness(secret) if environ.get("ATTUNE_DESK_PROXY_HEADER") else None
    if weak:
        problem = weak if secret else "is not set, but ATTUNE_DESK_PROXY_HEADER is"
        raise SettingsError("ATTUNE_DESK_PROXY_SECRET", problem, f"{HOW_LONG} here and in the proxy (docs/access.md)")
    return secret


def _secret(environ: Mapping[str, str], host: str, var: Path) -> str:
    """The secret given, else one made here; only an installation nobody else can reach may do with less."""
    given = environ.get("ATTUNE_SECRET", "")
    if is_loopback(host) and not given:
        return _local_secret(var)
    by_proxy = _desk_secure(environ) or bool(environ.get("ATTUNE_DESK_PROXY_HEADER"))
    weak = weakness(given) if by_proxy or not is_loopback(host) else None
    if weak:
        problem, reached = weak if given else "is not set", "the desk" if by_proxy else host
        raise SettingsError("ATTUNE_SECRET", f"{problem}, but {reached} can be reached from other machines",
                            f"{HOW_LONG}, the same for all three processes")
    return given


def _local_secret(var: Path) -> str:
    """A random secret kept beside the database, readable by its owner alone."""
    path = var / "secret"
    var.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()
