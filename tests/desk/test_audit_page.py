"""The auditor's page says what `attune audit verify` says, and nothing of any Record."""

import pytest

from attune.audit import keeper
from attune.audit.checkpoints import notary
from audit.rows import records, tamper
from desk.conftest import House
from desk.people import arrives, employs

pytestmark = pytest.mark.slow


@pytest.fixture
def audited(house: House) -> House:
    employs(house, "audrey", "auditor")
    keeper.put(house.engine, records(8))
    return house


async def test_a_whole_audit_is_said_to_be_whole(audited: House) -> None:
    browser = await arrives(audited, "audrey")
    assert "8 not in the ledger yet" in await browser.sees("/audit")
    keeper.keep(audited.engine, notary(audited.settings), 1_700_000_000.0)
    page = await browser.sees("/audit")

    assert "Every record is as it was written: 8 records, 1 checkpoint." in page
    assert "0 not in the ledger yet" in page


async def test_a_changed_audit_is_announced_with_the_place(audited: House) -> None:
    keeper.keep(audited.engine, notary(audited.settings), 1_700_000_000.0)
    tamper(audited.engine, "UPDATE attune_audit_leaf SET data = replace(data, 'said', 'help') WHERE idx = 4")
    page = await (await arrives(audited, "audrey")).sees("/audit")

    assert 'role="alert">No. Something was changed.' in page
    assert "Row 4: the Record is not the one that was hashed" in page
    assert "Yes." not in page


async def test_an_empty_audit_is_whole(house: House) -> None:
    employs(house, "audrey", "auditor")

    assert "0 records" in await (await arrives(house, "audrey")).sees("/audit")
