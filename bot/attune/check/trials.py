"""Can the wordings that experiments.yml puts on trial be said, and is there something to compare them with?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attune.check.finding import Finding, Findings, broken
from attune.check.project import Reference
from attune.errors import InvalidFile
from attune.reply import experiments
from attune.reply.document import read
from attune.reply.experiments import NEVER, Experiment, Experiments
from attune.reply.trial import variant

Responses = Mapping[str, Sequence[dict[str, Any]]]


def trials(path: Path, responses: Responses) -> Findings:
    """What is wrong between experiments.yml and the responses of the assistant, as Rasa merges them."""
    try:
        declared = experiments.load(path)
    except InvalidFile as error:
        yield broken(error)
        return
    for number, trial in enumerate(declared.all):
        line = read(path, "experiments").line("experiments", number)
        yield from (Finding("error", str(path), line, f"{trial.id}: {what}", remedy)
                    for what, remedy in _unheard(trial, responses))
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


def _unheard(trial: Experiment, responses: Responses) -> Iterator[tuple[str, str]]:
    """Why somebody in the trial would hear nothing of it; of responses named with a star some may be left out."""
    for pattern in trial.responses:
        if not any(trial.concerns(name) and _is_of(name, pattern) for name in responses):
            yield f"no response is called {pattern}", "Correct the name, or write the response"
    for name, variations in responses.items():
        there = {variant(variation) for variation in variations}
        missing = sorted(set(trial.shares) - there)
        asked = name in trial.responses or there & set(trial.shares)
        if trial.concerns(name) and asked and missing:
            yield (f"{name} has no variation of {' and '.join(missing)}",
                   f"Write one with `metadata: {{variant: {missing[0]}}}`")
        elif trial.concerns(name) and asked and None not in there:
            yield f"every variation of {name} belongs to a variant", "Keep one without, for those who hear none"


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
