"""The administrator's page: accounts are added, changed and closed there, and whoever is wrong is told why."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from attune.desk.accounts import Accounts
from attune.desk.app import create
from desk.conftest import House
from desk.people import PASSWORD, Browser, Clock, arrives, employs

pytestmark = pytest.mark.slow

PAGE = "/accounts"


@pytest.fixture
def accounts(house: House) -> Accounts:
    return employs(house, "root", "admin")


@pytest.fixture
def app(house: House, accounts: Accounts) -> Starlette:
    return create(house.settings)


@pytest.fixture
async def root(house: House, app: Starlette) -> AsyncIterator[Browser]:
    one = await arrives(house, "root", app)
    yield one
    await one.client.aclose()


async def test_somebody_added_can_sign_in_with_their_queues(house: House, app: Starlette, root: Browser) -> None:
    answer = await root.sends(PAGE, PAGE, name="Ada", display_name=" Ada  L. ", role="agent", queue=["care", "safety"],
                              password=PASSWORD)
    page = await root.sees(answer.headers["location"])
    ada = app.state.room.staff.known("ada")

    assert "The account was added." in page
    assert "Ada L." in page
    assert (ada.role, set(ada.queues)) == ("agent", {"care", "safety"})
    assert (await arrives(house, "ada", app)).client.cookies


@pytest.mark.parametrize(("change", "why"), [
    ({"name": "a"}, "cannot name an account"),
    ({"name": "ada lovelace"}, "cannot name an account"),
    ({"name": "ROOT"}, "Another account is called"),
    ({"display_name": "root"}, "Another account is called"),
    ({"display_name": "x" * 41}, "Give a name of up to 40 letters"),
    ({"role": "owner"}, "Use agent, supervisor, auditor, admin"),
    ({"queue": "nowhere"}, "is no queue of protocol.yml"),
    ({"password": "short"}, "has 5 characters"),
    ({"password": "ada-ada-ada-1"}, "contains the account&#39;s name"),
])
async def test_what_is_wrong_is_said_and_nothing_is_added(
    accounts: Accounts, root: Browser, change: dict[str, str], why: str,
) -> None:
    fields = {"name": "ada", "display_name": "Ada", "role": "agent", "password": PASSWORD} | change
    answer = await root.sends(PAGE, PAGE, **fields)

    assert answer.status_code == 422
    assert why in answer.text
    assert "Nothing was changed." in answer.text
    assert 'role="alert"' in answer.text
    assert fields["password"] not in answer.text
    assert [account.name for account in accounts.all()] == ["root"]


async def test_password_role_queues_and_closing_take_effect(house: House, app: Starlette, root: Browser) -> None:
    accounts = employs(house, "ada", "agent")
    await root.sends("/accounts/ada/password", PAGE, password="seven quiet harbours")
    assert (await Browser(app).signs_in("ada")).status_code == 403
    assert (await Browser(app).signs_in("ada", "seven quiet harbours")).status_code == 303

    await root.sends("/accounts/ada/role", PAGE, role="agent", queue="care")
    assert accounts.all()[0].queues == ("care",)
    await root.sends("/accounts/ada/role", PAGE, role="auditor")
    assert (accounts.all()[0].role, accounts.all()[0].queues) == ("auditor", ())

    await root.sends("/accounts/ada/disabled", PAGE, disabled="1")
    assert (await Browser(app).signs_in("ada", "seven quiet harbours")).status_code == 403
    assert "closed" in await root.sees(PAGE)
    await root.sends("/accounts/ada/disabled", PAGE, disabled="0")
    assert (await Browser(app).signs_in("ada", "seven quiet harbours")).status_code == 303


@pytest.mark.parametrize("act", ["role", "disabled"])
@pytest.mark.parametrize("name", ["root", "ROOT"])
async def test_an_administrator_does_not_lock_themselves_out(
    accounts: Accounts, root: Browser, act: str, name: str,
) -> None:
    answer = await root.sends(f"/accounts/{name}/{act}", PAGE, role="agent", disabled="1")

    assert (answer.status_code, "your own account" in answer.text) == (409, True)
    assert (accounts.all()[0].role, accounts.all()[0].disabled) == ("admin", False)


@pytest.mark.parametrize("act", ["password", "role", "disabled"])
async def test_a_name_nobody_has_is_said_to_be_none(root: Browser, act: str) -> None:
    answer = await root.sends(f"/accounts/nobody/{act}", PAGE, password=PASSWORD, role="agent", disabled="1")

    assert (answer.status_code, "No account is called" in answer.text) == (422, True)


async def test_whatever_a_name_holds_is_shown_as_words(root: Browser) -> None:
    await root.sends(PAGE, PAGE, name="ada", display_name="<script>alert(1)</script>", role="agent", password=PASSWORD)
    page = await root.sees(PAGE)

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


async def test_a_lock_is_shown_until_it_is_over_and_no_hash_ever(house: House, accounts: Accounts) -> None:
    employs(house, "ada", "agent")
    clock = Clock()
    app = create(house.settings, clock)
    for _ in range(5):
        await Browser(app).signs_in("ada", "wrong")
    root = await arrives(house, "root", app)
    page = await root.sees(PAGE)

    assert "locked until" in page
    assert "argon2" not in page
    assert accounts.all()[0].version not in page
    clock.now += 15 * 60
    assert "locked until" not in await root.sees(PAGE)
