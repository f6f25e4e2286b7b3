"""Take the pictures of docs/desk.md: a desk that really runs, with invented customers of the demo shop.

    python tools/desk_pictures.py [FOLDER]

Needs Chromium (Debian: `apt install chromium`). FOLDER is docs/pictures by default. Nothing but the desk runs; whatever
it tells Rasa is taken by a server that answers yes.
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
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from attune import database, settings
from attune.channel.mailbox import Letter, Mailbox
from attune.consent.permission import Permission, State
from attune.desk.app import create
from attune.handoff.agent import Counter
from attune.handoff.alarms import Alarms
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.note import Note
from attune.handoff.outbox import Outbox
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from attune.policy.routing import Reason
from attune.settings import Settings
from attune.signals.reading import Crisis, Cue, Emotion, Reading

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
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
DANGER: tuple[Said, ...] = (
    ("my refund for order 2077 has not come", "refund_status", "anxiety", 430, "",
     "The refund for order 2077 was sent on Monday."),
    ("I cannot go on like this", "disclose_crisis", "sadness", 900, "", "A person from our team has been called."),
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
        self.waits("s-1", DANGER, 2, "refused", "safety")
        self.waits("s-2", PARCEL, 6)
        self.waits("s-3", INVOICE, 11, "unknown")
        self.waits("s-4", REFUND, 31)
        self.waits("s-5", PARCEL, 17)
        self.taken("s-4", "Bo", 25, "Hello, I have your refund in front of me.")
        self.taken("s-5", "Ada", 12, "Hello, I have read the conversation so far. I am asking the depot now.")
        self.desk.add_note("h-s-2", "n-1", Note("The depot answers after two o'clock.", self.now - 3 * MINUTE, "Bo"))

    def worries(self) -> None:
        """A customer Ada speaks with writes what may be about danger."""
        now = time.time()
        self.mailbox.append("s-5", "customer", "I can't take this any more", message_id="danger", at=now)
        Alarms(self.engine).sound("s-5", "r-1", at=now, now=now)


def _events(said: Said) -> list[dict[str, object]]:
    words, intent, emotion, intensity, shown, answer = said
    cues = (Cue(words.index(shown), words.index(shown) + len(shown), "shown"),) if shown else ()
    parsed = {"intent": {"name": intent}, "attune": Reading(emotion, intensity, {}, Crisis(), cues=cues).as_dict()}
    tried = [{"event": "action", "name": f"action_check_{intent}"}] if intent.endswith("_status") else []
    return [{"event": "user", "text": words, "parse_data": parsed}, *tried,
            {"event": "bot", "text": answer, "metadata": {}}]


@contextmanager
def serving(app: ASGIApp, port: int) -> Iterator[None]:
    """An application on a port of this machine, in this process."""
    config = uvicorn.Config(app, port=port, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield
    server.should_exit = True
    thread.join(10)


async def _takes_all(_request: Request) -> JSONResponse:
    return JSONResponse({"events": []})


YES = Starlette(routes=[Route("/{path:path}", _takes_all, methods=["GET", "POST"])])


def take(browser: Browser, shop: Shop, folder: Path) -> None:
    """Every picture, each in a window of its own."""
    for name, path, scheme, width, height in (
        ("desk-queue", "/", "light", 1280, 800), ("desk-conversation", "/conversation/s-5", "light", 1280, 1000),
        ("desk-first-reply", "/conversation/s-2", "light", 1280, 1000), ("desk-load", "/load", "light", 1280, 860),
        ("desk-phone", "/conversation/s-2", "light", 390, 844), ("desk-alarm", "/conversation/s-5", "dark", 1280, 900),
    ):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        _sit_down(page, shop.settings.desk_url)
        page.goto(shop.settings.desk_url + path)
        if name == "desk-first-reply":
            page.get_by_role("button", name="Take over").click()
        if name == "desk-alarm":
            shop.worries()
            page.get_by_role("alert").first.wait_for()
        page.wait_for_timeout(800)
        taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        taken.quantize(256, Image.Quantize.MAXCOVERAGE).save(folder / f"{name}.png", optimize=True)
        page.close()


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
    with tempfile.TemporaryDirectory() as var:
        desk, rasa = _free_ports()
        here = settings.load({"ATTUNE_VAR": var, "ATTUNE_DESK_PORT": str(desk), "ATTUNE_RASA_PORT": str(rasa)})
        shop = Shop(here, time.time())
        shop.opens()
        with serving(YES, rasa), serving(create(here), desk), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            take(browser, shop, folder)
            browser.close()
    return 0


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
