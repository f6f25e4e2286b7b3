"""`attune protocol`: the public page, the year's counts, and drafts for who answers for the data."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from attune import database, settings
from attune.audit import vault
from attune.check import project
from attune.drift.suppression import TOGETHER
from attune.policy import protocol as protocols
from attune.publish import facts
from attune.publish.counts import Counts, count
from attune.publish.render import render
from attune.reply import crisis, resources

OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not to the screen.")
PROJECT = click.option("--project", "root", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path),
                       help="The folder of the assistant. Default: here.")


@click.group()
def protocol() -> None:
    """What is published about crisis help, how often it was shown, and drafts of the papers about data."""


@protocol.command(epilog="Example: attune protocol page --out crisis-protocol.html")
@OUT
@PROJECT
def page(out: Path | None, root: Path) -> None:
    """Write the public page (HTML) on what the assistant does when somebody may be in danger."""
    registry_path, help_path = project.help_files(project.load(root))
    rules, registry, document = _rules(), resources.load(registry_path), crisis.load(help_path)
    today = date.today()
    said, places = facts.wordings(document, rules), list(facts.places(registry, today))
    unreviewed = sum(each.reviewed_until is None for each in said)
    unreviewed += len({line.id for _, _, lines in places for line, reviewed in lines if not reviewed})
    _write(out, render(
        "protocol.html", protocol=rules, safety=rules.safety, wordings=said, places=places,
        unreviewed=unreviewed, today=today, version=facts.version(rules, registry_path, help_path),
    ))


@protocol.command(epilog="Example: attune protocol counts --year 2026 --json")
@click.option("--year", type=click.IntRange(2000, 9999), required=True, help="The calendar year (UTC).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@PROJECT
def counts(year: int, as_json: bool, root: Path) -> None:
    """Count how often help was shown in a year. Nothing leads to a person: no figure is below ten."""
    registry = resources.load(project.help_files(project.load(root))[0])
    countries = {entry.id: entry.country for entry in registry.entries}
    found = count(vault.read(database.engine(settings.load().db_url)), year, countries)
    flat = {"year": found.year, "smallest": found.smallest, **asdict(found.help)}
    click.echo(json.dumps(flat) if as_json else "\n".join(_lines(found)))


@protocol.command(epilog="Example: attune protocol records --out processing.md")
@OUT
def records(out: Path | None) -> None:
    """Draft the record of processing activities (GDPR Art. 30) from the configuration."""
    _write(out, _paper("records.md"))


@protocol.command(epilog="Example: attune protocol dpia --out dpia.md")
@OUT
def dpia(out: Path | None) -> None:
    """Draft the skeleton of a data protection impact assessment (GDPR Art. 35) from the configuration."""
    _write(out, _paper("dpia.md"))


def _paper(template: str) -> str:
    rules, opt_in = _rules(), "a yes (opt-in)"
    quotes = opt_in if rules.quotes else "switched off in protocol.yml: nobody is asked, nobody is quoted"
    adapt = opt_in if rules.adapt == "opt_in" else "told at the start, may be switched off"
    known: dict[str, object] = {
        **facts.processing(), "version": facts.version(rules, facts.PROCESSING), "today": date.today(),
        "modes": {None: "nothing to ask", "agent": opt_in, "quality": opt_in, "adapt": adapt, "quotes": quotes},
        "periods": {name: f"{days} days" for name, days in rules.retention.items()},
    }
    return render(template, **known)  # CON-9


def _lines(found: Counts) -> list[str]:
    shown = found.help

    def told(number: int | None) -> str:
        return f"fewer than {found.smallest}" if number is None else str(number)

    often = "" if shown.times is None else f" {shown.times} times"
    lines = [f"Help was shown{often} in {found.year}, in {told(shown.conversations)} conversations."]
    for title, table in (("country", shown.by_country), ("language", shown.by_locale)):
        lines += [f"  {title} {name}: {number}" for name, number in table.items() if name != TOGETHER]
        lines += [f"  other {title}, told together: {table[TOGETHER]}"] if TOGETHER in table else []
    return [*lines, "The kind of danger is not kept, so it is not counted."]


def _rules() -> protocols.Protocol:
    return protocols.load(settings.protocol_path())


def _write(out: Path | None, text: str) -> None:
    with click.open_file(str(out or "-"), "w", encoding="utf-8") as file:
        file.write(text)
