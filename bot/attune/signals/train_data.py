"""`attune train-data`: what the reader heard wrong becomes a training line, once a person has looked at it."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from attune import settings
from attune.errors import AttuneError
from attune.signals import line_file, review
from attune.signals.line_file import one_line
from attune.signals.reading import EMOTIONS, KINDS
from attune.signals.review import Correction
from attune.signals.review_session import GONE, Redact, ReviewSession, label, shown

CORRECTING = """
\b
Examples:
  attune train-data correct "oh great, another week" --emotion frustration --consent "written by ourselves"
  attune train-data correct "i can't go on" --emotion sadness --tier 1 --kind suicide \\
      --consent "quality yes 2026-11-20" --by QA
"""
TEACHING = """
\b
Examples:
  attune train-data correct "oh great, another week" --emotion frustration --consent "written by ourselves"
  attune train-data list
  attune train-data add
"""
NEXT = """\
Next: `rasa train`, so that the reader learns them, then `python bench/detection`, to see that it hears the rest as
well as before."""


class NoTerminal(AttuneError):
    """Nobody is there to be asked."""

    def __init__(self) -> None:
        super().__init__("A person must look at every line before it is learned, and there is no terminal to ask at. "
                         "Run `attune train-data add` at one; there is no option that answers for you.")


@dataclass(frozen=True)
class Surroundings:
    """What the commands need of the world: personal data replaced in a text, the date, whether a person can answer."""

    redact: Redact
    today: Callable[[], date]
    somebody: Callable[[], bool]


def at_terminal() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty()


def train_data_command(
    redact: Redact, today: Callable[[], date], somebody: Callable[[], bool] = at_terminal,
) -> click.Group:
    """The `train-data` group; `redact` replaces personal data in a text."""
    return click.Group(
        "train-data", commands=[correct, list_, add], context_settings={"obj": Surroundings(redact, today, somebody)},
        help="Teach the reader: keep corrections, look at them, and make training lines of them.", epilog=TEACHING,
    )


file_argument = click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command(epilog=CORRECTING)
@click.argument("text")
@click.option("--emotion", required=True, type=click.Choice(EMOTIONS), help="What a careful reader would hear.")
@click.option("--tier", type=click.Choice(["1", "2"]), help="Crisis: 1 possible; 2 stated, planned or under way.")
@click.option("--kind", type=click.Choice(KINDS), help="Which crisis; goes with --tier.")
@click.option("--wants-person", is_flag=True, help="The message asks for a human being.")
@click.option("--consent", required=True, metavar="BASIS", help="Why the words may be kept.")
@click.option("--by", default="", metavar="NAME", help="Who corrects: a name or a role.")
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Default: review.jsonl in var/.")
@click.pass_obj
def correct(around: Surroundings, /, text: str, file: Path | None, **said: Any) -> None:
    """Keep TEXT, personal data replaced, for review under the label it should have had."""
    tier = int(said.pop("tier") or 0)
    if bool(tier) != bool(said["kind"]):
        raise click.UsageError("--tier and --kind go together: how grave, and which crisis.")
    path = _waiting_in(file)
    review.append(path, Correction(around.redact(text), tier=tier, at=around.today().isoformat(), **said))
    click.echo(f"Kept in {path}. It is learned once somebody has looked at it: `attune train-data add`.")


@click.command("list", epilog="Example: attune train-data list --json")
@file_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_(around: Surroundings, file: Path | None, as_json: bool) -> None:
    """List what waits in FILE (default: review.jsonl in var/), personal data replaced."""
    path = _waiting_in(file)
    waiting = [shown(one, around.redact) for one in review.read(path)]
    for line in (json.dumps(asdict(one)) for one in waiting) if as_json else _table(waiting):
        click.echo(line)
    if not waiting and not as_json:
        click.echo(f"Nothing waits in {path}.")


@click.command(epilog="Example: attune train-data add --to attune_lines.yml")
@file_argument
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), default=Path(line_file.FILE), show_default=True,
              help="The assistant's own training lines, beside config.yml.")
@click.pass_obj
def add(around: Surroundings, file: Path | None, to: Path) -> None:
    """Look at what waits in FILE (default: review.jsonl in var/), one at a time, and make training lines of it.

    Each is shown as it would be learned, with personal data replaced. Answer with the word or its first letter: add,
    edit (in your editor), skip (it waits on), drop (it is deleted), quit. Every answer holds at once. There is no
    option that answers for you, on purpose: a person looks at every line before an assistant learns from it.
    """
    if not around.somebody():
        raise NoTerminal
    path = _waiting_in(file)
    ended = Counter(ReviewSession(path, to, around.redact, around.today().isoformat()).go_through())
    click.echo("\n".join(_summary(ended, path, to)))


def _waiting_in(file: Path | None) -> Path:
    return file or settings.load().var / review.FILE


def _table(waiting: Sequence[Correction]) -> Iterator[str]:
    rows = [(one.at, label(one.line), one_line(one.consent), one_line(one.by) or "-", one.text) for one in waiting]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip()


def _summary(ended: Counter[str], path: Path, to: Path) -> Iterator[str]:
    said = {"add": f"added to {to}", "drop": "dropped", "skip": "skipped", GONE: GONE}
    told = ", ".join(f"{ended[how]} {words}" for how, words in said.items() if ended[how])
    yield f"\n{told or 'Nothing was changed'}. {len(review.read(path)) or 'Nothing'} waiting in {path}."
    if ended["add"]:
        yield NEXT
