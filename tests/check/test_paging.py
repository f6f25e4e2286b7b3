"""`attune check` says when danger nobody answers would reach nobody (HND-5)."""

import base64

import pytest

from attune.check.paging import paging
from attune.handoff.supervisor import SECRET, URL

pytestmark = pytest.mark.rasa

GOOD = "whsec_" + base64.b64encode(b"k" * 24).decode()


def test_hnd_5_production_needs_somebody_to_page() -> None:
    assert [finding.file for finding in paging({}, production=True)] == [URL]
    assert list(paging({}, production=False)) == []
    assert list(paging({URL: "https://pages.example.org", SECRET: GOOD}, production=True)) == []


@pytest.mark.parametrize("production", [True, False])
def test_check_names_every_setting_that_cannot_be_used(production: bool) -> None:
    found = list(paging({URL: "http://pages.example.org", SECRET: "x"}, production))

    assert [(finding.severity, finding.file) for finding in found] == [("error", URL), ("error", SECRET)]
