"""The review tells what happened at which second, in words; of feelings only with the customer's yes."""

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy.engine import Engine

from attune import database
from attune.audit import keeper, spool, store, vault
from attune.audit.record import Fact, Kind, Record, seal
from attune.audit.vault import SEALED
from attune.drift.report import page
from attune.drift.review import WORDS, Review, review, span
from attune.drift.reviewing import Visit, reviewed
from attune.settings import Settings, load
from drift.talks import run
from drift.test_report import EVIL, MADE, plain

SECOND = 1_000_000


def told(kind: Kind, seconds: float, **facts: Fact) -> Record:
    return Record(f"{kind}{seconds}", kind, MADE + round(seconds * SECOND), "c" * 64, facts)


def opened(record: Record) -> Record:
    """A Record whose seal was opened."""
    plain_facts = {name: value for name, value in record.facts.items() if name != SEALED}
    return Record(record.id, record.kind, record.at, record.conversation, {**plain_facts, "emotion": "sadness"})


CRISIS = [
    told("session", 0, model="m1"), told("turn", 5, channel="web", understood=True, sealed="box"),
    told("help", 5.5, response="utter_crisis_help", resources="INTL", digest="d"),
    told("handoff", 5.6, action="action_attune_hand_off"),
    told("handover", 6, step="called", queue="safety", reason="safety"),
    told("handover", 306, step="timed_out", queue="safety", waited=300),
    told("handover", 366, step="joined", queue="safety", waited=360), told("person", 380),
]
YES, NO = (told("consent", 1, purpose="quality", state=state) for state in ("granted", "refused"))
BACK = told("consent", 400, purpose="quality", state="withdrawn")


def of(*records: Record) -> Review:
    return review(records, opened)


def test_it_says_first_when_help_was_shown_a_person_called_and_whether_one_came() -> None:
    assert of(*CRISIS).marks == [
        ("Help lines", "shown 0.5 s after the customer's message: INTL"),
        ("A person was called", "0.5 s after help was first shown"),
        ("A person came", "after 6 min 00 s of waiting"),
        ("Nobody had come in time", "5 min 00 s after the call"),
    ]


def test_it_says_what_did_not_happen() -> None:
    assert of(told("session", 0), told("turn", 5)).marks == [
        ("Help lines", "none were shown"), ("A person was called", "no"), ("A person came", "nobody is on record"),
    ]


def test_moments_stand_in_the_order_of_time_with_the_second() -> None:
    found = of(*reversed(CRISIS)).moments

    assert [(one.after, one.who, one.what) for one in found[:3]] == [
        ("+0.0 s", "record", "The conversation began"), ("+5.0 s", "customer", "Wrote"),
        ("+5.5 s", "assistant", "Showed help lines")]
    assert (found[-2].after, found[-2].what, found[-2].more) == (
        "+6 min 06 s", "A person came", "queue safety; after 6 min 00 s of waiting")
    assert "digest" not in found[2].more


@pytest.mark.parametrize(("consents", "shown"), [((), False), ((YES,), True), ((NO,), False), ((YES, BACK), False)])
def test_con_4_no_feeling_is_shown_without_the_customers_yes(consents: tuple[Record, ...], shown: bool) -> None:
    found = of(*CRISIS, *consents)

    assert found.feelings is shown
    assert any("sadness" in one.more for one in found.moments) is shown
    assert not any("box" in one.more for one in found.moments)
    assert ("agreed to keeping how messages sounded" in plain(page.review("c", found, MADE))) is shown


IN_THE_CLEAR = [
    told("turn", 5, channel="web", understood=True, emotion="sadness", level=900, tier=1, intent="express_distress",
         confidence=970),
    told("decision", 5.2, row="acknowledge_sadness_strong", steps="utter_acknowledge_sadness_strong utter_anything",
         emotion="sadness", level=900, tier=1, behaviours="crying"),
    told("acknowledged", 5.4, response="utter_acknowledge_sadness_strong", variant="sadness-strong-1"),
    told("turn", 9, channel="web", understood=True, intent="order_status", confidence=970),
]


@pytest.mark.parametrize(("consents", "shown"), [((YES,), True), ((YES, BACK), False), ((), False)])
def test_con_4_what_was_once_kept_in_the_clear_takes_a_yes_too(consents: tuple[Record, ...], shown: bool) -> None:
    read = " ".join(one.more for one in of(*IN_THE_CLEAR, *consents).moments)

    for word in ("sadness", "strong", "90 %", "tier", "express_distress", "crying"):
        assert (word in read) is shown
    assert "utter_acknowledge" in read
    assert "utter_anything" in read
    assert "order_status; 97 % sure" in read


@pytest.mark.parametrize("consents", [
    (told("consent", 9, purpose="quality", state="withdrawn"), told("consent", 5, purpose="quality", state="granted")),
    (told("consent", 9, purpose="quality", state="granted"), told("consent", 5, purpose="quality", state="withdrawn")),
])
def test_con_3_where_clock_and_ledger_disagree_about_the_last_word_it_is_a_no(consents: tuple[Record, ...]) -> None:
    assert not of(*CRISIS, *consents).feelings


WAITS = ["inbox", "spool"]


@pytest.fixture
def anna(trial: Path) -> Iterator[tuple[Settings, Engine, str]]:
    """Somebody whose feelings are sealed in the ledger with a yes."""
    found = load()
    engine, name = database.engine(found.db_url), seal(found).pseudonym("anna")
    store.prepare(engine)
    with engine.begin() as connection:
        plain_turn = of_anna(name, "turn", 5, channel="web", understood=True)
        felt = replace(plain_turn, facts={**plain_turn.facts, "emotion": "sadness"})
        store.append(connection, [of_anna(name, "consent", 1, purpose="quality", state="granted"),
                                  vault.sealed(connection, plain_turn, felt, lambda many: b"7" * many)])
    keeper.put(engine, [])
    yield found, engine, name
    engine.dispose()


def of_anna(name: str, kind: Kind, seconds: float, **facts: Fact) -> Record:
    return replace(told(kind, seconds, **facts), conversation=name)


def put_into(place: str, found: Settings, engine: Engine, record: Record) -> None:
    if place == "spool":
        spool.put(found.var / spool.FILE, [record])
        return
    with engine.begin() as connection:
        store.append(connection, [record])


@pytest.mark.parametrize("place", WAITS)
def test_con_3_a_yes_taken_back_counts_before_the_ledger_has_it(
        anna: tuple[Settings, Engine, str], place: str) -> None:
    found, engine, name = anna
    before = reviewed(found, engine, "anna", Visit("command", MADE))[1]
    put_into(place, found, engine, of_anna(name, "consent", 400, purpose="quality", state="withdrawn"))
    after = reviewed(found, engine, "anna", Visit("command", MADE + 1))[1]

    assert (before.feelings, "sadness" in str(before.moments)) == (True, True)
    assert (after.feelings, "sadness" in str(after.moments)) == (False, False)
    assert "Consent to quality: withdrawn" in [one.what for one in after.moments]


@pytest.mark.parametrize("place", WAITS)
def test_a_conversation_that_is_not_yet_in_the_ledger_opens(anna: tuple[Settings, Engine, str], place: str) -> None:
    found, engine, _ = anna
    put_into(place, found, engine, of_anna(seal(found).pseudonym("bob"), "help", 1, resources="INTL"))

    assert [one.what for one in reviewed(found, engine, "bob", Visit("command", MADE))[1].moments] == [
        "Showed help lines"]


def test_every_kind_of_record_has_words() -> None:
    assert set(WORDS) == set(get_args(Kind))


def test_whatever_a_record_holds_is_escaped() -> None:
    assert "<script" not in page.review("c", of(told("turn", 0, channel=EVIL)), MADE)


@pytest.mark.parametrize(("seconds", "words"), [
    (0.04, "0.0 s"), (59.9, "59.9 s"), (60, "1 min 00 s"), (3599, "59 min 59 s"), (3600, "1 h 00 min"),
    (47 * 3600, "47 h 00 min"), (72 * 3600, "3 days"),
])
def test_a_span_of_time_reads_well(seconds: float, words: str) -> None:
    assert span(round(seconds * SECOND)) == words


@pytest.mark.slow
def test_con_5_the_command_finds_it_by_sender_or_pseudonym_and_leaves_a_trace(trial: Path) -> None:
    found = load()
    engine, name = database.engine(found.db_url), seal(found).pseudonym("anna")
    keeper.put(engine, [Record("a" * 64, "help", MADE, name, {"resources": "INTL"})])
    run("audit", "checkpoint")
    shown = run("drift", "review", "anna")
    as_json = json.loads(run("drift", "review", name, "--json")[1])
    run("audit", "checkpoint")
    run("drift", "review", "anna", "--out", str(trial / "review.html"))

    assert stat.S_IMODE((trial / "review.html").stat().st_mode) == 0o600
    assert (shown[0], "INTL" in shown[1]) == (0, True)
    assert [one["what"] for one in as_json["moments"]] == ["Showed help lines", "Somebody opened this review"]
    traces = [one for one in store.records(engine, name) if one.kind == "reviewed"]
    assert [one.facts for one in traces] == [{"way": "command"}, {"way": "command"}]
    assert run("drift", "review", "bob") == (1, "Error: The audit holds no record of the conversation bob. Give Rasa's "
                                                "sender id, the id of a handoff, or a pseudonym.\n")
