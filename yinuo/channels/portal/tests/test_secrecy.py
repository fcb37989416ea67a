"""What a customer typed, and the code that follows it, stand in no fact, log, error page or copied table."""

import pytest
from django.apps import apps

from yinuo.channels.portal import drafts
from yinuo.channels.portal.models import PortalDraft
from yinuo.channels.portal.tests.customer import EMAIL, NAME, PHONE, PLANTED, sent, steps
from yinuo.engines.cases.models import Case
from yinuo.facts.models import Fact
from yinuo.ground.customers.models import Customer
from yinuo.ground.people.models import StaffSession
from yinuo.packs.complaints.tests.test_story import a_trigger_that_refuses


def test_a_copy_of_the_database_reveals_nothing_typed(browser):
    steps(browser)
    token = browser.cookies[drafts.COOKIE].value
    [row] = PortalDraft.objects.values()
    sealed = bytes(row["sealed"])
    assert not [word for word in PLANTED if word.encode() in sealed]
    assert token.encode() not in sealed
    assert token not in row["token_hash"]
    assert not [s for s in StaffSession.objects.all() if NAME in str(s.get_decoded())]


def test_the_tracking_code_is_in_no_table(browser):
    _case, code = sent(browser)
    plain = code.replace("-", "")
    for model in apps.get_models():
        for row in model.objects.values():
            text = str({key: bytes(v) if isinstance(v, memoryview) else v for key, v in row.items()})
            assert plain not in text, model
            assert code not in text, model
    assert not [s for s in StaffSession.objects.all() if plain in str(s.get_decoded())]


@pytest.mark.django_db(transaction=True)
def test_planted_values_are_found_nowhere_but_sealed(browser, caplog, capfd):
    caplog.set_level("DEBUG")
    caplog.handler.setLevel("DEBUG")
    steps(browser)
    with a_trigger_that_refuses("complaints_matter"):
        broken = browser.post("/s/complaint/check")
    assert broken.status_code == 500
    assert not Case.objects.exists()
    assert PortalDraft.objects.exists()  # nothing that was typed is lost
    _case, code = sent(browser)
    pages = [broken, browser.post(f"/s/track/{code}", {"words": ""}), browser.get("/s/track/AAAA-AAAA-AAAAA")]
    for page in pages:
        assert not [word for word in (NAME, PHONE, EMAIL) if word in page.content.decode()]
    logged = caplog.text.replace("\\u", "") + "".join(capfd.readouterr())
    for word in (*PLANTED, PHONE[3:], code, code.replace("-", "")):
        assert word not in logged
        assert word.encode("unicode_escape").decode() not in caplog.text
    for fact in Fact.objects.all():
        assert not [word for word in (*PLANTED, code) if word in fact.body], fact.kind


def test_a_customer_is_sealed_in_the_database(browser):
    sent(browser)
    for customer in Customer.objects.values():
        raw = b"".join(bytes(v) for v in customer.values() if isinstance(v, bytes | memoryview))
        assert not [word for word in (NAME, PHONE, EMAIL) if word.encode() in raw]
