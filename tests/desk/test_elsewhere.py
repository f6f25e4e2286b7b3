"""What another desk brings into the desk's process: its address, what runs beside the courier, who tells of alarms."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from attune import database
from attune.desk import wordings
from attune.desk.elsewhere import Elsewhere, connect
from attune.errors import AttuneError
from attune.handoff.desks.builtin import BuiltinDesk
from attune.handoff.desks.chatwoot import account
from attune.handoff.desks.choice import DESK
from attune.handoff.desks.webhook.desk import WebhookDesk
from handoff.test_choice import WHOLE

CHATWOOT = {DESK: "chatwoot", account.URL: "http://127.0.0.1:3000", account.ACCOUNT: "1", account.TOKEN: "t" * 24,
            account.SECRET: "s" * 24, account.INBOX: "abc"}


def connected(environ: Mapping[str, str], folder: Path) -> Elsewhere:
    engine = database.engine(f"sqlite:///{folder}/attune.db")
    return connect(environ, BuiltinDesk(engine), engine, wordings.load()["notices"], time.time)


def test_the_built_in_desk_needs_nothing_more_and_shows_alarms_itself(tmp_path: Path) -> None:
    there = connected({}, tmp_path)

    assert isinstance(there.desk, BuiltinDesk)
    assert (there.routes, there.beside, there.tells_alarms) == ((), (), True)


def test_hnd_5_a_desk_behind_a_webhook_has_an_address_a_relay_and_alarms_as_notes(tmp_path: Path) -> None:
    there = connected(WHOLE, tmp_path)

    assert isinstance(there.desk, WebhookDesk)
    assert [route.path for route in there.routes] == ["/handoff-webhook"]
    assert (len(there.beside), there.tells_alarms) == (1, False)


def test_hnd_5_chatwoot_has_an_address_and_a_lane_that_tells_of_alarms(tmp_path: Path) -> None:
    there = connected(CHATWOOT, tmp_path)

    assert [(route.path, route.methods) for route in there.routes] == [("/chatwoot", {"POST"})]
    assert (len(there.beside), there.tells_alarms) == (1, True)


@pytest.mark.parametrize(("environ", "missing"), [
    ({DESK: "slack"}, DESK), ({DESK: "webhook"}, "ATTUNE_HANDOFF_URL"), ({DESK: "chatwoot"}, account.URL),
], ids=str)
def test_a_desk_that_cannot_be_used_stops_the_start_with_what_to_set(
    environ: dict[str, str], missing: str, tmp_path: Path,
) -> None:
    with pytest.raises(AttuneError, match=missing):
        connected(environ, tmp_path)
