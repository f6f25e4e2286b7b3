"""Takes out what identifies or pays, before words leave the conversation. Order numbers stay: the agent needs them."""

import re

from attune.handoff.data import load, pattern


def redact(text: str, *, contact: bool = False) -> str:
    """The text with e-mail addresses, account, card and phone numbers replaced by what they were.

    With `contact` e-mail addresses and phone numbers stay: the customer gave them to be reached by.
    """
    rules = load("redactions.yml")["redact"]

    def replace(match: re.Match[str]) -> str:
        rule = {} if match.lastgroup == "keep" else rules[int(str(match.lastgroup)[1:])]
        return match.group() if not rule or (contact and rule.get("contact")) else str(rule["as"])

    return _any_of().sub(replace, text)


def _any_of() -> re.Pattern[str]:
    data = load("redactions.yml")
    named = [f"(?P<keep>{'|'.join(data['keep'])})"]
    named += [f"(?P<r{number}>{rule['pattern']})" for number, rule in enumerate(data["redact"])]
    return pattern("|".join(named))
