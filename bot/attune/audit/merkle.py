"""The hash tree of RFC 9162 (the same as RFC 6962): leaves, nodes, root, and a tree that grows leaf by leaf (AUD-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
FIRST_LINK = bytes(32)
"""What the chain begins with: the link before the first leaf."""


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162 2.1.1: a leaf is hashed with 0x00 before it, so no node can pass for one."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 2.1.1: a node is hashed with 0x01 before its two children."""
    return sha256(b"\x01" + left + right).digest()


def link(previous: bytes, leaf: bytes) -> bytes:
    """The chain's next link: it names the leaf and, through the link before, everything earlier."""
    return sha256(previous + leaf).digest()


@dataclass(frozen=True)
class Tree:
    """A tree's size, the roots of its full subtrees from large to small, and its chain's last link."""

    size: int = 0
    subtrees: tuple[bytes, ...] = ()
    chain: bytes = FIRST_LINK

    def add(self, leaf: bytes) -> "Tree":
        """The tree with one leaf hash more."""
        node, subtrees, size = leaf, list(self.subtrees), self.size
        while size & 1:
            node = node_hash(subtrees.pop(), node)
            size >>= 1
        return Tree(self.size + 1, (*subtrees, node), link(self.chain, leaf))

    @property
    def root(self) -> bytes:
        """The one hash that stands for every leaf and their order."""
        if not self.subtrees:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.subtrees))


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    return reduce(Tree.add, leaves, Tree()).root
