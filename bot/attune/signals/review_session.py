"""Shows corrections to a person, one at a time, and does what the person answers."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from attune.signals import line_file, review
from attune.signals.line_file import one_line
from attune.signals.lines import Line, from_folder
from attune.signals.reading import EMOTIONS, KINDS
from attune.signals.review import Correction, InvalidCorrection

ANSWERS = ("add", "edit", "skip", "drop", "quit")
GONE = "settled by others"
EDITED = ("text", "emotion", "tier", "kind", "wants_person")
EDIT = f"""\
# Change the words or the label, then save and close. Nothing that could tell who somebody is belongs here.
# emotion: {', '.join(EMOTIONS)}
# tier: 0 no crisis, 1 possible, 2 stated; with 1 and 2 a kind: {', '.join(KINDS)}
"""
Redact = Callable[[str], str]
"""Replaces personal data in a text."""


def shown(one: Correction, redact: Redact) -> Correction:
    """The correction with its words as they would be learned."""
    return replace(one, text=one_line(redact(one.text)))


def label(line: Line) -> str:
    """What a line teaches, in words."""
    danger = f"{line.kind} tier {line.tier}" if line.kind else ""
    return ", ".join(filter(None, [line.emotion, danger, "wants a person" if line.wants_person else ""]))


@dataclass(frozen=True)
class ReviewSession:
    """One sitting: from which review file into which file of lines, on which day (ISO date)."""

    path: Path
    to: Path
    redact: Redact
    day: str

    def go_through(self) -> Iterator[str]:
        """Ask about everything that waits and say of each how it ended; ends where the person quits.

        Raises InvalidFile where either file is wrong, before anything is asked, and NotWritten.
        """
        waiting = review.read(self.path)
        known = {line.text: line for line in (*from_folder(), *line_file.read(self.to))}
        for number, one in enumerate(waiting, 1):
            click.echo(f"\n{number} of {len(waiting)}")
            answer, seen = _asked(one, self.redact, known)
            if answer == "quit":
                return
            yield self._settle(answer, one, seen)
            if answer == "add":
                known[seen.text] = seen.line

    def _settle(self, answer: str, one: Correction, seen: Correction) -> str:
        """What is added is among the lines before it leaves the review file: killed between, it shows up as double."""
        if answer == "skip":
            return answer
        with review.taking(self.path, one) as still_there:
            if not still_there:
                click.echo("Somebody else has settled this one meanwhile.")
                return GONE
            if answer == "add":
                line_file.append(self.to, seen.line, one_line(one.consent), self.day)
        return answer


def _asked(one: Correction, redact: Redact, known: dict[str, Line]) -> tuple[str, Correction]:
    """The answer, and the correction as it was shown last."""
    while True:
        seen = shown(one, redact)
        click.echo("\n".join(_card(seen)))
        twin = known.get(seen.text)
        if not seen.text or twin == seen.line:
            click.echo("It is among the training lines already; dropped." if twin else "No words are left; dropped.")
            return "drop", seen
        if twin:
            click.echo(f"The same words are a training line already, as {label(twin)}.")
        answer = click.prompt("add, edit, skip, drop or quit", value_proc=_answer)
        if answer != "edit":
            return answer, seen
        one = _edited(seen)


def _answer(typed: str) -> str:
    found = [answer for answer in ANSWERS if typed.strip() and answer.startswith(typed.strip().lower())]
    if len(found) != 1:
        raise click.BadParameter(f"answer {', '.join(ANSWERS)}, or with the first letter")
    return found[0]


def _edited(seen: Correction) -> Correction:
    """What a person makes of it in an editor; as it was if nothing was saved or it cannot be used."""
    yaml: Any = YAML()
    yaml.width = 1_000_000  # the words stay on one line
    page, data = StringIO(), asdict(seen)
    yaml.dump({key: data.pop(key) for key in EDITED}, page)
    saved = click.edit(EDIT + page.getvalue(), extension=".yml")
    if saved is None:
        return seen
    try:
        changed = YAML(typ="safe").load(saved)
        return review.correction({**(changed if isinstance(changed, dict) else {}), **data})
    except (InvalidCorrection, YAMLError, ValueError) as error:
        click.echo(f"It stays as it was. {' '.join(str(error).split())}")
        return seen


def _card(seen: Correction) -> Iterator[str]:
    yield f"  “{seen.text}”"
    yield f"  {label(seen.line)}"
    yield f"  may be kept: {one_line(seen.consent)}"
    yield f"  corrected {seen.at}{f' by {one_line(seen.by)}' if seen.by else ''}"
