"""Stock Rasa: its DIETClassifier on its own featurizers, with an intent for whatever a line shows most of all."""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from attune.signals.lines import Line
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY
from detection.answer import Answer
from detection.workshop import Workshop

CONFIG = Path(__file__).with_suffix(".yml")
MODEL = "diet.tar.gz"
QUICK_EPOCHS = 3


@dataclass(frozen=True)
class Diet:
    """A trained assistant that only understands; `model` is its file."""

    agent: Any
    loop: asyncio.AbstractEventLoop
    model: Path

    def hear(self, text: str) -> Answer:
        """What its intent ranking says."""
        parsed = self.loop.run_until_complete(self.agent.parse_message(text))
        return answer({each["name"]: each["confidence"] for each in parsed["intent_ranking"]})


def learn(workshop: Workshop) -> Diet:
    """Train with `rasa train nlu` in a folder of its own, unless these lines were trained on before."""
    config = YAML(typ="safe").load(CONFIG.read_text())
    if workshop.quick:
        config["pipeline"][-1]["epochs"] = QUICK_EPOCHS
    folder = workshop.made("diet", repr(config), lambda made: _train(workshop.lines, config, made))
    return load(folder / MODEL)


def load(model: Path) -> Diet:
    """The trained assistant in a file."""
    from rasa.core.agent import Agent  # noqa: PLC0415  (takes seconds)
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_structlog(logging.ERROR)  # unless told otherwise Rasa prints every message it parses
    return Diet(Agent.load(model), asyncio.new_event_loop(), model)


def intent(line: Line) -> str:
    """The gravest thing a line shows; a stock classifier gives a message one intent."""
    if line.tier:
        return "crisis"
    if line.wants_person:
        return "person"
    if line.emotion in DISTRESS_FAMILY:
        return "distress"
    return "frustration" if line.emotion in FRUSTRATION_FAMILY else "other"


def answer(ranking: dict[str, float]) -> Answer:
    """Confidence by intent as an answer to the bench's questions."""
    said = max(ranking, key=lambda name: ranking[name]) if ranking else "other"
    return Answer(
        crisis=said == "crisis",
        crisis_share=ranking.get("crisis", 0.0),
        distress=said in ("distress", "crisis"),
        distress_share=ranking.get("distress", 0.0) + ranking.get("crisis", 0.0),
        frustration=said == "frustration",
        person=said == "person",
        note=f"{said} {ranking.get(said, 0.0):.2f}",
    )


def _train(lines: Sequence[Line], config: dict[str, Any], folder: Path) -> None:
    examples: dict[str, list[str]] = {}
    for line in lines:
        examples.setdefault(intent(line), []).append(" ".join(line.text.split()))
    yaml: Any = YAML()
    yaml.width = 100_000  # one line an example
    yaml.dump(config, folder / "config.yml")
    yaml.dump({"version": "3.1", "nlu": [
        {"intent": name, "examples": LiteralScalarString("".join(f"- {text}\n" for text in texts))}
        for name, texts in examples.items()
    ]}, folder / "nlu.yml")
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml",
               "--out", ".", "--fixed-model-name", MODEL]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=sys.stderr)
    shutil.rmtree(folder / ".rasa", ignore_errors=True)  # Rasa's cache of the same
