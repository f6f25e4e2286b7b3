"""The memory: what was decided and done, and proof that nobody changed it."""
