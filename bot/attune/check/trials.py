"""Can the wordings that experiments.yml puts on trial be said, and is there something to compare them with?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attune.check.finding import Finding, Findings, broken
from attune.check.project import Reference
from attune.errors import InvalidFile
from attune.reply import experiments
from attune.reply.arms import variant
from attune.reply.document import read
from attune.reply.experiments import NEVER, Experiment, Experiments

Variation = dict[str, Any]
Responses = Mapping[str, Sequence[Variation]]
Problems = Iterator[tuple[str, str]]
"""What is wrong, and what to do about it."""


def trials(path: Path, responses: Responses, kept: int) -> Findings:
    """What is wrong between experiments.yml and the responses of the assistant, as Rasa merges them.

    `kept`: days for which Readings stay on record.
    """
    try:
        declared = experiments.load(path)
    except InvalidFile as error:
        yield broken(error)
        return
    for number, trial in enumerate(declared.all):
        line = read(path, "experiments").line("experiments", number)
        found = [*_too_long(trial, kept), *_nameless(trial, responses), *_unheard(trial, responses)]
        yield from (Finding("error", str(path), line, f"{trial.id}: {what}", remedy) for what, remedy in found)
    yield from _strays(path, declared, responses)


def nlg(path: Path, named: Collection[Reference]) -> Findings:
    """Rasa's own response generator knows nothing of trials and would say every variant to everybody."""
    try:
        running = experiments.load(path).running
    except InvalidFile:  # told by `trials`
        return
    if running and "VariedResponses" not in [reference.bare for reference in named if reference.kind == "nlg"]:
        yield Finding("error", "endpoints.yml", 0, f"{running[0].id} is running, but the nlg is not VariedResponses",
                      "Set `nlg: {type: attune.reply.nlg.VariedResponses}`, or set `running: false`")


def _too_long(trial: Experiment, kept: int) -> Problems:
    """Evidence holds only while everything it rests on can be read."""
    if trial.days > kept:
        yield (f"it may take {trial.days} days, but after {kept} what was felt is no longer on record",
               "Give it fewer `days`, or keep `audit_readings` longer in protocol.yml")


def _nameless(trial: Experiment, responses: Responses) -> Problems:
    for pattern in trial.responses:
        if not any(trial.concerns(name) and _is_of(name, pattern) for name in responses):
            yield f"no response is called {pattern}", "Correct the name, or write the response"


def _unheard(trial: Experiment, responses: Responses) -> Problems:
    """Why somebody would hear nothing of it, or more than words differs; with a star some may be left out."""
    for name, variations in responses.items():
        there = {variant(variation) for variation in variations}
        if trial.concerns(name) and (name in trial.responses or there & set(trial.shares)):
            before = [variation for variation in variations if variant(variation) is None]
            if not before:
                yield f"every variation of {name} belongs to a variant", "Keep one without, for those who hear none"
            for arm in trial.shares:
                yield from _unlike(name, arm, [each for each in variations if variant(each) == arm], before)


def _unlike(name: str, arm: str, said: Sequence[Variation], before: Sequence[Variation]) -> Problems:
    if not said:
        yield f"{name} has no variation of {arm}", f"Write one with `metadata: {{variant: {arm}}}`"
    elif before and not {_kind(each) for each in said} <= {_kind(each) for each in before}:
        yield (f"{name} has a variation of {arm} for a channel or condition for which there is none without",
               "Write one without `variant` for it, or nobody hears this one")
    elif before and {_buttons(each) for each in said} != {_buttons(each) for each in before}:
        yield f"{name} has other buttons in {arm} than without", "Give both the same, so that only words differ"


def _kind(variation: Variation) -> str:
    return repr([variation.get("channel"), variation.get("condition")])


def _buttons(variation: Variation) -> tuple[str, ...]:
    return tuple(sorted(str(button.get("payload")) for button in variation.get("buttons") or ()))


def _is_of(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _strays(path: Path, declared: Experiments, responses: Responses) -> Findings:
    """Variations that belong to a variant no experiment has, so that nobody ever hears them."""
    for name, variations in responses.items():
        known = {arm for trial in declared.all if trial.concerns(name) for arm in trial.shares}
        for found in sorted({arm for variation in variations if (arm := variant(variation))} - known):
            why = "is said as it was reviewed" if name in NEVER else "no experiment declares that"
            yield Finding("error", str(path), 0, f"a variation of {name} belongs to the variant {found}, but {why}",
                          "Declare it, or take `variant` away")
