"""protocol.yml as a supervisor meets it."""

from pathlib import Path

import pytest

from attune.errors import InvalidFile
from attune.policy.protocol import load
from attune.settings import LAYER
from attune.signals.reading import Reading

SHIPPED = (LAYER / "protocol.yml").read_text()


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("light: 400", "light: three hundred"), 6, "not of type 'integer'"),
        (("queue: safety,", "queue: safety, colour: red,"), 28, "'colour' was unexpected"),
        (("adapt: notice", "adapt: maybe"), 35, "'maybe' is not one of"),
        (("version: 1", "version: 1\nsurprise: 1"), 1, "'surprise' was unexpected"),
        (("  light: 400", "  light: [400"), 7, "not valid YAML"),
    ],
)
def test_a_slip_is_named_with_its_file_and_line(tmp_path: Path, change: tuple[str, str], line: int, says: str) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED.replace(*change, 1))

    with pytest.raises(InvalidFile) as slip:
        load(path)

    assert says in str(slip.value)
    assert str(slip.value).startswith(f"{path}:{line}: ")


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="the file is missing"):
        load(tmp_path / "protocol.yml")


def test_another_wording_can_be_chosen_for_a_feeling(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED.replace("anger: {light: light", "anger: {light: strong"))

    assert load(path).acknowledgement(Reading("anger", 400)) == "utter_acknowledge_anger_strong"


def test_every_change_shows_in_the_hash(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED + "# reviewed\n")

    assert load(path).hash != load().hash


@pytest.mark.parametrize(
    ("reason", "intensity", "queue"),
    [("safety", 0, "safety"), ("customer_request", 900, "care"), ("customer_request", 0, "general")],
)
def test_the_reason_and_the_intensity_choose_the_queue(reason: str, intensity: int, queue: str) -> None:
    assert load().queue(reason, intensity).queue == queue
