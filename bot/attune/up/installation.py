"""Where everything of one machine lies: the project, its settings, its logs, and what every program inherits."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from attune import settings
from attune.settings import Settings
from attune.up.errors import NoProject

# The action server obeys whoever reaches it, so it never leaves the machine, whatever ATTUNE_HOST says.
ACTIONS_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Installation:
    """One Rasa project with its settings; `scratch` is gone when everything has stopped."""

    project: Path
    settings: Settings
    scratch: Path
    environ: Mapping[str, str]

    @property
    def logs(self) -> Path:
        """The folder of all logs."""
        return self.settings.var / "log"

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.project / "models" / "attune.tar.gz"

    @property
    def actions_url(self) -> str:
        """Where the action server answers."""
        return f"http://{ACTIONS_HOST}:{self.settings.actions_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What every program inherits: one var folder, the project's own packages, no telemetry."""
        roots = [str(self.project / "actions"), str(self.project), *filter(None, [self.environ.get("PYTHONPATH")])]
        return {
            **self.environ,
            "ATTUNE_VAR": str(self.settings.var),
            "PYTHONPATH": os.pathsep.join(roots),
            "PYTHONUNBUFFERED": "1",
            "RASA_TELEMETRY_ENABLED": "false",
            "SANIC_HOST": ACTIONS_HOST,  # the only way to tell rasa-sdk where to listen; Rasa is told by argument
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TMPDIR": str(self.scratch),  # Rasa unpacks its model there
        }


@contextmanager
def here(project: Path, environ: Mapping[str, str] = os.environ) -> Iterator[Installation]:
    """The installation of this folder; raises NoProject."""
    if not (project / "config.yml").exists():
        raise NoProject(project)
    chosen = settings.load(environ)
    chosen.var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tmp-", dir=chosen.var, ignore_cleanup_errors=True) as scratch:
        yield Installation(project, chosen, Path(scratch), environ)
