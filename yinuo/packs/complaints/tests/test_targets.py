"""The plans' targets over complaints: four kinds on the pages, and what a plan leaves open is never approved."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionRefused
from yinuo.engines.editions.models import Edition
from yinuo.engines.measures.measure import Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.facts.models import Fact
from yinuo.ground.exposures.stating import Said, state
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, closed

pytestmark = pytest.mark.django_db
QUARTER = "2026Q3"
OWN = """
[mean]
measure = "complaints.handling_days"
at_most = "3"
source = "plan 000"

[quick]
measure = "complaints.handling_days"
within = "3"
share_at_least = "0.95"

[fewer]
measure = "complaints.per_10_000_customers"
change_at_most = "-0.10"
baseline = { period = "2025", value = "20", low = "10", high = "40" }

[peers]
measure = "complaints.per_hundred_branches"
peers_at_most = { "2026Q3" = "100" }
"""


@pytest.fixture
def readers(bank):
    """The one who drafts and the one who approves."""
    return bank.person("quality_head"), bank.person("compliance")


def page_of(person, address):
    client = Client()
    client.force_login(person)
    client.cookies["yinuo_language"] = "en"
    answer = client.get(address)
    assert answer.status_code == 200
    return answer, " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def stated(bank, month=9):
    for unit, customers in ((bank.north, 3000), (bank.south, 1000)):
        state(
            [
                Said(unit.pk, "customers", date(2026, month, 1), customers),
                Said(unit.pk, "branches", date(2026, month, 1), 1),
            ],
            by=None,
        )


def test_a_plan_s_open_figure_is_a_draft_and_cannot_be_approved(bank, readers):
    author, approver = readers
    shipped = Edition.objects.get(kind="targets", key="plan003")
    assert shipped.state == Edition.State.DRAFT
    facts = Fact.objects.count()
    client = Client()
    client.force_login(approver)
    answer = client.post(f"/editions/{shipped.pk}/approve")
    assert answer.status_code == 409
    assert "[complaint_rate].change_at_most" in answer.content.decode()
    with pytest.raises(EditionRefused, match="change_at_most"):
        editions.approve(shipped, by=approver)
    assert Fact.objects.count() == facts
    content = shipped.content.replace('change_at_most = "[X]"', 'change_at_most = "-0.1"')
    half = editions.draft("targets", "plan003", content, by=author)
    with pytest.raises(EditionRefused, match=r"baseline\.period"):
        editions.approve(half, by=approver)


def test_the_complaint_rate_falls_by_what_was_filled_in_against_the_frozen_year_before(bank, readers):
    author, approver = readers
    shipped = Edition.objects.get(kind="targets", key="plan003")
    content = shipped.content.split("[handling_time]")[0]
    content = content.replace('change_at_most = "[X]"', 'change_at_most = "-0.10"')
    content = content.replace(
        'period = "[X]", value = "[X]"', 'period = "2025", value = "30", low = "25", high = "36"'
    )
    filled = editions.draft("targets", "plan003", content, by=author)
    editions.approve(filled, by=approver)
    stated(bank)
    for n in range(10):
        a_complaint(bank, at=MONDAY + timedelta(hours=n))
    answer, shown = page_of(author, f"/measures/complaints.per_10_000_customers?period={QUARTER}")
    ((against, _facts),) = answer.context["others"]
    assert against.sample.value == 25  # ten on four thousand
    assert against.verdict == "met"  # not above 27
    assert "≤ −10.0% against 2025 (30.00)" in shown
    assert "Change so far −16.7%" in shown
    for n in range(2):
        a_complaint(bank, at=MONDAY + timedelta(days=1, hours=n))
    assert (
        page_of(author, f"/measures/complaints.per_10_000_customers?period={QUARTER}")[0]
        .context["others"][0][0]
        .verdict
        == "missed"
    )


def test_all_four_kinds_stand_beside_their_measures(bank, readers):
    author, approver = readers
    editions.approve(editions.draft("targets", "complaints", OWN, by=author), by=approver)
    shelf.forget()
    for n in range(6):
        closed(bank, at=MONDAY + timedelta(hours=n))
    stated(bank)
    answer, shown = page_of(author, f"/measures?period={QUARTER}")
    held = {line.target.name: line for line in answer.context["lines"] if line.target}
    assert {name: held[name].verdict for name in ("mean", "quick", "fewer", "peers")} == {
        "mean": "met",
        "quick": "met",
        "fewer": "met",
        "peers": "missed",
    }
    assert held["quick"].compared.hits == 6
    assert held["peers"].compared.value == 300
    for words in (
        "≥ 95.0% within 3.0 working days",
        "≤ −10.0% against 2025 (20.00)",
        "≤ peers: 100.00",
        "≤ 3.0",
    ):
        assert words in shown
    _answer, shown = page_of(author, "/measures?period=2026Q2")
    assert "≤ peers: not known" in shown


def test_what_is_not_known_is_never_nothing(bank, readers):
    author, _approver = readers
    a_complaint(bank)
    answer, shown = page_of(author, f"/measures/complaints.per_million_transactions?period={QUARTER}")
    assert answer.context["line"].sample.value is None
    assert answer.context["line"].sample.n == 1
    assert "Held against not known" in shown


def test_the_service_quality_department_watches_every_unit_and_a_branch_its_own(bank):
    for n, unit in enumerate((bank.north, bank.south, bank.south)):
        a_complaint(bank, at=MONDAY + timedelta(hours=n), unit=unit)
    stated(bank)
    address = f"/measures/complaints.per_10_000_customers?period={QUARTER}"
    whole = page_of(bank.person("quality_head"), address)[0].context["line"].sample
    assert (whole.n, whole.exposure) == (3, 4000)
    own = page_of(bank.person("branch_head", bank.north), address)[0].context["line"].sample
    assert (own.n, own.exposure) == (1, 3000)


def test_a_measure_says_its_formula_clock_source_and_what_is_left_out(bank, readers):
    author, _approver = readers
    _answer, shown = page_of(author, f"/measures/complaints.handling_days?period={QUARTER}")
    for words in (
        "Working days from receipt to close",
        "Time counted by the bank's working calendar",
        "Left out what was withdrawn, merged or not accepted",
        "Whose figure plan 000",
        "Fed by the fact complaints.closed",
    ):
        assert words in unescape(shown), words


def test_every_complaint_measure_says_whose_figure_it_is(bank):
    from yinuo.packs.complaints import measures, rate_measures, work_measures

    found = [*measures.MEASURES, *rate_measures.MEASURES, *work_measures.MEASURES]
    assert len(found) == len({measure.key for measure in found}) >= 20
    assert [measure.key for measure in found if not str(measure.source) or not str(measure.definition)] == []


def test_the_median_is_over_units_with_those_nobody_complained_of(bank, readers):
    author, _approver = readers
    stated(bank)
    for n in range(3):
        a_complaint(bank, at=MONDAY + timedelta(hours=n), unit=bank.north)
    split = measure_named("complaints.per_10_000_customers").slices["unit"](Window(Period.read(QUARTER)))
    assert {key: sample.value for key, sample in split.items()} == {
        str(bank.north.pk): 10,
        str(bank.south.pk): 0,
    }
    _answer, shown = page_of(author, f"/measures/complaints.per_10_000_customers?period={QUARTER}")
    assert "Median across units: 5.00" in shown


def test_who_stands_aside_is_told_that_the_figure_counts_what_the_list_leaves_out(bank, readers):
    author, _approver = readers
    listed_case = closed(bank)
    open_case = a_complaint(bank)
    actions.declare_conflict(open_case.pk, ground="relative", said="投诉人是我表姐", by=author)
    answer, shown = page_of(author, f"/measures/complaints.received?period={QUARTER}")
    assert answer.context["line"].sample.n == 2
    assert "counted here and not listed" in shown
    _answer, listed = page_of(author, f"/complaints?measure=complaints.received&period={QUARTER}&view=all")
    assert listed_case.number in listed
    assert open_case.number not in listed
    _answer, told = page_of(author, f"/complaints/statement?period={QUARTER}")
    assert "counted here and not listed" in told
