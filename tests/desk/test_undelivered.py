"""A supervisor hears of what cannot be delivered, by page where there is an address, and above the pages (I6)."""

import time
from dataclasses import replace

import pytest

from attune.desk import undelivered
from attune.desk.board import board
from attune.desk.room import furnish
from attune.desk.visitor import Visitor
from attune.handoff.outbox import Outbox
from attune.handoff.pages import Pages
from attune.handoff.stuck import AFTER
from attune.handoff.supervisor import Supervisor
from desk.conftest import House
from handoff.receiver import SECRET

pytestmark = pytest.mark.slow

LINK = "https://desk.example.org"


def test_i6_what_is_stuck_is_paged_once_and_shown(house: House) -> None:
    house.waits()
    room = furnish(house.settings, lambda: time.time() + AFTER + 60, lambda: "id")
    called = replace(room, supervisor=Supervisor("http://127.0.0.1:9/", SECRET))
    for _ in range(2):
        undelivered.page(called, Pages(house.engine), LINK)

    [page] = Pages(house.engine).pending()
    assert f"{LINK}/handoff/h-c-1" in page.body
    [(cause, minutes)] = board(called, Visitor("Sue", "supervisor")).unpaged
    assert (cause.kind, minutes) == ("delivery", 6)
    assert "6 min" in room.wordings["alarm"]["unpaged"][cause.kind].format(minutes=minutes)
    assert board(called, Visitor("Ada", "agent")).unpaged == ()


def test_with_nobody_to_page_or_nothing_stuck_no_page_is_written(house: House) -> None:
    house.waits()
    late = furnish(house.settings, lambda: time.time() + AFTER + 60, lambda: "id")
    undelivered.page(replace(late, supervisor=None), Pages(house.engine), LINK)
    for item in Outbox(house.engine).pending():
        Outbox(house.engine).delivered(item.id, time.time())
    called = replace(late, supervisor=Supervisor("http://127.0.0.1:9/", SECRET))
    undelivered.page(called, Pages(house.engine), LINK)

    assert Pages(house.engine).pending() == []
    assert board(called, Visitor("Sue", "supervisor")).unpaged == ()
