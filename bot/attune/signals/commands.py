"""`attune score FILE` and `attune say TEXT`: what QA and designers ask the reader."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from attune.errors import InvalidFile
from attune.signals.parser import Parse, load, nearest
from attune.signals.read import level
from attune.signals.reading import KEY, Reading, from_dict
from attune.signals.trained import Near

Row = dict[str, Any]
Decide = Callable[[Reading], Mapping[str, Any]]
"""Explains what would be decided on a Reading, as plain JSON data; the policy's, handed in by the command line."""

model_option = click.option(
    "--model", "model", type=click.Path(path_type=Path), default=Path("models"), show_default=True,
    help="A trained model, or the folder that holds them (the newest is used).",
)


def rows(path: Path) -> Iterator[Row]:
    """The rows of a JSONL or CSV file, each with a `text`; raises InvalidFile with the line."""
    read = _csv if path.suffix.lower() == ".csv" else _jsonl
    for line, row in read(path):
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise InvalidFile(path, line, "every row needs a `text`; name that column or key `text`")
        yield row


def scored(row: Row, parse: Parse) -> Row:
    """The row with the Reading and the intent of its text."""
    parsed = parse(row["text"])
    return {**row, KEY: parsed.get(KEY), "intent": parsed.get("intent")}


@click.command(epilog="Example: attune score transcripts.csv > scored.jsonl")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@model_option
@click.option("--json", "as_json", is_flag=True, help="Accepted for symmetry: rows always come out as JSON lines.")
def score(file: Path, model: Path, as_json: bool) -> None:
    """Read every message of FILE (JSONL objects or CSV rows with `text`); rows come out as JSONL with the reading."""
    wanted = list(rows(file))
    parse = load(model)
    for row in tqdm(wanted, unit="message", delay=2, leave=False):
        click.echo(json.dumps(scored(row, parse)))


def say_command(decide: Decide | None = None) -> click.Command:
    """The `say` command; with `decide` it also shows the Decision."""
    @click.command("say", epilog='Example: attune say "where is my refund, this is the THIRD time I ask!"')
    @click.argument("text")
    @model_option
    @click.option("--json", "as_json", is_flag=True, help="Print JSON instead of sentences.")
    def say(text: str, model: Path, as_json: bool) -> None:
        """Read one message and explain what was heard, which words say so, and what would be decided."""
        answer = scored({"text": text}, load(model))
        reading = from_dict(answer[KEY])
        decision = decide(reading) if decide else None
        alike = nearest(text)
        if as_json:
            click.echo(json.dumps({**answer, "nearest": [_told(near) for near in alike], "decision": decision}))
        else:
            click.echo("\n".join(explained(text, reading, answer["intent"], decision, alike)))

    return say


say = say_command()


def explained(text: str, reading: Reading, intent: Mapping[str, Any] | None,
              decision: Mapping[str, Any] | None = None, alike: Sequence[Near] = ()) -> Iterator[str]:
    """The reading in sentences."""
    how = f" ({level(reading.intensity)}, {reading.intensity} of 1000)" if reading.intensity else ""
    yield f"intent    {(intent or {}).get('name')}"
    yield f"emotion   {reading.emotion}{how}"
    yield f"crisis    tier {reading.crisis.tier} {' '.join(reading.crisis.kinds)}".rstrip()
    shown = {"wants a person": reading.wants_person, "abusive": reading.abusive,
             "asks if this is a person": reading.asks_if_human, "in jest": reading.jest}
    signs = [name for name, sign in shown.items() if sign]
    yield from [f"signs     {', '.join(signs)}"] if signs else []
    yield from [f"language  {reading.unread}: the reader does not know it, so it cannot say how the customer feels"
                ] if reading.unread else []
    yield from (f"cue       {cue.text_id}: {text[cue.start:cue.end]!r}" for cue in reading.cues)
    yield from (f"like      {near.likeness:.2f} {_meaning(near)}: {near.line.text!r}" for near in alike)
    yield from (f"decision  {name}: {value}" for name, value in (decision or {}).items())


def _meaning(near: Near) -> str:
    line = near.line
    danger = f"{line.kind} tier {line.tier}" if line.kind else ""
    return ", ".join(filter(None, [line.emotion, danger, "wants a person" if line.wants_person else ""]))


def _told(near: Near) -> dict[str, Any]:
    return {**asdict(near.line), "likeness": round(1000 * near.likeness)}


def _jsonl(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                raise InvalidFile(path, number, f"this is not JSON ({error.msg}); write one object a line") from error


def _csv(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row
