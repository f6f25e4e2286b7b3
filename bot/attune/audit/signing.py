"""Checkpoints are signed, so that who can write to the database cannot make one (AUD-4); Ed25519, RFC 8032."""

import hashlib
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from attune.errors import AttuneError
from attune.settings import Settings

PURPOSE = "audit-checkpoint"
HEX = re.compile(r"[0-9a-f]{64}")


class NoKey(AttuneError):
    """A file holds no public key."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} holds no public key. Give what `attune audit key` wrote: 64 hex digits.")


def private(settings: Settings) -> Ed25519PrivateKey:
    """The key of this installation, made from its secret; who has the database alone does not have it."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.key(PURPOSE)))


def public(settings: Settings) -> Ed25519PublicKey:
    """What an auditor is given to tell this installation's checkpoints from forged ones."""
    return private(settings).public_key()


def as_hex(key: Ed25519PublicKey) -> str:
    """A public key as 64 hex digits."""
    return key.public_bytes_raw().hex()


def read(path: Path) -> Ed25519PublicKey:
    """A public key from a file; raises NoKey."""
    text = path.read_text(encoding="utf-8", errors="replace").strip().lower()
    if not HEX.fullmatch(text):
        raise NoKey(path)
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def name(key: Ed25519PublicKey) -> str:
    """A short name for a key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def is_by(key: Ed25519PublicKey, signature: str, body: bytes) -> bool:
    """Whether the signature (hex) over these bytes was made with the key's other half."""
    try:
        key.verify(bytes.fromhex(signature), body)
    except (InvalidSignature, ValueError):
        return False
    return True
