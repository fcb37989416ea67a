"""The tree is that of RFC 6962, whatever its size and however its blocks are kept."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinuo.facts.merkle import Growing, Tree, leaf, node

LEAVES = [leaf(seq, f"{seq:064x}") for seq in range(1, 700)]


def mth(leaves: list[bytes]) -> bytes:
    """The hash as section 2.1 of the RFC writes it down."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + mth(leaves[:split]) + mth(leaves[split:])).digest()


def kept(leaves: list[bytes], bits: int) -> Tree:
    """A tree that reads its blocks from lists."""
    levels, width = [leaves], 1 << bits
    while len(levels[-1]) >= width:
        below = levels[-1]
        levels.append([mth(below[n : n + width]) for n in range(0, len(below) // width * width, width)])
    return Tree(len(leaves), lambda level, block: levels[level][block * width :][:width], bits)


def climb(seq: int, size: int, hashed: bytes, path: list[bytes]) -> bytes:
    """From a leaf to the root as section 2.1.1 of RFC 9162 does it."""
    place, last = seq - 1, size - 1
    for other in path:
        if place % 2 or place == last:
            hashed = node(other, hashed)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node(hashed, other)
        place, last = place >> 1, last >> 1
    return hashed if not last else b""


@settings(deadline=None, max_examples=200)
@given(size=st.integers(1, 699), bits=st.integers(1, 5))
def test_the_root_is_that_of_the_rfc_and_grows_leaf_by_leaf_from_anywhere(size, bits):
    tree, expected = kept(LEAVES[:size], bits), mth(LEAVES[:size])
    assert tree.root() == expected
    half = Growing(kept(LEAVES[: size // 2], bits) if size // 2 else None, bits)
    whole = [block for each in LEAVES[size // 2 : size] for block in half.add(each)]
    assert half.root() == expected
    assert all(root == tree.block(level, index) for level, index, root in whole)


@settings(deadline=None, max_examples=200)
@given(size=st.integers(1, 699), bits=st.integers(1, 5), data=st.data())
def test_a_path_leads_to_the_root_from_its_own_place_alone(size, bits, data):
    seq = data.draw(st.integers(1, size))
    tree = kept(LEAVES[:size], bits)
    path = tree.path(seq)
    assert climb(seq, size, LEAVES[seq - 1], path) == tree.root()
    assert len(path) <= size.bit_length()
    if size > 1:
        other = data.draw(st.integers(1, size).filter(lambda each: each != seq))
        assert climb(other, size, LEAVES[seq - 1], path) != tree.root()


@pytest.mark.parametrize("seq", [0, 8, -1])
def test_a_place_outside_has_no_path(seq):
    with pytest.raises(IndexError):
        kept(LEAVES[:7], 2).path(seq)
