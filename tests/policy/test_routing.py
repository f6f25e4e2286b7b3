"""Which line of the routing table a handoff comes to (HND-2, HND-5)."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.policy import routing
from attune.policy.routing import Request, choose

TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/policy/routing.yml").read_text())
QUEUES = [routing.queue(line) for line in TABLE["queues"]]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["why"])
def test_hnd_2_the_first_line_that_fits_decides(case: dict[str, Any]) -> None:
    request = Request(**{"reason": "customer_request", **case["request"]})

    assert choose(QUEUES, request).queue == case["queue"]


@given(st.builds(Request, reason=st.just("safety"), intensity=st.integers(0, 1000), intents=st.lists(st.text()),
                 language=st.text(), slots=st.dictionaries(st.just("order_total"), st.one_of(st.text(), st.floats()))))
def test_hnd_5_danger_jumps_whatever_else_is_so(request: Request) -> None:
    assert choose(QUEUES, request).priority == 1


@given(st.one_of(st.text(), st.none(), st.floats(), st.booleans(), st.lists(st.text())))
def test_whatever_a_slot_holds_a_line_is_found(value: object) -> None:
    assert choose(QUEUES, Request("customer_request", slots={"order_total": value})) in QUEUES
