"""Take the pictures of docs/desk.md: the desk's real pages, with invented customers of the demo shop.

    python tools/desk_pictures.py [FOLDER]

Needs Chromium (Debian: `apt install chromium`). FOLDER is docs/pictures by default. No assistant runs, so the desk's
courier and jobs rest, and whatever they would deliver counts as delivered.
"""

import io
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import uvicorn
from PIL import Image
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
from attune.handoff.tracker_events import TrackerEvents
from attune.policy import protocol
from attune.policy.routing import Reason
from attune.settings import Settings
from attune.signals.reading import Crisis, Cue, Emotion, Reading

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
MINUTE = 60.0
COLOURS = 256
"""Enough for pages of few colours, and a third of the bytes."""

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
DESPAIR: tuple[Said, ...] = (
    ("my refund for order 2077 has not come", "refund_status", "anxiety", 430, "",
     "The refund for order 2077 was sent on Monday."),
    ("I don't want to go on like this", "disclose_crisis", "sadness", 900, "",
     "A person from our team has been called."),
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
        self.waits("s-1", DESPAIR, 2, "refused", "safety")
        self.waits("s-2", PARCEL, 6)
        self.waits("s-3", INVOICE, 11, "unknown")
        self.waits("s-4", REFUND, 31)
        self.waits("s-5", PARCEL, 55)
        self.taken("s-4", "Bo", 25, "Hello, I have your refund in front of me.")
        self.taken("s-5", "Ada", 50, "I have read the conversation so far, so you don't have to repeat it.",
                   "The parcel lies in our depot. I have asked them to bring it tomorrow; I stay until they answer.")
        self.desk.add_note("h-s-2", "n-1", Note("The depot answers after two o'clock.", self.now - 3 * MINUTE, "Bo"))
        self._arrive()

    def _arrive(self) -> None:
        """Everything is where it belongs."""
        events = TrackerEvents(self.engine)
        for item in self.outbox.pending():
            self.outbox.delivered(item.id, self.now)
        for event in events.pending():
            events.delivered(event, self.now)


def _events(said: Said) -> list[dict[str, object]]:
    words, intent, emotion, intensity, shown, answer = said
    cues = (Cue(words.index(shown), words.index(shown) + len(shown), "shown"),) if shown else ()
    parsed = {"intent": {"name": intent}, "attune": Reading(emotion, intensity, {}, Crisis(), cues=cues).as_dict()}
    return [{"event": "user", "text": words, "parse_data": parsed},
            {"event": "action", "name": f"action_check_{intent}"}, {"event": "bot", "text": answer, "metadata": {}}]


@contextmanager
def running(here: Settings) -> Iterator[str]:
    """The address of a desk whose pages are served in this process."""
    config = uvicorn.Config(create(here), port=here.desk_port, log_level="critical", ws="none", lifespan="off",
                            timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield here.desk_url
    server.should_exit = True
    thread.join(10)


@dataclass(frozen=True)
class View:
    """One picture: its name, the page's path, the colours, and the window's size in pixels."""

    name: str
    path: str
    scheme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 860


VIEWS = (
    View("queue", "/", height=720), View("conversation", "/conversation/s-2"),
    View("safety", "/conversation/s-1"), View("dark", "/conversation/s-5", "dark"), View("load", "/load"),
    View("phone", "/", width=390, height=760),
)
TAKEN_OVER = ("conversation", "safety")


def take(browser: Browser, address: str, folder: Path) -> None:
    """Every picture, each in a window of its own."""
    for view in VIEWS:
        page = browser.new_page(viewport={"width": view.width, "height": view.height}, color_scheme=view.scheme)
        _sit_down(page, address)
        page.goto(address + view.path)
        if view.name in TAKEN_OVER:
            page.get_by_role("button", name="Take over").click()
            page.get_by_role("button", name="Send").wait_for()
        page.wait_for_timeout(800)  # the first news has come
        _keep(page.screenshot(), folder / f"desk-{view.name}.png")
        page.close()


def _keep(picture: bytes, path: Path) -> None:
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _sit_down(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Your display name").fill("Ada")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def main(folder: Path = PICTURES) -> int:
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
