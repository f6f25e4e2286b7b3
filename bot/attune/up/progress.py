"""One line that is rewritten on a terminal, and said once elsewhere."""

import time
from typing import TextIO


class Progress:
    """What is being done, how far it got and for how many seconds; silent if `quiet`."""

    def __init__(self, title: str, out: TextIO, *, quiet: bool = False) -> None:
        self._title, self._out, self._quiet = title, out, quiet
        self._rewrites = out.isatty()
        self._start = "\r\x1b[K" if self._rewrites else ""
        self._since = time.monotonic()
        if not self._rewrites:
            self._write(f"{title} ...\n")

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self._since

    def show(self, step: str) -> None:
        """Rewrite the line; does nothing where nobody watches."""
        if self._rewrites:
            self._write(f"{self._start}{self._title}  {step[:60]}  {self.seconds:.0f} s")

    def done(self, result: str) -> None:
        """End the line with what came of it."""
        self._write(f"{self._start}{self._title}: {result}, {self.seconds:.0f} s\n")

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error: object) -> None:
        if error[0]:
            self._write(self._start)  # the line goes, so that the error stands alone

    def _write(self, text: str) -> None:
        if not self._quiet:
            self._out.write(text)
            self._out.flush()
