"""`attune check` says when danger nobody answers would reach nobody (HND-5)."""

import base64

import pytest

from attune.check.paging import paging
from attune.handoff.supervisor import SECRET, URL

pytestmark = pytest.mark.rasa

GOOD = "whsec_" + base64.b64encode(b"k" * 24).decode()


def test_hnd_5_production_needs_somebody_to_page() -> None:
    whole = {URL: "https://pages.example.org", SECRET: GOOD, "ATTUNE_DESK_URL": "https://desk.example.org"}

    assert [finding.file for finding in paging({}, production=True)] == [URL, "ATTUNE_DESK_URL"]
    assert list(paging({}, production=False)) == []
    assert list(paging(whole, production=True)) == []


@pytest.mark.parametrize("production", [True, False])
def test_check_names_every_setting_that_cannot_be_used(production: bool) -> None:
    found = list(paging({URL: "http://pages.example.org", SECRET: "x", "ATTUNE_DESK_URL": "https://a.org"}, production))

    assert [(finding.severity, finding.file) for finding in found] == [("error", URL), ("error", SECRET)]
