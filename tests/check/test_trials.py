"""What experiments.yml puts on trial can be said, and has something to be compared with; else its line is named."""

from pathlib import Path
from typing import Any

import pytest

from attune.check import trials
from attune.check.project import Reference

PLAIN, WARM, COLD = {"text": "p"}, *({"text": name, "metadata": {"variant": name}} for name in ("warm", "cold"))
FINE = {"utter_hours": [PLAIN, WARM], "utter_ack_a": [PLAIN, WARM], "utter_ack_b": [PLAIN]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "experiments.yml"
    path.write_text(
        "version: 1\nsure: {better: 990, harmful: 950}\nexperiments:\n"
        "  - {id: warmer, responses: [utter_hours, utter_ack_*], variants: {warm: 500}, outcome: escalated,\n"
        "     guards: [not understood], at_most: 500, days: 90, running: true}\n")
    return path


def test_what_can_be_said_is_in_order(path: Path) -> None:
    assert list(trials.trials(path, FINE, 365)) == []


@pytest.mark.parametrize(("responses", "line", "what"), [
    ({"utter_hours": [PLAIN]}, 4, "utter_hours has no variation of warm"),
    ({"utter_hours": [PLAIN, WARM | {"channel": "web"}]}, 4, "for a channel or condition for which there is none"),
    ({"utter_hours": [PLAIN, WARM | {"condition": [{"type": "slot", "name": "x", "value": 1}]}]}, 4, "none without"),
    ({"utter_hours": [PLAIN | {"buttons": [{"title": "A", "payload": "/a"}]}, WARM]}, 4, "has other buttons in warm"),
    ({"utter_hours": [WARM]}, 4, "every variation of utter_hours belongs to a variant"),
    ({"utter_ack_a": [WARM]}, 4, "every variation of utter_ack_a belongs to a variant"),
    ({"utter_hours": [PLAIN, WARM, COLD]}, 0, "belongs to the variant cold, but no experiment declares that"),
    ({"utter_bye": [PLAIN, WARM]}, 0, "belongs to the variant warm, but no experiment declares that"),
    ({"utter_help_lines": [PLAIN, WARM]}, 0, "belongs to the variant warm, but is said as it was reviewed"),
])
def test_what_nobody_would_hear_is_pointed_out(
    path: Path, responses: dict[str, list[dict[str, Any]]], line: int, what: str,
) -> None:
    [found] = trials.trials(path, FINE | responses, 365)

    assert (found.severity, found.file, found.line) == ("error", str(path), line)
    assert what in found.what


def test_con_10_a_trial_may_not_outlast_what_it_rests_on(path: Path) -> None:
    [found] = trials.trials(path, FINE, 89)

    assert (found.line, "after 89 what was felt is no longer on record" in found.what) == (4, True)


def test_a_response_that_is_not_there_is_named(path: Path) -> None:
    said = [one.what for one in trials.trials(path, {"utter_other": [PLAIN]}, 365)]

    assert said == ["warmer: no response is called utter_hours", "warmer: no response is called utter_ack_*"]


def test_a_file_that_cannot_be_read_is_a_finding_with_its_line(path: Path) -> None:
    path.write_text(path.read_text().replace("utter_hours", "utter_disclosure"))
    [found] = trials.trials(path, FINE, 365)

    assert (found.line, "never on trial" in found.what) == (4, True)


@pytest.mark.parametrize(("nlg", "findings"), [("attune.reply.nlg.VariedResponses", 0), ("callback", 1), (None, 1)])
def test_a_generator_that_knows_no_trials_is_refused_while_one_runs(path: Path, nlg: str | None, findings: int) -> None:
    named = [Reference("nlg", nlg, "endpoints.yml", 1)] if nlg else []

    assert len(list(trials.nlg(path, named))) == findings
    path.write_text(path.read_text().replace("running: true", "running: false"))
    assert list(trials.nlg(path, named)) == []
