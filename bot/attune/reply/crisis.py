"""Crisis help, written out for every country before training, so that it needs nothing but the model (CRI-8)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attune.reply.document import Document, read
from attune.reply.resources import Registry, Resources, choose, emergency_in_words, in_words, require_date
from attune.settings import LAYER

CRISIS_HELP = LAYER / "responses" / "crisis_help.yml"
COUNTRY_SLOT = "attune_country"
WORDS = 120
"""The longest a person in danger is given to read (CRI-3)."""
TOPIC, TOPIC_WORDS = "{attune_topic}", 8
"""What the customer came for, filled in when it is said; so many words are kept free for it."""

Variation = dict[str, Any]


def load(path: Path = CRISIS_HELP) -> Document:
    """Read the crisis wordings; raises InvalidFile with the line."""
    document = read(path, "crisis_help")
    for name, wordings in document.data["responses"].items():
        for index, wording in enumerate(wordings):
            due = wording["metadata"]["review_due"]
            require_date(document, due, "responses", name, index, "metadata", "review_due")
    return document


def responses(wordings: Document, registry: Registry) -> dict[str, list[Variation]]:
    """Every wording for every country, as Rasa responses; the unconditioned ones show the directory (CRI-5)."""
    return {name: list(_variations(wordings, name, registry)) for name in wordings.data["responses"]}


def _variations(wordings: Document, name: str, registry: Registry) -> Iterator[Variation]:
    for index, wording in enumerate(wordings.data["responses"][name]):
        places = registry.countries if "{help}" in wording["text"] else ()
        for country in (None, *places):
            variation = fill_in(wording, choose(country, registry), country)
            if _length(variation["text"]) > WORDS:
                raise wordings.invalid(
                    f"{wording['id']} has more than {WORDS} words once filled in for {country or 'an unknown country'}",
                    "responses", name, index, "text",
                )
            yield variation


def _length(text: str) -> int:
    return len(text.split()) + (TOPIC_WORDS if TOPIC in text else 0)


def fill_in(wording: Variation, resources: Resources, country: str | None) -> Variation:
    """One wording for one country. The reviewer's name stays behind: metadata travels with the message."""
    shown = resources.lines if "{help}" in wording["text"] else ()
    text = wording["text"].replace("{help}", in_words(resources)).replace("{emergency}", emergency_in_words(resources))
    variation: Variation = {
        "id": f"{wording['id']}-{country or 'anywhere'}",
        "text": text,
        "metadata": {"resources": [entry.id for entry in shown]},   # AUD-8: which entry was shown
    }
    if country:
        variation["condition"] = [{"type": "slot", "name": COUNTRY_SLOT, "value": country}]
    return variation | ({"buttons": wording["buttons"]} if wording.get("buttons") else {})
