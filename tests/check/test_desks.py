"""`attune check` says when the chosen desk could take nobody over."""

import base64

import pytest

from attune.check.desks import desks
from attune.handoff.desks.choice import DESK
from attune.handoff.desks.webhook.address import SECRET, URL

pytestmark = pytest.mark.rasa

GOOD = "whsec_" + base64.b64encode(b"k" * 24).decode()


@pytest.mark.parametrize("environ", [
    {}, {DESK: "builtin"}, {DESK: "webhook", URL: "https://desk.example.org", SECRET: GOOD},
], ids=str)
def test_a_desk_that_can_be_used_is_no_finding(environ: dict[str, str]) -> None:
    assert list(desks(environ)) == []


@pytest.mark.parametrize(("environ", "names"), [
    ({DESK: "zendesk"}, [DESK]),
    ({DESK: "webhook"}, [URL, SECRET]),
    ({DESK: "webhook", URL: "http://desk.example.org", SECRET: GOOD}, [URL]),
    ({DESK: "webhook", URL: "https://desk.example.org", SECRET: "x"}, [SECRET]),
], ids=str)
def test_check_names_every_setting_that_cannot_be_used(environ: dict[str, str], names: list[str]) -> None:
    found = list(desks(environ))

    assert [(finding.severity, finding.file) for finding in found] == [("error", name) for name in names]
