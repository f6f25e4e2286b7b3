"""One value, one sequence of bytes: RFC 8785 without floats, so that a hash means the same everywhere (AUD-1)."""

from typing import cast

import rfc8785

from attune.errors import AttuneError

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class NotCanonical(AttuneError):
    """A value has no canonical bytes."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"This cannot be put on record: {problem}. Use integers and plain text.")


def canonical(value: object) -> bytes:
    """The canonical bytes of a value; raises NotCanonical for floats, integers beyond 2^53-1 and lone surrogates."""
    try:
        _refuse_floats(value)
        return rfc8785.dumps(cast("Json", value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise NotCanonical(f"{value!r} is a float")
    if isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            _refuse_floats(part)
