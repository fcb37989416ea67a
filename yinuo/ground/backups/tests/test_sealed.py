"""A sealed stream opens whole, or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.backups.sealed import (
    MAGIC,
    PIECE,
    SALT_BYTES,
    TAG_BYTES,
    SealBroken,
    Sealer,
    fingerprint,
    pieces,
)

KEY, OTHER = bytes(range(32)), bytes(32)
HEAD = len(MAGIC) + SALT_BYTES


def sealed(content: bytes, place: str = "here") -> bytes:
    out = BytesIO()
    sealer = Sealer(out, KEY, place)
    sealer.write(content)
    sealer.close()
    return out.getvalue()


def opened(stream: bytes, key: bytes = KEY, place: str = "here") -> bytes:
    return b"".join(pieces(BytesIO(stream), key, place))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_written_is_read(size):
    assert opened(sealed(b"x" * size)) == b"x" * size


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_it_does_not_matter_in_which_parts_it_is_written(parts):
    out = BytesIO()
    sealer = Sealer(out, KEY, "here")
    for part in parts:
        sealer.write(part)
    sealer.close()
    assert opened(out.getvalue()) == b"".join(parts)


@given(st.data())
def test_any_changed_bit_is_refused(data):
    stream = bytearray(sealed(b"a promise"))
    stream[data.draw(st.integers(0, len(stream) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        opened(bytes(stream))


@given(st.data())
def test_any_cut_is_refused(data):
    stream = sealed(b"a promise")
    with pytest.raises(SealBroken):
        opened(stream[: data.draw(st.integers(0, len(stream) - 1))])


def test_pieces_that_are_missing_doubled_or_swapped_are_refused():
    stream = sealed(b"x" * (2 * PIECE + 5))
    head, step = stream[:HEAD], PIECE + TAG_BYTES
    one, two, three = (
        stream[HEAD : HEAD + step],
        stream[HEAD + step : HEAD + 2 * step],
        stream[HEAD + 2 * step :],
    )
    for order in (
        [one, two],
        [one],
        [one, three],
        [two, three],
        [two, one, three],
        [one, one, two, three],
        [],
    ):
        with pytest.raises(SealBroken):
            opened(head + b"".join(order))


def test_another_key_or_place_is_refused():
    for key, place in ((OTHER, "here"), (KEY, "there")):
        with pytest.raises(SealBroken):
            opened(sealed(b"a promise"), key, place)


def test_a_stream_that_was_not_closed_does_not_open():
    out = BytesIO()
    Sealer(out, KEY, "here").write(b"x" * (2 * PIECE))
    with pytest.raises(SealBroken):
        opened(out.getvalue())


def test_the_same_content_is_sealed_differently_each_time_and_fingerprints_tell_keys_apart():
    assert sealed(b"a promise") != sealed(b"a promise")
    assert fingerprint(KEY) != fingerprint(OTHER)
