"""A question finds what its queryset would find."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime

import pytest
from django.db import DataError, OperationalError, connection, transaction

from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact, Pending, Position
from yinuo.facts.questions import Asked, Constant, Kept, Place, Question, ahead, one, together

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 8, 30, 0, 123456, tzinfo=UTC)
OF_CASE = Question(
    lambda: (
        Fact.objects.filter(
            case_id=Place("case", Fact._meta.get_field("case_id")),
            occurred_at__lte=Place("until", Fact._meta.get_field("occurred_at")),
        )
        .order_by("id")
        .values_list("id", "kind", "case_id", "occurred_at")
    )
)


def _facts(count: int) -> list[Fact]:
    case = new_id()
    rows = [
        Fact(
            id=new_id(),
            kind="t.k",
            case_id=case,
            occurred_at=AT,
            recorded_at=AT,
            body="{}",
            digest=f"{n:064d}",
        )
        for n in range(count)
    ]
    return Fact.objects.bulk_create(rows)


def test_a_question_answers_with_the_types_of_the_model_every_time_it_is_asked():
    first, second = _facts(1)[0], _facts(2)
    for facts in ([first], second, [first]):
        found = OF_CASE(case=facts[0].case_id, until=AT)
        assert [tuple(row) for row in found] == [(f.pk, "t.k", f.case_id, AT) for f in facts]


def test_nothing_found_is_an_empty_list_and_no_first_row():
    _facts(1)
    assert OF_CASE(case=new_id(), until=AT) == []
    assert one(OF_CASE(case=new_id(), until=AT)) is None


def test_a_value_that_is_not_given_is_named():
    with pytest.raises(KeyError, match="until"):
        OF_CASE(case=new_id())


def test_asking_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        OF_CASE(case=new_id(), until=AT)


def test_what_is_asked_together_is_answered_in_the_order_asked():
    first, second = _facts(1), _facts(2)
    answers = together(*(OF_CASE.of(case=facts[0].case_id, until=AT) for facts in (second, first, second)))
    assert [[row[0] for row in rows] for rows in answers] == [
        [f.pk for f in facts] for facts in (second, first, second)
    ]


def test_objects_are_what_the_queryset_gives_with_what_it_joins_and_leaves_out(django_assert_num_queries):
    fact = _facts(1)[0]
    pk = Place("fact", Fact._meta.get_field("id"))
    joined = Question(lambda: Pending.objects.filter(fact_id=pk).select_related("fact").defer("fact__digest"))
    (found,) = joined.objects(fact=fact.pk)
    with django_assert_num_queries(0):
        assert (found.fact.pk, found.fact.occurred_at, found.fact.case_id) == (fact.pk, AT, fact.case_id)
    with django_assert_num_queries(1):
        assert found.fact.digest == fact.digest


def test_rows_asked_for_one_way_are_gone_without_the_garbage_collector_and_others_are_as_in_django():
    fact = _facts(1)[0]
    Position.objects.create(seq=1, fact=fact, chain="0" * 64)

    def ask():
        return Position.objects.filter(fact_id=Place("fact", Fact._meta.pk)).select_related("fact")

    both_ways, one_way = Question(ask), Question(ask, one_way=True)
    (known,), (unknown,) = both_ways.objects(fact=fact.pk), one_way.objects(fact=fact.pk)
    assert known.fact.position is known
    assert unknown.fact.position == unknown
    assert unknown.fact.position is not unknown, "asked of the database"
    gone = []
    gc.disable()
    try:
        (row,) = one_way.objects(fact=fact.pk)
        weakref.finalize(row, gone.append, True)
        del row
        assert gone == [True]
    finally:
        gc.enable()


def test_a_constant_stands_in_the_statement_and_finds_what_the_value_would():
    fact = _facts(1)[0]
    Fact.objects.create(id=new_id(), kind="other", occurred_at=AT, recorded_at=AT, body="{}", digest="0" * 64)
    asked = Fact.objects.filter(kind=Constant("other")).values_list("kind")
    assert "'other'" in str(asked.query.sql_with_params()[0])
    assert asked.query.sql_with_params()[1] == ()
    assert [tuple(row) for row in Question(lambda: asked)()] == [("other",)]
    assert not Fact.objects.filter(kind=Constant("nothing"), pk=fact.pk).exists()


@pytest.mark.parametrize("word", ["", "it's", "two words", "a';--"])
def test_only_a_plain_word_may_stand_in_a_statement(word):
    with pytest.raises(ValueError, match="plain word"):
        Constant(word)


def test_kept_makes_once_for_a_key_and_forgets_the_one_asked_longest_ago():
    kept, made = Kept(2), []

    def make(key):
        return kept.once(key, lambda: made.append(key) or key)

    for key in ("a", "b", "a", "c", "a", "b", None, None):
        assert make(key) == key
    assert made == ["a", "b", "c", "b", None, None]


def test_what_is_asked_ahead_is_what_would_be_found_at_once_whatever_is_asked_in_between():
    facts, others = _facts(3), _facts(2)
    asked, other = (OF_CASE.of(case=each[0].case_id, until=AT) for each in (facts, others))
    with ahead(asked, other):
        assert len(list(Fact.objects.filter(case_id=facts[0].case_id).iterator())) == 3
        assert len(OF_CASE(case=others[0].case_id, until=AT)) == 2
        assert together(asked)[0] == together(asked)[0]
        assert len(together(asked, other, asked)[1]) == 2
    assert Fact.objects.count() == 5
    assert len(together(asked)[0]) == 3


def test_what_is_asked_ahead_inside_what_is_asked_ahead_is_found_by_either():
    facts, others = _facts(1), _facts(2)
    outer, inner = (OF_CASE.of(case=each[0].case_id, until=AT) for each in (facts, others))
    with ahead(outer):
        with ahead(inner):
            assert [len(rows) for rows in together(outer, inner)] == [1, 2]
        assert not getattr(connection, "asked_ahead", None)
        assert [len(rows) for rows in together(outer, inner)] == [1, 2]


def test_what_was_asked_ahead_costs_no_query_when_it_is_needed(django_assert_num_queries):
    facts = _facts(1)
    asked = OF_CASE.of(case=facts[0].case_id, until=AT)
    with django_assert_num_queries(1), ahead(asked):
        assert len(OF_CASE(case=facts[0].case_id, until=AT)) == 1


def test_an_answer_asked_ahead_is_given_once_so_that_nothing_old_is_read_twice():
    facts = _facts(1)
    asked = OF_CASE.of(case=facts[0].case_id, until=AT)
    with ahead(asked):
        assert len(together(asked)[0]) == 1
        Fact.objects.bulk_create(
            [
                Fact(
                    id=new_id(),
                    kind="t.k",
                    case_id=facts[0].case_id,
                    occurred_at=AT,
                    recorded_at=AT,
                    body="{}",
                    digest="f" * 64,
                )
            ]
        )
        assert len(together(asked)[0]) == 2


def test_whoever_needs_one_answer_does_not_wait_for_those_behind_it():
    facts, others = _facts(1), _facts(2)
    first, second = (OF_CASE.of(case=each[0].case_id, until=AT) for each in (facts, others))
    with ahead(first, second):
        assert len(together(first)[0]) == 1
        if connection.vendor == "postgresql":
            (waits,) = connection.asked_ahead
            assert waits.rows is None
            assert waits.cursor.pgresult is None
        assert len(together(second)[0]) == 2


@pytest.mark.postgres
def test_what_has_one_plan_is_planned_once_and_others_as_postgresql_reckons():
    """Five times a plan of its own, then whichever is cheaper: one plan is taken from the first time on."""
    mode = Asked.plain("SELECT current_setting('plan_cache_mode')", [])
    planned = Asked.plain("SELECT current_setting('plan_cache_mode'), %s::int", [7], one_plan=True)
    for _ in range(3):
        assert together(planned, mode) == [[("force_generic_plan", 7)], [("auto",)]]
        assert together(planned) == [[("force_generic_plan", 7)]]
        with ahead(planned, mode):
            assert together(planned) == [[("force_generic_plan", 7)]]
            assert together(mode) == [[("auto",)]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%$1::int%%'"
        )
        assert cursor.fetchall() == [(9, 0)]


def test_a_question_that_cannot_be_answered_fails_where_it_is_asked_ahead_as_it_would_by_itself():
    wrong = Asked.plain("SELECT 1 / %s::int", [0])
    facts = _facts(1)
    with (
        pytest.raises(DataError if connection.vendor == "postgresql" else OperationalError),
        transaction.atomic(),
        ahead(wrong, OF_CASE.of(case=facts[0].case_id, until=AT)),
    ):
        together(wrong)
    assert len(OF_CASE(case=facts[0].case_id, until=AT)) == 1


def test_what_fails_in_between_leaves_a_connection_that_answers():
    facts = _facts(2)
    with pytest.raises(ZeroDivisionError), ahead(OF_CASE.of(case=facts[0].case_id, until=AT)):
        1 / 0  # noqa: B018
    assert Fact.objects.count() == 2
    assert len(OF_CASE(case=facts[0].case_id, until=AT)) == 2
