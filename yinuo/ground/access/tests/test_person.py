"""Who is behind a session is asked in one trip, and the session decides."""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpResponse
from django.test import RequestFactory

from yinuo.ground.access import middleware
from yinuo.ground.access.middleware import PersonMiddleware, ReachMiddleware
from yinuo.ground.people.postings import appoint
from yinuo.ground.people.sessions import SessionStore
from yinuo.ground.people.tests.bank import DAY, a_person, a_unit

pytestmark = pytest.mark.django_db
BACKEND = "yinuo.ground.people.sign_in.StaffBackend"


def session_of(person):
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return store.session_key


def seen_with(key):
    """The person and how many postings a page sees, through the middleware as they stand in the settings."""
    request = RequestFactory().get("/")
    request.session = SessionStore(key)
    seen = []

    def page(request):
        seen.append((request.user.pk, len(request.reach.held)))
        return HttpResponse()

    PersonMiddleware(ReachMiddleware(page))(request)
    return seen[0]


def test_a_page_costs_three_questions_the_first_time_and_every_other(django_assert_num_queries):
    person = a_person()
    appoint(person, "handler", a_unit("one"), valid_from=DAY)
    key = session_of(person)
    for _time in range(3):
        with django_assert_num_queries(3):
            assert seen_with(key) == (person.pk, 1)


def test_whoever_a_session_was_remembered_for_it_is_whoever_the_session_says():
    one, other = a_person("one"), a_person("other")
    appoint(one, "handler", a_unit("one"), valid_from=DAY)
    key = session_of(other)
    middleware._whose.keep(key, one.pk)
    assert seen_with(key) == (other.pk, 0)
    assert seen_with(key) == (other.pk, 0)


def test_who_was_remembered_and_has_left_is_nobody():
    person = a_person()
    key = session_of(person)
    assert seen_with(key) == (person.pk, 0)
    person.is_active = False
    person.save()
    assert seen_with(key) == (None, 0)


def test_a_session_opened_before_the_password_changed_is_nobodys_and_ends():
    person = a_person()
    key = session_of(person)
    assert seen_with(key) == (person.pk, 0)
    person.set_password("quite another one 7")
    person.save()
    assert seen_with(key) == (None, 0)
    assert not SessionStore().exists(key)


def test_a_session_that_ended_is_nobodys():
    person = a_person()
    key = session_of(person)
    assert seen_with(key) == (person.pk, 0)
    SessionStore(key).delete()
    assert seen_with(key) == (None, 0)
    assert seen_with(None) == (None, 0)
