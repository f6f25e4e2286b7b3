"""Whose sentences stand in the report: those whose yes stands now, of talks without danger, and never of few."""

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from attune.audit import mapping, store
from attune.audit.thread import Thread, follow
from attune.cli import main
from attune.drift import settings as drift_settings
from attune.rights import erasure, quotable, wishes
from attune.rights.stores import Stores
from attune.settings import LAYER
from rights.conftest import remember

NOW = 1_790_000_000.0
DAY = 86_400
MICRO = 1_000_000
THINGS = ("parcel", "jacket", "shoes", "kettle", "phone", "dress", "chair", "table", "bag", "book", "letter", "coat")
TEN = THINGS[:10]
HOW = drift_settings.load()

Event = dict[str, Any]


def wrote(thing: str) -> str:
    return f"I have waited so long for the {thing} and nobody told me."


def consent(state: str | None) -> list[Event]:
    return [{"event": "slot", "name": "attune_consent_quotes", "value": state}]


def said(text: str) -> list[Event]:
    """A message the assistant did not understand."""
    parse = {"intent": {"name": "nlu_fallback", "confidence": 0.4}, "entities": []}
    return [{"event": "user", "text": text, "parse_data": parse, "input_channel": "web", "metadata": {}},
            {"event": "action", "name": "action_default_fallback"}]


def talk(place: Stores, subject: str, events: Iterable[Event], at: float = NOW - DAY, may: bool = False) -> list[Event]:
    """Put a session into the tracker store, and into the audit what the stream would have put there."""
    begun: list[Event] = [{"event": "session_started"}, *events]
    whole = [{"timestamp": at + number, **event} for number, event in enumerate(begun)]
    remember(place, subject, whole)
    thread = Thread()
    with place.engine.begin() as connection:
        for event in whole:
            told = mapping.records({**event, "sender_id": subject}, thread, place.seal, may)
            store.append(connection, told)
            thread = follow(thread, event)
    return whole


def ten_who_agree(place: Stores, at: float = NOW - DAY) -> None:
    for thing in TEN:
        talk(place, thing, [*consent("granted"), *said(wrote(thing))], at)


def shown(place: Stores, days: int = 7, end: float = NOW, now: float = NOW) -> set[str]:
    begin = end - days * DAY
    found = quotable.sentences(place, *(round(at * MICRO) for at in (begin, end)), HOW, round(now * MICRO))
    return set(found)


ALL = {wrote(thing) for thing in TEN}


def test_con_2_whoever_agreed_is_quoted_with_one_sentence(place: Stores) -> None:
    ten_who_agree(place)

    assert shown(place) == ALL


def test_drf_6_of_nine_people_nobody_is_quoted(place: Stores) -> None:
    for thing in TEN[:9]:
        talk(place, thing, [*consent("granted"), *said(wrote(thing)), *said(wrote("coat"))])

    assert shown(place) == set()


@pytest.mark.parametrize("answer", [
    [], consent("asked"), consent("refused"), [*consent("granted"), *consent("withdrawn")],
    [*consent("granted"), {"event": "session_started"}],
    [{"event": "slot", "name": "attune_consent_quality", "value": "granted"}],
])
def test_con_2_con_3_nobody_is_quoted_without_a_yes_that_stands(place: Stores, answer: list[Event]) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*said(wrote("coat")), *answer])

    assert shown(place) == ALL


def test_con_3_whoever_takes_it_back_is_quoted_no_more(place: Stores) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *said(wrote("coat"))])
    assert wrote("coat") in shown(place)

    talk(place, "eleventh", [*consent("granted"), *said("please don't quote me"), *consent("withdrawn")], NOW - 60)
    assert shown(place) == ALL


def test_con_8_whoever_is_erased_is_quoted_no_more_not_even_from_a_backup(place: Stores) -> None:
    ten_who_agree(place)
    backup = talk(place, "eleventh", [*consent("granted"), *said(wrote("coat"))])

    erasure.forget(place, "eleventh", NOW)
    assert shown(place) == ALL
    remember(place, "eleventh", backup)
    assert shown(place) == ALL


def test_con_8_whoever_waits_to_be_erased_is_not_quoted(place: Stores) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *said(wrote("coat"))])
    wishes.note(place.engine, "eleventh", NOW)

    assert shown(place) == ALL


@pytest.mark.parametrize("danger", [
    [{"event": "bot", "text": "Help is here.", "metadata": {"utter_action": "utter_crisis_help_possible"}}],
    said("I want to kill myself"),
])
def test_bnd_7_nothing_is_quoted_of_whoever_was_ever_in_danger(place: Stores, danger: list[Event]) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", danger, NOW - 20 * DAY)
    talk(place, "eleventh", [*consent("granted"), *said(wrote("coat"))])

    assert shown(place) == ALL


def test_only_what_was_written_in_the_time_is_quoted(place: Stores) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *said(wrote("coat"))], NOW - 10 * DAY)
    talk(place, "eleventh", consent("granted"))

    assert shown(place) == ALL
    assert shown(place, days=14) == {*ALL, wrote("coat")}


def test_con_10_what_should_be_erased_by_its_age_is_not_quoted_though_it_is_still_there(place: Stores) -> None:
    ten_who_agree(place)

    assert shown(place, now=NOW + 29 * DAY + 60) == set()
    assert shown(place, now=NOW + 28 * DAY) == ALL


def test_a_time_shorter_than_a_window_shows_none(place: Stores) -> None:
    ten_who_agree(place)

    assert shown(place, days=6) == set()


def test_what_a_button_sent_is_nobodys_sentence(place: Stores) -> None:
    ten_who_agree(place)
    talk(place, "eleventh", [*consent("granted"), *said("/I have waited so long for the coat and nobody told me.")])

    assert shown(place) == ALL


def test_no_more_are_shown_than_drift_yml_says(place: Stores) -> None:
    ten_who_agree(place)
    begin, end = round((NOW - 7 * DAY) * MICRO), round(NOW * MICRO)

    assert len(quotable.sentences(place, begin, end, replace(HOW, most_quotes=3), end)) == 3


@pytest.fixture
def asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A protocol.yml that has customers asked."""
    own = tmp_path / "protocol.yml"
    shipped = (LAYER / "protocol.yml").read_text(encoding="utf-8")
    own.write_text(shipped.replace('quotes: "off"', 'quotes: "opt_in"'), encoding="utf-8")
    monkeypatch.setenv("ATTUNE_PROTOCOL", str(own))


@pytest.fixture
def yesterday() -> float:
    """Within the last seven days, which the command reports on."""
    return time.time() - DAY


def report(*options: str) -> str:
    """The report of the last seven days."""
    done = CliRunner().invoke(main, ["drift", "report", *options])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("asks")
def test_the_page_shows_them_escaped_and_the_json_holds_them(place: Stores, yesterday: float) -> None:
    ten_who_agree(place, yesterday)
    marked = "I have waited <so> long for the coat & nobody told me."
    talk(place, "eleventh", [*consent("granted"), *said(marked)], yesterday)
    page = report()

    assert "In customers' words, with their consent" in page
    assert "<q>I have waited &lt;so&gt; long for the coat &amp; nobody told me.</q>" in page
    assert page.count("<q>") == 11
    assert len(json.loads(report("--json"))["quotes"]) == 11


def test_con_2_where_nobody_is_asked_nobody_is_quoted_whatever_was_agreed(place: Stores, yesterday: float) -> None:
    ten_who_agree(place, yesterday)

    assert "In customers' words" not in report()
    assert json.loads(report("--json"))["quotes"] is None
    assert "none is quoted unless its writer agreed" in report()


@pytest.mark.usefixtures("asks")
def test_the_page_says_why_it_shows_none(place: Stores, yesterday: float) -> None:
    talk(place, "first", [*consent("granted"), *said(wrote("coat"))], yesterday)
    page = report()

    assert "fewer than 10 people who agreed" in page
    assert "<q>" not in page
