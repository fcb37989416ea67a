import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from yinuo.ground.access import verbs
from yinuo.ground.access.middleware import ReachMiddleware
from yinuo.ground.access.reach import VerbMissing
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.ground.access.views_guard import needs, public, signed_in
from yinuo.ground.people.postings import appoint
from yinuo.ground.people.tests.bank import DAY, a_person, a_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_verb_and_a_page(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(verbs, "_declared", {})
    declare_verb(Verb("tests.answer", "answer a complaint", ("handler",)))
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "403.html").write_text("You need: {{ verb_name }}")
    plain = {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path]}
    settings.TEMPLATES = [plain]


def ask(view, user, **headers):
    """The answer a server would give, middleware included."""
    request = RequestFactory().get("/cases/7?tab=notes", headers=headers)
    request.user = user

    def answer(request):
        try:
            return view(request)
        except VerbMissing as missing:
            return middleware.process_exception(request, missing)

    middleware = ReachMiddleware(answer)
    return middleware(request)


def a_page(request):
    return HttpResponse(f"units {len(request.reach.units('tests.answer'))}")


def test_who_has_the_verb_comes_in():
    person, unit = a_person(), a_unit("one")
    appoint(person, "handler", unit, valid_from=DAY)
    assert ask(needs("tests.answer")(a_page), person).content == b"units 1"


def test_who_lacks_the_verb_is_told_which_one():
    response = ask(needs("tests.answer")(a_page), a_person())
    assert response.status_code == 403
    assert response.content == b"You need: answer a complaint"


@pytest.mark.parametrize("guard", [signed_in, needs("tests.answer")])
def test_who_is_not_signed_in_is_led_there_and_back(guard):
    response = ask(guard(a_page), AnonymousUser())
    assert response.status_code == 302
    assert response["Location"] == "/sign-in?next=/cases/7%3Ftab%3Dnotes"


def test_a_part_asked_for_by_htmx_sends_the_whole_page_to_sign_in():
    response = ask(signed_in(a_page), AnonymousUser(), hx_request="true")
    assert (response.status_code, response["HX-Redirect"]) == (401, "/sign-in")


def test_signed_in_is_enough_where_no_verb_is_needed():
    assert ask(signed_in(a_page), a_person()).status_code == 200


def test_a_view_says_how_it_is_guarded():
    guards = [public("customers have no account"), signed_in, needs("tests.answer")]
    assert [guard(a_page).guard for guard in guards] == [
        "public: customers have no account",
        "signed in",
        "tests.answer",
    ]
    assert ask(public("all")(lambda request: HttpResponse("hello")), AnonymousUser()).content == b"hello"


def test_reach_is_not_read_until_somebody_asks(django_assert_num_queries):
    person = a_person()
    with django_assert_num_queries(0):
        ask(lambda request: HttpResponse("public"), person)


def test_other_exceptions_go_their_way():
    assert ReachMiddleware(a_page).process_exception(RequestFactory().get("/"), ValueError()) is None
