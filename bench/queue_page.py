"""How long the desk takes for its pages while a thousand customers wait, beside a plain SELECT in the same run.

    python bench/queue_page.py [--waiting 1000] [--tries 30]

Everything is in a fresh SQLite file. Prints the median and the 95th percentile in milliseconds; asserts nothing.
"""

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial

import click
import httpx
from sqlalchemy import select
from sqlalchemy.engine import Engine
from tqdm import tqdm

from attune import database, settings
from attune.channel import ownership
from attune.consent.permission import Permission
from attune.desk.app import create
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Ticket, build
from attune.handoff.tables import CASES
from attune.policy import protocol
from attune.policy.routing import Reason
from attune.signals.reading import Emotion, Reading

EMOTIONS: tuple[Emotion, ...] = ("neutral", "frustration", "anxiety", "anger")
TURNS = 8


@click.command(epilog="Example: python bench/queue_page.py --waiting 1000")
@click.option("--waiting", default=1000, show_default=True, help="Customers who wait.")
@click.option("--tries", default=30, show_default=True, type=click.IntRange(min=2), help="How often each is measured.")
def main(waiting: int, tries: int) -> None:
    """Let customers wait and measure."""
    with tempfile.TemporaryDirectory() as var:
        here = settings.load({"ATTUNE_VAR": var})
        engine = database.engine(here.db_url)
        for number in tqdm(range(waiting), unit="customer"):
            _wait(engine, number)
        print(f"{waiting} customers wait, {tries} tries each; milliseconds")
        asyncio.run(_measure(engine, create(here), tries))


def _wait(engine: Engine, number: int) -> None:
    reason: Reason = "safety" if number % 50 == 0 else "customer_request"
    events = [event for turn in range(TURNS) for event in _turn(number + turn)]
    state = {"sender_id": f"c-{number}", "slots": {"order_id": str(1000 + number)}, "events": events,
             "latest_input_channel": "web"}
    opened = time.time() - number
    packet = build(state, Permission(agent="granted"), protocol.load(), Ticket(f"h-{number}", 1, reason, opened))
    outbox = Outbox(engine)
    outbox.open(packet, opened)
    BuiltinDesk(engine).deliver(packet)
    for item in outbox.pending():
        outbox.delivered(item.id, opened)


def _turn(number: int) -> list[dict[str, object]]:
    words = f"where is my order {number}, this is the third time I ask"
    parsed = {"intent": {"name": "order_status"}, "attune": Reading(EMOTIONS[number % 4], number % 900).as_dict()}
    return [{"event": "user", "text": words, "parse_data": parsed}, {"event": "action", "name": "action_check_order"},
            {"event": "bot", "text": "It is on its way. It should arrive by Friday.", "metadata": {}}]


async def _measure(engine: Engine, app: object, tries: int) -> None:
    desk = BuiltinDesk(engine)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        token = re.search(r'name="token" value="(\w+)"', (await browser.get("/sign-in")).text)
        await browser.post("/sign-in", data={"token": token[1] if token else "", "name": "Ada"})
        measured: dict[str, Callable[[], Awaitable[object]]] = {
            "plain SELECT of the packets": _at_once(partial(_plain, engine)),
            "owners read one by one": _at_once(partial(_one_by_one, engine)),
            "desk.queue(), one query": _at_once(desk.queue),
            "desk.state(), what a page that stays open asks": _at_once(desk.state),
            "the queue's page": partial(browser.get, "/"),
            "the queue's page, filtered": partial(browser.get, "/?show=waiting&queue=care&page=3"),
            "a conversation's page": partial(browser.get, "/conversation/c-7"),
            "the load": partial(browser.get, "/load"),
        }
        for name, act in measured.items():
            print(f"{name:48} {await _timed(act, tries)}")


def _at_once(act: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    async def acted() -> object:
        return act()

    return acted


async def _timed(act: Callable[[], Awaitable[object]], tries: int) -> str:
    taken = []
    for _ in range(tries):
        began = time.perf_counter()
        await act()
        taken.append(1000 * (time.perf_counter() - began))
    return f"median {statistics.median(taken):7.1f}   95th percentile {statistics.quantiles(taken, n=20)[-1]:7.1f}"


def _plain(engine: Engine) -> object:
    with engine.connect() as connection:
        return connection.execute(select(CASES.c.packet).where(CASES.c.closed.is_(None))).all()


def _one_by_one(engine: Engine) -> object:
    with engine.connect() as connection:
        names = connection.execute(select(CASES.c.conversation_id)).scalars().all()
        return [ownership.read(connection, name) for name in names]


if __name__ == "__main__":
    sys.exit(main())
