"""Hold the weighted F1 of a report by `rasa test nlu` to a floor: require_f1.py REPORT FLOOR."""

# ruff: noqa: T201
import json
import sys
from pathlib import Path


def main(report: str, floor: str) -> int:
    """Print the figure and the worst classes; 1 if it lies below the floor."""
    scores = json.loads(Path(report).read_text())
    f1 = scores["weighted avg"]["f1-score"]
    classes = {name: row for name, row in scores.items() if isinstance(row, dict) and not name.endswith(" avg")}
    worst = sorted((row["f1-score"], name) for name, row in classes.items())[:3]
    print(f"{report}: F1 {f1:.3f}, floor {floor}; lowest: " + ", ".join(f"{name} {score:.2f}" for score, name in worst))
    return int(f1 < float(floor))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
