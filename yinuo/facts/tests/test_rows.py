from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.facts.ids import new_id
from yinuo.facts.models import Fact, Pending
from yinuo.facts.rows import copy_rows, update_row, update_rows, write_rows
from yinuo.facts.tests.samples import a_row

with isolate_apps("yinuo.facts"):

    class Parent(models.Model):
        id = models.UUIDField(primary_key=True, default=new_id)
        code = models.CharField(max_length=20, unique=True)

        class Meta:
            app_label = "facts"

    class Everything(models.Model):
        id = models.UUIDField(primary_key=True, default=new_id)
        parent = models.ForeignKey(Parent, models.PROTECT, null=True)
        name = models.CharField(max_length=40, default="no name")
        words = models.TextField(null=True)
        blob = models.BinaryField(null=True)
        table = models.JSONField(default=dict)
        maybe = models.JSONField(null=True)
        at = models.DateTimeField(null=True)
        made_at = models.DateTimeField(auto_now_add=True)
        day = models.DateField(null=True)
        clock = models.TimeField(null=True)
        lasts = models.DurationField(null=True)
        flag = models.BooleanField(default=False)
        amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
        count = models.IntegerField(default=7)
        big = models.BigIntegerField(null=True)
        small = models.SmallIntegerField(null=True)
        by_database = models.IntegerField(db_default=42)

        class Meta:
            app_label = "facts"
            db_table = "facts every Thing"

    class Numbered(models.Model):
        name = models.CharField(max_length=10)

        class Meta:
            app_label = "facts"


CHINA = ZoneInfo("Asia/Shanghai")
MODELS = [Parent, Everything, Numbered]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# Beside a field's usual type, what it also takes: these go the field's own way, the usual ones a shorter.
OPTIONAL = {
    "name": TEXT | TEXT.map(SafeString) | st.integers(0, 99),
    "words": st.none() | TEXT | TEXT.map(SafeString),
    "blob": st.none() | st.binary(max_size=20),
    "table": st.dictionaries(TEXT, JSON, max_size=3),
    "maybe": JSON,
    "at": st.none() | MOMENTS | MOMENTS.map(lambda at: at.astimezone(CHINA)) | MOMENTS.map(str),
    "day": st.none() | st.dates(date(1970, 1, 1)) | MOMENTS | st.dates(date(1970, 1, 1)).map(str),
    "clock": st.none() | st.times(),
    "lasts": st.none() | st.timedeltas(timedelta(days=-999), timedelta(days=999)),
    "flag": st.booleans() | st.sampled_from([0, 1, "True", "f"]),
    "amount": st.none() | st.decimals(Decimal("-9999999999"), Decimal("9999999999"), places=2),
    "count": st.integers(-(2**31), 2**31 - 1) | st.booleans() | st.integers(0, 99).map(str),
    "big": st.none() | st.integers(-(2**63), 2**63 - 1),
    "small": st.none() | st.integers(-(2**15), 2**15 - 1),
}
ROWS = st.lists(st.fixed_dictionaries({}, optional=OPTIONAL), min_size=1, max_size=4)
IDS = st.sampled_from([lambda id: id, str, lambda id: id.hex, lambda id: id.int])


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in MODELS:
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in reversed(MODELS):
                editor.delete_model(model)


pytestmark = pytest.mark.django_db


def stored(model) -> list[tuple]:
    """What the database holds, but for times that are those of writing."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in model._meta.concrete_fields if f.attname != "made_at")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {quote(model._meta.db_table)} ORDER BY id")
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


def rolled_back(write) -> list[tuple]:
    with transaction.atomic():
        write()
        found = stored(Everything)
        assert Everything.objects.filter(made_at__isnull=True).count() == 0
        transaction.set_rollback(True)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, form=IDS)
def test_write_and_copy_store_exactly_what_the_orm_would(rows, form):
    parent = {"id": new_id(), "code": "p"}
    rows = [{"id": form(new_id()), "parent_id": form(parent["id"])} | row for row in rows]

    def by_orm() -> None:
        Parent(**parent).save(force_insert=True)
        for row in rows:
            Everything(**row).save(force_insert=True)

    def by_rows() -> None:
        write_rows([(Parent, [parent]), (Everything, rows)])

    def by_copy() -> None:
        assert copy_rows(Parent, [parent]) == 1
        assert copy_rows(Everything, (row for row in rows)) == len(rows)

    assert rolled_back(by_orm) == rolled_back(by_rows) == rolled_back(by_copy) != []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=st.fixed_dictionaries({}, optional=OPTIONAL),
    after=st.fixed_dictionaries({}, optional=OPTIONAL),
    named=st.booleans(),
)
def test_an_update_stores_exactly_what_the_orm_would_and_touches_no_other_row(before, after, named):
    identity, other = new_id(), new_id()

    def changed(save) -> None:
        for key in (identity, other):
            Everything(id=key, **before).save(force_insert=True)
        row = Everything.objects.get(pk=identity)
        for name, value in after.items():
            setattr(row, name, value)
        save(row, list(after) if named else None)

    by_orm = rolled_back(lambda: changed(lambda row, names: row.save(update_fields=names)))
    assert rolled_back(lambda: changed(lambda row, names: update_row(row, names or ()))) == by_orm


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(after=st.lists(st.fixed_dictionaries(OPTIONAL), min_size=1, max_size=4))
def test_many_rows_are_updated_at_once_as_one_after_another_would_be(after):
    keys, other, names = [new_id() for _ in after], new_id(), list(after[0])

    def changed(save) -> None:
        write_rows([(Everything, [{"id": key} for key in (*keys, other)])])
        save()

    def one_by_one() -> None:
        for key, values in zip(keys, after, strict=True):
            row = Everything.objects.get(pk=key)
            for name, value in values.items():
                setattr(row, name, value)
            update_row(row, names)

    def at_once() -> None:
        rows = [(key, *(said[name] for name in names)) for key, said in zip(keys, after, strict=True)]
        update_rows(Everything, names, rows)

    assert rolled_back(lambda: changed(at_once)) == rolled_back(lambda: changed(one_by_one))


def test_many_updates_of_which_one_row_is_gone_are_refused():
    row = Everything.objects.create(name="kept")
    with pytest.raises(DatabaseError, match="1 of 2 rows are there"):
        update_rows(Everything, ("name",), [(row.pk, "a"), (new_id(), "b")])


def test_an_update_takes_a_relation_by_its_name_or_its_column_and_keeps_the_rest():
    parents = [Parent.objects.create(code=code) for code in "ab"]
    row = Everything.objects.create(parent=parents[0], name="kept")
    row.parent, row.name = parents[1], "not named"
    for name in ("parent", "parent_id"):
        update_row(row, (name,))
    assert Everything.objects.values_list("parent__code", "name").get() == ("b", "kept")


def test_an_update_of_a_row_that_is_gone_is_refused():
    row = Everything.objects.create()
    Everything.objects.all().delete()
    with pytest.raises(DatabaseError, match="is not there any more"):
        update_row(row, ("name",))


def test_a_column_the_database_makes_can_be_given_or_left_to_it():
    write_rows([(Everything, [{"by_database": 1}]), (Numbered, [{"id": 900, "name": "a"}])])
    write_rows([(Everything, [{}, {}]), (Numbered, [{"name": "b"}])])
    assert sorted(Everything.objects.values_list("by_database", flat=True)) == [1, 42, 42]
    assert Numbered.objects.count() == 2


@pytest.mark.parametrize("rows", [[{"by_database": 1}, {}], [{}, {"by_database": 1}]])
@pytest.mark.parametrize(
    "write", [lambda rows: write_rows([(Everything, rows)]), lambda rows: copy_rows(Everything, rows)]
)
def test_a_column_the_database_makes_is_given_in_all_rows_or_in_none(rows, write):
    with transaction.atomic():
        with pytest.raises(ValueError, match="by_database is given in some rows only"):
            write(rows)
        transaction.set_rollback(True)
    assert not Everything.objects.exists()


def test_an_unknown_attribute_is_named_and_nothing_written():
    with pytest.raises(TypeError, match="has no attribute 'parent'"):
        write_rows([(Parent, [{"code": "a"}]), (Everything, [{"parent": None}])])
    assert not Parent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broken_row_leaves_nothing_of_the_whole():
    twice = [{"code": "a"}, {"code": "a"}]
    with pytest.raises(IntegrityError):
        write_rows([(Everything, [{}]), (Parent, twice)])
    with pytest.raises(IntegrityError):
        copy_rows(Parent, twice)
    with pytest.raises(IntegrityError):
        write_rows([(Everything, [{"parent_id": uuid.uuid4()}])])
    assert not Parent.objects.exists()
    assert not Everything.objects.exists()


@pytest.mark.parametrize(
    "write", [lambda rows: write_rows([(Parent, rows)]), lambda rows: copy_rows(Parent, rows)]
)
def test_a_broken_row_spoils_the_transaction_around_it(write):
    with transaction.atomic():
        Parent.objects.create(code="before")
        with pytest.raises(IntegrityError):
            write([{"code": "a"}, {"code": "a"}])
        assert connection.needs_rollback
        transaction.set_rollback(True)
    assert not Parent.objects.exists()


def test_a_child_may_come_before_its_parent():
    parent = new_id()
    write_rows([(Everything, [{"parent_id": parent}]), (Parent, [{"id": parent, "code": "later"}])])
    connection.check_constraints()
    assert Everything.objects.get().parent_id == parent


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        write_rows([])
        write_rows([(Parent, [])])
        assert copy_rows(Parent, iter(())) == 0


def test_more_rows_than_one_statement_can_carry_are_written_all_the_same():
    rows = [a_row() for _ in range(7_000)]
    write_rows([(Fact, rows), (Parent, [{"code": "one"}])])
    assert Fact.objects.count() == Pending.objects.count() == 7_000


def test_a_clock_time_and_a_moment_keep_their_microseconds():
    at = datetime(2026, 11, 21, 1, 2, 3, 4, tzinfo=UTC)
    write_rows([(Everything, [{"at": at, "clock": time(1, 2, 3, 4)}])])
    assert Everything.objects.values_list("at", "clock").get() == (at, time(1, 2, 3, 4))
