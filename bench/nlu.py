"""How well the shop tells its customers' wishes apart: five-fold cross-validation by Rasa itself.

Runs `rasa test nlu --cross-validation` on the project's own configuration and training data, the layer's included,
in a folder that is thrown away, and prints weighted and macro F1 and the pairs of intents mixed up most often.
Takes some minutes on two cores. Example:

    python bench/nlu.py --folds 5
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click
from rasa.shared.importers.importer import TrainingDataImporter

ROOT = Path(__file__).resolve().parents[1]
DOMAIN = ROOT / "domain.yml"
REQUIRED_F1 = 0.90


@click.command(help=__doc__)
@click.option("--folds", default=5, show_default=True, help="How many parts the examples are cut into.")
@click.option("--config", default=ROOT / "config.yml", type=click.Path(exists=True, path_type=Path), show_default=True)
@click.option("--nlu", default=ROOT / "data", type=click.Path(exists=True, path_type=Path), show_default=True)
@click.option("--top", default=10, show_default=True, help="How many mixed-up pairs to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def main(folds: int, config: Path, nlu: Path, top: int, as_json: bool) -> None:
    """Measure, print, and exit with 1 below the required weighted F1."""
    with tempfile.TemporaryDirectory() as folder:
        report = cross_validate(folds, config, nlu, Path(folder))
    weighted = round(report["weighted avg"]["f1-score"], 4)
    figures = {
        "weighted_f1": weighted,
        "macro_f1": round(report["macro avg"]["f1-score"], 4),
        "examples": report["weighted avg"]["support"],
        "confusions": confusions(report)[:top],
    }
    click.echo(json.dumps(figures) if as_json else table(figures))
    sys.exit(weighted < REQUIRED_F1)


def cross_validate(folds: int, config: Path, nlu: Path, folder: Path) -> dict[str, dict[str, float]]:
    """Rasa's own intent report; its progress goes to the screen."""
    examples = merged(config, nlu, folder)
    command = [
        sys.executable, "-m", "rasa", "test", "nlu", "--cross-validation", "--folds", str(folds), "--no-plot",
        "--config", str(config), "--nlu", str(examples), "--domain", str(DOMAIN), "--out", str(folder),
    ]
    source_roots = os.pathsep.join((str(ROOT / "bot"), str(ROOT / "actions")))
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": source_roots}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=sys.stderr)
    report: dict[str, dict[str, float]] = json.loads((folder / "intent_report.json").read_text())
    return report


def merged(config: Path, nlu: Path, folder: Path) -> Path:
    """Every example with an intent, the layer's too: for cross-validation Rasa itself asks no importer."""
    examples = TrainingDataImporter.load_from_config(str(config), str(DOMAIN), [str(nlu)]).get_nlu_data()
    file = folder / "nlu.yml"
    examples.filter_training_examples(lambda message: bool(message.get("intent"))).persist_nlu(str(file))
    return file


def confusions(report: Mapping[str, Mapping[str, object]]) -> list[tuple[str, str, int]]:
    """(meant, understood, how often), most frequent first."""
    pairs: Counter[tuple[str, str]] = Counter()
    for meant, row in report.items():
        wrong = row.get("confused_with") if isinstance(row, Mapping) else None
        if isinstance(wrong, Mapping):
            pairs.update({(meant, understood): count for understood, count in wrong.items()})
    return [(meant, understood, count) for (meant, understood), count in pairs.most_common()]


def table(figures: Mapping[str, object]) -> str:
    """The figures as lines a person can read."""
    lines = [f"{name:12} {figures[name]}" for name in ("weighted_f1", "macro_f1", "examples")]
    mixed_up = figures["confusions"]
    assert isinstance(mixed_up, list)
    return "\n".join([*lines, "meant -> understood", *(f"{n:4} {a} -> {b}" for a, b, n in mixed_up)])


if __name__ == "__main__":
    main()
