"""Proofs that a leaf is in a tree and that a tree only grew (RFC 9162 2.1.3 and 2.1.4)."""

from collections.abc import Sequence

from attune.audit.merkle import node_hash, root

Proof = list[bytes]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def inclusion(leaves: Sequence[bytes], index: int) -> Proof:
    """The proof that the leaf at `index` (from 0) is in the tree over these leaf hashes."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion(leaves[:middle], index), root(leaves[middle:])]
    return [*inclusion(leaves[middle:], index - middle), root(leaves[:middle])]


def consistency(leaves: Sequence[bytes], size: int) -> Proof:
    """The proof that the tree over these leaf hashes grew from the one over the first `size` of them."""
    if not 0 < size <= len(leaves):
        raise IndexError(f"no tree of {size} leaves comes before one of {len(leaves)}")
    return _consistency(leaves, size, True)


def _consistency(leaves: Sequence[bytes], size: int, whole: bool) -> Proof:
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    middle = _split(len(leaves))
    if size <= middle:
        return [*_consistency(leaves[:middle], size, whole), root(leaves[middle:])]
    return [*_consistency(leaves[middle:], size - middle, False), root(leaves[:middle])]


def proves_inclusion(proof: Sequence[bytes], index: int, size: int, leaf: bytes, expected: bytes) -> bool:
    """Whether the proof shows `leaf` at `index` in the tree of `size` leaves with root `expected` (2.1.3.2)."""
    if not 0 <= index < size or any(len(part) != 32 for part in (*proof, leaf, expected)):
        return False
    position, last, found = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(part, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, part)
        position, last = position >> 1, last >> 1
    return last == 0 and found == expected


def proves_consistency(proof: Sequence[bytes], size: int, later: int, first: bytes, second: bytes) -> bool:
    """Whether the proof shows that the tree of `later` leaves grew from the one of `size` (2.1.4.2)."""
    if not 0 < size <= later or any(len(part) != 32 for part in (*proof, first, second)):
        return False
    if size == later:
        return not proof and first == second
    path = [first, *proof] if size & (size - 1) == 0 else list(proof)
    if not path or not proof:
        return False
    position, last = _above_full(size - 1, later - 1)
    old = new = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(part, old), node_hash(part, new)
            position, last = _above_right(position, last)
        else:
            new = node_hash(new, part)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first and new == second


def _above_full(position: int, last: int) -> tuple[int, int]:
    while position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _above_right(position: int, last: int) -> tuple[int, int]:
    while not position & 1 and position:
        position, last = position >> 1, last >> 1
    return position, last
