"""What the lints find: a wording that breaks a rule, where it stands and what to say instead."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from attune.reply.lint import Lint, Severity, breaches, broken, said_in
from attune.reply.passages import Passage

EXCERPT = 60


@dataclass(frozen=True)
class Breach:
    """A wording that breaks a rule; `response` is None where the wording has no name."""

    file: str
    line: int
    response: str | None
    rule: str
    name: str
    severity: Severity
    found: str
    text: str
    instead: str

    def as_dict(self) -> dict[str, object]:
        """The breach as plain JSON data."""
        return asdict(self)


def judged(passages: Iterable[Passage], lints: Iterable[Lint]) -> Iterator[Breach]:
    """Every breach in these wordings, by the rules of the response, or of the scope where it has no name."""
    rules = tuple(lints)
    for passage in passages:
        for lint, found in _broken(passage, rules):
            yield Breach(passage.file, passage.line, passage.response, lint.id, lint.name, lint.severity, found,
                         _excerpt(passage.text), lint.instead)


def _broken(passage: Passage, rules: tuple[Lint, ...]) -> Iterator[tuple[Lint, str]]:
    if passage.response is None:
        return broken(passage.text, said_in(passage.scope, rules))
    return breaches(passage.response, passage.text, rules)


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…"
