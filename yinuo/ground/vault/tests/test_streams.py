"""Contents of any length are sealed in pieces: they come back whole, and nothing that was changed comes back at all."""

from __future__ import annotations

import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yinuo.ground.vault.ciphertext import AES_256_GCM, SM4_GCM, CiphertextRefused
from yinuo.ground.vault.streams import FRAME, HEAD, TAG_BYTES, open_stream, seal_stream, sealed_length

KEY = secrets.token_bytes(32)
LENGTHS = (0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 7)
ALGORITHMS = (AES_256_GCM, SM4_GCM)


def sealed(plain: bytes, algorithm: int = AES_256_GCM) -> bytes:
    return b"".join(seal_stream(KEY, [plain], algorithm=algorithm))


def read(content: bytes, key: bytes = KEY) -> bytes:
    with open_stream(key, io.BytesIO(content)) as stream:
        return stream.read()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("length", LENGTHS)
def test_every_length_around_the_borders_of_frames_comes_back(length: int, algorithm: int):
    plain = secrets.token_bytes(length)
    content = sealed(plain, algorithm)
    assert read(content) == plain
    assert len(content) == sealed_length(length)
    assert length < 16 or plain[:16] not in content


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3 * FRAME), max_size=6), st.integers(1, 3 * FRAME))
def test_how_it_is_cut_into_pieces_makes_no_difference(sizes: list[int], at_once: int):
    chunks = [secrets.token_bytes(size) for size in sizes]
    content = b"".join(seal_stream(KEY, chunks))
    with open_stream(KEY, io.BytesIO(content)) as stream:
        parts = list(iter(lambda: stream.read(at_once), b""))
    assert b"".join(parts) == b"".join(chunks)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_change_anywhere_is_refused(algorithm: int):
    content = sealed(secrets.token_bytes(FRAME + 100), algorithm)
    borders = [HEAD, HEAD + FRAME, HEAD + FRAME + TAG_BYTES, len(content)]
    places = {*range(HEAD + 2), *(place + step for place in borders for step in (-2, -1, 0, 1))}
    for place in sorted(place for place in places if place < len(content)):
        for bit in (1, 128):
            changed = bytearray(content)
            changed[place] ^= bit
            with pytest.raises(CiphertextRefused):
                read(bytes(changed))


def test_cut_lengthened_swapped_and_doubled_contents_are_refused():
    content = sealed(secrets.token_bytes(3 * FRAME))
    step = FRAME + TAG_BYTES
    head, frames = content[:HEAD], [content[HEAD + n * step : HEAD + (n + 1) * step] for n in range(3)]
    for made in (
        content[:-1],
        content + b"x",
        head + b"".join(frames[:2]),
        head,
        head[:-1],
        b"",
        head + frames[1] + frames[0] + frames[2],
        head + frames[0] + frames[0] + frames[1] + frames[2],
        head + frames[0] + frames[2],
        head + frames[2],
        head + b"".join(frames) + frames[2],
    ):
        with pytest.raises(CiphertextRefused):
            read(made)


def test_a_frame_of_another_content_under_the_same_key_is_refused():
    one, two = sealed(b"a" * 100), sealed(b"b" * 100)
    with pytest.raises(CiphertextRefused):
        read(one[:HEAD] + two[HEAD:])


def test_another_key_opens_nothing_and_the_same_content_never_looks_the_same():
    content = sealed(b"words")
    with pytest.raises(CiphertextRefused):
        read(content, secrets.token_bytes(32))
    assert sealed(b"words") != content


def test_nothing_of_a_frame_that_is_wrong_is_given():
    plain = secrets.token_bytes(FRAME * 2)
    content = bytearray(sealed(plain))
    content[-1] ^= 1
    stream = open_stream(KEY, io.BytesIO(bytes(content)))
    assert stream.read(FRAME) == plain[:FRAME]
    with pytest.raises(CiphertextRefused):
        stream.read(1)


def test_an_unknown_algorithm_is_refused_before_anything_is_written():
    with pytest.raises(ValueError, match="not known"):
        next(seal_stream(KEY, [b"x"], algorithm=9))
