"""One conversation written for many values: `for each` and `for each state`, and their placeholders."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from attune.errors import AttuneError

PLACEHOLDER = re.compile(r"\{([a-z][a-z ]*)\}")


class UnknownValue(AttuneError):
    """A placeholder has no value."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"{{{name}}} has no value. Under “for each” there are: {', '.join(known) or 'none'}")


def rows(each: object, states: Sequence[str] | None) -> Iterator[dict[str, object]]:
    """The values of every conversation to be made: one row for each state and each combination or row of values."""
    states_tried: list[dict[str, object]] = [{"state": state} for state in states or ()] or [{}]
    for state in states_tried:
        for row in _values(each):
            yield {**state, **row}


def _values(each: object) -> Iterator[dict[str, object]]:
    if isinstance(each, Mapping):
        yield from (dict(zip(each, chosen, strict=True)) for chosen in product(*each.values()))
    elif isinstance(each, Sequence):
        yield from (dict(row) for row in each)
    else:
        yield {}


def filled(raw: object, values: Mapping[str, object]) -> object:
    """The same data with every {placeholder} replaced; one that stands alone keeps its value's type.

    Raises:
        UnknownValue: a placeholder that nothing fills.
    """
    if isinstance(raw, str):
        return _words(raw, values)
    if isinstance(raw, Mapping):
        return {key: filled(value, values) for key, value in raw.items()}
    if isinstance(raw, Sequence):
        return [filled(value, values) for value in raw]
    return raw


def _words(text: str, values: Mapping[str, object]) -> object:
    for name in PLACEHOLDER.findall(text):
        if name not in values:
            raise UnknownValue(name, list(values))
    alone = PLACEHOLDER.fullmatch(text)
    if alone:
        return values[alone.group(1)]
    return PLACEHOLDER.sub(lambda found: str(values[found.group(1)]), text)
