"""Whoever leaves the bank leaves no program behind that acts for them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yinuo.channels.api.auth import make_token
from yinuo.channels.api.models import Token
from yinuo.facts.models import Fact
from yinuo.ground.access.accounts import close, close_due
from yinuo.ground.people.tests.bank import a_bank, a_person

pytestmark = pytest.mark.django_db


def test_whoever_leaves_the_bank_leaves_no_program_behind():
    head, *_others = a_bank()
    person, admin, day = a_person(), a_person(), timezone.localdate()
    make_token(person, head, name="Intake")
    close(person, day + timedelta(days=2), by=admin)
    assert Token.objects.get().revoked_at is None
    close_due(timezone.now() + timedelta(days=2))
    assert Token.objects.get().revoked_at is not None
    assert Fact.objects.get(kind="api.token_revoked").data["user"] == str(person.pk)
