"""People before the desk: browsers without scripts, and the accounts they sign in with."""

import re
import secrets

import httpx
from starlette.applications import Starlette

from attune.desk.account import Account
from attune.desk.accounts import Accounts
from attune.desk.app import create
from attune.desk.passwords import Hasher
from attune.desk.roles import Role
from desk.conftest import House

PASSWORD = "twelve angry clowns"
TICKED = ["0", "1", "2", "3"]
"""Every line of a checklist, as its form sends them."""
_HASH: list[str] = []


class Clock:
    """Time stands still until it is moved."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Browser:
    """A browser without scripts, from an address of its own."""

    def __init__(self, app: Starlette, address: str = "127.0.0.1", **headers: str) -> None:
        transport = httpx.ASGITransport(app, client=(address, 40000))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)

    async def gets(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def sees(self, path: str) -> str:
        return (await self.client.get(path)).text

    async def sends(self, path: str, page: str, **fields: str | list[str]) -> httpx.Response:
        token = re.search(r'name="token" value="(\w+)"', await self.sees(page))
        assert token, page
        return await self.client.post(path, data={"token": token[1], **fields})

    async def signs_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.sends("/sign-in", "/sign-in", name=name, password=password)


def employs(house: House, name: str, role: Role, *queues: str, shown: str | None = None) -> Accounts:
    """Add an account with the usual password; the display name is the capitalised name."""
    if not _HASH:
        _HASH.append(Hasher().hash(PASSWORD))
    accounts = Accounts(house.engine, secrets.token_hex)
    accounts.add(Account(name, shown or name.capitalize(), role, queues, False, ""), _HASH[0])
    return accounts


async def arrives(house: House, name: str, app: Starlette | None = None) -> Browser:
    """Somebody signed in with the usual password."""
    browser = Browser(app or create(house.settings))
    answer = await browser.signs_in(name)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/")
    return browser
