"""Writes docs/rules.md: each rule, where it is built, which test shows it. Run: python tools/rules_page.py."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

REPOSITORY = Path(__file__).resolve().parents[1]
RULES = REPOSITORY / "docs" / "rules.yml"
PAGE = REPOSITORY / "docs" / "rules.md"
BUILT_IN = ("bot", "actions")
WRITTEN_AS = {".py", ".yml", ".js", ".html", ".css", ".md"}
MOST = 4
"""Tests named for one rule; the others are counted."""

HEAD = """# The rules, and where they are kept

What the layer is held to, where it is built, and which test shows it. `make test` runs every test named here. No lawyer
and no clinician has looked at this yet: the page shows what was built, not that it is enough. The sources name where a
rule comes from; *law where its conditions hold* means that it binds some operators, in some places.

Written by `python tools/rules_page.py` from docs/rules.yml, the code and the names of the tests; a test keeps it true.
"""


def rules() -> list[dict[str, Any]]:
    """The families with their rules."""
    families: list[dict[str, Any]] = YAML(typ="safe").load(RULES.read_text(encoding="utf-8"))["families"]
    return families


def built() -> dict[str, list[str]]:
    """For each rule's id, the files of the product that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(file for root in BUILT_IN for file in (REPOSITORY / root).rglob("*")):
        if file.suffix in WRITTEN_AS:
            for rule in set(re.findall(r"\b[A-Z]{3}-[0-9]+\b", file.read_text(encoding="utf-8"))):
                found[rule].append(str(file.relative_to(REPOSITORY)))
    return found


def shown() -> dict[str, list[tuple[str, str]]]:
    """For each rule's id, the tests that carry it in their name, with their file."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in sorted((REPOSITORY / "tests").rglob("test_*.py")):
        for name in _tests(file):
            carried = re.match(r"test_((?:[a-z]{3}_[0-9]+_)+)", name)
            for family, number in re.findall(r"([a-z]{3})_([0-9]+)_", carried[1] if carried else ""):
                found[f"{family.upper()}-{number}"].append((name, str(file.relative_to(REPOSITORY))))
    return found


def page() -> str:
    """The page as it should stand in docs/rules.md."""
    return HEAD + "".join(_family(family, built(), shown()) for family in rules())


def _tests(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


def _family(family: dict[str, Any], code: dict[str, list[str]], tests: dict[str, list[tuple[str, str]]]) -> str:
    lines = [f"\n## {family['name']}\n", "| Rule | What it asks | Built in | Shown by |", "|---|---|---|---|"]
    for rule in family["rules"]:
        source = f"; {rule['source']}" if rule["source"] else ""
        left_out = f"<br>**Left out:** {rule['left_out']}" if "left_out" in rule else ""
        places = "<br>".join(_link(path) for path in code[rule["id"]]) or "–"
        asks = f"{rule['asks']} *({rule['force']}{source})*{left_out}"
        lines.append(f"| {rule['id']} | {asks} | {places} | {_named(tests[rule['id']])} |")
    return "\n".join(lines) + "\n"


def _link(path: str) -> str:
    return f"[{path.removeprefix('bot/attune/').removeprefix('actions/')}](../{path})"


def _named(tests: list[tuple[str, str]]) -> str:
    if not tests:
        return "–"
    words = [f"[{_sentence(name)}](../{file})" for name, file in tests[:MOST]]
    return "<br>".join([*words, *([f"and {len(tests) - MOST} more"] if len(tests) > MOST else [])])


def _sentence(name: str) -> str:
    return re.sub(r"^test_(?:[a-z]{3}_[0-9]+_)+", "", name).replace("_", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
