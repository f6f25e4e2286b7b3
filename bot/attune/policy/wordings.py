"""Which wordings an assistant has: one hash over all of them, for the audit (AUD-8)."""

import hashlib
import json
from collections.abc import Mapping


def digest(responses: Mapping[str, object]) -> str:
    """SHA-256 over every response of a merged domain: names, texts, buttons, conditions."""
    return hashlib.sha256(json.dumps(responses, sort_keys=True, default=str).encode()).hexdigest()
