"""How well the ear hears: cues and emotion reader against messages nobody here wrote.

Run: python bench/detection/measure.py --eval FOLDER   (or ATTUNE_EVAL=FOLDER)
The folder holds JSONL files of {"text", "label", ...}; they stay outside this repository and are never trained on.
"""

import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import click
from tqdm import tqdm

from attune.signals import cues, emotion, lines
from attune.signals.read import read
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, Reading

Z95 = 1.959963984540054


class Heard(NamedTuple):
    """A message of an evaluation set and what was read in it."""

    row: dict[str, Any]
    reading: Reading
    milliseconds: float


class Measure(NamedTuple):
    """One figure: the share of the messages of `sets` (where `among`) for which `shown` holds."""

    name: str
    sets: str
    shown: Callable[[Reading], bool]
    among: Callable[[dict[str, Any]], bool] = lambda row: True


def crisis(reading: Reading) -> bool:
    """Whether any crisis was heard."""
    return reading.crisis.tier > 0


def frustrated(reading: Reading) -> bool:
    """Whether the reading is of the frustration family."""
    return reading.emotion in FRUSTRATION_FAMILY


def labelled(label: str) -> Callable[[dict[str, Any]], bool]:
    """The messages with one label."""
    return lambda row: bool(row["label"] == label)


MEASURES = (
    Measure("crisis recall, all", "crisis_positive", crisis),
    Measure("crisis recall, explicit", "crisis_positive", crisis, lambda row: row["explicit"]),
    Measure("crisis recall, without a danger word", "crisis_positive", crisis, lambda row: not row["explicit"]),
    Measure("crisis false alarms, benign support", "benign_support", crisis),
    Measure("crisis false alarms, hard negatives", "crisis_hard_negative", crisis),
    Measure("crisis false alarms, frustration", "frustration", crisis),
    Measure("distress read as crisis", "distress_positive", crisis),
    Measure("distress family or crisis, distress", "distress_positive",
            lambda reading: crisis(reading) or reading.emotion in DISTRESS_FAMILY),
    Measure("any feeling, distress", "distress_positive", lambda reading: reading.emotion != "neutral"),
    Measure("distress family, benign support", "benign_support", lambda reading: reading.emotion in DISTRESS_FAMILY),
    Measure("frustration family, benign support", "benign_support", frustrated),
    Measure("frustration recall", "frustration", frustrated, labelled("frustrated")),
    Measure("frustration false alarms", "frustration", frustrated, labelled("not_frustrated")),
    Measure("request for a person, recall, Bitext", "human_request", lambda reading: reading.wants_person,
            lambda row: row["label"] == "human_request" and "bitext" in row["source"]),
    Measure("request for a person, recall, NLU++", "human_request", lambda reading: reading.wants_person,
            lambda row: row["label"] == "human_request" and "bitext" not in row["source"]),
    Measure("request for a person, false alarms", "human_request", lambda reading: reading.wants_person,
            labelled("other")),
    Measure("request for a person, benign support", "benign_support", lambda reading: reading.wants_person),
    Measure("abusive, benign support", "benign_support", lambda reading: reading.abusive),
)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a proportion; total must be positive."""
    share, z2 = hits / total, Z95 * Z95
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def heard(path: Path, ear: Callable[[str], Reading]) -> Iterable[Heard]:
    """Every message of a set, read and timed."""
    for line in tqdm(path.read_text(encoding="utf-8").splitlines(), desc=path.stem, delay=2, leave=False):
        row = json.loads(line)
        begun = time.perf_counter()
        reading = ear(row["text"])
        yield Heard(row, reading, 1000 * (time.perf_counter() - begun))


def figure(measure: Measure, messages: Sequence[Heard]) -> dict[str, Any]:
    """One measure as a proportion with its interval."""
    among = [each for each in messages if measure.among(each.row)]
    hits = sum(measure.shown(each.reading) for each in among)
    return _row(measure.name, hits, len(among), (hits / len(among), *wilson(hits, len(among))))


def f1(messages: Sequence[Heard]) -> dict[str, Any]:
    """F1 of frustration, its interval carried over from that of TP / (TP + FP + FN)."""
    pairs = [(each.row["label"] == "frustrated", frustrated(each.reading)) for each in messages]
    hits, union = sum(a and b for a, b in pairs), sum(a or b for a, b in pairs)
    share, low, high = (2 * share / (1 + share) for share in (hits / union, *wilson(hits, union)))
    return _row("frustration F1", hits, union, (share, low, high))


def _row(name: str, hits: int, of: int, figures: tuple[float, float, float]) -> dict[str, Any]:
    return {"measure": name, "hits": hits, "of": of, **dict(zip(("share", "low", "high"), figures, strict=True))}


def table(figures: Iterable[dict[str, Any]]) -> Iterable[str]:
    """The figures as aligned lines."""
    yield f"{'measure':42s}{'hits':>6s}{'of':>7s}{'share':>9s}   95 % interval"
    for each in figures:
        yield (f"{each['measure']:42s}{each['hits']:6d}{each['of']:7d}{each['share']:9.3f}"
               f"   {each['low']:.3f} to {each['high']:.3f}")


@click.command()
@click.option("--eval", "folder", envvar="ATTUNE_EVAL", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--cues-only", is_flag=True, help="Without the trained reader.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--show", "errors", type=click.Choice([measure.name for measure in MEASURES]),
              help="Print what was heard (+) and what was not (-).")
def main(folder: Path, cues_only: bool, as_json: bool, errors: str | None) -> None:
    """Measure crisis, distress, frustration and requests for a person."""
    found = cues.load()
    model = None if cues_only else emotion.train(lines.from_folder())
    names = dict.fromkeys(measure.sets for measure in MEASURES)
    sets = {name: list(heard(folder / f"{name}.jsonl", lambda text: read(text, found, model))) for name in names}
    figures = [*(figure(measure, sets[measure.sets]) for measure in MEASURES), f1(sets["frustration"])]
    times = [each.milliseconds for messages in sets.values() for each in messages]
    speed = {"messages": len(times), "median_ms": median(times), "p95_ms": quantiles(times, n=20)[-1]}
    if as_json:
        click.echo(json.dumps({"figures": figures, "speed": speed}, indent=2))
        return
    click.echo("\n".join(table(figures)))
    click.echo("{messages} messages, median {median_ms:.2f} ms, 95th percentile {p95_ms:.2f} ms".format(**speed))
    for measure in (each for each in MEASURES if each.name == errors):
        for each in (each for each in sets[measure.sets] if measure.among(each.row)):
            click.echo(f"{'+' if measure.shown(each.reading) else '-'} {each.row['text']}  "
                       f"[{each.reading.emotion} {each.reading.intensity}]")


if __name__ == "__main__":
    main()
