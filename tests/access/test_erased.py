"""Every page, for everybody, after every customer was erased: none breaks, and nothing they said is on it."""

import pytest
from django.utils import timezone

from tests.access.doors import METHODS, WHO, ask, objects, patterns, people, word
from yinuo.engines.cases.moves import note
from yinuo.ground.customers import erasure
from yinuo.ground.customers.models import Customer
from yinuo.packs.complaints.tests.bank import WORDS


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
def test_every_address_answers_everybody_after_all_customers_were_erased(bank, method):
    found, everybody, wrong = objects(bank), people(bank), []
    note(found.case, "一句藏起来的话", by=bank.handler)
    before = ask(bank.handler, "GET", f"/complaints/{found.case.number}").content.decode()
    assert WORDS in before
    assert "一句藏起来的话" in before
    at = timezone.now().isoformat()
    listed = [
        {"customer": str(pk), "at": at, "reason": "request", "by": None}
        for pk in Customer.objects.values_list("pk", flat=True)
    ]
    assert erasure.replay(listed) == len(listed) > 0
    for pattern in patterns():
        for who in WHO:
            answer = ask(everybody[who], method, found.address(pattern, everybody[who]))
            if word(answer).startswith("broken"):
                wrong.append(f"{who} {method} /{pattern}: {word(answer)}")
            if not answer.streaming and {WORDS, "一句藏起来的话"} & {
                part for part in (WORDS, "一句藏起来的话") if part in answer.content.decode(errors="replace")
            }:
                wrong.append(f"{who} {method} /{pattern}: the words are on it")
    assert not wrong, "\n".join(wrong)
    after = ask(bank.handler, "GET", f"/complaints/{found.case.number}").content.decode()
    assert "〔已删除〕" in after
