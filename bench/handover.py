"""How long a handover takes: from "I want a person" to the desk, and from an agent's words to the customer.

    attune up &
    python bench/handover.py --times 50

Each time a new customer on the chat page asks for a person, the desk's open queue page shows them, an agent takes
over, writes, and gives the conversation back. Beside each figure stands what the machine needs for something plainer in
the same round: the answer to a customer's "hello", and a request to the desk that touches no database.
"""

import json
import re
import statistics
import threading
import time
from collections.abc import Sequence
from urllib.parse import quote
from uuid import uuid4

import click
import httpx
from tqdm import tqdm

from attune.channel import session
from attune.settings import Settings, load

PATIENCE = 30.0
TOKEN = re.compile(r'name="token" value="([^"]*)"')
BOT = re.compile(r'"sender": ?"bot"')
PEERS = {"asked for a person, on the desk": "hello, answered",
         "agent's words, with the customer": "plain request to the desk"}


class Feed:
    """The lines of one stream of events, with the moment each came."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        self._lines: list[tuple[float, str]] = []
        self._came = threading.Condition()
        threading.Thread(target=self._read, args=(client, url), daemon=True).start()

    def when(self, words: str | re.Pattern[str], nth: int = 1) -> float:
        """The moment at which the nth line with these words came; waits for it."""
        with self._came:
            if not self._came.wait_for(lambda: len(self._with(words)) >= nth, PATIENCE):
                raise click.ClickException(f"{words} did not come within {PATIENCE:.0f} s.")
            return self._with(words)[nth - 1]

    def _with(self, words: str | re.Pattern[str]) -> list[float]:
        sought = re.compile(re.escape(words)) if isinstance(words, str) else words
        return [at for at, line in self._lines if sought.search(line)]

    def _read(self, client: httpx.Client, url: str) -> None:
        with client.stream("GET", url, timeout=None) as answer:
            for line in answer.iter_lines():
                with self._came:
                    self._lines.append((time.monotonic(), line))
                    self._came.notify_all()


class Agent:
    """Somebody at the desk, with the queue's page open."""

    def __init__(self, settings: Settings) -> None:
        self._client = httpx.Client(base_url=settings.desk_url, timeout=PATIENCE, trust_env=False,
                                    follow_redirects=True)
        self.act("/sign-in", "/sign-in", name="Bench")
        self.queue = Feed(self._client, "/events/queue")

    def act(self, page: str, path: str, **fields: str) -> float:
        """Send a form of a page; returns the moment it was sent."""
        found = TOKEN.search(self._client.get(page).raise_for_status().text)
        began = time.monotonic()
        self._client.post(path, data={"token": found[1] if found else "", **fields}).raise_for_status()
        return began

    def plain(self) -> float:
        """The seconds of a request that touches no database."""
        began = time.monotonic()
        self._client.get("/health").raise_for_status()
        return time.monotonic() - began


class Customer:
    """Somebody on the chat page."""

    def __init__(self, settings: Settings) -> None:
        self._client = httpx.Client(base_url=f"{settings.rasa_url}/webhooks/web", timeout=PATIENCE, trust_env=False)
        self._client.post("/session", json={}).raise_for_status()
        cookie = self._client.cookies["attune_session"]
        self.conversation = session.unseal(cookie, settings.key("web-session"), time.time()).conversation_id
        self.hears = Feed(self._client, "/stream")

    def says(self, words: str) -> float:
        """Write something; returns the moment it was sent."""
        began = time.monotonic()
        self._client.post("/message", json={"text": words, "message_id": str(uuid4())}).raise_for_status()
        return began


@click.command(epilog="Example: python bench/handover.py --times 50")
@click.option("--times", default=30, show_default=True, type=click.IntRange(min=2), help="How many customers.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def main(times: int, as_json: bool) -> None:
    """Measure handovers with the assistant and the desk that run on this machine."""
    settings = load()
    agent = Agent(settings)
    rounds = [_round(settings, agent) for _ in tqdm(range(times), unit="handover")]
    figures = {name: _spread([1000 * each[name] for each in rounds], "ms") for name in rounds[0]}
    for name, peer in PEERS.items():
        figures[f"{name} / {peer}"] = _spread([each[name] / each[peer] for each in rounds], "times")
    print(json.dumps(figures, indent=1) if as_json else "\n".join(
        f"{name:60} median {found['median']} {found['unit']}, 95th percentile {found['p95']}"
        for name, found in figures.items()))


def _round(settings: Settings, agent: Agent) -> dict[str, float]:
    customer = Customer(settings)
    page = f"conversation/{quote(customer.conversation)}"
    begun = customer.says("hello")
    answered = customer.hears.when(BOT, nth=2) - begun  # the first is the disclosure
    begun = customer.says("I want to talk to a person")
    shown = agent.queue.when(page) - begun
    agent.act(f"/{page}", f"/claim/{quote(customer.conversation)}")
    words = f"Here I am: {uuid4().hex}"
    begun = agent.act(f"/{page}", f"/reply/{quote(customer.conversation)}", text=words, message_id=uuid4().hex)
    heard = customer.hears.when(words) - begun
    plain = agent.plain()
    agent.act(f"/{page}", f"/release/{quote(customer.conversation)}")
    return dict(zip([*PEERS, *PEERS.values()], (shown, heard, answered, plain), strict=True))


def _spread(values: Sequence[float], unit: str) -> dict[str, object]:
    return {"median": round(statistics.median(values), 1), "p95": round(statistics.quantiles(values, n=20)[-1], 1),
            "unit": unit}


if __name__ == "__main__":
    main()
