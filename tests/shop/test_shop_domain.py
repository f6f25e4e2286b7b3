import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor
from ruamel.yaml import YAML

from shop.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]
CARE = re.compile(r"\b(sorry|apologi|understand how|frustrat|upset|feel)", re.IGNORECASE)


def read(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


def test_importing_the_shop_registers_its_actions_and_the_layers() -> None:
    importlib.import_module("shop")
    executor = ActionExecutor()
    executor.register_package("shop")

    assert set(read("domain.yml")["actions"]) <= set(executor.actions)


def test_every_response_an_action_chooses_exists() -> None:
    spoken = {
        name for file in (ROOT / "actions" / "shop").glob("*.py")
        for name in re.findall(r'"(utter_\w+)"', file.read_text(encoding="utf-8"))
    }

    assert spoken
    assert spoken <= set(read("domain.yml")["responses"])


def test_the_shop_leaves_care_to_the_layer() -> None:
    texts = [variation["text"] for variations in read("domain.yml")["responses"].values() for variation in variations]

    assert [text for text in texts if CARE.search(text)] == []


def test_every_product_of_the_catalogue_is_found_in_what_customers_write() -> None:
    nlu = read("data/nlu/entities.yml")["nlu"]
    lookup = next(block["examples"] for block in nlu if "lookup" in block)

    assert set(catalogue()) <= {line.removeprefix("- ").strip() for line in lookup.splitlines()}


@pytest.mark.parametrize("file", sorted((ROOT / "data" / "nlu").glob("*.yml")), ids=lambda file: file.stem)
def test_every_intent_of_the_shop_has_forty_five_different_examples(file: Path) -> None:
    blocks = YAML(typ="safe").load(file.read_text(encoding="utf-8"))["nlu"]
    for block in (block for block in blocks if "intent" in block):
        examples = {line.strip().lower() for line in block["examples"].splitlines()}

        assert len(examples) >= 45, block["intent"]
