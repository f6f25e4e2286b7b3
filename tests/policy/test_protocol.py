"""protocol.yml as a supervisor meets it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.errors import InvalidFile
from attune.policy.protocol import load
from attune.policy.routing import Request
from attune.settings import LAYER
from attune.signals.reading import DISTRESS_FAMILY, EMOTIONS, FRUSTRATION_FAMILY, Crisis, Reading
from attune.signals.trend import BEHAVIOURS, Behaviour, Trend

SHIPPED = (LAYER / "protocol.yml").read_text()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("light: 400", "light: three hundred"), "levels.light: 'three hundred' is not of type 'integer'; write a"),
        (("light: 400", "light: 600"), "levels.strong: 600 is not above light, which is 600; write a number above it"),
        (("strong: 600", "strong: 1200"), "levels.strong: 1200 is greater than the maximum of 1000; write 1000"),
        (("queue: safety,", "queue: safety, colour: red,"), "queues.0: 'colour' was unexpected; the keys known here"),
        (("adapt: notice", "adapt: maybe"), "consent.adapt: 'maybe' is not one of ['notice', 'opt_in']"),
        (("shouting: 400", "shouting: loudly"), "behaviour.shouting: 'loudly' is not of type 'integer'"),
        (("    - affirm", "    - affirm: yes"), "behaviour.may_repeat.0: ordereddict([('affirm', 'yes')]) is not of"),
        (("version: 1", "version: 1\nvoise: 1"), "'voise' was unexpected; did you mean 'voice'?"),
        (("  country: null", "  country: Great Britain"), "crisis.country: 'Great Britain' does not match"),
        (("  handoff: 90", "  handoff: never"), "retention.handoff: 'never' is not of type 'integer'"),
        (("formality: plain", "formality: breezy"), "voice.formality: 'breezy' is not one of"),
    ],
)
def test_a_slip_is_named_with_its_file_its_line_and_what_to_write(
    tmp_path: Path, change: tuple[str, str], says: str,
) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED.replace(*change, 1))
    line = SHIPPED[:SHIPPED.index(change[0])].count("\n") + 1 + change[1].count("\n") + ("above light" in says)

    with pytest.raises(InvalidFile) as slip:
        load(path)

    assert str(slip.value).startswith(f"{path}:{line}: {says}")


def test_broken_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED.replace("  light: 400", "  light: [400", 1))

    with pytest.raises(InvalidFile, match="not valid YAML"):
        load(path)


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
    assert load().queue(Request(reason, intensity)).queue == queue


@pytest.mark.parametrize(
    ("said", "behaviours", "felt"),
    [
        (Reading(), [], Reading()),
        (Reading(), ["repeated_request"], Reading("frustration", 500)),
        (Reading(), ["repeated_request", "shouting"], Reading("frustration", 600)),
        (Reading(), ["form_left"], Reading("frustration", 300)),
        (Reading("neutral", 900), ["repeated_request"], Reading("frustration", 500)),
        (Reading("confusion", 350), ["fallback_again"], Reading("frustration", 500)),
        (Reading("anxiety", 350), ["fallback_again"], Reading("frustration", 500)),
        (Reading("anger", 450), ["repeated_request"], Reading("anger", 500)),
        (Reading("anger", 900), ["repeated_request"], Reading("anger", 900)),
        (Reading("sadness", 450), ["repeated_request"], Reading("sadness", 450)),
        (Reading("gratitude", 300), ["repeated_request"], Reading("gratitude", 300)),
        (Reading(wants_person=True), ["shouting"], Reading("frustration", 400, wants_person=True)),
        (Reading(crisis=Crisis(1)), ["repeated_request"], Reading(crisis=Crisis(1))),
    ],
)
def test_what_a_customer_does_counts_where_the_words_say_less(
    said: Reading, behaviours: list[Behaviour], felt: Reading
) -> None:
    assert load().felt(said, Trend(behaviours=tuple(behaviours))) == felt


@given(
    st.builds(Reading, emotion=st.sampled_from(EMOTIONS), intensity=st.integers(0, 1000),
              crisis=st.builds(Crisis, tier=st.integers(0, 2))),
    st.builds(Trend, behaviours=st.lists(st.sampled_from(BEHAVIOURS), unique=True).map(tuple)),
)
def test_conduct_never_makes_less_of_what_was_said(said: Reading, shown: Trend) -> None:
    felt = load().felt(said, shown)
    levels = ["none", "light", "strong"]

    assert levels.index(load().level(felt)) >= levels.index(load().level(said))
    assert felt.crisis == said.crisis
    assert felt == said or felt.emotion in FRUSTRATION_FAMILY
    assert felt == said or not (said.crisis.tier or said.emotion == "gratitude")
    assert felt == said or said.emotion not in DISTRESS_FAMILY or load().level(said) == "none"


def test_a_behaviour_may_count_nothing(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(SHIPPED.replace("shouting: 400", "shouting: 0"))

    assert load(path).felt(Reading(), Trend(behaviours=("shouting",))) == Reading()


def test_one_behaviour_is_light_and_one_of_the_first_three_with_another_of_them_strong() -> None:  # as its comment says
    alone = [load().level(load().felt(Reading(), Trend(behaviours=(each,)))) for each in BEHAVIOURS]
    two = Trend(behaviours=("form_wrong_again", "fallback_again"))

    assert alone == ["light", "light", "light", "light", "none"]
    assert load().level(load().felt(Reading(), two)) == "strong"
