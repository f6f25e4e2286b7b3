"""docs/desks.md tells the truth: its activities are the real ones, and its own desk keeps the contract."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from attune.consent.permission import Permission
from attune.handoff.desks import Desk, choice
from attune.handoff.desks.webhook import activities, address, inbound, routes
from attune.handoff.desks.webhook.inbound import Doing
from attune.handoff.packet import Packet, Ticket, build
from attune.policy import protocol
from contracts.desk_contract import DeskContract, Shown
from handoff.trackers import state, user

PAGE = (Path(__file__).parents[2] / "docs" / "desks.md").read_text()
SENT, BACK = PAGE.split("### What you are sent")[1].split("### What you send back")
NINE = datetime(2026, 11, 26, 9, tzinfo=timezone.utc).timestamp()
[CODE] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def shown_on(part: str) -> list[dict[str, Any]]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", part, re.DOTALL)]


def example() -> Packet:
    tracker = state([user("where is my order 1042?", "order_status"), user("a person please", "request_human")],
                    {"attune_country": "GB"})
    return build(tracker, Permission(), protocol.load(), Ticket("h-1", 1, "customer_request", NINE))


def test_what_is_sent_is_what_the_page_shows() -> None:
    assert shown_on(SENT) == [
        activities.initiate(example()), activities.words("h-1", 12, "are you there?", NINE + 120),
        activities.note("h-1", "h-1/note", "The customer goes on with the assistant.", NINE + 180),
        activities.close("h-1", NINE + 1200),
    ]


def test_what_the_page_says_to_send_back_means_what_it_says() -> None:
    assert [inbound.parse(json.dumps(activity).encode()) for activity in shown_on(BACK)] == [
        Doing("accepted", "h-1", "a-1", "Ada"), Doing("said", "h-1", "a-2", "Ada", "I have your order here."),
        Doing("failed", "h-1", "a-3", "", "Nobody who knows about orders is here."),
        Doing("completed", "h-1", "a-4", "Ada"),
    ]


@pytest.mark.parametrize("schema", [activities.SCHEMA, inbound.SCHEMA], ids=lambda path: path.name)
def test_the_schemas_are_schemas_and_named(schema: Path) -> None:
    Draft7Validator.check_schema(json.loads(schema.read_text()))

    assert f"bot/attune/handoff/desks/webhook/{schema.name}" in PAGE


def test_every_setting_every_desk_and_every_answer_is_named() -> None:
    for name in (choice.DESK, address.URL, address.SECRET, routes.PATH):
        assert f"`{name}`" in PAGE
    for desk in choice.DESKS:
        assert re.search(rf"^\| `{desk}`", PAGE, re.MULTILINE)
    assert {str(code) for code in (*routes.STATUS.values(), 200, 409)} <= set(re.findall(r"\b\d{3}\b", BACK))


def test_a_desk_of_your_own_is_short() -> None:
    assert len(CODE.splitlines()) < 100


class TestTheDeskOnThePage(DeskContract):
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        names: dict[str, Any] = {}
        exec(CODE, names)
        found: Desk = names["FolderDesk"](tmp_path / "desk")
        return found

    @pytest.fixture
    def shown(self, desk: Desk, tmp_path: Path) -> Shown:
        return lambda: {case["packet"]["handoff_id"]: case["packet"]["version"]
                        for case in _cases(tmp_path) if case["packet"]}

    @pytest.fixture
    def noted(self, desk: Desk, tmp_path: Path) -> Callable[[str], list[str]]:
        return lambda handoff: [note["text"] for path in (tmp_path / "desk").glob(f"{handoff}.json")
                                for note in json.loads(path.read_text())["notes"].values()]

    def test_an_id_is_no_way_out_of_the_folder(self, desk: Desk, tmp_path: Path, packet: Packet) -> None:
        desk.deliver(packet | {"handoff_id": "../../h-1"})

        assert [path.name for path in tmp_path.rglob("*.json")] == ["..%2F..%2Fh-1.json"]


def _cases(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in (folder / "desk").glob("*.json")]
