"""All routes of the desk, walked by everybody: each page takes its permission, each form the token of its page."""

import re

import pytest

from attune.audit import keeper
from attune.audit.checkpoints import notary
from attune.audit.record import Record, seal
from attune.channel.ownership import Ownership
from attune.desk.app import _routes, create
from attune.desk.guard import guarded
from attune.desk.roles import DOORS, HIDDEN, ROLES, NoSuchDoor, Role
from attune.desk.visitor import Visitor
from desk.conftest import House
from desk.people import Browser, arrives, employs

pytestmark = pytest.mark.slow

FILLED = {"alarm_id": "x", "conversation_id:path": "c-1", "alarm_id:int": "1", "handoff_id": "h-c-1", "name": "zoe",
          "name:path": "h-c-1"}
PAGES = sorted(path for method, path in DOORS if method == "GET" and "/events/" not in path)
STREAMS = sorted(path for method, path in DOORS if method == "GET" and "/events/" in path)
POSTS = sorted(path for method, path in DOORS if method == "POST")


def address(path: str) -> str:
    return re.sub(r"{([^}]+)}", lambda found: FILLED[found[1]], path)


def may(role: Role, method: str, path: str) -> bool:
    return Visitor("Zoe", role).may(DOORS[method, path])


@pytest.fixture
def open_house(house: House) -> House:
    for role in ROLES:
        employs(house, role, role)
    employs(house, "zoe", "agent")
    house.waits()
    keeper.put(house.engine, [Record("r", "help", 1, seal(house.settings).pseudonym("c-1"), {})])
    keeper.keep(house.engine, notary(house.settings), 1.0)
    return house


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_opens_its_own_pages_and_no_other(open_house: House, role: Role) -> None:
    browser = await arrives(open_house, role)
    for path in PAGES:
        answer = await browser.gets(address(path))
        if may(role, "GET", path):
            assert answer.status_code in (200, 303), path
        elif path == "/":
            assert answer.headers["location"] in ("/audit", "/accounts")
        elif DOORS["GET", path] in HIDDEN:
            assert (answer.status_code, "There is no such page" in answer.text) == (404, True), path
        else:
            assert (answer.status_code, "does not open this page" in answer.text) == (403, True), path


@pytest.mark.parametrize("role", ["auditor", "admin"])
async def test_con_5_auditor_and_admin_see_no_word_of_any_conversation(open_house: House, role: Role) -> None:
    browser = await arrives(open_house, role)
    seen = "".join([await browser.sees(address(path)) for path in (*PAGES, *STREAMS)])

    for word in ("THIRD", "1042", "Friday", "c-1", "frustrat", "Order status"):
        assert word not in seen


@pytest.mark.parametrize("path", [*PAGES, *STREAMS])
async def test_a_stranger_is_sent_to_the_sign_in(open_house: House, path: str) -> None:
    answer = await Browser(create(open_house.settings)).gets(address(path))
    if DOORS["GET", path] == "anybody":
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/sign-in", "")


@pytest.mark.parametrize("token", [None, "", "0" * 64])
@pytest.mark.parametrize("role", ROLES)
async def test_no_form_works_without_the_token_of_its_page(open_house: House, role: Role, token: str | None) -> None:
    browser, accounts = await arrives(open_house, role), employs(open_house, "eve", "agent")
    before = [open_house.letters(), accounts.all(), Ownership(open_house.engine).owner("c-1")]
    for path in POSTS:
        fields = {"text": "hi", "name": "new", "role": "admin", "password": "twelve angry clowns", "disabled": "1"}
        sent = fields | ({} if token is None else {"token": token})
        answer = await browser.client.post(address(path), data=sent)
        assert answer.status_code == (409 if may(role, "POST", path) else 403), path

    assert [open_house.letters(), accounts.all(), Ownership(open_house.engine).owner("c-1")] == before
    assert (await browser.gets("/")).headers.get("location") != "/sign-in"  # still signed in


@pytest.mark.parametrize("path", POSTS)
async def test_a_stranger_posts_nothing(open_house: House, path: str) -> None:
    answer = await Browser(create(open_house.settings)).client.post(address(path), data={"text": "hi"})

    assert answer.status_code == (409 if path == "/sign-in" else 303)
    assert len(open_house.letters()) == 2


async def test_the_token_of_one_session_is_worth_nothing_in_another(open_house: House) -> None:
    app = create(open_house.settings)
    agent, other = await arrives(open_house, "agent", app), await arrives(open_house, "zoe", app)
    token = re.search(r'name="token" value="(\w+)"', await other.sees("/"))
    assert token
    answer = await agent.client.post("/claim/c-1", data={"token": token[1]})

    assert answer.status_code == 409
    assert Ownership(open_house.engine).owner("c-1").kind == "queue"


def test_a_route_without_an_entry_keeps_the_desk_from_starting() -> None:
    route = next(route for route in _routes() if route.path == "/")
    route.path = "/secret-page"
    with pytest.raises(NoSuchDoor, match="GET /secret-page"):
        guarded(route)


async def test_every_page_is_kept_out_of_caches_frames_and_other_sites(open_house: House) -> None:
    browser = await arrives(open_house, "supervisor")
    for path in (*PAGES, "/static/desk.js", "/nowhere"):
        headers = (await browser.gets(address(path))).headers
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
