"""Whether the addresses are free, asked before anything is started."""

import errno
import socket

from attune.settings import Settings
from attune.up.errors import HostRefused, PortTaken
from attune.up.installation import ACTIONS_HOST


def require_free(settings: Settings) -> None:
    """Raise PortTaken or HostRefused for the first address that cannot be listened on."""
    for what, host, port, variable in (
        ("Rasa server", settings.host, settings.rasa_port, "ATTUNE_RASA_PORT"),
        ("action server", ACTIONS_HOST, settings.actions_port, "ATTUNE_ACTIONS_PORT"),
        ("desk", settings.host, settings.desk_port, "ATTUNE_DESK_PORT"),
    ):
        _require_free(what, host, port, variable)


def _require_free(what: str, host: str, port: int, variable: str) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
            probe.bind(address)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTaken(what, host, port, variable) from error
        raise HostRefused(host, error.strerror or str(error)) from error
