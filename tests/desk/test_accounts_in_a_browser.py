"""Signing in, the accounts and the audit in a real browser: by keyboard, by label, at any width."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from desk.conftest import House, serving
from desk.people import PASSWORD, employs


@pytest.fixture
def staffed(house: House) -> Iterator[str]:
    """The address of a desk with an administrator, an auditor and an agent."""
    employs(house, "root", "admin")
    employs(house, "audrey", "auditor")
    employs(house, "ada", "agent", "care")
    with serving(house) as address:
        yield address


def signs_in(page: Page, address: str, name: str, password: str = PASSWORD) -> None:
    page.goto(address)
    expect(page.get_by_label("Name of your account")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_a_wrong_password_is_announced_and_said_with_the_fields(page: Page, staffed: str) -> None:
    signs_in(page, staffed, "root", "wrong")

    expect(page.get_by_role("alert")).to_contain_text("the name or the password is wrong")
    expect(page.get_by_label("Password")).to_have_accessible_description(page.get_by_role("alert").inner_text())


def test_an_administrator_adds_somebody_who_then_signs_in(page: Page, staffed: str) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    signs_in(page, staffed, "root")
    form = page.get_by_role("region", name="Add an account")
    form.get_by_label("Name to sign in with").fill("bo")
    form.get_by_label("Name customers see").fill("Bo")
    form.get_by_label("Role").select_option("supervisor")
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_role("button", name="Add the account").click()
    expect(page.get_by_role("status").filter(has_text="The account was added.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    signs_in(page, staffed, "bo")

    expect(page.get_by_role("heading", name="Who needs a person")).to_be_visible()
    assert problems == []


def test_an_account_is_closed_by_keyboard(page: Page, staffed: str) -> None:
    signs_in(page, staffed, "root")
    page.get_by_text("Change Ada").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close the account").first.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("The account is closed.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "heading"), [("root", "Who may sit at the desk"), ("audrey", "Is the audit whole?")])
def test_nothing_sticks_out_at_any_width(
    page: Page, staffed: str, width: int, scheme: str, name: str, heading: str,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(staffed)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    signs_in(page, staffed, name)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
