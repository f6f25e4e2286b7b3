"""`attune words`: wordings against those approved, and which changed when."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from tqdm import tqdm

from attune.drift import approved, words_report
from attune.drift.merged import now
from attune.drift.word_history import Commit, History, NoHistory, history, placed
from attune.drift.words import WordChange, Wording, changes, figures
from attune.reply.lint import load

EXAMPLES = """\b
Examples:
  attune words                    what is not as approved; exit code 1 if anything is
  attune words --since v1.2       which wording changed in which commit
  attune words --all --json       every wording with its hash and figures
  attune words approve            approve what is said now"""
project_option = click.option(
    "--project", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the assistant. Default: here.")
baseline_option = click.option(
    "--baseline", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help=f"The approved wordings. Default: {approved.FILE} in that folder.")


@click.group(invoke_without_command=True, epilog=EXAMPLES)
@project_option
@baseline_option
@click.option("--since", metavar="REV", help="Tell what changed after this commit, tag or branch instead.")
@click.option("--all", "every", is_flag=True, help="Show every wording with its figures instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def words(context: click.Context, project: Path, baseline: Path | None, *,  # noqa: PLR0913 - click's options
          since: str | None, every: bool, as_json: bool) -> None:
    """Which wordings are not as approved, since which commit, and what that did to their length, lints and variety.

    Exit code 1 if a wording is not as approved; with --since or --all always 0.
    """
    context.obj = project, baseline or project / approved.FILE
    if context.invoked_subcommand:
        return
    said = now(project)
    if every:
        _show_all(said, as_json)
        return
    found = (tuple(history(History(project), since, said, load(), _watched)) if since
             else unapproved(project, context.obj[1], said))
    if as_json:
        click.echo(json.dumps([words_report.as_json(each) for each in found], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join([*(line for each in found for line in words_report.told(each)), _sum(found, said, since)]))
    raise SystemExit(1 if found and not since else 0)


@words.command(epilog="Example: attune words approve")
@click.pass_obj
def approve(places: tuple[Path, Path]) -> None:
    """Approve every wording as it is now; the file's diff, in version control, says who and when."""
    project, path = places
    said = now(project)
    old = approved.load(path) if path.exists() else ()
    path.write_text(approved.written(said), encoding="utf-8")
    click.echo(f"{path}: {words_report.summary(changes(old, said, load()), len(said))}")


def unapproved(project: Path, baseline: Path, said: Sequence[Wording]) -> tuple[WordChange, ...]:
    """What is not as approved, with the commit where git knows; raises NoBaseline, or InvalidFile with the line."""
    found = changes(approved.load(baseline), said, load())
    if not found:
        return ()
    try:
        past = History(project)
        since = past.last(baseline)
        return placed(found, tuple(history(past, since, said, load(), _watched)) if since else ())
    except NoHistory:
        return found


def _watched(commits: Sequence[Commit]) -> Iterable[Commit]:
    return tqdm(commits, unit="commit", delay=2, leave=False, disable=None)


def _sum(found: Sequence[WordChange], said: Sequence[Wording], since: str | None) -> str:
    if since and not found:
        return f"{len(said)} wordings, none changed since {since}."
    advice = "" if since or not found else " Read them, then run `attune words approve`, or take the changes back."
    return words_report.summary(found, len(said)) + advice


def _show_all(said: Sequence[Wording], as_json: bool) -> None:
    lints = load()
    measured = [(each, figures(each, lints)) for each in tqdm(said, unit="wording", delay=2, leave=False, disable=None)]
    if as_json:
        click.echo(json.dumps([{**asdict(each), **asdict(found)} for each, found in measured], indent=2,
                              ensure_ascii=False))
        return
    for each, found in measured:
        broken = f"  {'; '.join(found.findings)}" if found.findings else ""
        click.echo(f"{each.digest[:10]}  {each.response:40}  {each.locale}  {found.words:3} words  LIX {found.lix:3}  "
                   f"{found.apologies} apologies{broken}")


