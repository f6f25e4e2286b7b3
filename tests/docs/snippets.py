"""Reads a page and tries what stands on it: commands, settings, code, links."""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
from ruamel.yaml import YAML
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from attune.cli import main

REPOSITORY = Path(__file__).parents[2]
LINK = re.compile(r"(?:\]\(|src=\")(?!https?:|mailto:|#)([^)#\"\s]+)")
MODULE = re.compile(r"\battune(?:_actions)?(?:\.\w+)+")
ELSEWHERE = {"git", "cd", "pip", "uv", "rasa", "curl", "export", "sudo"}  # not ours to try


def examples(page: Path) -> list[Example]:
    """Every code block of a page, ready to be tried with `evaluate()`."""
    shells = [CodeBlockParser(language, try_commands) for language in ("bash", "sh", "console", "shell")]
    parsers = [PythonCodeBlockParser(), CodeBlockParser("yaml", try_settings), *shells]
    return list(Sybil(parsers, path=str(page.parent)).parse(page).examples())


def broken_links(page: Path) -> list[str]:
    """Links and pictures that lead to no file."""
    return [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]


def try_commands(example: Example) -> str | None:
    """Every line is a command that exists and takes these options."""
    lines = example.parsed.replace("\\\n", " ").splitlines()
    wrong = [problem for line in lines for problem in _problems(line.removeprefix("$ "))]
    return "\n".join(wrong) or None


def try_settings(example: Example) -> str | None:
    """The YAML reads, and every class of ours it names is there."""
    YAML(typ="safe").load(str(example.parsed))
    missing = [name for name in MODULE.findall(example.parsed) if not _exists(name)]
    return f"no such module or class: {', '.join(missing)}" if missing else None


def _problems(line: str) -> Iterator[str]:
    words = shlex.split(line, comments=True)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if not words or words[0] in ELSEWHERE:
        return
    if words[0] == "make":
        tried = subprocess.run(["make", "-n", *words[1:]], cwd=REPOSITORY, capture_output=True, text=True, check=False)
        if tried.returncode:
            yield f"{line}: {tried.stderr.strip()}"
    elif words[0] == "python":
        if not (REPOSITORY / words[1]).exists():
            yield f"{line}: there is no {words[1]}"
    elif words[0].removeprefix(".venv/bin/") == "attune":
        yield from _refused(words[1:], line)
    elif not (REPOSITORY / words[0]).exists():
        yield f"{line}: what is {words[0]}?"


def _refused(words: list[str], line: str) -> Iterator[str]:
    command: click.Command | None = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command, words = command.get_command(context, words[0]), words[1:]
    if command is None:
        yield f"{line}: no such command"
        return
    parser = command.make_parser(context)
    try:
        parser.parse_args(words)
    except click.UsageError as error:
        yield f"{line}: {error.message}"


def _exists(name: str) -> bool:
    parts = name.split(".")
    roots = [REPOSITORY / root for root in ("bot", "actions")]
    for length in range(len(parts), 0, -1):
        for root in roots:
            folder = root.joinpath(*parts[:length])
            if folder.is_dir() and length == len(parts):
                return True
            if folder.with_suffix(".py").exists():
                return set(parts[length:]) <= _defined(folder.with_suffix(".py"))
    return False


def _defined(path: Path) -> set[str]:
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, definitions)}
