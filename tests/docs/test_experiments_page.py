"""The trial that docs/experiments.md shows can be declared, is in order, and is heard by half of those who agreed."""

from functools import partial
from pathlib import Path

from ruamel.yaml import YAML
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser

from attune.check.trials import trials
from attune.policy import protocol
from attune.reply import experiments
from attune.reply.arms import Fitting, Variation, heard, of_arm
from attune.settings import protocol_path

PAGE = Path(__file__).parents[2] / "docs" / "experiments.md"


def test_the_trial_on_the_page_is_in_order_and_heard(tmp_path: Path) -> None:
    blocks = Sybil([CodeBlockParser("yaml", lambda _: None)], path=str(PAGE.parent)).parse(PAGE).examples()
    domain, declared = (str(block.parsed) for block in blocks)
    responses = YAML(typ="safe").load(domain)["responses"]
    kept = protocol.load(protocol_path()).retention["audit_readings"]
    path = tmp_path / "experiments.yml"
    path.write_text(declared)

    assert list(trials(path, responses, kept)) == []
    [trial] = experiments.load(path).all
    said = [heard(partial(fitting, responses["utter_offer_person"]), trial, str(who)).variations for who in range(1000)]
    assert 400 < sum(one == responses["utter_offer_person"][1:] for one in said) < 600


def fitting(variations: list[Variation], arm: str | None) -> Fitting:
    return Fitting(of_arm("utter_offer_person", variations, arm), None)
