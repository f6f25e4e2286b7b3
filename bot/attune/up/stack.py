"""The programs of one installation as one thing: started, asked whether they answer, watched, stopped."""

import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from attune.up.errors import NotReady
from attune.up.process import Process, stop
from attune.up.program import Program
from attune.up.progress import Progress

PATIENCE = 180.0  # seconds; loading TensorFlow on a cold, busy machine takes a minute
GRACE = 5.0  # seconds to finish an answer under way
PAUSE = 0.25  # seconds between two looks


class Stack:
    """Programs by name; each writes to `<logs>/<name>.log`, begun anew for every stack."""

    def __init__(self, programs: Sequence[Program], logs: Path) -> None:
        self._programs = {program.name: program for program in programs}
        self._logs = logs
        self._running: dict[str, Process] = {}
        for name in self._programs:
            self.log(name).unlink(missing_ok=True)

    def log(self, name: str) -> Path:
        """Where a program's words go."""
        return self._logs / f"{name.replace(' ', '-').lower()}.log"

    def pid(self, name: str) -> int:
        """The process id of a running program."""
        return self._running[name].pid

    def start(self, *names: str) -> None:
        """Start these programs, or all."""
        for name in names or self._programs:
            self._running[name] = Process(self._programs[name], self.log(name))

    def ready(self, progress: Progress, patience: float = PATIENCE) -> None:
        """Wait until all that run answer; raises ProcessDied or NotReady."""
        waiting = [name for name in self._running if self._programs[name].health]
        with httpx.Client(trust_env=False, timeout=5) as client:  # a proxy would not find loopback
            while waiting:
                self.require_alive()
                waiting = [name for name in waiting if not _answers(client, self._programs[name])]
                progress.show(", ".join(f"{name} {'…' if name in waiting else '✓'}" for name in self._running))
                if waiting and progress.seconds > patience:
                    raise NotReady(waiting, patience, self.log(waiting[0]))
                time.sleep(PAUSE if waiting else 0)

    def require_alive(self) -> None:
        """Raise ProcessDied for the first program that has ended."""
        for process in self._running.values():
            process.require_alive()

    def watch(self) -> None:
        """Look on for ever; raises ProcessDied."""
        while True:
            self.require_alive()
            time.sleep(PAUSE)

    def kill(self, name: str) -> None:
        """End one program without warning."""
        stop([self._running.pop(name)], grace=0)

    def stop(self, grace: float = GRACE) -> None:
        """End whatever runs, the first started last."""
        running, self._running = list(self._running.values()), {}
        stop(running[::-1], grace)


def _answers(client: httpx.Client, program: Program) -> bool:
    try:
        return client.get(program.health or "").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
