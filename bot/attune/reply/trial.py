"""Which variations of a response a conversation may hear while wordings are on trial."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from attune.reply.experiments import AS_BEFORE, Experiment

Variation = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """The variations to choose from, and what the Record says of the trial; None where the conversation is in none."""

    variations: Sequence[Variation]
    label: str | None = None


def heard(
    variations: Sequence[Variation], trial: Experiment | None, conversation: str, ended: Collection[str] = (),
) -> Heard:
    """What of the `variations` this conversation may hear; `trial` None where nothing is on trial here.

    Nobody is in a trial where one of its arms has nothing fitting to say, else the arms were not alike. A variant that
    was `ended` (its labels) is said to no one.
    """
    before = Heard(_of(variations, None) or variations)
    if trial is None:
        return before
    arms = {arm: _of(variations, arm) for arm in trial.shares if trial.label(arm) not in ended}
    arm = trial.arm(conversation)
    if not arms or not all(arms.values()) or not _of(variations, None) or trial.label(arm) in ended:
        return before
    return Heard(_of(variations, None) if arm == AS_BEFORE else arms[arm], trial.label(arm))


def variant(variation: Variation) -> str | None:
    """The variant a variation belongs to."""
    found: str | None = (variation.get("metadata") or {}).get("variant")
    return found


def unmarked(variation: Variation) -> Variation:
    """The variation without the name of its variant, which would travel with the message."""
    if variant(variation) is None:
        return variation
    metadata = {key: value for key, value in variation["metadata"].items() if key != "variant"}
    return {**{key: value for key, value in variation.items() if key != "metadata"},
            **({"metadata": metadata} if metadata else {})}


def _of(variations: Sequence[Variation], arm: str | None) -> list[Variation]:
    return [one for one in variations if variant(one) == arm]
