"""docs/rules.md tells the truth: every rule is built and shown by a test, or the page says why not."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rules_page", REPOSITORY / "tools" / "rules_page.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
RULES = {rule["id"]: rule for family in TOOL.rules() for rule in family["rules"]}
FAMILIES = {"DIS": 4, "BND": 7, "CRI": 13, "CON": 10, "LNG": 6}


def test_the_page_is_the_one_the_code_and_the_tests_give() -> None:
    assert TOOL.PAGE.read_text(encoding="utf-8") == TOOL.page(), "run: python tools/rules_page.py"


def test_no_rule_is_forgotten() -> None:
    asked = {f"{family}-{number}" for family, count in FAMILIES.items() for number in range(1, count + 1)}

    assert asked | {"HND-1", "HND-5", "DRF-5"} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_built_and_shown_by_a_test_or_left_out_with_the_reason(rule: str) -> None:
    assert (TOOL.built()[rule] and TOOL.shown()[rule]) or RULES[rule].get("left_out")


@pytest.mark.parametrize(("name", "ids"), [
    ("test_cri_5_country_decides", ["CRI-5"]), ("test_hnd_5_cri_8_a_page_is_sent", ["CRI-8", "HND-5"]), ("test_x", []),
])
def test_ids_are_read_from_a_tests_name(
    name: str, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(f"def {name}():\n    pass\n")
    monkeypatch.setattr(TOOL, "REPOSITORY", tmp_path)

    assert sorted(TOOL.shown()) == ids
