"""Take the pictures of docs/desk.md: a desk that really runs, with invented customers of the demo shop.

    python tools/desk_pictures.py [FOLDER]

Needs Chromium (Debian: `apt install chromium`). FOLDER is docs/images by default.
"""

import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from attune import database, settings
from attune.channel.mailbox import Letter, Mailbox
from attune.consent.permission import Permission, State
from attune.desk.app import create
from attune.handoff.agent import Counter
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.note import Note
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from attune.policy.protocol import Reason
from attune.settings import Settings
from attune.signals.reading import Crisis, Cue, Emotion, Reading

IMAGES = Path(__file__).parents[1] / "docs" / "images"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
MINUTE = 60.0

Said = tuple[str, str, Emotion, int, str, str]
"""A customer's words, their intent, emotion and intensity, the words that show it, and the assistant's answer."""
PARCEL: tuple[Said, ...] = (
    ("hi, where is my parcel? order 1042", "order_status", "neutral", 90, "",
     "Order 1042 is on its way. It should arrive by Friday."),
    ("that is what you said last week", "order_status", "frustration", 520, "last week",
     "That sounds frustrating. Order 1042 is on its way."),
    ("this is the THIRD time I ask and still nothing!!", "order_status", "frustration", 820, "THIRD time I ask",
     "That sounds really frustrating. I can bring a colleague into this chat."),
    ("yes please, get me a person", "request_human", "frustration", 480, "", "A person from our team has been called."),
)
REFUND: tuple[Said, ...] = (
    ("my refund for order 2077 has not come", "refund_status", "anxiety", 430, "has not come",
     "The refund for order 2077 was sent on Monday."),
    ("I need that money for the rent, I am really worried", "refund_status", "anxiety", 680, "really worried",
     "That sounds worrying. I can bring a colleague into this chat."),
)
INVOICE: tuple[Said, ...] = (
    ("can I get an invoice for order 3310?", "invoice_copy", "neutral", 60, "",
     "I can send the invoice by e-mail."),
    ("a person please", "request_human", "neutral", 80, "", "A person from our team has been called."),
)


class Shop:
    """The installation in which the invented customers wait."""

    def __init__(self, here: Settings, now: float) -> None:
        self.settings, self.now = here, now
        self.engine = database.engine(here.db_url)
        self.rules, self.mailbox = protocol.load(here.protocol), Mailbox(self.engine)
        self.outbox, self.desk, self.counter = Outbox(self.engine), BuiltinDesk(self.engine), Counter(self.engine)

    def waits(self, name: str, story: tuple[Said, ...], minutes: float, consent: State = "granted",
              reason: Reason = "customer_request") -> Packet:
        """Let a customer tell their story and wait for so many minutes."""
        opened = self.now - MINUTE * minutes
        events = [event for said in story for event in _events(said)]
        state = {"sender_id": name, "slots": {"order_id": story[0][0].rsplit(" ", 1)[-1].rstrip("?")}, "events": events,
                 "latest_input_channel": "web"}
        packet = build(state, Permission(agent=consent), self.rules, Ticket(f"h-{name}", 1, reason, opened))
        self.outbox.open(packet, opened)
        self.desk.deliver(packet)
        for number, (words, _, _, _, _, answer) in enumerate(story):
            at = opened - MINUTE * (len(story) - number)
            self.mailbox.append(name, "customer", words, message_id=f"c{number}", at=at)
            self.mailbox.append(name, "bot", answer, message_id=f"b{number}", at=at + 2)
        return packet

    def taken(self, name: str, agent: str, minutes: float, *replies: str) -> None:
        """Let an agent have the conversation, and write."""
        at = self.now - MINUTE * minutes
        self.counter.claim(name, agent, f"{agent}, a person from our team, has joined this conversation.", at)
        for number, text in enumerate(replies):
            self.counter.reply(Letter(0, name, f"person-{name}-{number}", "person", text, at + 30, agent))

    def opens(self) -> None:
        """An afternoon at the desk."""
        self.waits("s-1", REFUND, 2, "refused", "safety")
        self.waits("s-2", PARCEL, 6)
        self.waits("s-3", INVOICE, 11, "unknown")
        self.waits("s-4", REFUND, 31)
        self.waits("s-5", PARCEL, 55)
        self.taken("s-4", "Bo", 25, "Hello, I have your refund in front of me.")
        self.taken("s-5", "Ada", 50, "Hello, I have read the conversation so far.")
        self.desk.add_note("h-s-2", "n-1", Note("The depot answers after two o'clock.", self.now - 3 * MINUTE, "Bo"))


def _events(said: Said) -> list[dict[str, object]]:
    words, intent, emotion, intensity, shown, answer = said
    cues = (Cue(words.index(shown), words.index(shown) + len(shown), "shown"),) if shown else ()
    parsed = {"intent": {"name": intent}, "attune": Reading(emotion, intensity, {}, Crisis(), cues=cues).as_dict()}
    return [{"event": "user", "text": words, "parse_data": parsed},
            {"event": "action", "name": f"action_check_{intent}"}, {"event": "bot", "text": answer, "metadata": {}}]


@contextmanager
def running(here: Settings) -> Iterator[str]:
    """The address of a desk that runs in this process."""
    config = uvicorn.Config(create(here), port=here.desk_port, log_level="critical", ws="none",
                            timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield here.desk_url
    server.should_exit = True
    thread.join(10)


def take(browser: Browser, address: str, folder: Path) -> None:
    """Every picture, each in a window of its own."""
    for name, path, scheme, width, height in (
        ("queue", "/", "light", 1280, 800), ("conversation", "/conversation/s-2", "light", 1280, 900),
        ("conversation-dark", "/conversation/s-5", "dark", 1280, 900), ("load", "/load", "light", 1280, 800),
        ("phone", "/", "light", 390, 844),
    ):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        _sit_down(page, address)
        page.goto(address + path)
        if name == "conversation":
            page.get_by_role("button", name="Take over").click()
        page.wait_for_timeout(800)
        page.screenshot(path=folder / f"desk-{name}.png")
        page.close()


def _sit_down(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Your display name").fill("Ada")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def main(folder: Path = IMAGES) -> int:
    """Take the pictures."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        sys.stderr.write("There is no Chromium to take pictures with. Install it (Debian: apt install chromium).\n")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free, tempfile.TemporaryDirectory() as var:
        free.bind(("127.0.0.1", 0))
        here = settings.load({"ATTUNE_VAR": var, "ATTUNE_DESK_PORT": str(free.getsockname()[1])})
        free.close()
        Shop(here, time.time()).opens()
        with running(here) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            take(browser, address, folder)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
