"""The judgement: what must happen next, and why."""
