"""The command: every check in turn, one line for each finding."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from attune import settings
from attune.check import assistant, modules, reviews, secrets, trials, wiring
from attune.check.desks import desks
from attune.check.finding import Finding, Findings, broken
from attune.check.hearing import hearing
from attune.check.hours import hours
from attune.check.paging import paging
from attune.check.project import Project, help_files, load, missing_files, references
from attune.check.routing import routing
from attune.check.voice import voice
from attune.check.watched import watched
from attune.errors import InvalidFile
from attune.reply import commands as lints
from attune.reply import crisis, resources


@click.command(epilog="Example: attune check --production")
@click.option("--project", "root", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="The folder of the assistant. Default: here.")
@click.option("--production", is_flag=True, help="Also refuse what is only good for trying out.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(root: Path, production: bool, as_json: bool) -> None:
    """Is everything in place? Exit code 1 if something is not."""
    found = findings(root, production, date.today(), os.environ)
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in found], indent=2, ensure_ascii=False))
    else:
        for finding in found:
            click.echo(str(finding))
        click.echo(summary(found))
    if any(finding.severity == "error" for finding in found):
        raise SystemExit(1)


def summary(found: list[Finding]) -> str:
    """How many findings there are, in a sentence."""
    errors = sum(finding.severity == "error" for finding in found)
    others = len(found) - errors
    return "Everything is in place." if not found else f"{errors} errors, {others} other findings."


def findings(root: Path, production: bool, today: date, environ: Mapping[str, str]) -> list[Finding]:
    """Everything that isn't in place, errors first."""
    sys.path.insert(1, str(root.resolve()))  # as Rasa does, so that the assistant's own modules are found
    try:
        project = load(root)
        found = [*missing_files(project), *_of(project, production, environ), *_wordings(project, production, today)]
    except InvalidFile as error:
        found = [broken(error)]
    finally:
        sys.path.remove(str(root.resolve()))
    order = ("error", "warning", "notice")
    return sorted(dict.fromkeys(found), key=lambda finding: order.index(finding.severity))


def _of(project: Project, production: bool, environ: Mapping[str, str]) -> Findings:
    named = list(references(project))
    yield from modules.unresolved(named)
    yield from wiring.importers(named)
    yield from wiring.pipeline(named)
    yield from wiring.policies(named)
    yield from wiring.endpoints(project, named, production)
    yield from hearing(project, production)
    yield from watched()
    yield from trials.nlg(settings.experiments_path(environ), named)
    yield from assistant.check(project)
    yield from secrets.in_files(project)
    yield from secrets.in_environment(environ) if production else ()
    yield from paging(environ, production)
    yield from desks(environ)
    try:
        yield from voice(settings.protocol_path(environ))
        yield from hours(settings.protocol_path(environ))
        yield from routing(settings.protocol_path(environ))
    except InvalidFile as error:
        yield broken(error)


def _wordings(project: Project, production: bool, today: date) -> Findings:
    lines_path, help_path = help_files(project)
    try:
        registry, wordings = resources.load(lines_path), crisis.load(help_path)
        crisis.responses(wordings, registry)
        yield from reviews.help_lines(registry, today, production)
        yield from reviews.wordings(wordings, today, production)
        paths = [project.root / name for name in lints.USUAL] + ([help_path] if help_path != crisis.CRISIS_HELP else [])
        for breach in lints.merged_breaches(lints.documents(paths)):
            yield Finding("error" if breach.severity == "error" else "warning", breach.file, breach.line,
                          f"{breach.response} breaks {breach.rule} {breach.name}: “{breach.found}”",
                          f"Say rather: “{breach.instead}”")
    except InvalidFile as error:
        yield broken(error)
