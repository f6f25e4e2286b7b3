"""Proofs hold for what is true and for nothing else: every probe on every tree up to 17 leaves (AUD-3)."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.audit.merkle import EMPTY_ROOT, leaf_hash, root
from attune.audit.proofs import Proof, consistency, inclusion, proves_consistency, proves_inclusion

LEAVES = [leaf_hash(bytes([number])) for number in range(17)]
SIZES = range(1, len(LEAVES) + 1)
OTHER = leaf_hash(b"something else")


def spoiled(proof: Proof, *known: bytes) -> Iterator[Proof]:
    """The proof with a bit changed, a part removed, doubled, put in, cut short, swapped or of another length."""
    for place, part in enumerate(proof):
        for position in (0, 15, 31):
            changed = bytearray(part)
            changed[position] ^= 1
            yield [*proof[:place], bytes(changed), *proof[place + 1:]]
        yield [*proof[:place], *proof[place + 1:]]
        yield [*proof[:place], part[:-1], *proof[place + 1:]]
        yield [*proof[:place], part + b"\0", *proof[place + 1:]]
        yield [*proof[:place], b"", *proof[place + 1:]]
    for place in range(len(proof) + 1):
        for part in (*known, OTHER, b""):
            yield [*proof[:place], part, *proof[place:]]
    if proof:
        yield []
    if len(proof) > 1 and proof[0] != proof[-1]:
        yield proof[::-1]


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_holds_for_every_leaf_and_nothing_else(size: int) -> None:
    leaves, whole = LEAVES[:size], root(LEAVES[:size])
    for index, leaf in enumerate(leaves):
        proof = inclusion(leaves, index)

        assert proves_inclusion(proof, index, size, leaf, whole)
        for wrong in spoiled(proof, whole, leaf):
            assert not proves_inclusion(wrong, index, size, leaf, whole)
        for other in {index - 1, index + 1, index ^ 1, index ^ 2, -1, size, size * 2} - {index}:
            assert not proves_inclusion(proof, other, size, leaf, whole)
        for wrong_leaf in {*LEAVES, OTHER, whole, b""} - {leaf}:
            assert not proves_inclusion(proof, index, size, wrong_leaf, whole)
        for wrong_root in (*(root(LEAVES[:other]) for other in SIZES if other != size), OTHER, EMPTY_ROOT, b""):
            assert not proves_inclusion(proof, index, size, leaf, wrong_root)


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_does_not_hold_in_a_tree_of_another_depth(size: int) -> None:
    for index, leaf in enumerate(LEAVES[:size]):
        proof = inclusion(LEAVES[:size], index)
        for other in (0, size // 2, size * 2, size * 4):
            lands = other > index and len(inclusion([OTHER] * other, index)) == len(proof)

            assert lands or not proves_inclusion(proof, index, other, leaf, root(LEAVES[:size]))


@pytest.mark.parametrize("later", SIZES)
def test_consistency_holds_for_every_earlier_tree_and_nothing_else(later: int) -> None:
    second = root(LEAVES[:later])
    for size in range(1, later + 1):
        first, proof = root(LEAVES[:size]), consistency(LEAVES[:later], size)

        assert proves_consistency(proof, size, later, first, second)
        for wrong in spoiled(proof, first, second):
            assert not proves_consistency(wrong, size, later, first, second)
        for wrong_root in (*(root(LEAVES[:other]) for other in SIZES), OTHER, EMPTY_ROOT, b""):
            assert wrong_root == first or not proves_consistency(proof, size, later, wrong_root, second)
            assert wrong_root == second or not proves_consistency(proof, size, later, first, wrong_root)
        assert size == later or not proves_consistency(proof, size, later, second, first)
        assert size == later or not proves_consistency(proof, later, size, first, second)
        for other in {0, -1, size - 1, size + 1, size ^ 1, size * 2, later + 1} - {size}:
            assert not proves_consistency(proof, other, later, first, second)


def test_a_tree_is_consistent_with_itself_only_without_a_proof() -> None:
    whole = root(LEAVES)

    assert proves_consistency([], 17, 17, whole, whole)
    assert not proves_consistency([OTHER], 17, 17, whole, whole)
    assert not proves_consistency([], 17, 17, whole, OTHER)
    assert not proves_consistency([], 0, 17, EMPTY_ROOT, whole)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_what_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion(LEAVES[:3], index)
    with pytest.raises(IndexError):
        consistency(LEAVES[:3], index + 1 if index == 3 else 0)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=80), st.data())
def test_every_leaf_and_every_past_of_any_tree_can_be_proved(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [leaf_hash(part) for part in data]
    index = draw.draw(st.integers(0, len(leaves) - 1))
    size = draw.draw(st.integers(1, len(leaves)))

    assert proves_inclusion(inclusion(leaves, index), index, len(leaves), leaves[index], root(leaves))
    assert proves_consistency(consistency(leaves, size), size, len(leaves), root(leaves[:size]), root(leaves))
