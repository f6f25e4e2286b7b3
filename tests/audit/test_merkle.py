"""The hash tree against published values, and against itself."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune.audit.merkle import EMPTY_ROOT, Tree, leaf_hash, link, node_hash, root

VECTORS = YAML(typ="safe").load(Path(__file__).parents[1] / "vectors" / "merkle.yml")


def slow_root(leaves: list[bytes]) -> bytes:
    """The root as RFC 9162 2.1.1 defines it, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(slow_root(leaves[:middle]), slow_root(leaves[middle:]))


def test_the_empty_tree_has_the_published_root() -> None:  # AUD-2
    assert EMPTY_ROOT.hex() == Tree().root.hex() == VECTORS["empty_root"]


@pytest.mark.parametrize(("text", "expected"), VECTORS["leaf"].items())
def test_leaves_have_the_published_hashes(text: str, expected: str) -> None:
    assert leaf_hash(text.encode()).hex() == expected


@pytest.mark.parametrize("vector", VECTORS["node"])
def test_nodes_have_the_published_hashes(vector: dict[str, str]) -> None:
    assert node_hash(vector["left"].encode(), vector["right"].encode()).hex() == vector["hash"]


@pytest.mark.parametrize("size", range(1, 9))
def test_trees_of_every_size_have_the_published_roots(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(data)) for data in VECTORS["leaves"][:size]]

    assert root(leaves).hex() == VECTORS["roots"][size - 1]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_a_tree_that_grows_has_the_root_of_the_definition(data: list[bytes]) -> None:
    leaves = [leaf_hash(part) for part in data]

    assert root(leaves) == slow_root(leaves)


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_a_node_never_passes_for_a_leaf_and_order_counts(left: bytes, right: bytes) -> None:
    assert node_hash(left, right) != leaf_hash(left + right)
    assert left == right or len(left) != len(right) or node_hash(left, right) != node_hash(right, left)


@given(st.lists(st.binary(min_size=1, max_size=4), min_size=2, max_size=12, unique=True), st.randoms())
def test_another_order_makes_another_root_and_another_chain(data: list[bytes], dice: st.DataObject) -> None:
    leaves = [leaf_hash(part) for part in data]
    shuffled = list(leaves)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = Tree(), Tree()
    for one, other in zip(leaves, shuffled, strict=True):
        first, second = first.add(one), second.add(other)

    assert (first.root == second.root) == (first.chain == second.chain) == (leaves == shuffled)


def test_a_link_names_everything_before_it() -> None:
    assert link(link(bytes(32), b"a"), b"b") != link(link(bytes(32), b"x"), b"b")
