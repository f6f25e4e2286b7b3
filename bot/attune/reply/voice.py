"""The brand's voice in one place: what protocol.yml says of names and formality, put into the layer's wordings.

In a wording `[assistant]` and `[colleague]` stand for the names, `a` or `an` before them follows the name, and
`metadata: {formality: casual}` (or formal) keeps it for assistants of that style.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from attune.policy.protocol import Voice
from attune.reply.document import Document

Variation = dict[str, Any]
MARKER = re.compile(r"(?:\b([Aa])n? )?\[(assistant|colleague)\]")


def spoken(responses: Mapping[str, Sequence[Variation]], voice: Voice) -> dict[str, list[Variation]]:
    """The responses as this voice says them, as Rasa reads them."""
    return {
        name: [_named(variation, voice) for variation in _fitting(variations, voice.formality)]
        for name, variations in responses.items()
    }


def document(wordings: Document, voice: Voice) -> Document:
    """A file of responses as this voice says them; its lines stay known."""
    return replace(wordings, data={**wordings.data, "responses": spoken(wordings.data["responses"], voice)})


def _fitting(variations: Sequence[Variation], formality: str) -> Iterator[Variation]:
    """Those of the style and those of none; all of a kind where there is no such one, as something must be said."""
    kinds = {_kind(variation) for variation in variations if _style(variation) in (None, formality)}
    for variation in variations:
        if _style(variation) in (None, formality) or _kind(variation) not in kinds:
            yield variation


def _kind(variation: Variation) -> str:
    return repr([variation.get("condition"), variation.get("channel")])


def _style(variation: Variation) -> str | None:
    style: str | None = (variation.get("metadata") or {}).get("formality")
    return style


def _named(variation: Variation, voice: Voice) -> Variation:
    named = {**variation, "text": in_names(variation["text"], voice)}
    if "buttons" in variation:
        named["buttons"] = [{**each, "title": in_names(each["title"], voice)} for each in variation["buttons"]]
    if _style(variation):  # it has served its purpose: metadata travels with the message
        named["metadata"] = {key: value for key, value in variation["metadata"].items() if key != "formality"}
    return named


def in_names(text: str, voice: Voice) -> str:
    """The text with the names in their places."""
    names = {"assistant": voice.assistant, "colleague": voice.colleague}

    def name(found: re.Match[str]) -> str:
        article, which = found.groups()
        said = names[which]
        an = "n" if said[:1].lower() in set("aeiou") else ""
        return f"{article}{an} {said}" if article else said

    return MARKER.sub(name, text)
