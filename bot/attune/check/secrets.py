"""Secrets belong in the environment, not in files that are shared."""

import re
from collections.abc import Mapping

from attune.check.finding import Finding, Findings
from attune.check.project import Project
from attune.reply.document import strings
from attune.settings import HOW_LONG, weakness

SECRET_KEY = re.compile(r"(password|passwd|secret|token|api_?key|access_?key|private_?key|auth_token)$", re.IGNORECASE)
SECRET_URL = re.compile(r"://[^/@\s:]+:(?!\$\{)[^/@\s]+@")
FROM_ENVIRONMENT = re.compile(r"^\$\{\w+\}$|^\$\w+$")


def in_files(project: Project) -> Findings:
    """Every secret written out in a configuration file."""
    for name, document in project.files.items():
        for keys, value in strings(document.data, ()):
            label = str(keys[-1]) if keys else ""
            if (SECRET_KEY.search(label) and not FROM_ENVIRONMENT.match(value)) or SECRET_URL.search(value):
                yield Finding("error", name, document.line(*keys), f"{label} holds a secret in plain text",
                              f"Write `{label}: ${{{label.upper()}}}` and set that variable where Rasa runs")


def in_environment(environ: Mapping[str, str]) -> Findings:
    """The one secret an installation needs: it signs every session, and Rasa's own key derives from it."""
    given = environ.get("ATTUNE_SECRET", "")
    weak = weakness(given)
    if weak:
        yield Finding("error", "ATTUNE_SECRET", 0, weak if given else "is not set",
                      f"{HOW_LONG}, the same for all three processes")
