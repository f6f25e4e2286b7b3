"""`attune lint`: the lints over the responses of an assistant merged with the layer's, or over any wordings."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from tqdm import tqdm

from attune.errors import AttuneError
from attune.reply.breach import Breach, judged
from attune.reply.document import Document, read
from attune.reply.lint import load, scopes
from attune.reply.passages import Passage, in_file, in_lines, in_responses, response_names, yaml_files
from attune.settings import LAYER

USUAL = ("domain.yml", "domain", "data")
"""Where Rasa looks for responses."""
STDIN = "-"
EXAMPLES = """\b
Examples:
  attune lint
  attune lint data/responses.yml drafts.txt
  attune lint --scope crisis drafts.txt
  echo "Please calm down." | attune lint -"""


class Scope(click.ParamType):  # type: ignore[type-arg]
    """One of the scopes of lints.yml, which is read only when it must be."""

    name = "scope"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The scope as it was given, if there is one of this name."""
        if value not in (known := scopes()):
            self.fail(f"{value!r} is not one of {', '.join(known)}.", param, ctx)
        return value


def documents(paths: Iterable[Path]) -> list[Document]:
    """Read every YAML file at those paths; raises InvalidFile with the line."""
    return [read(file) for file in yaml_files(paths)]


def merged(own: Iterable[Document]) -> Iterator[Passage]:
    """The wordings of the assistant's own responses, and of those of the layer that it does not override."""
    mine = list(own)
    names = frozenset(name for document in mine for name in response_names(document))
    for document in mine:
        yield from in_responses(document)
    for document in documents([LAYER / "responses"]):
        yield from in_responses(document, but=names)


def merged_breaches(own: Iterable[Document]) -> Iterator[Breach]:
    """Breaches in the assistant's own responses, and in those of the layer that it does not override."""
    return judged(merged(own), load())


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, metavar="[FILE]...",
                type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("--domain", "domain", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="Without FILE: where the assistant's responses are; may be given again. "
                   "Default: domain.yml, domain/ and data/.")
@click.option("--scope", type=Scope(), default="non-crisis", show_default=True, metavar="SCOPE",
              help="Where a wording without a response name will be said: non-crisis, crisis (to somebody in danger), "
                   "distress, acknowledgement, or all (it must hold anywhere). A JSONL object may say it itself.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def lint(files: tuple[Path, ...], domain: tuple[Path, ...], scope: str, as_json: bool) -> None:
    """Check wordings against the lints: those in each FILE, or the assistant's merged with the layer's.

    A FILE is a Rasa file or folder of YAML with responses, JSONL of objects with text (and response, its name, or
    scope), or plain text with one wording a line; - reads plain text from the standard input.

    Exit code 1 if a wording breaks a rule that is an error, 0 if there are warnings only, 2 if the command is wrong.
    """
    if files and domain:
        raise click.UsageError("Give either FILE or --domain: --domain says where the whole assistant is.")
    try:
        said = [passage for path in files for passage in _passages(path, scope)] if files else list(
            merged(documents(domain or (Path(path) for path in USUAL))))
        found = list(judged(tqdm(said, unit="wording", delay=2, leave=False, disable=None), load()))
    except AttuneError as error:
        raise click.ClickException(_printable(str(error))) from error
    report = json.dumps([breach.as_dict() for breach in found], indent=2, ensure_ascii=False) if as_json else (
        "\n".join([*map(line, found), summary(len(said), found)]))
    click.echo(_printable(report))
    if any(breach.severity == "error" for breach in found):
        raise SystemExit(1)


def line(breach: Breach) -> str:
    """A breach as one line to read."""
    where = f" in {breach.response}" if breach.response else ""
    return (
        f"{breach.file}:{breach.line}: {breach.severity} {breach.rule} {breach.name}: “{breach.found}”{where}: "
        f"“{' '.join(breach.text.split())}” Say rather: “{breach.instead}”"
    )


def summary(wordings: int, found: list[Breach]) -> str:
    """How many errors and warnings there are among how many wordings, in a sentence."""
    errors = sum(breach.severity == "error" for breach in found)
    counts = f"{_count(errors, 'error')} and {_count(len(found) - errors, 'warning')}" if found else "no breach"
    return f"{_count(wordings, 'wording')}, {counts}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _passages(path: Path, scope: str) -> Iterator[Passage]:
    if str(path) != STDIN:
        return in_file(path, scope)
    text = sys.stdin.buffer.read().decode("utf-8-sig", "backslashreplace")
    return in_lines("<stdin>", text.splitlines(), scope)


def _printable(text: str) -> str:
    """The text without the halves of characters that escapes in a file can name and no terminal can print."""
    return text.encode("utf-8", "backslashreplace").decode()
