"""A writing call sent twice is answered the same; the answer is sealed with its customer's key."""

import json

import pytest

from yinuo.engines.cases.models import Receipt
from yinuo.engines.cases.receipts import OtherBody, answered, body_digest, key_of, receipt_row
from yinuo.facts.ids import new_id
from yinuo.ground.vault.keys import open_key
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint

ANSWER = {"number": "TS-20260914-0001", "code": "7K4MQ2XD9HTWP"}


@pytest.fixture
def receipt(bank):
    case = a_complaint(bank)
    row = receipt_row(
        "k" * 64, body_digest(b"{}"), case.pk, ANSWER,
        subject_id=case.customer_id, secret=open_key(case.customer_id), now=MONDAY,
    )  # fmt: skip
    return Receipt.objects.create(**row)


def test_a_key_nobody_used_has_no_answer(receipt):
    assert answered("x" * 64, body_digest(b"{}")) is None


def test_the_same_key_and_body_give_the_answer_given_before(receipt):
    assert answered(receipt.pk, body_digest(b"{}")) == ANSWER


def test_the_same_key_with_another_body_is_refused(receipt):
    with pytest.raises(OtherBody):
        answered(receipt.pk, body_digest(b"{ }"))


def test_the_stored_answer_reveals_nothing(receipt):
    sealed = bytes(Receipt.objects.get().sealed)
    assert ANSWER["code"].encode() not in sealed
    assert json.dumps(ANSWER).encode() not in sealed


def test_two_callers_may_choose_the_same_words():
    one, two = new_id(), new_id()
    assert key_of(one, "monday-1") == key_of(one, "monday-1") != key_of(two, "monday-1")
