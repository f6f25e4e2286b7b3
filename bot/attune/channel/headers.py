"""Security headers of every answer, and where a post may come from."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


def is_json(headers: Mapping[str, str]) -> bool:
    """Whether the body is declared as JSON, which no form on another site can send."""
    return headers.get("content-type", "").split(";")[0].strip().lower() == "application/json"


def is_same_origin(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Whether the post comes from our own page or a listed origin; tools send no Origin and pass."""
    origin = headers.get("origin")
    if origin is None or origin in origins:
        return True
    return bool(origin) and urlsplit(origin).netloc == headers.get("host", "")
