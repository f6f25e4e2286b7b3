"""Reads the source of the house: who imports whom, who calls what, how long things are."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

REPOSITORY = Path(__file__).parents[2]
ATTUNE = REPOSITORY / "bot" / "attune"
RULES: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("rooms.yml"))


@dataclass(frozen=True)
class Module:
    """A source file below bot/attune or actions/, by the path the rules know it by."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The first part of the path: a room, or a module beside the rooms."""
        return self.path.split("/")[0].removesuffix(".py")


def modules(root: Path = ATTUNE) -> list[Module]:
    """All source files below a folder."""
    return [Module(str(path.relative_to(root)), path.read_text()) for path in sorted(root.rglob("*.py"))]


def imports(module: Module) -> Iterator[str]:
    """Every name a file imports, in full: `attune.channel.mailbox.Mailbox`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = "attune." if node.level else ""
            yield from (f"{package}{node.module or ''}.{alias.name}" for alias in node.names)


def reaches(module: Module, package: str) -> bool:
    """Whether a file imports a package or anything in it."""
    return any(name == package or name.startswith(f"{package}.") for name in imports(module))


def trespasses(module: Module) -> list[str]:
    """The rooms a file imports though they come later."""
    order, above = RULES["order"], RULES["sees_every_room"]
    if module.room in above or module.room == "__init__":
        return []
    earlier = order[: order.index(module.room) + 1] if module.room in order else []
    used = {name.split(".")[1] for name in imports(module) if name.startswith("attune.")}
    return sorted(used & {*order, *above} - set(earlier))


def calls(module: Module, impure: list[str]) -> list[str]:
    """The calls of a file to one of these dotted names."""
    found = (ast.unparse(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return sorted({call for call in found if any(call == name or call.endswith(f".{name}") for name in impure)})


def acts_at_import(module: Module) -> list[int]:
    """Lines at module level that do something rather than define something."""
    doing = (ast.For, ast.While, ast.With, ast.Try, ast.Delete)
    return [
        node.lineno for node in module.tree.body
        if isinstance(node, doing) or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant))
    ]


def functions(module: Module) -> Iterator[tuple[str, int]]:
    """Every function with its length in lines."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def classes(module: Module) -> Iterator[ast.ClassDef]:
    """Every class."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))


def registered(module: Module) -> list[str]:
    """Classes a file puts into Rasa's registry, which knows them by bare name."""
    return [
        found.name for found in classes(module)
        if any("DefaultV1Recipe.register" in ast.unparse(decorator) for decorator in found.decorator_list)
    ]
