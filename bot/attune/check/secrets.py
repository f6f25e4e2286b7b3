"""Secrets belong in the environment, not in files that are shared."""

import re
from collections.abc import Iterator, Mapping

from attune.check.finding import Finding, Findings
from attune.check.project import Key, Project

SECRET_KEY = re.compile(r"(password|passwd|secret|token|api_?key|access_?key|private_?key|auth_token)$", re.IGNORECASE)
SECRET_URL = re.compile(r"://[^/@\s:]+:(?!\$\{)[^/@\s]+@")
FROM_ENVIRONMENT = re.compile(r"^\$\{\w+\}$|^\$\w+$")
SHORTEST = 32
"""Characters of ATTUNE_SECRET in production: it signs every session."""


def in_files(project: Project) -> Findings:
    """Every secret written out in a configuration file."""
    for name, document in project.files.items():
        for keys, value in _strings(document.data, ()):
            label = str(keys[-1]) if keys else ""
            if (SECRET_KEY.search(label) and not FROM_ENVIRONMENT.match(value)) or SECRET_URL.search(value):
                yield Finding("error", name, document.line(*keys), f"{label} holds a secret in plain text",
                              f"Write `{label}: ${{{label.upper()}}}` and set that variable where Rasa runs")


def in_environment(environ: Mapping[str, str]) -> Findings:
    """The one secret an installation needs, and whether it is long enough."""
    if len(environ.get("ATTUNE_SECRET", "")) < SHORTEST:
        yield Finding("error", "ATTUNE_SECRET", 0, f"is not set, or is shorter than {SHORTEST} characters",
                      "Set it to a long random value, the same for all three processes")


def _strings(node: object, keys: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], str]]:
    if isinstance(node, str) and node:
        yield keys, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _strings(value, (*keys, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _strings(value, (*keys, index))
