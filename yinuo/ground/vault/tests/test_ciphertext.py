import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinuo.ground.vault.ciphertext import (
    AES_256_GCM,
    SM4_GCM,
    CiphertextRefused,
    decrypt,
    derive,
    encrypt,
    key_id_of,
)

KEY = bytes(range(32))
algorithms = st.sampled_from([AES_256_GCM, SM4_GCM])
keys = st.binary(min_size=32, max_size=32)
texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(keys, texts, st.binary(max_size=40), algorithms, st.integers(0, 65535))
def test_what_was_sealed_opens_again_and_names_its_algorithm_and_key(key, text, context, algorithm, key_id):
    sealed = encrypt(key, text, context, algorithm=algorithm, key_id=key_id)
    assert decrypt(key, sealed, context) == text
    assert decrypt(key, memoryview(sealed), context) == text
    assert sealed[0] == algorithm
    assert key_id_of(sealed) == key_id


@given(texts, algorithms, st.data())
def test_any_single_changed_byte_is_refused(text, algorithm, data):
    sealed = bytearray(encrypt(KEY, text, b"here", algorithm=algorithm))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CiphertextRefused):
        decrypt(KEY, bytes(sealed), b"here")


@given(algorithms, st.binary(max_size=60))
def test_cut_and_foreign_bytes_are_refused(algorithm, noise):
    sealed = encrypt(KEY, "王小敏", b"here", algorithm=algorithm)
    for bad in (sealed[:-1], sealed[:5], b"", sealed + b"x", noise):
        with pytest.raises(CiphertextRefused):
            decrypt(KEY, bad, b"here")


@pytest.mark.parametrize("algorithm", [AES_256_GCM, SM4_GCM])
def test_a_ciphertext_moved_to_another_place_or_key_is_refused(algorithm):
    sealed = encrypt(KEY, "18612341402", b"customers.phone:1", algorithm=algorithm)
    with pytest.raises(CiphertextRefused):
        decrypt(KEY, sealed, b"customers.phone:2")
    with pytest.raises(CiphertextRefused):
        decrypt(secrets.token_bytes(32), sealed, b"customers.phone:1")


def test_the_refusal_does_not_carry_the_text_or_the_key():
    with pytest.raises(CiphertextRefused) as refusal:
        decrypt(KEY, encrypt(KEY, "18612341402", b"a"), b"b")
    assert "1861" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_the_same_text_never_looks_the_same_twice():
    assert len({encrypt(KEY, "same", b"") for _ in range(50)}) == 50


def test_the_bank_chooses_the_algorithm_by_setting(settings):
    settings.VAULT_ALGORITHM = SM4_GCM
    sealed = encrypt(KEY, "国密", b"")
    assert sealed[0] == SM4_GCM
    settings.VAULT_ALGORITHM = AES_256_GCM
    assert decrypt(KEY, sealed, b"") == "国密"


def test_unknown_algorithms_and_short_keys_are_errors_of_the_caller():
    with pytest.raises(ValueError, match="algorithm"):
        encrypt(KEY, "x", b"", algorithm=9)
    with pytest.raises(ValueError, match="32 bytes"):
        encrypt(b"short", "x", b"")


def test_derivation_follows_rfc_5869():
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    expected = HKDF(SHA256(), 32, salt=b"yinuo/vault", info=b"index").derive(b"secret")
    assert derive(b"secret", "index") == expected
