"""Whatever stands in an address: an answer, never a crash. Asked on both databases: what one stores the other may refuse."""

import re
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction

from tests.access.doors import ask, client_of, objects, patterns, word
from yinuo.ground.access.roles import ROLES
from yinuo.ground.people.postings import appoint
from yinuo.packs.complaints.tests.bank import a_stranger
from yinuo.web.plain_form import PlainForm

pytestmark = pytest.mark.django_db
QUESTIONS = ("\0", "９９９９", "9" * 400, b"\xff\xfe", "0001-01-01~9999-12-31", "9999-12")
NAMES = ("\0", "x" * 3000)
TYPED = ("\0", "９９９９", "9" * 400, "0001-01-01")
ASKED = (
    "q", "view", "sort", "after", "before", "measure", "period", "unit", "slice", "lane", "cause", "outcome",
    "opened", "opened_from", "opened_to", "received", "closed", "number", "business", "open", "next", "language",
    "with", "against", "state", "step", "key", "page", "from", "to", "level", "channel", "said", "where", "series",
)  # fmt: skip
PLACE = re.compile(r"<(?:(?:str|slug):)?(\w+)>")


@pytest.fixture
def everyone(bank):
    """Somebody whom every door lets in."""
    person = a_stranger()
    for role in ROLES.keys() - {"sysadmin", "secadmin"}:  # nobody holds two of the three offices
        appoint(person, role, bank.head, valid_from=date(2020, 1, 1))
    return person


def with_query(address, value, names):
    return f"{address}?{urlencode(dict.fromkeys(names, value))}"


@pytest.mark.parametrize("value", QUESTIONS, ids=range(len(QUESTIONS)))
def test_no_question_of_an_address_breaks_a_page(bank, everyone, value):
    found, broken = objects(bank), []
    few = [name for name in ASKED if name not in ("measure", "key")]
    for pattern in patterns():
        address = found.address(pattern, everyone)
        for names in (ASKED, few):
            answer = ask(everyone, "GET", with_query(address, value, names))
            if word(answer).startswith("broken"):
                broken.append(f"/{pattern}: {word(answer)}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("value", NAMES, ids=range(len(NAMES)))
def test_no_name_in_an_address_breaks_a_page(bank, everyone, value):
    found, broken = objects(bank), []
    for pattern in patterns():
        if not PLACE.search(pattern):
            continue
        address = found.address(PLACE.sub(quote(value, safe=""), pattern), everyone)
        for person in (everyone, None):
            for method in ("GET", "POST"):
                answer = ask(person, method, address)
                if word(answer).startswith("broken"):
                    broken.append(f"{method} /{pattern}: {word(answer)}")
    assert not broken, "\n".join(broken)


def fields():
    """The name of every field of every form of the house."""
    found, forms = set(), [PlainForm]
    while forms:
        form = forms.pop()
        found |= set(form.base_fields)
        forms += form.__subclasses__()
    return sorted({*found, *ASKED, "version", "csrfmiddlewaretoken", "username", "password"})


@pytest.mark.parametrize("value", TYPED, ids=range(len(TYPED)))
def test_nothing_typed_breaks_a_form(bank, everyone, value):
    found, broken, typed = objects(bank), [], dict.fromkeys(fields(), value)
    for pattern in patterns():
        address = found.address(pattern, everyone)
        for person in (everyone, None):
            with transaction.atomic():
                answer = client_of(person).post(address, typed)
                transaction.set_rollback(True)
            if word(answer).startswith("broken"):
                broken.append(f"/{pattern}: {word(answer)}")
    assert not broken, "\n".join(broken)


def test_the_walk_meets_addresses_with_names():
    assert sum(bool(PLACE.search(pattern)) for pattern in patterns()) > 20
    assert {"words", "rating", "due_on", "unit"} <= set(fields())
