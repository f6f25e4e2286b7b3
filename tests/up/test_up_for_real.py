"""`attune up` as a newcomer types it, in the demo shop."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from attune.settings import load
from fixtures.attune_command import start
from fixtures.processes import gone, listening, with_variable
from fixtures.stack import REPOSITORY, RunningStack, own_environment

pytestmark = pytest.mark.stack

PATIENCE = 120  # seconds
LOOPBACK = {"0100007F"}


@dataclass(frozen=True)
class Started:
    """A running `attune up --json` and what it printed."""

    command: "subprocess.Popen[str]"
    environ: dict[str, str]
    addresses: dict[str, str]

    @property
    def mark(self) -> str:
        """What tells its processes from all others."""
        return f"ATTUNE_VAR={self.environ['ATTUNE_VAR']}"

    def pid(self, words: str) -> int:
        """The process with these words in its command line."""
        return next(pid for pid, command in with_variable(self.mark).items() if words in command)

    def end(self) -> tuple[int, str, str]:
        """Exit code and the rest of both outputs, once it has ended."""
        out, err = self.command.communicate(timeout=30)
        return self.command.returncode, out, err


@pytest.fixture
def started(tmp_path: Path, stack: RunningStack) -> Iterator[Started]:
    """Started with the model the running stack has seen to."""
    environ = own_environment(tmp_path / "var")
    command = start("up", "--json", folder=REPOSITORY, environ=environ)
    assert command.stdout
    assert command.stderr
    line = command.stdout.readline()
    assert line, command.stderr.read()
    yield Started(command, environ, json.loads(line))
    command.kill()
    command.wait(PATIENCE)
    assert gone(f"ATTUNE_VAR={tmp_path / 'var'}")


def test_both_pages_answer_nobody_else_gets_in_and_ctrl_c_leaves_nothing(started: Started) -> None:
    settings = load(started.environ)
    for address in started.addresses.values():
        assert httpx.get(address, follow_redirects=True, trust_env=False, timeout=30).status_code == httpx.codes.OK
    assert "nobody has reviewed the help lines" in httpx.get(started.addresses["chat"], trust_env=False).text  # CRI-6
    for port in (settings.rasa_port, settings.actions_port, settings.desk_port):
        assert listening(port) == LOOPBACK
    assert [command for command in with_variable(started.mark).values() if settings.key("rasa-api") in command] == []

    started.command.send_signal(signal.SIGINT)

    assert started.end() == (0, "", "")
    assert with_variable(started.mark) == {}
    assert not list(settings.var.glob("tmp-*"))


def test_a_process_that_dies_stops_the_rest_with_one_sentence(started: Started) -> None:
    os.kill(started.pid("attune.up.rasa_server"), signal.SIGKILL)
    code, out, err = started.end()

    assert (code, out) == (1, "")
    assert err.startswith("Error: The Rasa server stopped by itself (exit code -9): ")
    assert err.count("\n") == 1
    assert with_variable(started.mark) == {}
