"""Custom actions of the layer: importing this package registers them with the action server."""

from attune_actions.acknowledge import AttuneAcknowledge
from attune_actions.consent import AttuneConsent
from attune_actions.hand_off import AttuneHandOff

__all__ = ["AttuneAcknowledge", "AttuneConsent", "AttuneHandOff"]
