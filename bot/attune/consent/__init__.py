"""The permission: what the customer allows, and how they say so."""
