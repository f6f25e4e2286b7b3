"""Proofs that a leaf is in a tree and that a tree only grew (RFC 9162 2.1.3 and 2.1.4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from attune.audit.merkle import node_hash

Proof = list[bytes]
Span = tuple[int, int]
"""The leaves from the first number to just before the second: a node of the tree that stands for them."""


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The nodes that prove the leaf at `index` (from 0) in a tree of `size` leaves; raises IndexError."""
    if not 0 <= index < size:
        raise IndexError(f"there is no leaf {index} among {size}")
    spans, begin, end = list[Span](), 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        inside, beside = ((begin, middle), (middle, end)) if index < middle else ((middle, end), (begin, middle))
        spans.append(beside)
        begin, end = inside
    return spans[::-1]


def consistency_spans(size: int, later: int) -> list[Span]:
    """The nodes that prove that the tree of `later` leaves grew from the one of `size`; raises IndexError."""
    if not 0 < size <= later:
        raise IndexError(f"no tree of {size} leaves comes before one of {later}")
    spans, begin, end = list[Span](), 0, later
    while end != size:
        middle = begin + _split(end - begin)
        if size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return ([] if begin == 0 else [(begin, end)]) + spans[::-1]


def hashes(leaves: Iterable[bytes], wanted: Collection[Span]) -> Mapping[Span, bytes]:
    """The hash of each wanted node over these leaf hashes, which pass by once: memory grows with the tree's depth.

    A span that is no node of the tree over all the leaves is left out.
    """
    sought, found, stack = frozenset(wanted), dict[Span, bytes](), list[tuple[int, int, bytes]]()

    def note(begin: int, end: int, node: bytes) -> None:
        if (begin, end) in sought:
            found[begin, end] = node

    for index, leaf in enumerate(leaves):
        begin, end, node = index, index + 1, leaf
        note(begin, end, node)
        while stack and end - begin == stack[-1][1] - stack[-1][0]:
            before = stack.pop()
            begin, node = before[0], node_hash(before[2], node)
            note(begin, end, node)
        stack.append((begin, end, node))
    while len(stack) > 1:  # the nodes along the right edge stand for fewer leaves than a full tree
        right, left = stack.pop(), stack.pop()
        stack.append((left[0], right[1], node_hash(left[2], right[2])))
        note(*stack[-1])
    return found


def inclusion(leaves: Sequence[bytes], index: int) -> Proof:
    """The proof that the leaf at `index` (from 0) is in the tree over these leaf hashes; raises IndexError."""
    return _proof(leaves, inclusion_spans(index, len(leaves)))


def consistency(leaves: Sequence[bytes], size: int) -> Proof:
    """The proof that the tree over these leaf hashes grew from the one over the first `size`; raises IndexError."""
    return _proof(leaves, consistency_spans(size, len(leaves)))


def _proof(leaves: Iterable[bytes], spans: Sequence[Span]) -> Proof:
    found = hashes(leaves, spans)
    return [found[span] for span in spans]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


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
