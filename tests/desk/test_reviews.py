"""Supervisors look back at one conversation; nobody else finds the page, and each opening goes on record."""

import pytest
from sqlalchemy.exc import IntegrityError

from attune.audit import keeper, ledger, store
from attune.audit.checkpoints import notary
from attune.audit.record import Record, seal
from desk.conftest import House
from desk.people import arrives, employs

pytestmark = pytest.mark.slow

AT = 1_790_000_000_000_000
DAY = 86_400_000_000


def happened(house: House, conversation: str = "c-1") -> str:
    """Put danger on record, and what was done about it; returns the pseudonym."""
    name = seal(house.settings).pseudonym(conversation)
    told = [Record("1" * 64, "turn", AT, name, {"channel": "web", "understood": True}),
            Record("2" * 64, "help", AT + 1_500_000, name, {"resources": "INTL"}),
            Record("3" * 64, "handover", AT + 2_000_000, name, {"step": "called", "queue": "safety"})]
    keeper.put(house.engine, told)
    keeper.keep(house.engine, notary(house.settings), AT / 1_000_000)
    return name


@pytest.fixture
def staffed(house: House) -> House:
    for name, role in (("sue", "supervisor"), ("ada", "agent"), ("audrey", "auditor"), ("root", "admin")):
        employs(house, name, role)  # type: ignore[arg-type]
    house.waits("c-1", reason="safety")
    house.waits("c-2")
    return house


def traces(house: House, name: str) -> list[Record]:
    ledger.sequence(house.engine)
    return [one for one in store.records(house.engine, name) if one.kind == "reviewed"]


async def test_a_supervisor_finds_the_cases_about_danger_and_what_was_done_at_which_second(staffed: House) -> None:
    happened(staffed)
    browser = await arrives(staffed, "sue")
    cases = await browser.sees("/drift/review")
    page = await browser.sees("/drift/review/h-c-1")

    assert 'href="/drift/review"' in await browser.sees("/load")
    assert 'href="/drift/review/h-c-1"' in cases
    assert "h-c-2" not in cases
    assert "shown 1.5 s after the customer&#39;s message: INTL" in page
    assert "+2.0 s" in page


@pytest.mark.parametrize("by", ["id", "handoff", "pseudonym"])
async def test_con_5_each_opening_leaves_a_trace_without_a_name(staffed: House, by: str) -> None:
    name = happened(staffed)
    browser = await arrives(staffed, "sue")
    address = {"id": "c-1", "handoff": "h-c-1", "pseudonym": name}[by]
    answer = await browser.gets(f"/drift/review?conversation=+{address}")
    again = [await browser.gets(answer.headers["location"]) for _ in range(2)]
    found = traces(staffed, name)

    assert [one.status_code for one in again] == [200, 200]
    assert [one.facts for one in found] == 2 * [{"way": "desk", "by": seal(staffed.settings).pseudonym("desk sue")}]
    assert "sue" not in repr(found).lower()
    assert "Somebody opened this review" in await browser.sees(answer.headers["location"])


@pytest.mark.parametrize("who", ["ada", "audrey", "root"])
@pytest.mark.parametrize("address", ["/drift/review/h-c-1", "/drift/review/none", "/drift/review"])
async def test_con_5_nobody_else_finds_it_whether_it_is_there_or_not(staffed: House, who: str, address: str) -> None:
    name = happened(staffed)
    answer = await (await arrives(staffed, who)).gets(address)

    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
    assert traces(staffed, name) == []


async def test_what_the_audit_does_not_know_is_not_found(staffed: House) -> None:
    answer = await (await arrives(staffed, "sue")).gets("/drift/review/h-c-1")

    assert answer.status_code == 404
    assert "The audit holds no record of the conversation h-c-1." in answer.text
    assert [one for one in store.records(staffed.engine) if one.kind == "reviewed"] == []


async def test_no_trace_no_page(staffed: House) -> None:
    happened(staffed)
    browser = await arrives(staffed, "sue")
    with staffed.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON attune_audit_inbox "
                                   "BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(IntegrityError, match="disk full"):
        await browser.gets("/drift/review/h-c-1")


async def test_no_word_of_the_customer_is_on_the_page(staffed: House) -> None:
    happened(staffed)
    page = await (await arrives(staffed, "sue")).sees("/drift/review/h-c-1")

    for word in ("1042", "Friday", "c-1", "frustrat"):
        assert word not in page.replace("h-c-1", "")


async def test_the_counts_of_the_last_quarter_are_a_link_away(staffed: House) -> None:
    browser = await arrives(staffed, "sue")

    assert 'href="/drift/transparency"' in await browser.sees("/drift")
    assert "What the assistant did" in await browser.sees("/drift/transparency")
    assert (await (await arrives(staffed, "ada")).gets("/drift/transparency")).status_code == 403
