"""What is older than protocol.yml allows is gone, class by class, and the audit still verifies (CON-10)."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from attune.audit import keeper, signing, store, vault
from attune.audit.checkpoints import notary
from attune.audit.verify import verify
from attune.channel.copies import Copies
from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Owner, Ownership
from attune.rights import jobs, retention, wishes
from attune.rights.places import present, rows
from attune.rights.retention import DAY
from attune.rights.stores import Stores
from rights.conftest import on_disk, remember
from rights.planted import NOW, plant

HANDOFF = {"attune_desk_note", "attune_outbox", "attune_activity", "attune_desk_case", "attune_alarm", "attune_page",
           "attune_handoff", "attune_agent_note", "attune_transfer", "attune_outcome", "attune_stint", "attune_wait",
           "attune_chatwoot_case"}


def left(place: Stores, subject: str = "anna-1") -> set[str]:
    with place.engine.connect() as connection:
        tables = {one.table for one in present(connection) if list(rows(connection, one, subject))}
    return tables | ({"events"} if list(place.events(subject)) else set())


def test_con_10_nothing_goes_before_its_time(place: Stores) -> None:
    plant(place)
    before = left(place)
    gone = retention.run(place, NOW + 30 * DAY - 60)

    assert {name for name, count in gone.items() if count} == {"copies"}
    assert left(place) == before - {"attune_export"}


def test_con_10_a_conversation_goes_after_its_days_and_its_handover_stays(place: Stores) -> None:
    plant(place)
    gone = retention.run(place, NOW + 30 * DAY + 60)

    assert gone["conversation"] == 1
    assert left(place) == HANDOFF
    words = (b"canaryletter", b"canaryslot", b"canarywaiting", b"canarycopy")
    assert [word for word in words if word in on_disk(place.settings.var)] == []


def test_con_10_a_handover_goes_its_days_after_it_was_closed(place: Stores) -> None:
    plant(place)
    retention.run(place, NOW + 90 * DAY - 60)
    before = left(place)
    gone = retention.run(place, NOW + 90 * DAY)

    assert (before, gone["handoff"], left(place)) == (HANDOFF, 1, set())
    assert b"canarynote" not in on_disk(place.settings.var)


def test_con_10_a_handover_left_open_by_a_customer_who_went_on_goes_too(place: Stores) -> None:
    plant(place)
    with place.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attune_handoff SET closed = NULL, open_for = conversation_id")
    before = retention.run(place, NOW + 90 * DAY - 60)["handoff"]
    Mailbox(place.engine).append("anna-1", "customer", "me again", message_id="m7", at=NOW + 80 * DAY)
    spoken = retention.run(place, NOW + 91 * DAY)["handoff"]
    after = retention.run(place, NOW + 111 * DAY)["handoff"]

    assert (before, spoken, after, left(place)) == (0, 0, 1, set())


def test_con_10_what_was_read_becomes_unreadable_and_the_chain_holds(place: Stores) -> None:
    plant(place)
    before = verify(place.engine, place.settings.var, signing.public(place.settings))
    first = next(one for one in vault.read(place.engine) if one.kind == "turn")
    retention.run(place, NOW + 364 * DAY)
    still = next(one for one in vault.read(place.engine) if one.kind == "turn")
    gone = retention.run(place, NOW + 367 * DAY)
    after = next(one for one in vault.read(place.engine) if one.kind == "turn")
    keeper.keep(place.engine, notary(place.settings), NOW)

    assert (first.facts["emotion"], still.facts["emotion"], after.facts["reading"]) == ("sadness", "sadness", "erased")
    assert gone["audit_readings"] == 1
    assert before.is_whole and verify(place.engine, place.settings.var, signing.public(place.settings)).is_whole


def test_con_10_corrections_go_by_the_day_they_were_noted(place: Stores) -> None:
    plant(place)  # noted on 2026-09-01, 20 days before NOW

    assert retention.run(place, NOW + 344 * DAY)["corrections"] == 0
    assert retention.run(place, NOW + 346 * DAY)["corrections"] == 1
    assert place.review.read_text() == ""


def test_con_10_cut_off_in_the_middle_the_next_run_finds_the_rest(
    place: Stores, monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(place)
    with monkeypatch.context() as cut, pytest.raises(ConnectionError):
        cut.setattr("attune.rights.trackers.erase", away)
        retention.run(place, NOW + 31 * DAY)
    between = left(place)
    retention.run(place, NOW + 31 * DAY)

    assert between == HANDOFF | {"events"}
    assert left(place) == HANDOFF


def away(*_: object) -> int:
    raise ConnectionError


def test_con_10_who_had_it_last_goes_too_where_neither_letters_nor_events_are_kept(place: Stores) -> None:
    for kind in ("queue", "agent", "bot"):
        Ownership(place.engine).set("anna-1", Owner(kind, None, NOW))
    before = retention.run(place, NOW + 30 * DAY - 60)["conversation"]
    after = retention.run(place, NOW + 30 * DAY + 60)["conversation"]

    assert (before, after, left(place)) == (0, 1, set())


@pytest.mark.parametrize("owner", ["queue", "agent"])
def test_a_conversation_in_which_somebody_waits_or_speaks_is_left_alone(place: Stores, owner: str) -> None:
    plant(place, given_back=False)
    with place.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attune_owner SET kind = ?", (owner,))
    retention.run(place, NOW + 300 * DAY)

    assert left(place) >= {"attune_mailbox", "attune_desk_case", "events"}


def test_a_conversation_that_goes_on_is_kept_whole(place: Stores) -> None:
    plant(place, at=NOW)
    plant_more = NOW + 29 * DAY
    with place.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attune_mailbox SET at = ? WHERE message_id = 'm2'", (plant_more,))

    assert retention.run(place, NOW + 40 * DAY)["conversation"] == 0
    assert "events" in left(place)


def test_what_went_is_on_record_by_number_and_running_again_finds_nothing(place: Stores) -> None:
    plant(place, "anna-1")
    plant(place, "bob-2")
    retention.run(place, NOW + 31 * DAY)
    again = retention.run(place, NOW + 31 * DAY + 1)
    keeper.keep(place.engine, notary(place.settings), NOW)
    [told] = [one for one in store.records(place.engine) if one.kind == "erased"]

    assert dict(told.facts) == {"why": "retention", "conversation": 2}
    assert told.conversation is None
    assert set(again.values()) == {0}


def test_copies_end_with_their_day(place: Stores) -> None:
    plant(place)
    copies = Copies(place.engine)

    assert copies.ready("anna-1", NOW + DAY - 1) == "canarycopy"
    assert copies.ready("anna-1", NOW + DAY) is None


def test_a_wish_is_carried_out_when_the_conversation_rests(place: Stores) -> None:
    plant(place)
    wishes.note(place.engine, "anna-1", NOW)

    assert jobs.erase_asked(place.settings, NOW + jobs.REST - 1) == 0
    assert left(place)
    assert jobs.erase_asked(place.settings, NOW + jobs.REST) == 1
    assert left(place) == set()
    assert jobs.erase_asked(place.settings, NOW + jobs.REST) == 0


def test_a_wish_waits_until_the_last_turn_is_over(place: Stores) -> None:
    """A turn under way would put its answer into the mailbox of somebody who is erased."""
    plant(place)
    wishes.note(place.engine, "anna-1", NOW)
    Mailbox(place.engine).append("anna-1", "customer", "one more thing", message_id="m8", at=NOW + 5)
    remember(place, "anna-1", [{"event": "user", "text": "and another", "timestamp": NOW + 7}])

    assert jobs.erase_asked(place.settings, NOW + 7 + jobs.REST - 1) == 0
    assert jobs.erase_asked(place.settings, NOW + 7 + jobs.REST) == 1
    assert left(place) == set()


def test_a_wish_waits_while_a_person_speaks(place: Stores) -> None:
    plant(place, given_back=False)
    wishes.note(place.engine, "anna-1", NOW)

    assert jobs.erase_asked(place.settings, NOW + 1000) == 0
    assert wishes.asked(place.engine, "anna-1") == NOW
    assert left(place)


def test_a_wish_waits_until_a_persons_words_have_reached_rasa(place: Stores) -> None:
    plant(place)
    wishes.note(place.engine, "anna-1", NOW)
    with place.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attune_tracker_event SET delivered = NULL WHERE id = 1")

    assert jobs.erase_asked(place.settings, NOW + 1000) == 0


def test_a_wish_that_cannot_be_carried_out_holds_up_nobody_behind_it(place: Stores) -> None:
    for at, subject in enumerate(("anna-1", "bob-2")):
        plant(place, subject)
        wishes.note(place.engine, subject, NOW + at)
    with place.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER stays BEFORE DELETE ON attune_mailbox WHEN OLD.conversation_id = "
                                   "'anna-1' BEGIN SELECT RAISE(ABORT, 'it stays'); END")
    with pytest.raises(IntegrityError, match="it stays"):
        jobs.erase_asked(place.settings, NOW + 1000)
    between = left(place, "anna-1") != set(), left(place, "bob-2")
    with place.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER stays")

    assert between == (True, set())
    assert jobs.erase_asked(place.settings, NOW + 1001) == 1
    assert left(place, "anna-1") == set()


def test_the_hourly_job_reads_the_days_from_the_protocol(place: Stores, tmp_path: Path) -> None:
    plant(place)

    assert jobs.retain(place.settings, NOW + 31 * DAY)["conversation"] == 1
    assert place.retention["conversation"] == 30
