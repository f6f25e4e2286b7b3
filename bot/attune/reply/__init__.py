"""The voice: reviewed wordings, help lines and the lints that guard them."""
