"""`attune drift replay`: golden phrases and conversations against the baseline (DRF-3)."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from tqdm import tqdm

from attune import settings
from attune.drift import golden, merged, replay_report, snapshot_file
from attune.drift.golden import Heard, Phrase
from attune.drift.replay import Snapshot, Turn, compare
from attune.policy import protocol
from attune.rehearsal import read
from attune.rehearsal.judge import Judge
from attune.rehearsal.recorded import turns
from attune.rehearsal.rehearse import rehearsal
from attune.rehearsal.stage import RunningAssistant
from attune.reply import resources
from attune.signals.commands import model_option
from attune.signals.parser import NoModel, Parse, load

OWN = Path("tests/golden")
CONVERSATIONS = OWN / "conversations"
EXAMPLES = """\b
Examples:
  attune drift replay                       phrases against the newest model; exit code 1 on an alarm
  attune drift replay --play                conversations as well, against `attune up`
  attune drift replay --play --approve      keep what is heard and done now as the baseline"""


@click.command(epilog=EXAMPLES)
@model_option
@click.option("--phrases", "own", multiple=True, type=click.Path(exists=True, path_type=Path),
              help=f"Golden phrases beside Attune's own; may be given again. Default: {OWN}/*.yml.")
@click.option("--play", is_flag=True, help=f"Play {CONVERSATIONS}/*.yml against the running assistant as well.")
@click.option("--baseline", type=click.Path(dir_okay=False, path_type=Path), default=Path(snapshot_file.FILE),
              show_default=True, help="What to compare with.")
@click.option("--approve", is_flag=True, help="Keep what is heard and done now as the baseline.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def replay(model: Path, own: Sequence[Path], baseline: Path, *, play: bool,  # noqa: PLR0913 - click's options
           approve: bool, as_json: bool) -> None:
    """Replay golden phrases and conversations; say what is heard or done otherwise than in the baseline, and judge it.

    Exit code 1 if more of what was right is wrong now than chance explains, or if a conversation goes otherwise.
    """
    phrases = golden.load([golden.PHRASES, *(own or [path for path in (OWN,) if path.exists()])])
    was = Snapshot() if approve and not baseline.exists() else snapshot_file.load(baseline)
    now = Snapshot(versions(newest(model)), hear(phrases, load(model)), _played() if play else {})
    found = compare(phrases, was, now, played=play)
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2) if as_json
               else "\n".join(replay_report.told(found)))
    if approve:
        kept = now if play else replace(now, conversations=was.conversations)
        baseline.write_text(snapshot_file.written(kept), encoding="utf-8")
    raise SystemExit(1 if found.alarm and not approve else 0)


def hear(phrases: Sequence[Phrase], parse: Parse) -> Mapping[str, Heard]:
    """What a model makes of each phrase."""
    watched = tqdm(phrases, unit="phrase", delay=2, leave=False, disable=None)
    return {phrase.text: golden.heard(parse(phrase.text)) for phrase in watched}


def newest(model: Path) -> Path:
    """The model meant by a file or folder; raises NoModel."""
    files = [model] if model.is_file() else list(model.glob("*.tar.gz"))
    if not files:
        raise NoModel(model)
    return max(files, key=lambda file: file.stat().st_mtime)


def versions(model: Path, project: Path = Path()) -> Mapping[str, str]:
    """The hashes by which a change is told: of the model, the protocol and the wordings."""
    said = "\n".join(sorted(" ".join(each.key) for each in merged.now(project)))
    return {"model": _short(model.read_bytes()), "protocol": protocol.load(settings.protocol_path()).hash[:12],
            "wordings": _short(said.encode())}


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def _played() -> dict[str, tuple[Turn, ...]]:
    here, new_id = settings.load(), partial(secrets.token_hex, 16)
    with closing(RunningAssistant(here, here.rasa_url, time.time, new_id)) as stage:
        return play_on(stage, [CONVERSATIONS], lambda: f"replay-{new_id()}")


def play_on(
    stage: RunningAssistant, paths: Sequence[Path], new_customer: Callable[[], str],
) -> dict[str, tuple[Turn, ...]]:
    """Play every conversation to its end and give its turns by its name; raises Unreachable."""
    with rehearsal(read.load(paths), stage, Judge(resources.load()), new_customer) as playing:
        found = {}
        for name, future in tqdm(playing.items(), unit="conversation", delay=2, leave=False, disable=None):
            customer = future.result().customer
            stage.leave(customer)
            found[name] = turns(stage.events(customer))
        return found
