"""Every error Attune raises on purpose: the constructor takes the facts and writes the sentence."""

from pathlib import Path


class AttuneError(Exception):
    """Something a person can act on; the message says what to do."""


class SettingsError(AttuneError):
    """An environment setting is missing or cannot be used."""

    def __init__(self, name: str, problem: str, remedy: str) -> None:
        super().__init__(f"{name} {problem}. {remedy}.")


class InvalidFile(AttuneError):
    """A file a designer edits does not hold what it must; names the file and the line (counted from 1)."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = str(path), line, problem
