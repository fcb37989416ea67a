"""A customer is found by a part of their name, and the index holds no letter of it."""

import pytest

from yinuo.facts.rows import write_rows
from yinuo.ground.customers import name_grams
from yinuo.ground.customers.erasure import erase
from yinuo.ground.customers.intake import Person, customer_rows
from yinuo.ground.customers.models import Customer, NameGram
from yinuo.ground.customers.name_grams import find_by_part, pairs

pytestmark = pytest.mark.django_db


def a_customer(name):
    taken = customer_rows(Person(name=name))
    write_rows(taken.rows)
    return Customer.objects.get(pk=taken.id)


@pytest.mark.parametrize("part", ["欧阳", "阳小", "小敏", "欧阳小敏", " 小 敏 "])
def test_any_part_of_two_letters_finds_the_name(part):
    wanted = a_customer("欧阳小敏")
    a_customer("李强")
    assert find_by_part(part, 9) == [wanted]


@pytest.mark.parametrize("part", ["", "敏", "小欧", "敏敏", "阳敏", "x" * 41])
def test_other_letters_or_less_than_two_find_nobody(part):
    a_customer("欧阳小敏")
    assert find_by_part(part, 9) == []


def test_latin_names_are_found_in_any_case_and_width():
    wanted = a_customer("Anna Smith")
    assert find_by_part("SMI", 9) == [wanted]
    assert find_by_part("ｎａ ｓ", 9) == [wanted]


def test_what_only_the_short_digest_finds_is_not_shown(monkeypatch):
    a_customer("李强")
    monkeypatch.setattr(name_grams, "_digests", lambda pair: [7])
    NameGram.objects.update(gram=7)
    assert find_by_part("欧阳", 9) == []


def test_digests_are_short_and_keyed(settings):
    first = {row["gram"] for row in name_grams.gram_rows(a_customer("欧阳小敏").pk, "欧阳小敏")}
    settings.INDEX_KEYS = {2: b"another" * 6}
    other = {row["gram"] for row in name_grams.gram_rows(a_customer("欧阳小敏").pk, "欧阳小敏")}
    assert len(pairs("欧阳小敏")) == 3
    assert all(0 <= gram < 2**16 for gram in first | other)
    assert first != other


def test_whoever_is_erased_leaves_the_index():
    gone = a_customer("欧阳小敏")
    erase(gone.pk, reason="request", by=None)
    assert (find_by_part("小敏", 9), NameGram.objects.count()) == ([], 0)
    assert name_grams.renew([gone.pk]) == (0, 0)
    assert NameGram.objects.count() == 0
