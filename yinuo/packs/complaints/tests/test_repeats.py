"""Repeat complaints are counted as somebody would who looks at every pair."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.engines.cases.models import Case
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.repeats import SPANS, repeating, repeats, sample
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, graded

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SAME = {"name": "王小敏", "phone": "13800000001", "email": ""}


def told(bank, at, *, business="B-03.1", cause="C-09", **customer):
    """A coded complaint of a customer, received then."""
    case = a_complaint(bank, at=at, **(SAME | customer))
    Complaint.objects.filter(pk=case.pk).update(business=business, cause=cause)
    return Case.objects.select_related("complaint").get(pk=case.pk)


def test_the_same_cause_again_within_thirty_days_repeats_and_a_day_later_does_not(bank):
    first = told(bank, MONDAY)
    last = told(bank, MONDAY + 30 * DAY)
    late = told(bank, MONDAY + 61 * DAY)
    assert list(Case.objects.filter(repeating(30))) == [last]
    assert set(Case.objects.filter(repeating(90))) == {last, late}
    assert [repeats(last, first), repeats(first, last), repeats(late, first)] == [True, False, True]


def test_another_customer_business_or_cause_is_no_repeat(bank):
    told(bank, MONDAY)
    told(bank, MONDAY + DAY, name="李华", phone="13900000002")
    told(bank, MONDAY + DAY, business="B-02")
    told(bank, MONDAY + DAY, cause="C-01")
    told(bank, MONDAY + DAY, business="", cause="")
    assert not Case.objects.filter(repeating(90)).exists()


def test_nobody_can_tell_of_a_complaint_without_codes(bank):
    told(bank, MONDAY)
    told(bank, MONDAY + DAY)
    told(bank, MONDAY + 2 * DAY, business="", cause="")
    seen = measure_named("complaints.repeated_30").sample(Window(Period.read("2026-09")))
    assert (seen.n, seen.hits, seen.unknown) == (2, 1, 1)


def test_the_list_finds_them_and_the_page_says_what_is_repeated(bank, client):
    first, again = graded(bank, **SAME), graded(bank, at=MONDAY + DAY, **SAME)
    client.force_login(bank.person("lead"))
    shown = client.get("/complaints?view=all&repeat=30").content.decode()
    assert again.number in shown
    assert first.number not in shown
    assert "由本件重复" in client.get(f"/complaints/{again.number}").content.decode()
    assert "由本件重复" not in client.get(f"/complaints/{first.number}").content.decode()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.sampled_from("AB"), st.sampled_from(["", "B-02"]), st.sampled_from(["C-01", "C-09"])),
        max_size=7,
    )
)  # fmt: skip
def test_any_history_is_counted_as_pair_by_pair(bank, history):
    Case.objects.all().delete()
    for day, who, business, cause in history:
        phone = {"A": "13800000001", "B": "13900000002"}[who]
        told(bank, MONDAY + day * DAY, business=business, cause=cause, phone=phone)
    for days in SPANS:
        hits = sum(
            bool(one[2]) and any(one[1:] == other[1:] and 0 < one[0] - other[0] <= days for other in history)
            for one in history
        )
        counted = sample(Case.objects.all(), days)
        assert (counted.n, counted.hits) == (sum(bool(one[2]) for one in history), hits)
