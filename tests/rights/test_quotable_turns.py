"""Which messages of those who agreed may be quoted: what was said to the assistant, by what may still be known."""

from typing import Any

import pytest

from attune.rights.stores import Stores
from rights.test_quotable import ALL, DAY, NOW, consent, said, shown, talk, ten_who_agree, wrote

Event = dict[str, Any]


def keeping(state: str) -> list[Event]:
    return [{"event": "slot", "name": "attune_consent_quality", "value": state}]


def owner(who: str) -> Event:
    return {"event": "slot", "name": "attune_owner", "value": who}


def form(name: str | None) -> Event:
    return {"event": "active_loop", "name": name}


def decided(row: str) -> Event:
    return {"event": "action", "name": "action_listen", "metadata": {"attune": {"row": row, "protocol": "p"}}}


@pytest.mark.parametrize("talked", [
    [owner("queue"), owner("agent"), *said(wrote("coat")), owner("bot")],
    [owner("agent"), {"event": "session_started"}, *consent("granted"), *said(wrote("coat"))],
    [*said(wrote("coat"))[:1], decided("person_speaks")],
    [form("return_form"), *said(wrote("coat")), form(None)],
])
def test_what_was_written_to_a_person_or_a_form_is_not_quoted(place: Stores, talked: list[Event]) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *talked])

    assert shown(place) == ALL


@pytest.mark.parametrize("talked", [
    [owner("agent"), *said(wrote("bag")), owner("bot"), *said(wrote("coat"))],
    [owner("queue"), *said(wrote("coat"))],
    [*said(wrote("coat"))[:1], decided("nothing")],
    [form("return_form"), *said(wrote("bag")), form(None), *said(wrote("coat"))],
    [form("return_form"), {"event": "session_started"}, *consent("granted"), *said(wrote("coat"))],
])
def test_what_was_written_to_the_assistant_before_or_after_that_is(place: Stores, talked: list[Event]) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *talked])

    assert shown(place) == {*ALL, wrote("coat")}


def test_bnd_7_danger_told_to_a_person_keeps_all_of_it_out(place: Stores) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *said(wrote("coat")), owner("agent"), *said("I want to kill myself")],
         NOW - 3600)

    assert shown(place) == ALL


ANGRY = {"event": "user", "text": wrote("coat"), "input_channel": "web", "metadata": {}, "parse_data": {
    "intent": {"name": "ask_hours", "confidence": 0.9}, "entities": [],
    "attune": {"emotion": "anger", "intensity": 900}}}


@pytest.mark.parametrize(("after", "quoted"), [
    ([], True), (keeping("withdrawn"), False), ([{"event": "session_started"}, *consent("granted")], False),
    ([*keeping("withdrawn"), *keeping("granted")], True),
])
def test_con_3_a_feeling_chooses_no_sentence_once_keeping_it_was_taken_back(
    place: Stores, after: list[Event], quoted: bool,
) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *keeping("granted"), ANGRY, *after], NOW - DAY, may=True)

    assert (wrote("coat") in shown(place)) is quoted


def test_con_3_what_was_not_understood_is_still_quoted_of_who_took_that_back(place: Stores) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *said(wrote("coat")), *keeping("withdrawn")])

    assert shown(place) == {*ALL, wrote("coat")}
