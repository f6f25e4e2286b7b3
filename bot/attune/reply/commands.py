"""`attune lint`: the lints over the responses of an assistant and of the layer, as they are when merged."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from attune.errors import AttuneError
from attune.reply.document import Document, read
from attune.reply.lint import Breach, check, load
from attune.settings import LAYER

USUAL = ("domain.yml", "domain", "data")
"""Where Rasa looks for responses."""


def yaml_files(paths: Iterable[Path]) -> list[Path]:
    """The YAML files among the paths, folders searched; paths that do not exist give none."""
    found = [
        file
        for path in paths
        for file in (sorted([*path.rglob("*.yml"), *path.rglob("*.yaml")]) if path.is_dir() else [path])
    ]
    return [file for file in found if file.is_file()]


def documents(paths: Iterable[Path]) -> list[Document]:
    """Read every YAML file at those paths; raises InvalidFile with the line."""
    return [read(file) for file in yaml_files(paths)]


def merged_breaches(own: Iterable[Document]) -> Iterator[Breach]:
    """Breaches in the assistant's own responses, and in those of the layer that it does not override."""
    mine, rules = list(own), load()
    names = frozenset(name for document in mine for name in response_names(document))
    for document in mine:
        yield from check(document, rules)
    for document in documents([LAYER / "responses"]):
        yield from check(document, rules, but=names)


def response_names(document: Document) -> Iterable[str]:
    """The names of the responses a file defines."""
    responses = document.data.get("responses") if isinstance(document.data, Mapping) else None
    return responses if isinstance(responses, Mapping) else ()


@click.command(epilog="Example: attune lint --domain domain.yml --domain data/responses.yml")
@click.option("--domain", "paths", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="A file or folder with responses; may be given again. Default: domain.yml, domain/ and data/.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def lint(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check every wording against the lints; exit code 1 if one breaks a rule."""
    try:
        found = list(merged_breaches(documents(paths or (Path(path) for path in USUAL))))
    except AttuneError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([breach.as_dict() for breach in found], indent=2, ensure_ascii=False))
    else:
        for breach in found:
            click.echo(line(breach))
        click.echo(summary(found))
    if any(breach.severity == "error" for breach in found):
        raise SystemExit(1)


def line(breach: Breach) -> str:
    """A breach as one line to read."""
    return (
        f"{breach.file}:{breach.line}: {breach.severity} {breach.rule} {breach.name}: “{breach.found}” in "
        f"{breach.response}: “{breach.text}” Say rather: “{breach.instead}”"
    )


def summary(found: list[Breach]) -> str:
    """How many errors and warnings there are, in a sentence."""
    errors = sum(breach.severity == "error" for breach in found)
    return f"{errors} errors, {len(found) - errors} warnings." if found else "Every wording keeps the rules."
