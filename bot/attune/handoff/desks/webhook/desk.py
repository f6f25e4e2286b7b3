"""Another desk, reached by signed webhooks: each of the three calls is a POST of one activity."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from attune.handoff import signing
from attune.handoff.desks.webhook import activities
from attune.handoff.desks.webhook.activities import Activity
from attune.handoff.desks.webhook.address import Address
from attune.handoff.packet import Packet

TIMEOUT = 15.0
"""Seconds; the Standard Webhooks spec asks for 15 to 30."""


@dataclass(frozen=True)
class WebhookDesk:
    """The desk at one address. Any 2xx means taken; all else raises httpx.HTTPError, and the courier tries again.

    The other side tells a repeated call by the activity's id, which is the same each time; `clock` gives unix seconds.
    """

    address: Address
    clock: Callable[[], float]
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=TIMEOUT))

    def deliver(self, packet: Packet) -> None:
        """Send `handoff.initiate` with the words and the packet."""
        self.post(activities.initiate(packet))

    def note(self, handoff_id: str, note_id: str, text: str, at: float) -> None:
        """Send `attune.note`."""
        self.post(activities.note(handoff_id, note_id, text, at))

    def close(self, handoff_id: str, at: float) -> None:
        """Send `handoff.status` with the state `completed`."""
        self.post(activities.close(handoff_id, at))

    def post(self, activity: Activity) -> None:
        """Send one activity, signed anew; raises httpx.HTTPError unless it was taken."""
        body = json.dumps(activity, ensure_ascii=False)
        headers = signing.headers(signing.message_id(activity["id"]), body, self.address.secret, self.clock())
        self.client.post(self.address.url, content=body, headers=headers).raise_for_status()
