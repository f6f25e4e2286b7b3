"""Which variations of a response a conversation may hear while wordings are on trial."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from attune.reply.experiments import AS_BEFORE, NEVER, Experiment

Variation = dict[str, Any]


@dataclass(frozen=True)
class Fitting:
    """The variations of one arm that fit here, and how well: channel and condition they are for, values they miss."""

    variations: Sequence[Variation]
    level: Hashable


@dataclass(frozen=True)
class Heard:
    """The variations to choose from, and what the Record says of the trial; None where the conversation is in none."""

    variations: Sequence[Variation]
    label: str | None = None


def heard(
    fitting: Callable[[str | None], Fitting], trial: Experiment | None, conversation: str,
    ended: Collection[str] = (),
) -> Heard:
    """What this conversation may hear; `fitting` gives what fits of an arm (None: of what was said before).

    Outside a trial variants are as if they were not there. Nobody is in one where its arms do not fit alike, or in a
    variant that was `ended` (its label).
    """
    before = fitting(None)
    if trial is None or not before.variations or variant(before.variations[0]):
        return Heard(before.variations)
    arms = {arm: fitting(arm) for arm in trial.shares if trial.label(arm) not in ended}
    arm = trial.arm(conversation)
    alike = arms and all(one.variations and one.level == before.level for one in arms.values())
    if not alike or trial.label(arm) in ended:
        return Heard(before.variations)
    return Heard(before.variations if arm == AS_BEFORE else arms[arm].variations, trial.label(arm))


def of_arm(response: str, variations: Sequence[Variation], arm: str | None) -> Sequence[Variation]:
    """The variations of one arm, or those of none, as they stand in the domain.

    Where all belong to a variant (`attune check` refuses that), or none may, all are said: silence would be worse.
    """
    found = [one for one in variations if variant(one) == arm]
    return variations if arm is None and (response in NEVER or not found) else found


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
