"""Sends every message of the given files to a running assistant over HTTP, each from a customer of its own.

    attune up &
    python bench/every_message.py path/to/*.jsonl

Each line is a JSON object with `text`. Prints how many messages got no answer or an error, and how long an answer took
(median, 95th percentile, most; milliseconds). Exit code 1 when a message went unanswered or a log holds a traceback.
"""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path
from uuid import uuid4

import click
import httpx
from tqdm import tqdm

from attune.settings import load

AT_ONCE = 2
PATIENCE = 60.0
SHOWN = 20


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--first", type=int, help="Only the first N messages of each file.")
def main(files: tuple[Path, ...], first: int | None) -> None:
    """Send every message and judge the answers."""
    texts = [json.loads(line)["text"] for path in files for line in path.read_text().splitlines()[:first]]
    settings = load()
    results = asyncio.run(_send(f"{settings.rasa_url}/webhooks/rest/webhook", texts))
    tracebacks = [log.name for log in (settings.var / "log").glob("*.log") if "Traceback" in log.read_text()]
    times = sorted(1000 * seconds for seconds, _ in results)
    failures = [f"{trouble} to {text!r}" for text, (_, trouble) in zip(texts, results, strict=True) if trouble]
    print(f"{len(texts)} messages, {len(failures)} without an answer, logs with a traceback: {tracebacks or 'none'}")
    print(f"answer time in ms: median {statistics.median(times):.0f}, "
          f"95th percentile {times[int(0.95 * len(times))]:.0f}, most {times[-1]:.0f}")
    print("\n".join(failures[:SHOWN]))
    sys.exit(bool(failures or tracebacks))


async def _send(url: str, texts: list[str]) -> list[tuple[float, str | None]]:
    turnstile = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        with tqdm(total=len(texts), unit="message") as bar:
            return await asyncio.gather(*(_ask(client, url, text, turnstile, bar) for text in texts))


async def _ask(
    client: httpx.AsyncClient, url: str, text: str, turnstile: asyncio.Semaphore, bar: "tqdm[None]",
) -> tuple[float, str | None]:
    async with turnstile:
        began = time.monotonic()
        answer = await client.post(url, json={"sender": uuid4().hex, "message": text})
        bar.update()
        spoken = [part.get("text") for part in answer.json()] if answer.is_success else []
        # the first part is the disclosure; an answer has to follow it
        trouble = None if len([part for part in spoken if part]) > 1 else f"{answer.status_code} {spoken}"
        return time.monotonic() - began, trouble


if __name__ == "__main__":
    main()
