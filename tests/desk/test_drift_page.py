"""Supervisors see at the desk what moved in the last seven days; nobody else does."""

import pytest

from attune.audit import keeper
from attune.audit.checkpoints import notary
from attune.desk.report import KEPT, Report
from attune.drift.simulation import DAY, WEEKS, simulated
from desk.conftest import House
from desk.people import arrives, employs

pytestmark = pytest.mark.slow


@pytest.fixture
def staffed(house: House) -> House:
    for name, role in (("sue", "supervisor"), ("ada", "agent"), ("audrey", "auditor")):
        employs(house, name, role)  # type: ignore[arg-type]
    return house


async def test_a_supervisor_sees_the_report_and_can_go_back(staffed: House) -> None:
    browser = await arrives(staffed, "sue")
    page = await browser.sees("/drift")

    assert "How the assistant did" in page
    assert '<a href="/load">' in page
    assert 'href="/drift"' in await browser.sees("/load")


@pytest.mark.parametrize("name", ["ada", "audrey"])
async def test_nobody_else_does(staffed: House, name: str) -> None:
    browser = await arrives(staffed, name)

    assert "How the assistant did" not in (await browser.gets("/drift")).text


async def test_the_page_may_have_its_own_style_and_nothing_else(staffed: House) -> None:
    answer = await (await arrives(staffed, "sue")).gets("/drift")

    assert [value for name, value in answer.headers.multi_items() if name == "content-security-policy"] == [
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"]
    assert answer.headers["x-frame-options"] == "DENY"


def test_it_is_made_anew_only_after_a_while(house: House) -> None:
    begin, now = 1_790_000_000.0, [1_790_000_000.0 + WEEKS * 7 * DAY]
    report = Report(house.engine, lambda: now[0])
    empty = report.page()
    keeper.put(house.engine, [told for told, _ in simulated(300, begin, 1)])
    keeper.keep(house.engine, notary(house.settings), now[0])
    again = report.page()
    now[0] += KEPT
    anew = report.page()

    assert again == empty
    assert "There are no records of this time" in empty
    assert "There are no records of this time" not in anew
