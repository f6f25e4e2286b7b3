"""Attune: an empathy layer for Rasa assistants."""
