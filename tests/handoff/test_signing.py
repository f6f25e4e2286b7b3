"""A webhook is taken if it is signed with the secret and fresh, and refused in a sentence if not."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.handoff.signing import NotGenuine, WrongSignature, headers, message_id, verify
from handoff.receiver import SECRET

T0 = 1_800_000_000.0
BODY = '{"id": "a-1"}'
TABLE: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).parents[1] / "tables" / "handoff" / "signatures.yml")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def sent(case: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """The headers and the body as they arrive."""
    signed = headers("msg_1", BODY, case.get("secret", SECRET), T0)
    right = signed["webhook-signature"]
    for name, value in case.get("header", {}).items():
        signed[name] = value and value.replace("{right}", right).replace("{bare}", right.removeprefix("v1,"))
    return {name: value for name, value in signed.items() if value is not None}, case.get("body", BODY).encode()


@pytest.mark.parametrize("case", [case for case in TABLE if not case["refused"]], ids=lambda case: case["name"])
def test_a_genuine_message_is_taken(case: dict[str, Any]) -> None:
    verify(*sent(case), SECRET, T0 + case.get("later", 0))


@pytest.mark.parametrize("case", [case for case in TABLE if case["refused"]], ids=lambda case: case["name"])
def test_any_other_is_refused_in_a_sentence(case: dict[str, Any]) -> None:
    with pytest.raises(NotGenuine, match=case["refused"]):
        verify(*sent(case), SECRET, T0 + case.get("later", 0))


def test_a_body_that_is_no_text_is_refused() -> None:
    with pytest.raises(WrongSignature):
        verify(headers("msg_1", BODY, SECRET, T0), b"\xff\xfe", SECRET, T0)


@given(TEXT.filter(bool), TEXT, TEXT)
def test_what_was_signed_is_genuine_and_nothing_else_is(name: str, body: str, other: str) -> None:
    signed = headers(message_id(name), body, SECRET, T0)
    verify(signed, body.encode(), SECRET, T0)

    if other != body:
        with pytest.raises(WrongSignature):
            verify(signed, other.encode(), SECRET, T0)


@given(st.binary(), st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), TEXT))
def test_whatever_comes_is_refused_and_nothing_breaks(body: bytes, given_headers: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        verify(given_headers, body, SECRET, T0)


@given(TEXT)
def test_ids_on_the_wire_are_plain_and_always_the_same(name: str) -> None:
    assert message_id(name) == message_id(name)
    assert message_id(name).isascii()
    assert "." not in message_id(name)
    assert len(message_id(name)) == len("msg_") + 32
