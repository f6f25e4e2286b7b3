"""The address another desk speaks to: it takes what is signed, and says in JSON what is wrong with the rest."""

import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

from attune.channel.mailbox import Mailbox
from attune.channel.ownership import Ownership
from attune.handoff.desks.webhook.address import SECRET as NAME_OF_SECRET
from attune.handoff.desks.webhook.arrivals import Arrivals
from attune.handoff.desks.webhook.routes import LONGEST_BODY, PATH, connect
from handoff.receiver import SECRET
from handoff.test_webhook_arrivals import NOTICES, waits
from handoff.webhook_receiver import Activity, signed, status, words

T0 = 1_800_000_000.0
HERE = {"ATTUNE_DESK": "webhook", NAME_OF_SECRET: SECRET}
Post = Callable[..., Any]


def client(engine: Engine, environ: dict[str, str]) -> httpx.AsyncClient:
    app = Starlette(routes=connect(environ, Arrivals(engine, NOTICES), lambda: T0))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk")


@pytest.fixture
async def post(engine: Engine) -> AsyncIterator[Post]:
    """Send an activity, signed unless it says otherwise; gives the status and what was said."""
    waits(engine)
    async with client(engine, HERE) as there:
        async def send(activity: Activity, body: bytes | None = None, without: str = "", **how: Any) -> tuple[int, str]:
            right, headers = signed(activity, **{"now": T0, **how})
            headers.pop(without, None)
            answer = await there.post(PATH, content=right if body is None else body, headers=headers)
            [said] = answer.json().values()
            return answer.status_code, said

        yield send


ACCEPTED = status("accepted", activity_id="a-1")


async def test_a_signed_activity_is_taken_and_known_the_second_time(engine: Engine, post: Post) -> None:
    assert await post(ACCEPTED) == (200, "taken")
    assert await post(ACCEPTED) == (200, "nothing")
    assert await post(words("Hello.", activity_id="a-2")) == (200, "taken")
    assert await post(status("typing", activity_id="a-3")) == (200, "nothing")
    assert [letter.text for letter in Mailbox(engine).since("c-1")] == ["Ada joined", "Hello."]


async def test_what_proves_nothing_is_refused_and_changes_nothing(engine: Engine, post: Post) -> None:
    other = "whsec_" + "b3RoZXIg" * 4
    altered = json.dumps(ACCEPTED | {"conversation": {"id": "h-2"}}).encode()
    refused = {
        "old": await post(ACCEPTED, now=T0 - 301), "early": await post(ACCEPTED, now=T0 + 301),
        "altered": await post(ACCEPTED, body=altered), "wrong": await post(ACCEPTED, secret=other),
        "missing": await post(ACCEPTED, without="webhook-signature"),
    }

    assert {code for code, _ in refused.values()} == {401}
    assert all("more than 300 seconds apart" in refused[name][1] for name in ("old", "early"))
    assert all("No signature in webhook-signature fits" in refused[name][1] for name in ("altered", "wrong"))
    assert "webhook-signature is missing" in refused["missing"][1]
    assert Ownership(engine).owner("c-1").kind == "queue"


@pytest.mark.parametrize(("activity", "code", "said"), [
    (status("accepted", activity_id="a-1", handoff="h-9"), 404, "There is no conversation 'h-9'"),
    (status("completed", activity_id="a-1"), 409, "nobody yet"),
    (words(" ", activity_id="a-1"), 422, "text is not as inbound.schema.json says"),
    (status("accepted", activity_id=""), 422, "id is not as inbound.schema.json says"),
], ids=["unknown", "not now", "no words", "no id"])
async def test_what_cannot_be_done_is_answered_in_a_sentence(
    post: Post, activity: Activity, code: int, said: str,
) -> None:
    found = await post(activity)

    assert (found[0], said in found[1]) == (code, True)


async def test_a_body_without_end_is_not_read(post: Post) -> None:
    code, said = await post(ACCEPTED, body=os.urandom(LONGEST_BODY + 1))

    assert (code, "without files" in said) == (413, True)


async def test_the_longest_words_fit_however_they_are_escaped(post: Post) -> None:
    await post(ACCEPTED)
    assert await post(words("\N{GRINNING FACE}" * 10_000, activity_id="a-2")) == (200, "taken")


@pytest.mark.parametrize("secret", ["", "change-me", "whsec_", "whsec_c2hvcnQ="])
async def test_without_a_secret_nothing_is_taken(engine: Engine, secret: str) -> None:
    waits(engine)
    body, headers = signed(ACCEPTED, now=T0)
    async with client(engine, HERE | {NAME_OF_SECRET: secret}) as there:
        answer = await there.post(PATH, content=body, headers=headers)

    assert (answer.status_code, NAME_OF_SECRET in answer.json()["error"]) == (503, True)
    assert Ownership(engine).owner("c-1").kind == "queue"


@pytest.mark.parametrize("environ", [{}, {"ATTUNE_DESK": "builtin"}, {"ATTUNE_DESK": "chatwoot"}], ids=str)
async def test_where_another_desk_was_chosen_there_is_no_such_address(engine: Engine, environ: dict[str, str]) -> None:
    waits(engine)
    body, headers = signed(ACCEPTED, now=T0)
    async with client(engine, environ | {NAME_OF_SECRET: SECRET}) as there:
        assert (await there.post(PATH, content=body, headers=headers)).status_code == 404
    assert Ownership(engine).owner("c-1").kind == "queue"


async def test_only_posts_are_taken(engine: Engine) -> None:
    async with client(engine, HERE) as there:
        assert (await there.get(PATH)).status_code == 405


async def test_with_the_database_away_the_sender_is_told_to_come_again(engine: Engine, post: Post) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE attune_activity RENAME TO elsewhere"))
    code, said = await post(ACCEPTED)

    assert (code, said) == (503, "The database is away. Try again in a moment.")


async def test_the_log_says_that_something_was_refused_and_not_what(
    post: Post, caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        await post(words("my own words", activity_id="a-1"), now=T0 - 900)
        await post(words("my own words", activity_id="a-1", handoff="h-9"))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("attune")]

    assert [line for line in ours if "OutOfTime" in line or "UnknownConversation" in line] == ours != []
    assert not [line for line in ours if "my own" in line or SECRET in line]
