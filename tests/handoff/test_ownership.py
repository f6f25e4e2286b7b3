"""One owner at a time: bot, queue, agent, bot."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from attune.channel import ownership
from attune.channel.ownership import COMES_FROM, Owner, Ownership, Taken, WrongTurn

QUEUE, BOT = Owner("queue", None, 1.0), Owner("bot", None, 4.0)
ADA, BO = Owner("agent", "Ada", 2.0), Owner("agent", "Bo", 3.0)


def test_a_conversation_nobody_took_is_the_bots(engine: Engine) -> None:
    assert Ownership(engine).owner("c-1") == Owner("bot")


def test_a_conversation_goes_from_bot_to_queue_to_agent_and_back(engine: Engine) -> None:
    owners = Ownership(engine)

    assert [owners.set("c-1", owner) for owner in (QUEUE, ADA, BOT, QUEUE)] == [QUEUE, ADA, BOT, QUEUE]
    assert owners.owner("c-1") == QUEUE
    assert owners.owner("c-2") == Owner("bot")


def test_the_same_owner_again_changes_nothing(engine: Engine) -> None:
    owners = Ownership(engine)
    owners.set("c-1", QUEUE)
    owners.set("c-1", ADA)

    assert owners.set("c-1", Owner("agent", "Ada", 99.0)) == ADA


def test_a_second_agent_is_told_who_has_it(engine: Engine) -> None:
    owners = Ownership(engine)
    owners.set("c-1", QUEUE)
    owners.set("c-1", ADA)

    with pytest.raises(Taken, match=r"Ada already speaks in conversation c-1\. Pick another one"):
        owners.set("c-1", BO)
    assert owners.owner("c-1") == ADA


@pytest.mark.parametrize(("path", "wrong"), [([QUEUE], BOT), ([QUEUE, ADA], QUEUE)])
def test_no_step_is_left_out(engine: Engine, path: list[Owner], wrong: Owner) -> None:
    owners = Ownership(engine)
    for owner in path:
        owners.set("c-1", owner)

    with pytest.raises(WrongTurn, match="cannot pass to"):
        owners.set("c-1", wrong)


def test_a_move_is_undone_with_the_transaction_it_stands_in(engine: Engine) -> None:
    owners = Ownership(engine)
    owners.owner("c-1")
    with pytest.raises(RuntimeError), engine.begin() as connection:
        ownership.move(connection, "c-1", QUEUE)
        raise RuntimeError

    assert owners.owner("c-1").kind == "bot"


def test_of_agents_claiming_at_once_exactly_one_gets_it(engine: Engine) -> None:
    owners = Ownership(engine)
    for number in range(10):
        owners.set(f"c-{number}", QUEUE)
        ready = Barrier(4)

        def claim(name: str, conversation: str = f"c-{number}", ready: Barrier = ready) -> str | None:
            ready.wait()
            try:
                return owners.set(conversation, Owner("agent", name, 2.0)).agent
            except Taken as taken:
                return f"not me, {taken.agent}"

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(claim, ["Ada", "Bo", "Cy", "Di"]))

        owner = owners.owner(f"c-{number}").agent
        assert sorted(answers) == sorted([owner, *3 * [f"not me, {owner}"]])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(name=st.text(min_size=1), wishes=st.lists(st.sampled_from([QUEUE, ADA, BO, BOT])))
def test_whatever_is_wished_each_owner_followed_the_one_before(engine: Engine, name: str, wishes: list[Owner]) -> None:
    owners = Ownership(engine)
    for wish in wishes:
        before = owners.owner(name)
        try:
            owners.set(name, wish)
        except (Taken, WrongTurn):
            assert owners.owner(name) == before
        else:
            now = owners.owner(name)
            assert now == before or before.kind in COMES_FROM[now.kind]
