"""A copy of one's data is handed to the browser that holds the conversation's cookie, and to no other (CON-7)."""

import time

import httpx
import pytest
from playwright.sync_api import Page, expect

from attune.channel.copies import LASTS, Copies
from attune.database import engine
from channel.browserless import Customer, Server
from channel.test_chat_page import conversation, opened

pytestmark = pytest.mark.rasa


def fetch(customer: Customer) -> httpx.Response:
    return customer.http.get(f"{customer.server.url}/export")


def test_con_7_a_copy_is_a_file_for_its_owner_alone(server: Server) -> None:
    anna, bob = Customer(server), Customer(server)
    Copies(engine(server.db_url)).put(anna.conversation, "# All — of it\n", time.time())
    answer = fetch(anna)

    assert (answer.status_code, answer.text) == (200, "# All — of it\n")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.md"'
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert fetch(bob).status_code == 404


def test_without_a_copy_the_answer_says_how_to_get_one(server: Server) -> None:
    answer = fetch(Customer(server))

    assert (answer.status_code, answer.text) == (404, "There is no copy of your data ready. Ask for one in the chat.\n")


def test_a_copy_whose_day_is_over_is_not_handed_out(server: Server) -> None:
    anna = Customer(server)
    Copies(engine(server.db_url)).put(anna.conversation, "old", time.time() - LASTS)

    assert fetch(anna).status_code == 404


def test_without_the_cookie_there_is_nothing(server: Server) -> None:
    assert httpx.get(f"{server.url}/export").status_code == 401


def test_con_7_in_the_chat_the_copy_is_one_click_away(page: Page, server: Server) -> None:
    log = opened(page, server)
    Copies(engine(server.db_url)).put(conversation(page), "# All of it\n", 4_000_000_000.0)
    text = "Here it is: /webhooks/web/export Open it here. <b>not bold</b> /webhooks/web/exports"
    server.mailbox.append(conversation(page), "bot", text, message_id="copy", at=1.0)
    link = log.get_by_role("link", name="your data as a file")
    with page.expect_download() as download:
        link.click()

    expect(link).to_have_count(1)
    expect(log).to_contain_text("Here it is: your data as a file Open it here. <b>not bold</b> /webhooks/web/exports")
    assert download.value.suggested_filename == "my-data.md"
    assert download.value.path().read_text() == "# All of it\n"
