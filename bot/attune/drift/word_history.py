"""Which wording changed in which commit, asked of git; where there is no git, nothing is known of it."""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from attune.drift.merged import LAYERS, Source, merged, own_paths, sources
from attune.drift.words import WordChange, Wording, changes
from attune.errors import AttuneError
from attune.reply.lint import Lint

YAMLS = (".yml", ".yaml")


class NoHistory(AttuneError):
    """Git cannot say what was."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"Git cannot tell what the wordings were: {problem}. "
                         "Leave --since out to compare with the approved wordings alone.")


@dataclass(frozen=True)
class Commit:
    """A commit and when it was made (unix microseconds)."""

    id: str
    at: int


class History:
    """The wordings of a project at its commits; reads git, changes nothing.

    Of a layer that is installed and not in the project's git no past is known: it counts as it is now.
    """

    def __init__(self, project: Path) -> None:
        self._project = project.resolve()
        self._root = Path(self._git("rev-parse", "--show-toplevel").strip())
        self._own = self._inside([self._project / path for path in own_paths(project)])
        self._layer = self._inside([LAYERS])
        self._read = lru_cache(maxsize=256)(self._parsed)  # most files are the same from commit to commit

    def commits(self, since: str) -> list[Commit]:
        """The commits after `since` that touched a wording's file, oldest first; raises NoHistory."""
        told = self._git("log", "--reverse", "--topo-order", "--first-parent", "-m", "--format=%H %ct",
                         f"{self._resolved(since)}..HEAD", "--", *self._own, *self._layer)
        return [Commit(commit, int(at) * 1_000_000) for commit, at in map(str.split, dict.fromkeys(told.splitlines()))]

    def last(self, file: Path) -> str | None:
        """The commit that last changed a file, None if it is in none."""
        return self._git("log", "-1", "--format=%H", "--", str(file.resolve())).strip() or None

    def before(self, at: int) -> str | None:
        """The last commit before a time (unix microseconds), None if there is none."""
        return self._git("rev-list", "-1", "--first-parent", f"--before={at // 1_000_000 - 1}", "HEAD").strip() or None

    def wordings(self, revision: str) -> tuple[Wording, ...]:
        """The wordings as they were at a commit; raises NoHistory."""
        commit = self._resolved(revision)
        layer = self._sources(commit, self._layer) if self._layer else sources(self._project, [LAYERS])
        return merged(self._sources(commit, self._own), layer)

    def _resolved(self, revision: str) -> str:
        return self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()

    def _sources(self, commit: str, paths: Sequence[str]) -> list[Source]:
        if not paths:
            return []
        listed = self._git("ls-tree", "-r", "-z", commit, "--", *paths).split("\0")
        found = (line.split("\t", 1) for line in listed if line)
        return [Source(path, self._read(about.split()[2])) for about, path in found if path.endswith(YAMLS)]

    def _parsed(self, blob: str) -> Any:
        try:
            return YAML(typ="safe").load(self._git("cat-file", "blob", blob))
        except (YAMLError, ValueError):
            return None  # a commit with a broken file said nothing by it

    def _inside(self, paths: Sequence[Path]) -> list[str]:
        resolved = [path.resolve() for path in paths]
        return [str(path.relative_to(self._root)) for path in resolved if path.is_relative_to(self._root)]

    def _git(self, *words: str) -> str:
        at = getattr(self, "_root", self._project)
        try:
            done = subprocess.run(["git", *words], cwd=at, capture_output=True, text=True, check=False)  # noqa: S603,S607
        except OSError as error:
            raise NoHistory(f"the git command cannot be run ({error.strerror})") from error
        if done.returncode:
            raise NoHistory((done.stderr.strip().splitlines() or ["it gave no reason"])[0].removeprefix("fatal: "))
        return done.stdout


Watch = Callable[[Sequence[Commit]], Iterable[Commit]]


def history(past: History, since: str, now: Sequence[Wording], lints: Sequence[Lint],
            watch: Watch = iter) -> Iterator[WordChange]:
    """Every change after `since`, oldest first; what is in no commit yet comes last, without one.

    `watch` goes over the commits as they are read, for a progress bar. Raises NoHistory.
    """
    before = past.wordings(since)
    for commit in watch(past.commits(since)):
        after = past.wordings(commit.id)
        yield from changes(before, after, lints, commit.id, commit.at)
        before = after
    yield from changes(before, now, lints)


def between(project: Path, begin: int, end: int, lints: Sequence[Lint]) -> tuple[WordChange, ...]:
    """What was committed from `begin` until before `end` (unix microseconds); nothing where git cannot tell."""
    try:
        past = History(project)
        since = past.before(begin)
        found = history(past, since, past.wordings("HEAD"), lints) if since else iter(())
        return tuple(each for each in found if each.at is not None and begin <= each.at < end)
    except NoHistory:
        return ()


def placed(found: Sequence[WordChange], past: Sequence[WordChange]) -> tuple[WordChange, ...]:
    """Changes against the approved wordings, each with the last commit that led to it where one is known."""
    led = {key: each for each in past for key in _touched(each)}
    return tuple(
        replace(each, commit=origin.commit, at=origin.at)
        if (origin := next((led[key] for key in _touched(each) if key in led), None)) else each for each in found
    )


def _touched(change: WordChange) -> list[tuple[str, tuple[str, str, str]]]:
    """What came first, then what left."""
    came = [("came", change.after.key)] if change.after else []
    return came + ([("left", change.before.key)] if change.before else [])
