"""What is started: three programs, and the address of each that answers once it is ready."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from attune.up.errors import NoActions
from attune.up.installation import Installation


@dataclass(frozen=True)
class Program:
    """A command under the name people read, the folder and environment it runs in, and its health address, if any."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    health: str | None = None


def programs(place: Installation, endpoints: Path, actions: str) -> tuple[Program, ...]:
    """The Rasa server, the action server and the desk of one installation."""
    chosen, folder, env = place.settings, place.project, place.environment
    served = (*python("rasa_sdk"), "--actions", actions, "--port", str(chosen.actions_port))
    status = f"{chosen.rasa_url}/status?token={chosen.key('rasa-api')}"
    return (
        Program("Rasa server", _rasa(place, endpoints), folder, env, status),
        Program("action server", served, folder, env, f"{place.actions_url}/health"),
        Program("desk", python("attune.desk"), folder, env, f"{chosen.desk_url}/health"),
    )


def python(module: str) -> tuple[str, ...]:
    """The command that runs a module with this very interpreter."""
    return (sys.executable, "-m", module)


def action_package(project: Path) -> str:
    """The package of custom actions: Rasa's own `actions`, else the only one in actions/; raises NoActions."""
    if (project / "actions" / "__init__.py").exists() or (project / "actions.py").exists():
        return "actions"
    found = sorted(path.parent.name for path in project.glob("actions/*/__init__.py"))
    own = [name for name in found if name != "attune_actions"]
    if len(own) != 1:
        raise NoActions(own)
    return own[0]


def _rasa(place: Installation, endpoints: Path) -> tuple[str, ...]:
    credentials = place.project / "credentials.yml"
    return (
        *python("attune.up.rasa_server"), "run", "--enable-api",
        "--interface", place.settings.host, "--port", str(place.settings.rasa_port),
        "--model", str(place.model), "--endpoints", str(endpoints),
        *(("--credentials", str(credentials)) if credentials.exists() else ()),
    )
