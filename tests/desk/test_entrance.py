"""The way in: by password, by the word of a proxy that proved itself, and without either only in the demo."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from attune.desk.account import NameTaken
from attune.desk.app import create
from attune.desk.entrance import PROXY_PROOF
from attune.desk.passwords import Hasher
from attune.settings import Settings
from desk.conftest import House
from desk.people import PASSWORD, Browser, Clock, arrives, employs

pytestmark = pytest.mark.slow

HEADER, SECRET = "X-Forwarded-User", "d1b2f4a86c9e07355e8a1f6b7c2d9034"
WRONG = "the name or the password is wrong, or there were too many attempts"
MINUTE = 60.0


def behind_proxy(house: House) -> Settings:
    return replace(house.settings, desk_proxy_header=HEADER, desk_proxy_secret=SECRET)


def proxied(app: Starlette, named: str = "ada", proof: str = SECRET) -> Browser:
    browser = Browser(app, "192.0.2.9", **{HEADER: named, PROXY_PROOF: proof})
    browser.client.base_url = "https://desk.example.org"
    return browser


async def test_the_demo_takes_any_display_name_and_says_that_it_asks_for_no_password(house: House) -> None:
    browser = Browser(create(house.settings))
    page = await browser.sees("/sign-in")
    assert "Your display name" in page
    assert "demo: no password asked, this machine only" in page
    assert 'type="password"' not in page

    answer = await browser.sends("/sign-in", "/sign-in", name="Zoë from the night shift")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "You are <strong>Zoë from the night shift</strong>" in await browser.sees("/")


async def test_the_first_account_ends_the_demo_and_every_visit_to_it(house: House) -> None:
    app = create(house.settings)
    guest = Browser(app)
    await guest.sends("/sign-in", "/sign-in", name="Ada")
    employs(house, "root", "admin").set_disabled("root", True)  # a closed account counts too

    assert (await guest.gets("/")).headers["location"] == "/sign-in"
    assert 'type="password"' in await guest.sees("/sign-in")
    assert (await guest.sends("/sign-in", "/sign-in", name="Ada")).status_code == 403


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "via", "x-real-ip"])
async def test_the_demo_takes_nobody_who_came_through_a_proxy(house: House, header: str) -> None:
    app = create(house.settings)
    guest = Browser(app)
    await guest.sends("/sign-in", "/sign-in", name="Ada")

    assert "from its own machine only" in (await guest.client.get("/sign-in", headers={header: "192.0.2.1"})).text
    assert (await guest.client.get("/", headers={header: "192.0.2.1"})).status_code == 303


@pytest.mark.parametrize("name", ["ada", "Ada", " ADA "])
async def test_name_and_password_sign_in_whatever_the_capitals(house: House, name: str) -> None:
    employs(house, "ada", "agent", shown="Ada L.")
    browser = Browser(create(house.settings))

    assert (await browser.signs_in(name)).status_code == 303
    assert "You are <strong>Ada L.</strong>" in await browser.sees("/")


@pytest.mark.parametrize(("name", "password"), [
    ("ada", "wrong"), ("ada", ""), ("ada", PASSWORD.upper()), ("nobody", PASSWORD), ("", PASSWORD),
    ("closed", PASSWORD), ("ada\0", PASSWORD), ("ada' or 1=1 --", PASSWORD), ("x" * 5000, "y" * 5000),
])
async def test_every_wrong_try_gets_one_and_the_same_answer(house: House, name: str, password: str) -> None:
    employs(house, "ada", "agent")
    employs(house, "closed", "agent").set_disabled("closed", True)
    browser = Browser(create(house.settings))
    answer = await browser.signs_in(name, password)

    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert WRONG in answer.text
    assert 'role="alert"' in answer.text
    assert (await browser.gets("/")).headers["location"] == "/sign-in"


async def test_a_locked_account_is_refused_even_the_right_password_and_not_told_so(house: House) -> None:
    employs(house, "ada", "agent")
    clock = Clock()
    browser = Browser(create(house.settings, clock))
    wrong = [(await browser.signs_in("ada", "wrong")).text for _ in range(5)]
    locked = await browser.signs_in("ada")
    clock.now += 15 * MINUTE - 1
    still = await browser.signs_in("ada")
    clock.now += 1

    assert (locked.status_code, still.status_code) == (403, 403)
    assert all(WRONG in text for text in (*wrong, locked.text, still.text))
    assert (await browser.signs_in("ada")).status_code == 303


async def test_the_limit_of_an_address_holds_whatever_the_account(house: House) -> None:
    for number in range(6):
        employs(house, f"agent{number}", "agent")
    clock = Clock()
    app = create(house.settings, clock)
    guesser, other = Browser(app, "192.0.2.1"), Browser(app, "192.0.2.2")
    for number in range(20):
        assert (await guesser.signs_in(f"agent{number // 4}", "wrong")).status_code == 403

    assert (await guesser.signs_in("agent5")).status_code == 403
    assert (await other.signs_in("agent5")).status_code == 303
    clock.now += 15 * MINUTE
    assert (await guesser.signs_in("agent5")).status_code == 303


async def test_a_restart_and_another_worker_share_the_count(house: House) -> None:
    employs(house, "ada", "agent")
    for _ in range(5):
        await Browser(create(house.settings)).signs_in("ada", "wrong")

    assert (await Browser(create(house.settings)).signs_in("ada")).status_code == 403


class Counting(PasswordHasher):
    """Counts the hashes it looks through."""

    looked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002  # argon2's own name
        self.looked += 1
        return bool(super().verify(hash, password))


@pytest.mark.parametrize("name", ["ada", "nobody", "", "closed", "locked"])
async def test_an_unknown_name_costs_as_much_work_as_a_known_one(house: House, name: str) -> None:
    for known in ("ada", "closed", "locked"):
        accounts = employs(house, known, "agent")
    accounts.set_disabled("closed", True)
    app = create(house.settings)
    entrance = app.state.room.entrance
    for _ in range(5):
        entrance.attempts.on_account("locked", app.state.room.clock())
    counting = Counting()
    app.state.room = replace(app.state.room, entrance=replace(entrance, hasher=Hasher(counting)))
    await Browser(app).signs_in(name, "wrong")

    assert counting.looked == 1


async def test_a_dated_hash_is_renewed_at_the_next_sign_in_and_the_session_goes_on(house: House) -> None:
    accounts = employs(house, "ada", "agent")
    accounts.renew_hash("ada", Hasher(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)).hash(PASSWORD))
    browser = await arrives(house, "ada")
    stored = accounts.password_hash("ada")

    assert stored and not Hasher().is_dated(stored)
    assert (await browser.gets("/")).status_code == 200


async def test_a_proxy_that_proves_itself_says_who_comes(house: House) -> None:
    employs(house, "ada", "agent")
    browser = proxied(create(behind_proxy(house)))
    page = await browser.sees("/")

    assert "You are <strong>Ada</strong>" in page
    assert "Sign out" not in page  # the proxy's business
    assert "demo" not in page


ADA: Mapping[str, str] = {HEADER: "ada", PROXY_PROOF: SECRET}


@pytest.mark.parametrize("headers", [
    {}, {HEADER: "ada"}, {PROXY_PROOF: SECRET}, ADA | {PROXY_PROOF: ""}, ADA | {PROXY_PROOF: SECRET[:-1]},
    ADA | {PROXY_PROOF: SECRET + "0"}, ADA | {HEADER: "nobody"}, ADA | {HEADER: ""}, ADA | {HEADER: "closed"},
    ADA | {HEADER: "ada, eve"},
])
async def test_without_proof_or_account_the_header_opens_nothing(house: House, headers: Mapping[str, str]) -> None:
    employs(house, "ada", "agent")
    employs(house, "closed", "agent").set_disabled("closed", True)
    app = create(behind_proxy(house))
    for path in ("/", "/conversation/c-1", "/events/queue", "/accounts"):
        answer = await Browser(app, **dict(headers)).gets(path)
        assert (answer.status_code, "named nobody who has an account" in answer.text) == (403, True)


async def test_a_header_that_comes_twice_was_added_by_a_visitor(house: House) -> None:
    employs(house, "ada", "agent")
    app = create(behind_proxy(house))
    for twice in (HEADER, PROXY_PROOF):
        answer = await Browser(app).client.get("/", headers=[*ADA.items(), (twice, ADA[twice])])
        assert answer.status_code == 403


async def test_with_a_proxy_no_password_is_taken_and_a_disabled_account_is_out_at_once(house: House) -> None:
    accounts = employs(house, "ada", "agent")
    app = create(behind_proxy(house))
    browser = proxied(app)
    await browser.gets("/")
    answer = await browser.sends("/sign-in", "/", name="ada", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await Browser(app).gets("/sign-in")).headers["location"] == "/"  # no form there

    accounts.set_disabled("ada", True)
    assert (await browser.gets("/")).status_code == 403


async def test_behind_a_proxy_forms_need_their_token_and_the_role_counts(house: House) -> None:
    house.waits()
    employs(house, "ada", "agent")
    employs(house, "root", "admin")
    app = create(behind_proxy(house))
    ada, root = proxied(app), proxied(app, "root")

    assert (await ada.client.post("/claim/c-1", data={})).status_code == 409
    assert (await ada.gets("/accounts")).status_code == 403
    assert (await root.gets("/conversation/c-1")).status_code == 403


async def test_a_session_of_one_name_is_not_kept_for_another_the_proxy_names(house: House) -> None:
    employs(house, "ada", "agent")
    employs(house, "bo", "agent")
    browser = proxied(create(behind_proxy(house)))
    await browser.gets("/")
    browser.client.headers[HEADER] = "bo"

    assert "You are <strong>Bo</strong>" in await browser.sees("/")


def test_a_proxy_needs_no_account_to_begin_with(house: House) -> None:
    assert create(replace(behind_proxy(house), host="0.0.0.0"))


def test_two_accounts_customers_could_take_for_one_are_refused(house: House) -> None:
    accounts = employs(house, "ada", "agent")
    for name, shown in (("ada", "Eve"), ("ada2", "Ada"), ("ada3", "ADA"), ("ada4", "\uff21da")):
        with pytest.raises(NameTaken, match="Another account is called"):
            employs(house, name, "agent", shown=shown)

    assert [account.name for account in accounts.all()] == ["ada"]
