"""Among many ids as one parameter finds what a list of parameters finds."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact
from yinuo.facts.questions import Question
from yinuo.facts.rows import write_rows
from yinuo.facts.tests.samples import a_row
from yinuo.ground.access.among import Among, Everywhere, Most, ids
from yinuo.ground.people.models import Unit, UnitPlace

pytestmark = pytest.mark.django_db
IDS = [new_id() for _ in range(6)]
CHOSEN = st.frozensets(st.sampled_from(IDS))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=CHOSEN, other=CHOSEN)
def test_it_finds_what_in_finds_alone_and_joined(facts, one, other):
    plain = Q(unit_id__in=one) | Q(by_id__in=other)
    for kind in (frozenset, Most):
        either = Q(Among("unit_id", kind(one))) | Q(Among("by_id", kind(other)))
        assert found(either) == found(plain)


def _either(**how):
    either = Q(Among("unit_id", ids("one", **how))) | Q(Among("by_id", ids("other", **how)))
    return Question(lambda: Fact.objects.filter(either))


EITHER = [_either(), _either(as_rows=True)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=CHOSEN, other=CHOSEN)
def test_a_question_finds_the_same_for_however_many_ids(facts, one, other):
    plain = Q(unit_id__in=one) | Q(by_id__in=other)
    for question in EITHER:
        assert sorted(fact.pk for fact in question.objects(one=one, other=other)) == found(plain)


def found(condition):
    return sorted(Fact.objects.filter(condition).values_list("pk", flat=True))


@pytest.fixture
def facts(db):
    """A fact of each unit, by each person, and one of nobody."""
    rows = [a_row() | {"unit_id": unit, "by_id": by} for unit in [*IDS, None] for by in [*IDS, None]]
    write_rows([(Fact, rows)])


def test_however_many_there_are_the_statement_is_the_same():
    def asked(count):
        with CaptureQueriesContext(connection) as captured:
            list(Fact.objects.filter(Among("unit_id", [new_id() for _ in range(count)])))
        return captured[0]["sql"].count("unit_id")

    assert asked(1) == asked(2000)


def test_who_reaches_every_unit_is_not_asked_for_one_where_a_row_must_have_it(facts):
    everywhere = Everywhere(IDS)
    assert "unit_id" not in _where(UnitPlace.objects.filter(Among("unit_id", everywhere)))
    assert "parent_id" in _where(UnitPlace.objects.filter(Among("parent_id", everywhere)))  # a root has none
    assert "unit_id" in _where(
        Unit.objects.filter(Among("places__unit_id", everywhere))
    )  # one without a place
    assert found(Among("unit_id", everywhere)) == found(Q(unit_id__in=IDS))


def _where(queryset):
    return str(queryset.query).partition(" WHERE ")[2]
