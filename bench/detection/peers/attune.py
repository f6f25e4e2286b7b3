"""Attune as the layer is shipped: its cue files, the reader trained on its lines, its thresholds."""

from dataclasses import dataclass
from pathlib import Path

from attune.errors import AttuneError
from attune.signals import cues, encoder, trained
from attune.signals.cues import Cues
from attune.signals.read import read
from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY, Reading
from attune.signals.trained import TrainedReader
from detection.answer import Answer
from detection.workshop import Workshop


class NothingToLearn(AttuneError):
    """The lines hold fewer than two emotions."""

    def __init__(self, lines: int) -> None:
        super().__init__(f"The {lines} training lines hold fewer than two emotions. Add lines of another emotion.")


@dataclass(frozen=True)
class Attune:
    """The cues and the trained reader; `folder` holds what the reader learned."""

    cues: Cues
    model: TrainedReader
    folder: Path

    def hear(self, text: str) -> Answer:
        """What the Reading says."""
        return answer(read(text, self.cues, self.model))


def learn(workshop: Workshop) -> Attune:
    """Train the reader, or load the one these lines and this code made before."""
    loaded = encoder.load()

    def make(folder: Path) -> None:
        model = trained.train(workshop.lines, loaded)
        if model:
            model.save(folder)

    folder = workshop.made("attune", f"{loaded.hash} {_code()}", make)
    model = trained.load(folder, loaded)
    if model is None:
        raise NothingToLearn(len(workshop.lines))
    return Attune(cues.load(), model, folder)


def answer(reading: Reading) -> Answer:
    """A Reading as an answer to the bench's questions."""
    crisis = reading.crisis.tier > 0
    share = sum(reading.scores.get(emotion, 0) for emotion in DISTRESS_FAMILY) / 1000
    return Answer(
        crisis=crisis,
        crisis_share=reading.crisis.score / 1000,
        distress=crisis or reading.emotion in DISTRESS_FAMILY,
        distress_share=crisis + share,
        frustration=reading.emotion in FRUSTRATION_FAMILY,
        person=reading.wants_person,
        unread=reading.unread is not None,
        note=f"tier {reading.crisis.tier}, {reading.emotion} {reading.intensity}",
    )


def _code() -> str:
    """The source of the room: a reader made by other code is another reader."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(Path(trained.__file__).parent.glob("*.py")))
