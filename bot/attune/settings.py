"""What the environment decides: addresses, database, secret. Read once by each process, then passed on."""

import hashlib
import hmac
import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from attune.errors import SettingsError

LAYER = Path(__file__).parent / "layer"


@dataclass(frozen=True)
class Settings:
    """Addresses are loopback unless told otherwise; `secret` signs every token of this installation."""

    var: Path
    db_url: str
    host: str
    rasa_port: int
    actions_port: int
    desk_port: int
    secret: str
    protocol: Path

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
        """Where agents find the desk."""
        return f"http://{self.host}:{self.desk_port}"

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
        secret=environ.get("ATTUNE_SECRET") or _local_secret(host, var),
        protocol=Path(environ.get("ATTUNE_PROTOCOL", LAYER / "protocol.yml")),
    )


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingsError(name, f"is {value!r}, which is no port", "Give a number from 1 to 65535")
    return int(value)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _local_secret(host: str, var: Path) -> str:
    """A random secret kept beside the database; only an installation nobody else can reach may make its own."""
    if not is_loopback(host):
        raise SettingsError(
            "ATTUNE_SECRET", f"is not set, but {host} can be reached from other machines",
            "Set it to a long random value, the same for all three processes",
        )
    path = var / "secret"
    var.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()
