"""Kills the action server and the desk again and again: at steps of their writing, and at any moment at all."""

import os
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from fixtures.stack import RunningStack

MODULES = {"action server": "rasa_sdk", "desk": "attune.desk"}
DEADLY = Path(__file__).with_name("deadly")
STEPS = 80
"""A handoff takes the action server ten steps, and the desk, from packet to return, thirty; as much again is written
when the desk starts, and by its jobs."""
LIVES = (5.0, 30.0)
"""Seconds, from when it answers, after which a process dies in any case, from and to. Every second life has no other
end: were each cut off at a step, none would get beyond what is written at its start."""


def environment(folder: Path) -> dict[str, str]:
    """What the processes need so that they can be told when to die."""
    folder.mkdir()
    paths = os.pathsep.join(filter(None, [str(DEADLY), os.environ.get("PYTHONPATH")]))
    return {"PYTHONPATH": paths, "DEADLY": str(folder)}


class Reaper(threading.Thread):
    """Runs until told to stop; then both processes are alive and are left so."""

    def __init__(self, stack: RunningStack, folder: Path, dice: Random) -> None:
        super().__init__(daemon=True)
        self._stack, self._folder, self._dice = stack, folder, dice
        self._until = dict.fromkeys(MODULES, 0.0)
        self._steps = {name: self._shuffled() for name in MODULES}
        self._over = threading.Event()
        self.deaths: Counter[str] = Counter()

    def run(self) -> None:
        while not self._over.wait(0.05):
            for name in MODULES:
                if self._stack.has_ended(name):
                    self._revive(name)
                elif name not in self._until:
                    self._begin(name)
                elif time.monotonic() > self._until[name]:
                    self._kill(name)

    def stop(self) -> None:
        """Let everybody live; started again without a plan, so that no step is the last any more."""
        self._over.set()
        self.join()
        for name, module in MODULES.items():
            (self._folder / module).unlink(missing_ok=True)
            self._kill(name)
        self._stack.start(*MODULES)

    def noted(self) -> Counter[str]:
        """At which steps processes died by themselves."""
        path = self._folder / "deaths"
        return Counter(path.read_text().splitlines() if path.exists() else [])

    def _kill(self, name: str) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._stack.processes.pid(name), signal.SIGKILL)

    def _revive(self, name: str) -> None:
        self.deaths[name] += 1
        if self.deaths[name] % 2:
            (self._folder / MODULES[name]).write_text(str(self._next_step(name)))
        self._until.pop(name, None)
        self._stack.processes.start(name)

    def _begin(self, name: str) -> None:
        """Let its time run once it answers: a busy machine takes long to start it."""
        address = urlsplit({"desk": self._stack.desk_url, "action server": self._stack.actions_url}[name])
        with suppress(OSError), socket.create_connection((address.hostname, address.port), timeout=1):
            self._until[name] = time.monotonic() + self._dice.uniform(*LIVES)

    def _next_step(self, name: str) -> int:
        self._steps[name] = self._steps[name] or self._shuffled()
        return self._steps[name].pop()

    def _shuffled(self) -> list[int]:
        return self._dice.sample(range(1, STEPS + 1), STEPS)
