"""Reads of the hot door: a queryset compiled once, asked again with other values.

Building a query costs the ORM more than answering it costs the database. A Question keeps the compiled
statement; PostgreSQL prepares it, so that it is planned once per connection. It finds what the queryset would.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState
from django.db.models.expressions import Value
from psycopg.abc import PQGen
from psycopg.generators import fetch_many, send

Row = Sequence[Any]
T = TypeVar("T")


class Place(Value):
    """Where a value will stand, of the type of a field; `name` is how the asker calls it."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """A parameter's mark, and this place itself instead of a value."""
        return "%s", [self]

    def filled(self, values: Mapping[str, Any]) -> Any:
        """The value that stands here, as the database wants it."""
        return self.output_field.get_db_prep_value(values[self.name], connections[DEFAULT_DB_ALIAS])


class Constant(Value):
    """A word of ours that stands in the statement itself. PostgreSQL uses a partial index in a plan for all values only
    where it can read in the statement that the index holds what is asked for; without such a plan it plans anew each time.
    """

    def __init__(self, word: str) -> None:
        if not word.isidentifier():  # nothing that would have to be quoted
            raise ValueError(f"{word!r} is not a plain word")
        super().__init__(word, output_field=models.CharField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The word in quotes, and no parameter."""
        return f"'{self.value}'", []


class Question:
    """`Question(lambda: Unit.objects.filter(code=Place("code", …)).values_list("id"))(code="B00")`.

    `one_way`: what is joined one to one does not know what it was joined to, as it would in Django, so that rows of a list
    are gone as soon as the page is drawn; those that know each other stay until the garbage collector stops everything
    for them.
    """

    def __init__(self, ask: Callable[[], models.QuerySet[Any, Any]], *, one_way: bool = False) -> None:
        self._ask = ask
        self._one_way = one_way
        self._compiled: _Compiled | None = None

    def __call__(self, **values: Any) -> list[Row]:
        """The rows found for these values, one for every place."""
        return together(self.of(**values))[0]

    def objects(self, **values: Any) -> list[Any]:
        """The same as models, as the queryset would give them: what it joins is joined, what it leaves out is read
        when it is asked for. Annotations and prefetches are not among them."""
        asked = self.of(**values)
        return asked.models(together(asked)[0])

    def of(self, **values: Any) -> Asked:
        """This question with its values, to be asked together with others; KeyError names a value not given."""
        asked = self._compiled or self._compile()
        given = [each.filled(values) if isinstance(each, Place) else each for each in asked.parameters]
        return Asked(asked, given)

    def _compile(self) -> _Compiled:
        # Fields know how to read both databases' answers; the compiler knows which columns need that.
        compiler = self._ask().query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        statement, parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        # Django reads JSON from its text; everything else comes as PostgreSQL keeps it and need not be read.
        texts = any(isinstance(column.output_field, models.JSONField) for column in columns)
        answer = psycopg.pq.Format.TEXT if texts else psycopg.pq.Format.BINARY
        self._compiled = _Compiled(
            compiler, statement, tuple(parameters), converters, answer, one_way=self._one_way
        )
        return self._compiled


class Kept:
    """Questions whose statements differ from asker to asker, kept by what they depend on: the latest so many."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for the key before, else what is made now; without a key (None) nothing is kept."""
        if key is None:
            return make()
        found = self.get(key)
        if found is None:
            self.keep(key, found := make())
        return found  # type: ignore[no-any-return]

    def get(self, key: Hashable) -> Any:
        """What is kept for the key, None where nothing is."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def keep(self, key: Hashable, what: Any) -> None:
        """Keep it for the key; whatever was not asked for the longest goes."""
        with self._lock:
            self._kept[key] = what
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


@dataclass(frozen=True)
class _Compiled:
    """A statement with what its answer is read by; `answer`: the form in which PostgreSQL gives it."""

    compiler: Any
    statement: str
    parameters: tuple[Any, ...]
    converters: dict[int, Any]
    answer: psycopg.pq.Format = psycopg.pq.Format.BINARY
    one_way: bool = False
    prepare: bool | None = None  # False: planned anew for its values every time it is asked
    one_plan: bool = False  # True: planned once for all values, whatever PostgreSQL reckons

    @cached_property
    def maker(self) -> _Maker:
        """What makes models of its rows."""
        return _Maker.read(self.compiler.klass_info, self.compiler.select, one_way=self.one_way)

    def read(self, rows: list[Row]) -> list[Row]:
        if not self.converters:
            return rows
        return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]


class Asked(NamedTuple):
    """A question with its values."""

    compiled: _Compiled
    given: list[Any]

    @classmethod
    def plain(
        cls, statement: str, parameters: Sequence[Any], *, prepare: bool | None = None, one_plan: bool = False
    ) -> Asked:
        """A statement put together from querysets' own, whose answer is plain numbers. `prepare` as psycopg has it: False
        where one plan for all values is a bad one. `one_plan`: where it is as good as any, and planning costs more than
        looking."""
        compiled = _Compiled(None, statement, tuple(parameters), {}, prepare=prepare, one_plan=one_plan)
        return cls(compiled, list(parameters))

    def models(self, rows: list[Row]) -> list[Any]:
        """The models that its rows are."""
        return [self.compiled.maker.of(row) for row in rows]


class _Maker(NamedTuple):
    """Makes a model, and what it joins, of a row: what `Model.from_db` does, without asking for every field again
    what its class knows. Models of ours have no signals that would be missed and none inherits another's table."""

    model: type[models.Model]
    names: list[str]
    first: int
    last: int
    identity: int
    joined: list[tuple[_Maker, Callable[[Any, Any], None], Callable[[Any, Any], None] | None]]

    @classmethod
    def read(cls, info: Mapping[str, Any], select: Sequence[Any], *, one_way: bool) -> _Maker:
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in select[first:last]]
        joined = [
            (
                cls.read(each, select, one_way=one_way),
                each["local_setter"],
                None if one_way else each["remote_setter"],
            )
            for each in info.get("related_klass_infos", ())
        ]
        model = info["model"]
        return cls(model, names, first, last, first + names.index(model._meta.pk.attname), joined)

    def of(self, row: Row) -> Any:
        """The model; None where nothing is joined."""
        if row[self.identity] is None:
            return None
        one = self.model.__new__(self.model)
        one._state = state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        one.__dict__.update(zip(self.names, row[self.first : self.last], strict=True))
        for maker, tell_this, tell_other in self.joined:
            other = maker.of(row)
            tell_this(one, other)
            if other is not None and tell_other is not None:
                tell_other(other, one)
        return one


def together(*questions: Asked) -> list[list[Row]]:
    """The rows of each; PostgreSQL is sent all of them before it is waited for. What was asked ahead is not asked
    again."""
    database: Any = connections[
        DEFAULT_DB_ALIAS
    ]  # asked for once: the name `connection` looks it up at every touch
    if database.vendor != "postgresql":
        with database.cursor() as cursor:
            return [asked.compiled.read(_read(cursor, asked)) for asked in questions]
    sent: list[_Sent] = database.__dict__.get("asked_ahead") or []
    if not sent:
        return _asked_now(database, questions)
    taken = [_taken(database, sent, asked) for asked in questions]
    missing = [asked for asked, rows in zip(questions, taken, strict=True) if rows is None]
    answers = iter(_asked_now(database, missing) if missing else ())
    return [next(answers) if rows is None else rows for rows in taken]


def _asked_now(database: Any, questions: Sequence[Asked]) -> list[list[Row]]:
    database.ensure_connection()
    _landed(database)
    _counted(database, questions)
    if len(questions) == 1 and not questions[0].compiled.one_plan:
        with database.wrap_database_errors, _cursor(database, questions[0]) as cursor:
            _send(database, cursor, questions[0])
            return [questions[0].compiled.read(cursor.fetchall())]
    with database.wrap_database_errors, database.connection.pipeline():
        cursors = [_cursor(database, asked) for asked in questions]
        for cursor, asked in zip(cursors, questions, strict=True):
            _send(database, cursor, asked)
        return [
            asked.compiled.read(cursor.fetchall()) for cursor, asked in zip(cursors, questions, strict=True)
        ]


@dataclass(slots=True, eq=False)
class _Sent:
    """A question that PostgreSQL was sent; its rows once they have been read, until somebody asks for them."""

    asked: Asked
    cursor: psycopg.Cursor[Any]
    rows: list[Row] | None = None


@contextmanager
def ahead(*questions: Asked) -> Iterator[None]:
    """Sends questions whose answers are needed inside: PostgreSQL looks for them while the page is drawn, and whoever
    asks one of them (by `together`, or the Question itself) is given what was found without another trip.

    They are answered in the order in which they are sent, so what is needed first stands first; whoever needs one waits
    for it and not for those behind it. Anything else that is asked waits for all. Each answer is given once: what is asked
    a second time is looked for anew. Only for reading: no transaction begins inside. On SQLite, which is no further
    away than memory, nothing is asked before it is needed.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql" or not questions:
        yield
        return
    database.ensure_connection()
    _landed(database)
    _counted(database, questions)
    before: list[_Sent] = database.__dict__.get("asked_ahead") or []
    with database.wrap_database_errors, ExitStack() as flight:
        flight.enter_context(database.connection.pipeline())
        sent = [_Sent(asked, _cursor(database, asked)) for asked in questions]
        for each in sent:
            _send(database, each.cursor, each.asked)
            database.connection.pgconn.send_flush_request()  # answered by itself, not with the last of them
        database.connection.pgconn.flush()  # sent now, not when somebody waits for it
        database.asked_ahead, database.in_flight = [*before, *sent], flight
        try:
            with database.execute_wrapper(_after_landing):
                yield
        finally:
            left = database.asked_ahead  # whose answer was given inside is not given again outside
            database.asked_ahead, database.in_flight = [each for each in before if each in left], None


def _after_landing(execute: Callable[..., Any], *rest: Any) -> Any:
    """The ORM asks in ways that a pipeline does not know."""
    _landed(connections[DEFAULT_DB_ALIAS])
    return execute(*rest)


def _landed(database: Any) -> None:
    """Read what was sent ahead, before anything else is asked."""
    flight: ExitStack | None = database.__dict__.get("in_flight")
    if flight is None:
        return
    database.in_flight = None
    with flight:
        for each in database.asked_ahead:
            if each.rows is None:
                each.rows = each.cursor.fetchall()


def _landed_as_far_as(database: Any, last: _Sent) -> None:
    """Read one of them, and whatever was sent before it. The others stay where they are: psycopg's own `fetchall` would
    wait for all."""
    if last.rows is not None:
        return
    with database.wrap_database_errors:
        database.connection.wait(_answers(database.connection, last.cursor))
        last.rows = last.cursor.fetchall()


def _answers(connection: Any, cursor: psycopg.Cursor[Any]) -> PQGen[None]:
    """psycopg's `Pipeline._fetch_gen`, as far as the answer of one cursor."""
    pipeline = connection._pipeline
    yield from send(connection.pgconn)
    while cursor.pgresult is None and (results := (yield from fetch_many(connection.pgconn))):
        pipeline._process_results(pipeline.result_queue.popleft(), results)


def _taken(database: Any, sent: list[_Sent], asked: Asked) -> list[Row] | None:
    """The rows of a question that was sent already; None where it was not."""
    for place, each in enumerate(sent):
        if each.asked.compiled is asked.compiled and each.asked.given == asked.given:
            _landed_as_far_as(database, each)
            del sent[place]
            return asked.compiled.read(each.rows or [])
    return None


def _counted(database: Any, questions: Sequence[Asked]) -> None:
    """Whoever counts queries counts these too."""
    if database.queries_logged:
        database.queries_log.extend({"sql": asked.compiled.statement, "time": "0"} for asked in questions)


def _cursor(database: Any, asked: Asked) -> psycopg.Cursor[Any]:
    cursor = psycopg.Cursor(database.connection)
    cursor.format = asked.compiled.answer
    return cursor


_PLANNING = (
    "SELECT set_config('plan_cache_mode', %s, true)"  # until the pipeline ends, if nothing is said before
)


def _send(database: Any, cursor: psycopg.Cursor[Any], asked: Asked) -> None:
    compiled = asked.compiled
    if not compiled.one_plan:
        cursor.execute(compiled.statement, asked.given, prepare=compiled.prepare)
        return
    psycopg.Cursor(database.connection).execute(_PLANNING, ["force_generic_plan"])
    cursor.execute(compiled.statement, asked.given, prepare=True)
    psycopg.Cursor(database.connection).execute(_PLANNING, ["auto"])


def _read(cursor: Any, asked: Asked) -> list[Row]:
    cursor.execute(asked.compiled.statement, asked.given)
    return list(cursor.fetchall())


def one(rows: list[Row]) -> Row | None:
    """The first row, if any."""
    return next(iter(rows), None)


def known(owner: models.Model, relation: str, found: Sequence[models.Model]) -> None:
    """Make what was found what `owner.relation.all()` gives: what a prefetch would have left there.

    Anything else asked of the relation (a filter, an order) still asks the database, rightly.
    """
    rows = getattr(owner, relation).get_queryset()
    rows._result_cache, rows._prefetch_done = list(found), True
    kept: dict[str, Any] = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    kept[relation] = rows
