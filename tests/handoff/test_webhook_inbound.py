"""What another desk sends means one thing or is refused in a sentence; whatever comes, nothing breaks."""

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.handoff.desks.webhook.activities import InvalidActivity
from attune.handoff.desks.webhook.inbound import Doing, parse

PATH = Path(__file__).parents[1] / "tables" / "handoff" / "activities.yml"
TABLE: list[dict[str, Any]] = YAML(typ="safe").load(PATH)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12,
)
WORD = st.none() | st.text() | st.sampled_from(["Ada", "a-1", "bot", "user", "attune.bot", "\0"])
ACTIVITY = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "event", "typing"]) | ANYTHING, "id": WORD,
     "conversation": st.fixed_dictionaries({"id": WORD}) | ANYTHING},
    optional={
        "name": st.sampled_from(["handoff.status", "x", None]), "text": WORD | ANYTHING,
        "from": st.fixed_dictionaries({}, optional={"id": WORD, "name": WORD, "role": WORD}) | ANYTHING,
        "value": st.fixed_dictionaries({"state": st.sampled_from(["accepted", "failed", "completed", "typing", "x"])},
                                       optional={"message": WORD}) | ANYTHING,
    },
)


def body(case: dict[str, Any]) -> bytes:
    activity = {"id": "a-1", "conversation": {"id": "h-1"}, **case["activity"]}
    if "times" in activity:
        activity["text"] *= activity.pop("times")
    return json.dumps(activity).encode()


@pytest.mark.parametrize("case", [case for case in TABLE if "means" in case], ids=lambda case: case["name"])
def test_an_activity_means_what_the_table_says(case: dict[str, Any]) -> None:
    kind, agent, text = case["means"]

    assert parse(body(case)) == Doing(kind, "h-1", "a-1", agent, text * case["activity"].get("times", 1))


@pytest.mark.parametrize("case", [case for case in TABLE if "refused" in case], ids=lambda case: case["name"])
def test_what_cannot_be_used_is_refused_in_a_sentence(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidActivity, match=re.escape(case["refused"])):
        parse(body(case))


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"x"', "7", "\ufeff{}", "[" * 5000, "{}" * 2])
def test_what_is_no_activity_at_all_is_refused(text: str) -> None:
    with pytest.raises(InvalidActivity):
        parse(text.encode())


def test_half_a_character_is_refused_and_a_whole_one_is_not() -> None:
    half = b'{"type": "message", "id": "a-1", "conversation": {"id": "h-1"}, "text": "\\ud83d"}'

    assert parse(half.replace(b"\\ud83d", b"\\ud83d\\ude00")).text == "\N{GRINNING FACE}"
    with pytest.raises(InvalidActivity, match="half a character"):
        parse(half)


def test_the_sentence_stays_short_however_long_the_activity() -> None:
    with pytest.raises(InvalidActivity) as caught:
        parse(json.dumps({"type": "x" * 100_000}).encode())

    assert len(str(caught.value)) < 400


@given(st.binary())
def test_bytes_are_refused_or_mean_something(raw: bytes) -> None:
    with pytest.raises(InvalidActivity):
        parse(raw)


@given(ANYTHING | ACTIVITY)
def test_whatever_it_holds_it_is_refused_or_can_be_stored(activity: object) -> None:
    try:
        found = parse(json.dumps(activity).encode())
    except InvalidActivity:
        return
    stored = f"{found.handoff_id}{found.activity_id}{found.agent}{found.text}"
    assert "\0" not in stored.encode().decode()
    assert len(found.handoff_id) <= 64
    assert len(found.activity_id) <= 128
    assert found.agent == "".join(filter(str.isprintable, found.agent)).strip()
    assert len(found.agent) <= 80
    assert found.text == found.text.strip()
    assert bool(found.text) or found.kind != "said"


@given(ACTIVITY)
def test_dis_3_nothing_a_bot_sends_is_taken_for_a_person(activity: dict[str, Any]) -> None:
    for sender in ({"id": "x", "name": "Ada", "role": "bot"}, {"id": "attune.customer", "name": "Ada", "role": "user"}):
        with suppress(InvalidActivity):
            assert parse(json.dumps(activity | {"from": sender}).encode()).kind == "nothing"
