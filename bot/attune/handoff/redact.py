"""Takes out what identifies or pays, before words leave the conversation. Order numbers stay: the agent needs them."""

import re

from attune.handoff.data import load, pattern


def redact(text: str) -> str:
    """The text with e-mail addresses, account, card and phone numbers replaced by what they were."""
    rules = load("redactions.yml")["redact"]

    def replace(match: re.Match[str]) -> str:
        return match.group() if match.lastgroup == "keep" else str(rules[int(str(match.lastgroup)[1:])]["as"])

    return _any_of().sub(replace, text)


def _any_of() -> re.Pattern[str]:
    data = load("redactions.yml")
    named = [f"(?P<keep>{'|'.join(data['keep'])})"]
    named += [f"(?P<r{number}>{rule['pattern']})" for number, rule in enumerate(data["redact"])]
    return pattern("|".join(named))
