"""The door: turns in, letters out, and who may speak."""
