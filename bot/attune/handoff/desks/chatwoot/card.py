"""What agents see of a packet: a note with what needs no consent, and attributes, which can be taken away again.

A bot cannot delete a message in Chatwoot. So whatever the customer may take back (CON-3) stands in no note.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from attune.handoff.data import load
from attune.handoff.desks.chatwoot.api import LONGEST, Priority
from attune.handoff.packet import Packet
from attune.reply import resources
from attune.reply.resources import Registry, Resources
from attune.settings import LAYER

HERE = Path(__file__).parent
LONGEST_ATTRIBUTE = 1400
"""Letters of one attribute; Chatwoot refuses 1,500 and more."""
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "medium")
"""For a packet's priority 1, 2, and 3 or more."""

_ACTIVE = re.compile(r"\{(?=[{%])|mention:(?=//)")
_WORD_JOINER = "\u2060"


def words() -> Mapping[str, Any]:
    """The wordings beside this file."""
    found: Mapping[str, Any] = load(str(HERE / "words.yml"))
    return found


def inert(text: object) -> str:
    """The text with what Chatwoot would act on made harmless: Liquid tags, and links that call an agent."""
    return _ACTIVE.sub(lambda found: found.group() + _WORD_JOINER, str(text))


def priority(packet: Packet) -> Priority:
    """Chatwoot's word for the packet's priority (HND-5)."""
    return PRIORITIES[min(int(packet["priority"]), len(PRIORITIES)) - 1]


def labels(packet: Packet) -> list[str]:
    """The labels that say why a person is asked for."""
    names = words()["labels"]
    return [names["any"], *([names["safety"]] if packet["reason"] == "safety" else [])]


def note(packet: Packet, registry: Registry, today: date) -> str:
    """The note that opens a handoff: reason and request, and for safety the protocol card (HND-4, HND-5)."""
    desk, lines = load(str(LAYER / "desk.yml")), resources.choose(packet["country"], registry)
    text = _template().render(
        packet={"context": None, "call_back": None, **packet}, reason=desk["reasons"][packet["reason"]],
        card=desk["safety_card"]["lines"],
        help_lines=_help_lines(lines, today, desk["alarm"]["unreviewed"]),
        emergency=resources.emergency_in_words(lines),
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:LONGEST]


def attributes(packet: Packet) -> dict[str, object]:
    """The conversation's attributes; feelings and details stand there with the customer's yes alone (HND-4, I3)."""
    reasons = load(str(LAYER / "desk.yml"))["reasons"]
    context = packet.get("context")
    texts = {
        "attune_reason": reasons[packet["reason"]],
        "attune_wants": packet["wants"]["label"] or "",
        "attune_due": packet["due"],
        "attune_openings": _lines(packet["openings"]),
        **(_of_context(context) if context else {}),
    }
    short = {name: text[:LONGEST_ATTRIBUTE] for name, text in texts.items() if text}
    return {**short, "attune_handoff": packet["handoff_id"], "attune_version": packet["version"]}


def merged(present: Mapping[str, object], ours: Mapping[str, object]) -> dict[str, object]:
    """All attributes a conversation is to have: others' as they were, of ours only those given."""
    return {name: value for name, value in present.items() if name not in words()["attributes"]} | dict(ours)


def _of_context(context: Mapping[str, Any]) -> dict[str, str]:
    return {
        "attune_course": _newest(_course(context)),
        "attune_tried": _newest(f"turn {one['turn']}: {one['label']}{' (failed)' if one['failed'] else ''}"
                                for one in context["tried"]),
        "attune_promised": _newest(f"turn {one['turn']}, by the {one['by']}: {one['text']}"
                                   for one in context["promised"]),
        "attune_details": _newest(f"{name}: {value}" for name, value in context["slots"].items()),
    }


def _course(context: Mapping[str, Any]) -> list[str]:
    """How each turn sounded, never what somebody is (LNG-5); the hardest one last, with the words that show it."""
    names = load(str(LAYER / "desk.yml"))["emotions"]
    peak = context["peak"]
    turns = [f"turn {one['turn']}: sounded {names[one['emotion']]}, {one['intensity'] // 10} of 100"
             for one in context["trajectory"]]
    hardest = f"hardest: turn {peak['turn']}" + (f", “{peak['cue']}”" if peak["cue"] else "") if peak else ""
    return [*turns, *([hardest] if hardest else [])]


def _newest(lines: Iterable[str]) -> str:
    """As many of the last lines as an attribute holds."""
    kept = list(lines)
    while len(kept) > 1 and len(_lines(kept)) > LONGEST_ATTRIBUTE:
        kept.pop(0)
    return _lines(kept)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(inert(line) for line in lines)


def _help_lines(found: Resources, today: date, unreviewed: str) -> str:
    said = []
    for line in found.lines:
        mark = f" ({unreviewed})" if resources.review_problem(line, today) else ""
        said.append(resources.in_words(Resources((line,), None)) + mark)
    return "; or ".join(said)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


@lru_cache(maxsize=1)
def _template() -> Any:
    environment = Environment(loader=FileSystemLoader(HERE), undefined=StrictUndefined, trim_blocks=True,  # noqa: S701
                              lstrip_blocks=True, finalize=inert)  # Markdown, and `inert` is its escape
    environment.filters["quoted"] = _quoted
    return environment.get_template("note.jinja")
