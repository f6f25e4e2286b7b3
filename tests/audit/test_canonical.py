"""Canonical bytes: one value, one sequence (AUD-1)."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.canonical import NotCanonical, canonical

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(TEXT, part, max_size=4), max_leaves=20,
)


@pytest.mark.parametrize(("value", "expected"), [
    ({}, b"{}"),
    ({"b": 1, "a": [True, None, "x"]}, b'{"a":[true,null,"x"],"b":1}'),
    ({"\u20ac": 1, "\r": 2, "1": 3, "\U0001f600": 4, "\ufb33": 5},  # sorted by UTF-16 unit, RFC 8785 3.2.3
     '{"\\r":2,"1":3,"\u20ac":1,"\U0001f600":4,"\ufb33":5}'.encode()),
    ("\u000f\b\"\\/", b'"\\u000f\\b\\"\\\\/"'),
    (2**53 - 1, b"9007199254740991"),
])
def test_values_have_the_bytes_of_rfc_8785(value: object, expected: bytes) -> None:
    assert canonical(value) == expected


@pytest.mark.parametrize("value", [
    1.0, 0.5, math.nan, math.inf, {"a": [1, {"b": 2.5}]}, (1, 2.0), 2**53, -(2**53), "\ud800", {"\udfff": 1}, {1: "x"},
    object(), b"x", {"a": Path("x")},
], ids=repr)
def test_what_has_no_canonical_bytes_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical, match="cannot be put on record"):
        canonical(value)


def test_a_value_inside_itself_is_refused() -> None:
    inside: list[object] = []
    inside.append(inside)

    with pytest.raises(NotCanonical):
        canonical(inside)


@given(st.dictionaries(TEXT, VALUES, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, object], dice: st.DataObject) -> None:
    keys = list(value)
    dice.shuffle(keys)  # type: ignore[attr-defined]

    assert canonical({key: value[key] for key in keys}) == canonical(value)


@given(VALUES)
def test_canonical_bytes_are_json_and_stay_the_same(value: object) -> None:
    data = canonical(value)

    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data
