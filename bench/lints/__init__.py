"""How well the lints tell wordings that must not be said from those that may, beside a plain list of phrases."""
