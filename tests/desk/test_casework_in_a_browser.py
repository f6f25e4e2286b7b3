"""The desk's work in a real browser, by keyboard and on a phone; and axe-core finds nothing wrong with any page."""

import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from attune.channel.ownership import Ownership
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk
from desk.conftest import House
from desk.danger import danger
from desk.people import employs
from desk.test_desk_in_a_browser import sits_down, ticks

PAGES = ("/", "/?show=mine&queue=care", "/load",
         *(f"/conversation/{name}" for name in ("c-1", "c-2", "c-3", "none")))
CONTROLS = "button, select, textarea, summary, nav a, label.choice"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with the first place."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found
            if one["impact"] in ("serious", "critical")]


def busy(house: House) -> None:
    """One that waits, one of Ada's for safety, one with an alarm."""
    for number, reason in enumerate(("customer_request", "safety", "customer_request"), 1):
        house.waits(f"c-{number}", reason=reason)
    for name in ("c-2", "c-3"):
        Counter(house.engine).claim(name, "Ada", "Ada, a person from our team, joined.", time.time())
    danger(house, "c-3")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(house: House, served: str, page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(served)
    wrong = findings(page)
    busy(house)
    sits_down(page, served)
    for path in PAGES:
        page.goto(served + path)
        for summary in page.locator("summary").all():
            summary.click()
        wrong += findings(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path

    assert wrong == []


@pytest.mark.parametrize(("name", "path"), [("root", "/accounts"), ("ann", "/audit")])
def test_axe_finds_nothing_serious_where_administrators_and_auditors_work(
    house: House, served: str, page: Page, name: str, path: str,
) -> None:
    for one, role in (("root", "admin"), ("ann", "auditor")):
        employs(house, one, role)  # type: ignore[arg-type]
    page.goto(served)
    wrong = findings(page)
    page.get_by_label("Name of your account").fill(name)
    page.get_by_label("Password").fill("twelve angry clowns")
    page.keyboard.press("Enter")
    expect(page).to_have_url(served + path)

    assert wrong + findings(page) == []


def test_axe_would_find_what_is_wrong(page: Page) -> None:
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><button></button></main></html>")

    assert [one.split(": ")[1] for one in findings(page)] == ["button-name"]


def test_every_control_is_24_pixels_or_more(house: House, served: str, page: Page) -> None:
    busy(house)
    sits_down(page, served)
    small = []
    for path in PAGES:
        page.goto(served + path)
        small += page.evaluate("""controls => [...document.querySelectorAll(controls)]
            .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.height < 24 || box.width < 24)).map(([html]) => html)""", CONTROLS)

    assert small == [], small


@pytest.fixture
def waiting(house: House, served: str, page: Page) -> Iterator[Page]:
    """The queue's page with three that wait."""
    for number in (1, 2, 3):
        house.waits(f"c-{number}")
    sits_down(page, served)
    yield page


def test_the_list_is_walked_by_keys_and_only_inside_it(waiting: Page) -> None:
    links = waiting.locator(".queue h2 a")
    expect(waiting.get_by_text("j or ↓ goes on")).to_be_visible()
    waiting.keyboard.press("j")
    expect(waiting.locator(":focus")).to_have_count(0)
    links.first.focus()
    for key, at in (("j", 1), ("ArrowDown", 2), ("j", 2), ("k", 1), ("ArrowUp", 0), ("k", 0), ("j", 1)):
        waiting.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    address = links.nth(1).get_attribute("href")
    waiting.keyboard.press("Enter")

    expect(waiting).to_have_url(f"http://{waiting.url.split('/')[2]}{address}")


def test_a_filter_stays_while_the_queue_changes_by_itself(house: House, waiting: Page) -> None:
    waiting.get_by_role("link", name="Mine").click()
    expect(waiting.get_by_text("No conversation fits here.")).to_be_visible()
    Counter(house.engine).claim("c-2", "Ada", "Ada joined", time.time())

    expect(waiting.locator(".queue li")).to_have_count(1)
    expect(waiting.get_by_role("link", name="Mine")).to_have_attribute("aria-current", "true")
    expect(waiting).to_have_title("(2) Queue · Attune")


def test_the_reply_opens_when_every_line_is_ticked(house: House, waiting: Page) -> None:
    waiting.goto(f"{waiting.url}conversation/c-1")
    waiting.get_by_role("button", name="Take over").click()
    box = waiting.get_by_label("Your reply", exact=False).locator("visible=true").last
    expect(waiting.locator("#text")).to_be_disabled()
    for line in waiting.get_by_role("checkbox").all():
        expect(waiting.locator("#text")).to_be_disabled()
        line.check()
    expect(waiting.locator("#text")).to_be_enabled()
    waiting.locator("#text").fill("Hello.")
    waiting.keyboard.press("Control+Enter")
    expect(waiting.get_by_role("log")).to_contain_text("Hello.")
    expect(waiting.get_by_role("checkbox")).to_have_count(0)
    expect(box).to_be_enabled()


def test_an_agent_notes_passes_on_and_the_colleague_resolves(house: House, waiting: Page) -> None:
    waiting.goto(f"{waiting.url}conversation/c-1")
    expect(waiting.locator(".letter.peak mark")).to_have_text("THIRD time I ask")
    ticks(waiting)
    waiting.get_by_label("Note for colleagues").fill("Asked the depot")
    waiting.get_by_role("button", name="Keep the note").click()
    expect(waiting.get_by_role("status").filter(has_text="The note is kept.")).to_be_visible()
    waiting.get_by_text("Resolve, or pass on").click()
    waiting.get_by_label("Pass on to the queue").select_option("general")
    waiting.get_by_label("Note for the colleague").fill("Needs the refund team")
    waiting.get_by_role("button", name="Pass on", exact=True).click()
    expect(waiting.get_by_text("passed on by Ada at")).to_be_visible()
    assert Ownership(house.engine).owner("c-1").kind == "queue"

    waiting.locator("a[href='/conversation/c-1']").click()
    expect(waiting.get_by_text("Needs the refund team")).to_be_visible()
    expect(waiting.get_by_text("Asked the depot")).to_be_visible()
    waiting.get_by_role("button", name="Take over").click()
    waiting.get_by_text("Resolve, or pass on").click()
    waiting.get_by_label("How it ended").select_option("Solved")
    waiting.get_by_role("button", name="Resolve and give back").click()
    expect(waiting.get_by_role("heading", name="Who needs a person")).to_be_visible()
    assert BuiltinDesk(house.engine).case("c-1") is None


def test_the_load_changes_by_itself(house: House, waiting: Page) -> None:
    waiting.get_by_role("link", name="Load").click()
    row = waiting.get_by_role("row", name="care")
    expect(row).to_contain_text("3")
    Counter(house.engine).claim("c-2", "Bo", "Bo joined", time.time())

    expect(waiting.get_by_role("row", name="Bo")).to_be_visible()
    expect(waiting.get_by_role("link", name="Load")).to_have_attribute("aria-current", "page")
