"""Custom actions of the layer: importing this package registers them with the action server."""

from attune_actions.acknowledge import AttuneAcknowledge
from attune_actions.call_back import AttuneCallBack, AttuneRefit
from attune_actions.consent import AttuneConsent
from attune_actions.hand_off import AttuneHandOff
from attune_actions.leave_queue import AttuneLeaveQueue
from attune_actions.rights import AttuneExport, AttuneForget
from attune_actions.tell_place import AttuneTellPlace

__all__ = [
    "AttuneAcknowledge", "AttuneCallBack", "AttuneConsent", "AttuneExport", "AttuneForget", "AttuneHandOff",
    "AttuneLeaveQueue", "AttuneRefit", "AttuneTellPlace",
]
