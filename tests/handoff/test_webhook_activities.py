"""What another desk is sent: the words of the protocol, the packet beside them, and no feeling without a yes."""

import json
import re

import pytest

from attune.consent.permission import Permission
from attune.handoff.desks.webhook import activities, inbound
from attune.handoff.desks.webhook.activities import PACKET_TYPE, Activity, InvalidActivity
from attune.handoff.packet import Packet, Ticket, build, check
from attune.policy import protocol
from attune.signals.reading import EMOTIONS
from handoff.trackers import annoyed

T0 = 1_800_000_000.0


def packet(agent: str = "refused", reason: str = "customer_request") -> Packet:
    ticket = Ticket("h-1", 2, reason, T0)  # type: ignore[arg-type]
    return build(annoyed(attune_country="GB"), Permission(agent=agent), protocol.load(), ticket)  # type: ignore[arg-type]


EVERY = [
    activities.initiate(packet()), activities.initiate(packet("granted", "safety")),
    activities.note("h-1", "h-1/left_queue-1.5", "The customer left.", T0), activities.close("h-1", T0),
    activities.words("h-1", 12, "Hello?", T0),
]


def test_a_handoff_begins_with_what_a_hub_routes_by() -> None:
    sent = activities.initiate(packet(reason="safety"))

    assert (sent["type"], sent["name"], sent["id"]) == ("event", "handoff.initiate", "h-1/2")
    assert sent["conversation"] == {"id": "h-1"}
    assert sent["value"] == {
        "version": 2, "reason": "safety", "queue": "safety", "priority": 1, "skills": [],
        "due": "2027-01-15T08:05:00Z", "language": "en-GB", "country": "GB", "topic": "order status",
    }


def test_the_transcript_holds_the_customers_words_redacted() -> None:
    [transcript, _] = activities.initiate(packet())["attachments"]

    assert (transcript["contentType"], transcript["name"]) == ("application/json", "Transcript")
    said = transcript["content"]["activities"]
    assert [one["text"] for one in said] == packet()["wants"]["words"]
    assert {one["from"]["role"] for one in said} == {"user"}
    assert len({one["id"] for one in said}) == len(said)


def test_the_packet_goes_with_it_whole() -> None:
    [_, attached] = activities.initiate(packet("granted"))["attachments"]

    assert (attached["contentType"], attached["name"]) == (PACKET_TYPE, "Packet")
    assert check(attached["content"]) == packet("granted")


@pytest.mark.parametrize("reason", ["customer_request", "safety"])
def test_hnd_4_without_a_yes_no_feeling_leaves(reason: str) -> None:
    sent = activities.initiate(packet(reason=reason))
    words = set(re.findall(r"\w+", json.dumps(sent)))

    assert words & {*EMOTIONS, "context", "trajectory", "peak", "tier"} == set()
    assert "context" not in sent["attachments"][1]["content"]


def test_with_a_yes_feelings_are_in_the_packet_alone() -> None:
    sent = activities.initiate(packet("granted"))
    attached = sent["attachments"].pop()

    assert "frustration" in json.dumps(attached)
    assert "frustration" not in json.dumps(sent)


@pytest.mark.parametrize("activity", EVERY, ids=lambda activity: str(activity["id"]))
def test_an_echo_of_what_was_sent_changes_nothing(activity: Activity) -> None:
    assert inbound.parse(json.dumps(activity).encode()).kind == "nothing"


@pytest.mark.parametrize("activity", EVERY, ids=lambda activity: str(activity["id"]))
def test_what_does_not_fit_the_schema_is_not_sent(activity: Activity) -> None:
    for key in activity:
        with pytest.raises(InvalidActivity, match=r"outbound\.schema\.json"):
            activities.check({name: value for name, value in activity.items() if name != key})
    with pytest.raises(InvalidActivity):
        activities.check(activity | {"emotion": "anger"})


def test_the_same_thing_is_the_same_activity_each_time() -> None:
    assert activities.initiate(packet()) == activities.initiate(packet())
    assert activities.close("h-1", T0)["id"] == activities.close("h-1", T0 + 60)["id"] == "h-1/close"
    assert activities.note("h-1", "n-1", "a", T0)["id"] == "n-1"
    assert activities.words("h-1", 12, "a", T0)["id"] == "h-1/letter-12"
