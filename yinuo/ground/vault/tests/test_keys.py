import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yinuo.facts.ids import new_id
from yinuo.ground.vault.ciphertext import CiphertextRefused, key_id_of
from yinuo.ground.vault.keys import (
    KeyDestroyed,
    KeyMissing,
    blind_index,
    blind_indexes,
    code_index,
    digest,
    new_subject_key,
    open_key,
    open_keys,
    unwrap,
)
from yinuo.ground.vault.models import SubjectKey
from yinuo.ground.vault.normal import normal_form


@pytest.fixture(autouse=True)
def _ring(settings):
    settings.VAULT_KEYS = {1: b"one" * 16}


def a_kept_key():
    row, key = new_subject_key()
    SubjectKey.objects.create(**row)
    return row["subject_id"], key


@pytest.mark.django_db
def test_a_subjects_key_opens_again(django_assert_num_queries):
    subject, key = a_kept_key()
    with django_assert_num_queries(1):
        assert open_key(subject) == key


@pytest.mark.django_db
def test_many_keys_open_in_one_query_without_the_destroyed(django_assert_num_queries):
    (one, key), (gone, _) = a_kept_key(), a_kept_key()
    SubjectKey.objects.filter(pk=gone).update(wrapped=None, destroyed_at=timezone.now())
    with django_assert_num_queries(1):
        assert open_keys([one, gone, new_id()]) == {one: key}


@pytest.mark.django_db
def test_a_destroyed_key_says_so_and_a_missing_one_too():
    subject, _ = a_kept_key()
    SubjectKey.objects.filter(pk=subject).update(wrapped=None, destroyed_at=timezone.now())
    with pytest.raises(KeyDestroyed):
        open_key(subject)
    with pytest.raises(KeyMissing):
        open_key(new_id())


@pytest.mark.django_db
def test_a_key_is_either_here_or_destroyed():
    subject, _ = a_kept_key()
    for half in ({"wrapped": None}, {"destroyed_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SubjectKey.objects.filter(pk=subject).update(**half)


def test_a_wrapped_key_moved_to_another_subject_is_refused():
    row, _ = new_subject_key()
    with pytest.raises(CiphertextRefused):
        unwrap(new_id(), row["wrapped"])


def test_a_new_master_key_wraps_new_keys_while_the_old_one_still_opens(settings):
    old_row, old_key = new_subject_key()
    index = blind_index("phone", "18612341402")
    settings.VAULT_KEYS = {1: b"one" * 16, 2: b"two" * 16}
    row, _ = new_subject_key()
    assert (key_id_of(old_row["wrapped"]), key_id_of(row["wrapped"])) == (1, 2)
    assert unwrap(old_row["subject_id"], old_row["wrapped"]) == old_key
    assert blind_index("phone", "18612341402") == index


def test_a_key_wrapped_by_a_master_key_we_do_not_have_is_refused(settings):
    row, _ = new_subject_key()
    settings.VAULT_KEYS = {2: b"two" * 16}
    with pytest.raises(CiphertextRefused, match="master key 1"):
        unwrap(row["subject_id"], row["wrapped"])


def test_a_key_wrapped_with_another_secret_of_the_same_number_is_refused(settings):
    row, _ = new_subject_key()
    settings.VAULT_KEYS = {1: b"two" * 16}
    with pytest.raises(CiphertextRefused):
        unwrap(row["subject_id"], row["wrapped"])


@pytest.mark.parametrize("ring", [{}, {0: b"x" * 40}, {1: b"short"}, {70000: b"x" * 40}])
def test_a_bad_key_ring_stops_everything(settings, ring):
    settings.VAULT_KEYS = ring
    with pytest.raises(ImproperlyConfigured):
        new_subject_key()


def test_a_new_index_key_indexes_while_the_old_one_still_finds(settings):
    settings.INDEX_KEYS = {1: b"one" * 16}
    old = blind_index("phone", "18612341402")
    settings.INDEX_KEYS = {1: b"one" * 16, 2: b"two" * 16}
    newest, older = blind_indexes("phone", "+86 18612341402")
    assert older == old != newest == blind_index("phone", "18612341402")


def test_a_code_is_found_by_itself_and_differs_by_kind_and_key(settings):
    found = code_index("tracking", "ABCDEFGHJKMNP")
    assert len(found) == 32
    assert code_index("tracking", "ABCDEFGHJKMNP") == found != code_index("survey", "ABCDEFGHJKMNP")
    settings.CODE_KEY = b"another" * 8
    assert code_index("tracking", "ABCDEFGHJKMNP") != found


def test_the_index_and_the_digest_depend_on_their_keys_and_never_show_the_value(settings):
    settings.INDEX_KEYS = {1: b"one" * 16}
    index = blind_index("phone", "18612341402")
    settings.INDEX_KEYS = {1: b"two" * 16}
    assert blind_index("phone", "18612341402") != index
    assert len(index) == 32
    assert digest(b"a" * 32, "text") != digest(b"b" * 32, "text")
    assert len(digest(b"a" * 32, "text")) == 64
    assert blind_index("phone", "1") != blind_index("email", "1")


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        (
            "phone",
            [
                "18612341402",
                "+86 186-1234-1402",
                "0086 18612341402",
                "8618612341402",
                "１８６１２３４１４０２",
            ],
        ),
        ("phone", ["+1 202 555 0143", "0012025550143", "+1(202)555-0143"]),
        ("phone", ["0571-88886666", "(0571) 8888 6666"]),
        ("email", ["Min.Wang@Bank.example ", "min.wang@bank.example"]),
        ("id_number", ["33010219900307203x", "330102 19900307 203X", "33010219900307203Ｘ"]),
        ("card", ["6222 0212 3456 1208", "6222021234561208"]),
    ],
)
def test_spellings_of_one_value_share_an_index(kind, spellings):
    assert len({blind_index(kind, spelling) for spelling in spellings}) == 1


@given(st.sampled_from(["phone", "email", "id_number", "card", "openid"]), st.text())
def test_the_normal_form_is_its_own_normal_form(kind, value):
    once = normal_form(kind, value)
    assert normal_form(kind, once) == once


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_different_mobiles_never_share_a_normal_form(one, other):
    assert (normal_form("phone", "+86" + one) == normal_form("phone", other)) == (one == other)
