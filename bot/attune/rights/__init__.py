"""The customer's rights: a copy, erasure, an end to keeping, and proof that nothing is kept without a basis."""
