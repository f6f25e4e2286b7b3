"""The first customer of a server is answered as quickly as the next one (I1)."""

import logging
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from attune.audit import store
from attune.audit.record import seal
from attune.channel.warm_up import NOBODY, warm_up
from attune.database import engine
from fixtures.stack import RunningStack

pytestmark = pytest.mark.rasa


@pytest.mark.stack
def test_i1_a_server_is_warm_before_its_first_customer_and_keeps_nothing_of_it(stack: RunningStack) -> None:
    assert "The server is warm." in stack.log("rasa-server")

    with create_engine(f"sqlite:///{stack.var / 'tracker.db'}").connect() as connection:
        query = text("SELECT count(*) FROM events WHERE sender_id = :nobody")
        assert connection.execute(query, {"nobody": NOBODY}).scalar() == 0
    with engine(stack.settings.db_url).connect() as connection:
        named = {row.conversation for table in (store.INBOX, store.LEAF) for row in connection.execute(table.select())}
    assert seal(stack.settings).pseudonym(NOBODY) not in named


async def test_a_server_that_cannot_be_warmed_up_still_starts(caplog: pytest.LogCaptureFixture) -> None:
    async def parse_message(_words: str) -> dict[str, object]:
        raise ValueError("no reader")

    with caplog.at_level(logging.WARNING):
        await warm_up(SimpleNamespace(parse_message=parse_message, domain=None, processor=None))

    assert "could not be warmed up" in caplog.text
