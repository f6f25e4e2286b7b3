"""One real conversation through everything: chat page, Rasa, action server, desk, audit; and the same with a no."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.stack import RunningStack, running

pytestmark = pytest.mark.stack
REPOSITORY = Path(__file__).parents[2]
PICTURES = os.environ.get("ATTUNE_PICTURES")
"""A folder that receives the screenshots of the README, when they are to be taken again."""
AGENT = "Robin"
COMPLAINT = "where is my order 1042, this is the THIRD time I ask!!"


def opened(browser: Browser, stack: RunningStack) -> Page:
    """The page of a customer who has opened the chat."""
    page = browser.new_context(viewport={"width": 760, "height": 1240}).new_page()
    page.goto(stack.chat_url)
    return page


def signed_in(browser: Browser, stack: RunningStack) -> Page:
    """The page of an agent who has signed in at the desk."""
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.goto(stack.desk_url)
    page.get_by_label("Your display name").fill(AGENT)
    page.get_by_role("button", name="Sign in").click()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def letters(page: Page) -> list[str]:
    """The words of every message in the log, in order."""
    return page.locator("#log .words").all_inner_texts()


def arrives(page: Page, words: str, sender: str = "bot", within: float = 15) -> None:
    """A message with these words from this sender appears as the last of its kind."""
    expect(page.locator(f"#log .{sender} .words").filter(has_text=words).last).to_be_visible(timeout=1000 * within)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def verify(stack: RunningStack, *options: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "attune.cli", "audit", "verify", *options], capture_output=True,
                          text=True, check=False, env={**os.environ, "ATTUNE_VAR": str(stack.var)})


def complain(customer: Page) -> None:
    """The beginning both conversations share: an annoyed question, its answer, and the wish for a person."""
    arrives(customer, "automated assistant")
    assert "automated assistant" in letters(customer)[0]
    say(customer, COMPLAINT)
    expect(customer.locator("#log .words").nth(3)).to_be_visible(timeout=15_000)  # an acknowledgement, then an answer
    told = letters(customer)
    assert told[1] == COMPLAINT
    assert "Order 1042" not in told[2]  # it may say what the question is about (LNG-3), and no more
    assert "Order 1042" in told[3]
    say(customer, "get me a human")
    arrives(customer, "how this has gone")


def test_heard_acknowledged_helped_handed_over_and_recorded(
    stack: RunningStack, browser: Browser,
) -> None:
    customer, agent = opened(browser, stack), signed_in(browser, stack)
    complain(customer)
    customer.get_by_role("button", name="Yes, pass it on").click()
    arrives(customer, "change your mind")
    agent.locator(f'a[href="/conversation/{customer_id(stack, COMPLAINT)}"]').first.click()  # others may wait too

    expect(agent.get_by_text("How it has been going")).to_be_visible()
    expect(agent.locator("svg.curve")).to_be_visible()
    expect(agent.get_by_text("THIRD time").first).to_be_visible()
    expect(agent.get_by_role("heading", name="What the assistant tried")).to_be_visible()

    agent.get_by_role("button", name="Take over").click()
    arrives(customer, AGENT, "notice")
    for line in agent.get_by_role("group", name="Before your first reply").get_by_role("checkbox").all():
        line.check()
    agent.get_by_label("Your reply").fill("Hello, I have your order 1042 in front of me.")
    agent.get_by_role("button", name="Send").click()
    arrives(customer, "I have your order 1042 in front of me.", "person", within=2)
    expect(customer.locator("#log .person .who").last).to_have_text(f"{AGENT}, person from our team")
    picture(customer, "chat")
    before = len(letters(customer))
    say(customer, "thank you, when are you open tomorrow?")
    expect(agent.get_by_text("when are you open tomorrow?").first).to_be_visible()
    customer.wait_for_timeout(3000)
    assert len(letters(customer)) == before + 1, "the bot is silent while a person speaks"
    picture(agent, "desk")

    agent.get_by_role("button", name="Give back to the assistant").click()
    arrives(customer, "automated assistant is back")
    arrives(customer, "May we keep how your messages sounded")  # the last thing said before the customer writes again
    spoken = customer.locator("#log .bot").count()
    say(customer, "what are your opening hours?")
    expect(customer.locator("#log .bot")).to_have_count(spoken + 1)

    conversation = customer_id(stack, "Hello, I have your order 1042 in front of me.")
    customer.wait_for_timeout(2000)
    verified = verify(stack, "--json", "--list", "--conversation", conversation)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert decided(verified.stdout) >= {"opening", "acknowledge", "hand_over", "consent", "person_speaks",
                                         "handed_back"}
    assert find_all(json.loads(verified.stdout), "step") == ["called", "joined", "left"]  # AUD-8


def decided(output: str) -> set[str]:
    """The rows of the decision table that the audit lists."""
    return set(find_all(json.loads(output), "row"))


def find_all(output: dict, key: str) -> list[str]:
    """What the listed Records hold under a name, in order."""
    return [str(record["facts"][key]) for record in output["records"] if key in record["facts"]]


def customer_id(stack: RunningStack, words: str) -> str:
    """The conversation in which somebody wrote these words."""
    from sqlalchemy import select

    from attune.channel.mailbox import LETTERS
    from attune.database import engine

    with engine(stack.settings.db_url).connect() as connection:
        query = select(LETTERS.c.conversation_id).where(LETTERS.c.text == words)
        return str(connection.execute(query).scalar_one())


def test_after_a_no_only_reason_and_request_are_passed_on_and_no_byte_of_a_reading_is_stored(
    browser: Browser, tmp_path: Path,
) -> None:
    with running(REPOSITORY, tmp_path / "var") as stack:
        customer = opened(browser, stack)
        complain(customer)
        customer.get_by_role("button", name="No, don't").click()
        arrives(customer, "The help you get is the same")
        agent = signed_in(browser, stack)
        agent.get_by_role("link", name="order", exact=False).first.click()
        expect(agent.get_by_role("button", name="Take over")).to_be_visible()

        packet = packet_of(stack)
        reading = read(stack, COMPLAINT)

        assert packet["reason"] == "customer_request"
        assert "context" not in packet
        assert agent.locator("svg.curve").count() == 0
        assert reading["emotion"] in ("frustration", "anger")
        assert traces(stack.var, reading) == []
    assert traces(tmp_path / "var", reading) == []


def packet_of(stack: RunningStack) -> dict:
    """The one packet on the desk."""
    from sqlalchemy import select

    from attune.database import engine
    from attune.handoff.tables import CASES

    with engine(stack.settings.db_url).connect() as connection:
        return json.loads(connection.execute(select(CASES.c.packet)).scalar_one())


def read(stack: RunningStack, text: str) -> dict:
    """What the running model reads in a message."""
    answer = httpx.post(f"{stack.rasa_url}/model/parse", params={"token": stack.token}, json={"text": text}, timeout=30)
    return answer.json()["attune"]


def traces(var: Path, reading: dict) -> list[str]:
    """Files that hold anything of a Reading: its hash, its cues, its fields, the wording it led to."""
    signs = [reading["reader"], *(cue["text_id"] for cue in reading["cues"]), '"intensity"', '"emotion"', '"scores"',
             "utter_acknowledge_frustration", "utter_acknowledge_anger"]
    files = [path for path in sorted(var.rglob("*")) if path.is_file() and path.name != "train.log"]
    assert any(path.name.startswith("tracker.db") for path in files)
    return [f"{path.name}: {sign}" for path in files for sign in signs if sign.encode() in path.read_bytes()]
