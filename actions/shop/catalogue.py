"""The range, from catalogue.json."""

import json
from functools import lru_cache
from pathlib import Path

from shop.values import Product

FILE = Path(__file__).with_name("catalogue.json")


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Product]:
    """Every product by its name."""
    return {entry["name"]: Product(**entry) for entry in json.loads(FILE.read_text(encoding="utf-8"))}


def find(name: str | None) -> Product | None:
    """The product of that name, whatever its capitals; None when the shop does not have it."""
    return catalogue().get((name or "").strip().lower())
