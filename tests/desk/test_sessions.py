"""A session lasts twelve hours at most and ends at once when the account changes; nobody can plant or copy one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from attune.desk.accounts import Accounts
from attune.desk.app import create
from attune.desk.session import COOKIE, LASTS
from desk.conftest import House
from desk.people import PASSWORD, Browser, Clock, arrives, employs

pytestmark = pytest.mark.slow

ENDS: dict[str, Callable[[Accounts], None]] = {
    "closed": lambda accounts: accounts.set_disabled("ada", True),
    "closed and opened": lambda accounts: (accounts.set_disabled("ada", True), accounts.set_disabled("ada", False))[0],
    "password": lambda accounts: accounts.set_password("ada", "hash"),
    "role": lambda accounts: accounts.set_role("ada", "supervisor", ()),
    "queues": lambda accounts: accounts.set_role("ada", "agent", ("care",)),
    "signed out elsewhere": lambda accounts: accounts.end_sessions("ada"),
}


@pytest.mark.parametrize("change", ENDS)
async def test_a_change_to_the_account_ends_its_sessions_at_once(house: House, change: str) -> None:
    house.waits()
    accounts = employs(house, "ada", "agent")
    employs(house, "bo", "agent")
    app = create(house.settings)
    ada, bo = await arrives(house, "ada", app), await arrives(house, "bo", app)
    token = (await ada.sees("/")).split('name="token" value="')[1][:64]
    ENDS[change](accounts)

    assert (await ada.gets("/")).headers["location"] == "/sign-in"
    assert (await ada.client.post("/claim/c-1", data={"token": token})).headers["location"] == "/sign-in"
    assert (await bo.gets("/")).status_code == 200


async def test_a_page_that_is_open_stops_changing_when_the_session_ends(house: House) -> None:
    accounts = employs(house, "ada", "agent")
    browser = await arrives(house, "ada")
    reading = asyncio.create_task(browser.gets("/events/queue"))
    await asyncio.sleep(1.0)
    assert not reading.done()
    accounts.set_disabled("ada", True)

    assert "Nobody is waiting" in (await asyncio.wait_for(reading, 5)).text


async def test_a_session_lasts_twelve_hours_and_no_longer(house: House) -> None:
    employs(house, "ada", "agent")
    clock = Clock()
    browser = await arrives(house, "ada", create(house.settings, clock))
    clock.now += LASTS - 1
    assert (await browser.gets("/")).status_code == 200
    clock.now += 1

    assert LASTS == 12 * 60 * 60
    assert (await browser.gets("/")).headers["location"] == "/sign-in"


async def test_signing_out_makes_a_copied_cookie_worthless(house: House) -> None:
    employs(house, "ada", "agent")
    app = create(house.settings)
    browser, thief = await arrives(house, "ada", app), Browser(app)
    thief.client.cookies.set(COOKIE, browser.client.cookies[COOKIE])
    assert (await thief.gets("/")).status_code == 200
    await browser.sends("/sign-out", "/")

    assert (await thief.gets("/")).headers["location"] == "/sign-in"
    assert (await browser.gets("/")).headers["location"] == "/sign-in"


async def test_a_session_planted_before_the_sign_in_is_worth_nothing_after_it(house: House) -> None:
    employs(house, "ada", "agent")
    app = create(house.settings)
    browser, planter = Browser(app), Browser(app)
    await planter.gets("/sign-in")
    planted = planter.client.cookies[COOKIE]
    browser.client.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")
    page = await browser.sees("/sign-in")
    await browser.client.post("/sign-in", data={
        "token": page.split('name="token" value="')[1][:64], "name": "ada", "password": PASSWORD,
    })

    assert (await browser.gets("/")).status_code == 200
    assert (await planter.gets("/")).headers["location"] == "/sign-in"
    assert browser.client.cookies[COOKIE] != planted


@pytest.mark.parametrize(("reached", "secure"), [
    ({}, False), ({"host": "0.0.0.0"}, True), ({"desk_secure": True}, True),
])
async def test_the_cookie_goes_over_https_alone_wherever_others_reach_the_desk(
    house: House, reached: dict[str, object], secure: bool,
) -> None:
    employs(house, "ada", "agent")
    browser = Browser(create(replace(house.settings, **reached)))  # type: ignore[arg-type]
    cookie = (await browser.gets("/sign-in")).headers["set-cookie"].lower()

    assert ("secure" in cookie.split("; ")) is secure
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.split("; "))


async def test_a_browser_that_keeps_no_cookie_is_told_so(house: House) -> None:
    employs(house, "ada", "agent")
    answer = await Browser(create(replace(house.settings, host="0.0.0.0"))).signs_in("ada")  # http, so no Secure cookie

    assert (answer.status_code, "use https://" in answer.text) == (409, True)


async def test_a_cookie_signed_elsewhere_is_nobodys(house: House) -> None:
    employs(house, "ada", "agent")
    elsewhere = await arrives(house, "ada", create(replace(house.settings, secret="a" * 64)))
    browser = Browser(create(house.settings))
    browser.client.cookies.set(COOKIE, elsewhere.client.cookies[COOKIE])

    assert (await browser.gets("/")).headers["location"] == "/sign-in"
