"""One running program in a process group of its own, which never outlives whoever started it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from attune.up.errors import ProcessDied
from attune.up.program import Program
from attune.up.words import last_words

PR_SET_PDEATHSIG = 1  # prctl(2)


class Process:
    """A program that was started; its words go to a log of its own."""

    def __init__(self, program: Program, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.name, self.log = program.name, log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(  # noqa: S603 - the commands are ours
                program.command, cwd=program.folder, env=dict(program.environment), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,  # Ctrl-C reaches the parent alone
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - the kernel offers no other way
            )

    @property
    def pid(self) -> int:
        """The process id, which is the id of its group too."""
        return self._popen.pid

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        return self._popen.poll()

    def require_alive(self) -> None:
        """Raise ProcessDied with its last words if it has ended."""
        if self.code is not None:
            raise ProcessDied(self.name, self.code, last_words(self.log), self.log)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and everything it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def wait(self, until: float) -> None:
        """Wait for the end, at most to this moment of the monotonic clock."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(max(0.0, until - time.monotonic()))


def stop(processes: list[Process], grace: float = 5.0) -> None:
    """Ask all to end, then end them after `grace` seconds; an interrupt on the way ends them at once."""
    until = time.monotonic() + grace
    try:
        for process in processes:
            process.signal(signal.SIGTERM)
        for process in processes:
            process.wait(until)
    finally:
        for process in processes:
            process.signal(signal.SIGKILL)
            process.wait(time.monotonic() + grace)


def _die_with(parent: int) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork, where it is safe

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return ask_the_kernel
