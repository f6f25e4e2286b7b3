"""Check what `attune audit prove` wrote, without Attune: Python and `pip install cryptography`.

    python check_proof.py proof.json PUBLIC_KEY [yesterdays-checkpoint.json]

PUBLIC_KEY is the 64 hex digits you were given by another way than this file. Hashes as RFC 9162, signature Ed25519
(RFC 8032) over the checkpoint's RFC 8785 bytes, which for whole numbers and hex digits are its sorted, dense JSON.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def is_signed(checkpoint, key):
    body = {name: value for name, value in checkpoint.items() if name != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(checkpoint["signature"]), json.dumps(body, sort_keys=True, separators=(",", ":")).encode())
    except InvalidSignature:
        return False
    return True


def included(record, size, root):  # RFC 9162 2.1.3.2
    place, last, found = record["index"], size - 1, sha256(b"\x00" + record["record"].encode()).digest()
    for part in map(bytes.fromhex, record["proof"]):
        if last == 0:
            return False
        found = node(part, found) if place & 1 or place == last else node(found, part)
        while place == last and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return 0 <= record["index"] < size and last == 0 and found == root


def grown(proof, old, new):  # RFC 9162 2.1.4.2
    first, second, proof = bytes.fromhex(old["root"]), bytes.fromhex(new["root"]), list(map(bytes.fromhex, proof))
    if not 0 < old["size"] < new["size"]:
        return old["size"] in (0, new["size"]) and not proof and (old["size"] == 0 or first == second)
    place, last = old["size"] - 1, new["size"] - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    path = proof if place else [first, *proof]
    before = after = path[0] if path else b""
    for part in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node(part, before), node(part, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node(after, part)
        place, last = place >> 1, last >> 1
    return last == 0 and (before, after) == (first, second)


def check(proof, key, known=None):
    new, since = proof["checkpoint"], proof["since"]
    yield "the checkpoint is signed by that key", is_signed(new, key)
    for record in proof["records"]:
        is_in = included(record, new["size"], bytes.fromhex(new["root"]))
        yield f"record {record['index']} stands in the ledger of {new['size']} as it was hashed", is_in
    if since:
        yield "the older checkpoint is signed by that key", is_signed(since["checkpoint"], key)
        yield "nothing before the older checkpoint was changed", grown(since["proof"], since["checkpoint"], new)
    if known:
        yield "the older checkpoint is the one you kept", bool(since) and since["checkpoint"] == known


if __name__ == "__main__":
    told, *kept = (json.loads(Path(name).read_text()) for name in (sys.argv[1], *sys.argv[3:]))
    results = list(check(told, sys.argv[2], *kept))
    for what, holds in results:
        print("yes" if holds else "NO ", what)
    sys.exit(not all(holds for _, holds in results))
