"""Pages by key give every row once, in order, in both directions, whatever the keys hold."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, IntegerField, Value, When
from django.http import QueryDict
from django.template import engines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.web.keyset import FILTERED, BadCursor, Count, counted_each, keyset_page, pack, unpack

pytestmark = pytest.mark.django_db
LABEL = "keyset_test"


def rows(ranks):
    """Content types whose annotated rank (may be None) is as given."""
    ContentType.objects.filter(app_label=LABEL).delete()
    ContentType.objects.bulk_create(
        ContentType(app_label=LABEL, model=f"m{n:04d}") for n in range(len(ranks))
    )
    whens = [When(model=f"m{n:04d}", then=Value(rank)) for n, rank in enumerate(ranks) if rank is not None]
    rank = Case(*whens, default=None, output_field=IntegerField()) if whens else Value(None, IntegerField())
    return ContentType.objects.filter(app_label=LABEL).annotate(rank=rank)


def walk(queryset, order, size, link):
    """Models seen from the first page on by following next, then back by previous."""
    query, pages = QueryDict(f"size={size}"), []
    while True:
        page = keyset_page(queryset, order, query, sizes=(size,))
        pages.append(page)
        url = getattr(page, link)
        if not url:
            return pages
        query = QueryDict(url[1:])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=14),
    st.sampled_from([2, 3, 5]),
    st.sampled_from(["rank?", "-rank?"]),
    st.sampled_from(["id", "-id"]),
)
def test_following_next_then_previous_shows_every_row_once_in_order(ranks, size, first, second):
    queryset = rows(ranks)
    down = first.startswith("-")
    told = list(queryset)
    told.sort(key=lambda r: r.id, reverse=second == "-id")
    told.sort(key=lambda r: (r.rank is None, (-r.rank if down else r.rank) if r.rank is not None else 0))
    pages = walk(queryset, (first, second), size, "next_url")
    assert [r.id for page in pages for r in page.rows] == [r.id for r in told]
    assert [page.first for page in pages if page.rows] == list(range(1, len(told) + 1, size))
    query, back = QueryDict(pages[-1].previous_url[1:]), []
    while query:
        page = keyset_page(queryset, (first, second), query, sizes=(size,))
        back = [r.id for r in page.rows] + back
        query = QueryDict(page.previous_url[1:])
    assert back == [r.id for r in told][: len(back)]
    assert len(back) == max(0, len(told) - len(pages[-1].rows))


def test_a_damaged_cursor_shows_the_first_page_and_says_so():
    queryset = rows([1, 2, 3])
    for bad in ("zzz", "W10", "é", pack([1], 1), pack(["x", "y"], 1), pack([None, None], 1), "A" * 5000):
        page = keyset_page(queryset, ("rank", "id"), {"after": bad}, sizes=(2,))
        assert page.problem == "cursor", bad
        assert page.first == 1


def test_a_cursor_of_another_order_is_refused():
    fields = [ContentType._meta.get_field("id")]
    with pytest.raises(BadCursor):
        unpack(pack([1, 2], 1), fields)


def test_an_unknown_page_size_is_the_smallest():
    assert keyset_page(rows([1]), ("id",), {"size": "100000"}).size == 25


def test_the_address_keeps_its_filters_and_drops_the_old_cursor():
    page = keyset_page(rows(range(5)), ("id",), QueryDict("channel=a&channel=b&before=&size=2"), sizes=(2,))
    assert page.next_url.startswith("?channel=a&channel=b&size=2&after=")


def test_counting_stops_at_a_thousand_and_one_in_one_query_for_all(django_assert_num_queries):
    queryset = rows([0] * 3)
    ContentType.objects.bulk_create(ContentType(app_label="other", model=f"x{n:05d}") for n in range(1100))
    with django_assert_num_queries(1):
        few, many, none = counted_each(
            {
                "few": queryset.order_by("-rank"),
                "many": ContentType.objects.filter(app_label="other"),
                "none": queryset.filter(pk__in=[]),
            }
        ).values()
    assert (few.value, few.exact) == (3, True)
    assert (many.value, many.exact) == (1001, False)
    assert none.value == 0


def test_what_filters_ask_for_is_counted_by_a_question_of_its_own_wherever_it_stands(
    django_assert_num_queries,
):
    queryset = rows([0, 1, 1])
    each = {
        "all": queryset,
        FILTERED: queryset.filter(rank=1),
        "none": queryset.filter(pk__in=[]),
    }
    with django_assert_num_queries(2):
        counts = counted_each(each)
    assert {name: count.value for name, count in counts.items()} == {"all": 3, FILTERED: 2, "none": 0}
    with django_assert_num_queries(1):
        assert counted_each({FILTERED: queryset.filter(rank=0)})[FILTERED].value == 1


def test_beyond_a_thousand_the_pager_asks_for_the_exact_figure_afterwards():
    query = QueryDict("view=open&after=x")
    many, few = (
        keyset_page(rows([1]), ("id",), query).counted(Count(n), "/things/count?view=open")
        for n in (1001, 1000)
    )
    assert (many.exact_url, few.exact_url) == ("/things/count?view=open", "")
    drawn = engines["pages"].from_string("{{ ui.pager(page) }}")
    assert 'hx-get="/things/count?view=open"' in drawn.render({"page": many})
    assert "hx-get" not in drawn.render({"page": few})
