"""Pages by key: next and previous cost the same on row one million as on row one.

A cursor is the ordering values of a row at a page's edge and the row's place in the list. It is not signed:
it can only move the window within what the queryset already lets the viewer see, and anything unreadable is
refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

from yinuo.facts.questions import Asked, Kept, Question, ahead, together

SIZES = (25, 50, 100)
COUNTED = 1000
MOST_CURSOR = 600
FILTERED = "filtered"  # among what is counted: the rows that an address asks for by filters


class BadCursor(ValueError):
    """The cursor in the address is damaged or belongs to another order."""


@dataclass(frozen=True, slots=True)
class Key:
    """One ordering key. A nullable one sorts its nulls last in either direction."""

    name: str
    descending: bool = False
    nullable: bool = False

    @classmethod
    def read(cls, text: str) -> Key:
        """ "due", "-received", "next_due?" (may be null)."""
        return cls(text.strip("-?"), text.startswith("-"), text.endswith("?"))

    def order(self, backward: bool) -> OrderBy:
        turned = self.descending != backward
        nulls: dict[str, Any] = {}
        if self.nullable:
            nulls = {"nulls_first": True} if backward else {"nulls_last": True}
        return F(self.name).desc(**nulls) if turned else F(self.name).asc(**nulls)

    def beyond(self, value: Any, backward: bool) -> Q:
        """Rows strictly further along than `value`; with nulls last, nothing lies beyond a null."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backward else Q(pk__in=[])
        further = Q(**{f"{self.name}__{'lt' if self.descending != backward else 'gt'}": value})
        return further | Q(**{f"{self.name}__isnull": True}) if self.nullable and not backward else further

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: exact to 1,000, beyond that 1,001 meaning "more"."""

    value: int

    @property
    def exact(self) -> bool:
        return self.value <= COUNTED


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; the urls are query strings beginning with "?", or "". `after`: the cursor of what follows."""

    rows: list[Any]
    size: int
    first: int
    next_url: str = ""
    after: str = ""
    previous_url: str = ""
    sizes: list[tuple[int, str, bool]] = field(default_factory=list)
    count: Count | None = None
    exact_url: str = ""
    problem: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    def counted(self, count: Count, exact_url: str) -> Page:
        """The same page, knowing how many there are in all; `exact_url`: the address of the view that counts them to the
        end when they are more than that, asked for once the page stands."""
        return replace(self, count=count, exact_url="" if count.exact else exact_url)


Asking = QuerySet[Any] | Callable[[], QuerySet[Any]]
Each = Mapping[str, QuerySet[Any]]
_kept = Kept(512)  # a person comes back to a handful of lists all day long


def counted_each(querysets: Each | Callable[[], Each], same: Hashable = None) -> dict[str, Count]:
    """How many rows each has, at most 1,001 of them counted, in one query for all and one for what is FILTERED.

    `same`: all that the querysets depend on (who asks, what for, on which day): asked the same again, they are not
    built again.
    """
    with counted_meanwhile(querysets, same) as counts:
        return {name: counts[name] for name in counts.names}


class Counts:
    """Counts that were asked for: each is waited for when it is first read, the views' without what is FILTERED."""

    def __init__(self, questions: Sequence[tuple[tuple[str, ...], Asked]]) -> None:
        self._questions = questions
        self._found: dict[str, Count] = {}

    @property
    def names(self) -> list[str]:
        """What was counted."""
        return [name for names, _asked in self._questions for name in names]

    def __getitem__(self, name: str) -> Count:
        if name not in self._found:
            names, asked = next(each for each in self._questions if name in each[0])
            self._found.update(zip(names, map(Count, together(asked)[0][0]), strict=True))
        return self._found[name]


@contextmanager
def counted_meanwhile(
    querysets: Each | Callable[[], Each],
    same: Hashable = None,
    *,
    first: Iterable[Asked] = (),
    one_plan: bool = False,
) -> Iterator[Counts]:
    """`counted_each` while something else is done: each count is read where it is needed. `first`: what else is asked
    ahead, because it is needed before them. `one_plan`: the views are planned once, for nothing is looked for by what the
    reader reaches, and any plan finds the same."""
    key = None if same is None else ("counts", same)
    questions = _kept.once(
        key, lambda: _counting(querysets() if callable(querysets) else querysets, one_plan)
    )
    with ahead(*first, *(asked for _names, asked in questions)):
        yield Counts(questions)


def _counting(querysets: Each, one_plan: bool) -> list[tuple[tuple[str, ...], Asked]]:
    """Names, and the question that counts them in that order: views in one that is planned once; what is FILTERED in one
    that is planned for what it asks, for a filter leaves few of a bank's cases or nearly all."""
    views = tuple(name for name in querysets if name != FILTERED)
    questions = []
    if views:
        questions.append((views, _counting_all([querysets[name] for name in views], one_plan=one_plan)))
    if FILTERED in querysets:
        questions.append(((FILTERED,), _counting_all([querysets[FILTERED]], prepare=False)))
    return questions


def _counting_all(
    querysets: Iterable[QuerySet[Any]], *, prepare: bool | None = None, one_plan: bool = False
) -> Asked:
    parts, parameters = _parts(querysets)
    return Asked.plain(f"SELECT {', '.join(parts)}", parameters, prepare=prepare, one_plan=one_plan)


def _parts(querysets: Iterable[QuerySet[Any]]) -> tuple[list[str], list[Any]]:
    """A subquery that counts each, and their parameters."""
    parts: list[str] = []
    parameters: list[Any] = []
    for queryset in querysets:
        try:
            rows, given = queryset.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({rows}) counted)")  # noqa: S608 # nosec B608 # the ORM's own statement
        parameters += given
    return parts, parameters


def pack(values: Sequence[Any], place: int) -> str:
    """Ordering values and a place as text for an address."""
    body = json.dumps(
        [place, *[v if v is None or isinstance(v, bool | int | str) else str(v) for v in values]]
    )
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def unpack(text: str, fields: Sequence[Field[Any, Any]]) -> tuple[int, list[Any]]:
    """Place and values, each read by its field; BadCursor when anything does not fit."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(text[:MOST_CURSOR] + "=" * (-len(text) % 4)))
        place, *values = raw
        if len(values) != len(fields) or not isinstance(place, int) or isinstance(place, bool):
            raise BadCursor(text[:40])
        read = [None if v is None else f.to_python(v) for f, v in zip(fields, values, strict=True)]
    except (ValueError, TypeError, ValidationError, binascii.Error, OverflowError, RecursionError) as reason:
        raise BadCursor(text[:40]) from reason
    return max(1, min(place, 10**9)), read


def field_of(queryset: QuerySet[Any], name: str) -> Field[Any, Any]:
    """The field an ordering key reads: an annotation's, or along foreign keys."""
    annotation = queryset.query.annotations.get(name)
    if annotation is not None:
        return annotation.output_field
    model: type[Model] = queryset.model
    *path, last = name.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.pk if last == "pk" else model._meta.get_field(last)  # type: ignore[return-value]


def value_of(row: Any, name: str) -> Any:
    """The value of a key on a row, along foreign keys; a missing link is None."""
    for step in name.split("__"):
        row = None if row is None else getattr(row, step)
    return row


def keyset_page(
    queryset: Asking,
    order: Sequence[str],
    query: Mapping[str, Any],
    *,
    sizes: Sequence[int] = SIZES,
    count: Count | None = None,
    keys_only: bool = False,
    same: Hashable = None,
) -> Page:
    """The page that `?after=`, `?before=` and `?size=` ask for.

    `order`: key names, "-" for descending, "?" when it may be null; the last one must be unique (say "id").
    `count`: how many there are in all, if somebody has counted.
    `keys_only`: the rows are primary keys. A database finds the right ones first, and what it then joins to a page of
    them is the same small plan for everybody.
    `same`: as in `counted_each`; for keys only.
    A bad size means the smallest; a bad cursor means the first page with `problem` = "cursor".
    """
    keys = [Key.read(text) for text in order]
    size = _size(query.get("size", ""), sizes)

    backward, edge, problem = _edge(queryset, keys, query)

    def window() -> QuerySet[Any]:
        return _window(_made(queryset), keys, edge[1] if edge else None, backward)[: size + 1]

    places = _places(window, keys, (same, size, query) if same else None) if keys_only else None
    rows = list(window()) if places is None else places
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    place = edge[0] if edge else 1
    first = max(1, place - len(rows)) if backward else place
    ahead, behind = (True, more) if backward else (more, edge is not None)
    after = pack(_values(rows[-1], keys), first + len(rows)) if rows and ahead else ""
    before = pack(_values(rows[0], keys), first) if rows and behind else ""
    emptied = url_with(query) if behind and not rows else ""
    return Page(
        rows=[row.pk for row in rows] if keys_only else rows,
        size=size,
        first=first if rows else 0,
        next_url=url_with(query, after=after) if after else "",
        after=after,
        previous_url=url_with(query, before=before) if before else emptied,
        sizes=[(n, url_with(query, size=n), n == size) for n in sizes],
        count=count,
        problem=problem,
    )


class _Place(NamedTuple):
    """Where a row stands: its ordering values."""

    pk: Any
    values: Sequence[Any]


def _values(row: Any, keys: Sequence[Key]) -> Sequence[Any]:
    return row.values if isinstance(row, _Place) else [value_of(row, key.name) for key in keys]


def _places(
    window: Callable[[], QuerySet[Any]],
    keys: Sequence[Key],
    kept_by: tuple[Hashable, int, Mapping[str, Any]] | None,
) -> list[Any]:
    """Where one row more than a page holds stands, nearest first; by a kept question where it may be kept."""

    def asked() -> QuerySet[Any, Any]:
        return window().values_list("pk", *[key.name for key in keys])

    if kept_by is None:
        return [_Place(pk, values) for pk, *values in asked()]
    same, size, query = kept_by
    place = (tuple(keys), size, str(query.get("before", "")), str(query.get("after", "")))
    found = _kept.once(("page", same, place), lambda: Question(asked))()
    return [_Place(row[0], row[1:]) for row in found]


def _made(queryset: Asking) -> QuerySet[Any]:
    return queryset() if callable(queryset) else queryset


def beside(queryset: QuerySet[Any], order: Sequence[str], row: Any) -> tuple[Any, Any]:
    """What stands before and after a row's place in that order, whether the row is among them or not; None at
    an end. Two queries."""
    keys = [Key.read(text) for text in order]
    place = [value_of(row, key.name) for key in keys]
    before, after = (_window(queryset, keys, place, backward).first() for backward in (True, False))
    return before, after


def _size(asked: Any, sizes: Sequence[int]) -> int:
    return next((n for n in sizes if str(n) == str(asked)), sizes[0])


def _edge(
    queryset: Asking, keys: Sequence[Key], query: Mapping[str, Any]
) -> tuple[bool, tuple[int, list[Any]] | None, str]:
    """Direction, the edge to start from (None for the first page) and "cursor" if it could not be read."""
    text, backward = (query["before"], True) if query.get("before") else (query.get("after", ""), False)
    if not text:
        return False, None, ""
    try:
        made = _made(queryset)
        edge = unpack(str(text), [field_of(made, key.name) for key in keys])
    except BadCursor:
        return False, None, "cursor"
    nulls = [key for key, value in zip(keys, edge[1], strict=True) if value is None and not key.nullable]
    return (False, None, "cursor") if nulls else (backward, edge, "")


def _window(
    queryset: QuerySet[Any], keys: Sequence[Key], values: Sequence[Any] | None, backward: bool
) -> QuerySet[Any]:
    """The rows beyond the edge, nearest first."""
    if values is not None:
        beyond, same = Q(pk__in=[]), Q()
        for key, value in zip(keys, values, strict=True):
            beyond |= same & key.beyond(value, backward)
            same &= key.equal(value)
        queryset = queryset.filter(beyond)
        if values[0] is not None and not keys[0].nullable:  # implied by `beyond`, but an index can start here
            first = keys[0]
            queryset = queryset.filter(first.beyond(values[0], backward) | first.equal(values[0]))
    return queryset.order_by(*[key.order(backward) for key in keys])


def flat(query: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Every pair of a QueryDict or a plain mapping."""
    lists = getattr(query, "lists", None)
    if lists is None:
        return list(query.items())
    return [(key, value) for key, values in lists() for value in values]


def url_with(query: Mapping[str, Any], **changes: Any) -> str:
    """The query string with changes; the cursor always starts anew, and a language was asked for once."""
    pairs = [(k, v) for k, v in flat(query) if k not in ("after", "before", "lang", *changes)]
    return _encoded((*pairs, *changes.items()))


@lru_cache(maxsize=4096)  # a list has a hundred links, nearly the same from one reading of it to the next
def _encoded(pairs: tuple[tuple[str, Any], ...]) -> str:
    return "?" + urlencode(pairs)
