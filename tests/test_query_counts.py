"""Pages ask a fixed number of queries, written down in query_counts.toml, whatever the number of rows."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yinuo.channels.api.auth import make_token
from yinuo.channels.api.models import Token, Webhook
from yinuo.engines.cases import bulk, changeover_counts
from yinuo.engines.cases.bulk_acts import BulkRow
from yinuo.engines.cases.models import Case
from yinuo.engines.editions import actions as editions
from yinuo.engines.editions import shelf
from yinuo.engines.editions.models import Edition
from yinuo.engines.loops.models import Run
from yinuo.facts.gate import record
from yinuo.facts.ids import new_id
from yinuo.ground.customers.holds import place_hold
from yinuo.ground.customers.models import PersonExport
from yinuo.ground.customers.reveals import reveal
from yinuo.ground.exposures.stating import Said, state
from yinuo.ground.jobs.models import Job
from yinuo.ground.jobs.run import run_one
from yinuo.ground.terms import lists
from yinuo.ground.vitals.models import Alarm
from yinuo.packs.callbacks import actions as calling
from yinuo.packs.callbacks.actions import open_call_back
from yinuo.packs.callbacks.models import Grade
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.bulk import FOLLOW, HAND_OVER
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, a_stranger, an_arrival, closed, graded
from yinuo.packs.complaints.tests.changing import ASK_GONE, first, newer, proposed
from yinuo.packs.complaints.tests.conftest import _own_home, bank
from yinuo.packs.preventions import actions as preventions
from yinuo.packs.reviews import actions as reviews
from yinuo.packs.surveys import actions as surveys

__all__ = ["_own_home", "bank"]

FILE = Path(__file__).with_name("query_counts.toml")
COUNTS = tomllib.loads(FILE.read_text(encoding="utf-8"))[connection.vendor]
FEW, MANY = 3, 25


@pytest.fixture(autouse=True)
def what_is_kept_stays_fresh(monkeypatch):
    """A slow machine may take longer over a page than lists and editions are kept."""
    for module in (shelf, lists):
        monkeypatch.setattr(module, "FRESH_SECONDS", 3600.0)


def asked(client, address):
    """How many queries a page asks once the process is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(captured), [query["sql"] for query in captured]


def check(name, client, address, grow):
    """Few rows, then `grow(n)` for each further one: the same count, and the one written down."""
    for turn in range(FEW):
        grow(turn)
    few, _queries = asked(client, address)
    for turn in range(FEW, MANY):
        grow(turn)
    many, queries = asked(client, address)
    assert many == few, f"{name}: {few} queries with {FEW} rows, {many} with {MANY}:\n" + "\n".join(queries)
    told = f"{name} asks {many} queries, [{connection.vendor}] of {FILE.name} says {COUNTS[name]}"
    assert many == COUNTS[name], (
        f"{told}: if that is meant, write {name} = {many} there and say why in the commit"
    )


@pytest.fixture
def lead(bank):
    client = Client()
    client.force_login(bank.person("lead"))
    return client


def test_the_list(bank, lead):
    grow = lambda turn: a_complaint(bank, at=MONDAY + timedelta(minutes=turn), complained_unit=bank.north.pk)  # noqa: E731
    check("complaints_list", lead, "/complaints?view=all", grow)


def test_the_list_of_closed_complaints(bank, lead):
    check("complaints_list_closed", lead, "/complaints?view=closed", lambda turn: closed(bank))


def test_the_page_of_a_complaint(bank, lead):
    case = graded(bank, phone="13800007777", email="", name="王小敏", matters=2)

    def grow(turn):
        actions.write_note(case.pk, text=f"备注{turn}", by=bank.handler, at=MONDAY + timedelta(hours=2))
        if turn < 2 * FEW:
            a_complaint(bank, phone="13800007777", email="", name="王小敏")

    check("complaint_page", lead, f"/complaints/{case.number}", grow)


def test_a_bulk_act_before_it_begins(bank, lead):
    cases = [a_complaint(bank).pk]
    act = bulk.choose(HAND_OVER, cases, by=bank.person("lead"), language="zh-hans")
    grow = lambda turn: BulkRow.objects.create(act=act, case=a_complaint(bank), position=turn + 2)  # noqa: E731
    check("bulk_act", lead, f"/complaints/bulk/{act.pk}", grow)


def test_the_bulk_acts_of_somebody(bank, lead):
    case = a_complaint(bank)

    def grow(turn):
        act = bulk.choose(FOLLOW, [case.pk], by=bank.person("lead"), language="zh-hans")
        bulk.begin(act, {})

    check("bulk_acts", lead, "/complaints/bulk", grow)


def test_the_list_of_who_saw_customers_in_full(bank):
    auditor, case = Client(), a_complaint(bank)
    auditor.force_login(bank.person("auditor"))

    def grow(turn):
        shown = {"case": case.pk, "unit": case.handling_unit_id, "by": bank.handler.pk, "reason": "other"}
        reveal(case.customer_id, asked=new_id(), said="核实", **shown)

    check("reveals", auditor, "/persons/reveals", grow)


def test_the_list_of_what_customers_asked_for(bank):
    officer, case = Client(), a_complaint(bank)
    officer.force_login(bank.person("compliance"))

    def grow(turn):
        asked = {"asked_by": bank.handler.pk, "asked_at": timezone.now(), "state": "expired"}
        PersonExport.objects.create(customer_id=case.customer_id, case=case.pk, **asked)

    check("person_exports", officer, "/persons/exports", grow)


def test_the_page_of_what_is_kept(bank):
    officer, case = Client(), a_complaint(bank)
    officer.force_login(bank.person("compliance"))

    def grow(turn):
        place_hold(case.customer_id, reason="audit", by=None)

    check("keeping", officer, f"/persons/of/{case.number}/keeping", grow)


def test_the_page_of_a_customer(bank, lead):
    case = a_complaint(bank)
    check("person", lead, f"/persons/of/{case.number}", lambda turn: a_complaint(bank))


@pytest.fixture
def caller(bank):
    client = Client()
    client.force_login(bank.person("callback_agent"))
    return client


def a_call_back(bank, turn):
    """One more of a closed complaint."""
    case = closed(bank)
    return open_call_back(case, title=f"回访{turn}", grade=Grade.ORDINARY, at=case.closed_at)


def test_the_list_of_call_backs(bank, caller):
    check("callbacks_list", caller, "/callbacks?view=all", lambda turn: a_call_back(bank, turn))


def test_the_page_of_a_call_back(bank, caller):
    case = a_call_back(bank, 0)

    def grow(turn):
        a_call_back(bank, turn)
        at = MONDAY + timedelta(days=10 + turn)
        calling.try_once(case.pk, result="busy", by=bank.person("callback_agent"), at=at)

    check("callback_page", caller, f"/callbacks/{case.number}", grow)


@pytest.fixture
def reviewer(bank):
    client = Client()
    client.force_login(bank.person("reviewer"))
    return client


def a_review(bank, turn):
    """One more of a closed complaint."""
    return reviews.ask(closed(bank).pk, words=f"不同意{turn}", by=None, at=MONDAY + timedelta(days=4))


def test_the_list_of_reviews(bank, reviewer):
    check("reviews_list", reviewer, "/reviews?view=all", lambda turn: a_review(bank, turn))


def test_the_page_of_a_review(bank, reviewer):
    case = a_review(bank, 0)
    check("review_page", reviewer, f"/reviews/{case.number}", lambda turn: a_review(bank, turn))


def a_prevention(bank, turn):
    """One more against the cause of a closed complaint."""
    aim = preventions.Aim("B-03.1", "C-09", f"根本原因{turn}", bank.head, "complaints.received")
    return preventions.open_prevention(
        aim, owner=bank.handler, by=bank.person("lead"), about=closed(bank).pk, at=MONDAY + timedelta(days=4)
    )


def test_the_list_of_preventions(bank, lead):
    check("preventions_list", lead, "/preventions?view=all", lambda turn: a_prevention(bank, turn))


def test_the_page_of_a_prevention(bank, lead):
    case = a_prevention(bank, 0)
    check("prevention_page", lead, f"/preventions/{case.number}", lambda turn: a_prevention(bank, turn))


def test_the_list_of_ratings(bank, lead):
    def grow(turn):
        asked = surveys.ask(closed(bank), at=MONDAY + timedelta(days=4), letters=False)
        surveys.answer(asked.token, rating=1 + turn % 5, words="谢谢", at=MONDAY + timedelta(days=5))

    check("surveys_list", lead, "/surveys?view=all", grow)


def test_the_page_a_customer_follows_a_complaint_on(bank):
    received = actions.receive(
        an_arrival(), handling_unit=bank.centre.pk, by=None, at=MONDAY, origin="portal"
    )
    grow = lambda turn: actions.supplement(received.case_id, words=f"补充{turn}", at=MONDAY)  # noqa: E731
    check("portal_track", Client(), f"/s/track/{actions.shown(received.code)}", grow)


def test_the_measures(bank, lead):
    check("measures", lead, "/measures?period=2026Q3", lambda turn: closed(bank))


def test_one_measure(bank, lead):
    address = "/measures/complaints.timely_share?period=2026Q3"
    check("measure", lead, address, lambda turn: closed(bank))


def test_the_exposures(bank, lead):
    def grow(turn):
        month = date(2026, 7 + turn % 3, 1)
        state([Said(bank.north.pk, "customers", month, 1000 + turn)], by=None)

    check("exposures", lead, "/measures/exposures?period=2026Q3", grow)


def test_the_statement(bank, lead):
    check("statement", lead, "/complaints/statement?period=2026Q3", lambda turn: closed(bank))


def test_the_ledger(bank, lead):
    check("ledger", lead, "/complaints/ledger.xlsx?view=all", lambda turn: closed(bank))


def a_draft(bank):
    shelf = Edition.objects.filter(kind="bank", key="own").order_by("number")[0]
    return lambda turn: editions.draft(
        "bank", "own", f"# {turn}\n{shelf.content}", by=bank.person("quality_head")
    )


def test_the_editions(bank, lead):
    check("editions", lead, "/editions", a_draft(bank))


def test_one_edition(bank, lead):
    edition = Edition.objects.get(kind="process", key="complaints")
    check("edition", lead, f"/editions/{edition.pk}", a_draft(bank))


def test_the_map_of_a_changeover_and_its_page(bank):
    client = Client()
    client.force_login(bank.person("quality_head"))
    a_complaint(bank)
    old, new = first(), newer(ASK_GONE)
    check("change_over", client, f"/editions/{new.pk}/change-over/{old.pk}", lambda turn: on(bank, old))
    made = proposed(old, new)
    check("changeover", client, f"/editions/changeovers/{made.pk}", lambda turn: counted(bank, old, made))


def on(bank, edition):
    """A complaint that stays where the next edition asks nobody."""
    case = graded(bank)
    Case.objects.filter(pk=case.pk).update(process=edition)
    actions.finish_investigation(
        case.pk, by=bank.handler, question="哪一天？", at=MONDAY + timedelta(hours=3)
    )


def counted(bank, edition, made):
    on(bank, edition)
    changeover_counts.ask(made, by=None)
    assert run_one("w", timezone.now() + timedelta(seconds=1))


@pytest.fixture
def admin(bank):
    client = Client()
    client.force_login(bank.person("sysadmin"))
    return client


def test_the_pages_of_operations(bank, admin):
    now = timezone.now()

    def grow(turn):
        at = now + timedelta(seconds=turn)
        raised = {"value": 1, "raised_at": at, "acknowledged_at": at}
        Alarm.objects.create(
            vital=f"a.sign_{'abcdefghijklmnopqrstuvwxyz'[turn]}", acknowledged_by=a_stranger().pk, **raised
        )
        Job.objects.create(kind="a.kind", by=a_stranger().pk, created_at=at, next_at=at, state="dead")
        Run.objects.create(seq=turn + 1, rule="a.rule", state="dead", next_at=at)
        a_complaint(bank)

    for turn, page in enumerate(("", "/jobs?view=all", "/letters?view=all", "/consequences?view=all")):
        name = ("operations", "operations_jobs", "operations_letters", "operations_consequences")[turn]
        with transaction.atomic():
            check(name, admin, f"/operations{page}", grow)
            transaction.set_rollback(True)


def test_the_page_of_backups(admin):
    def grow(turn):
        made = {"rows": turn, "files": turn, "size": turn, "head": turn, "seconds": turn, "damaged": 0}
        record("backups.made", name=f"20260412T0830{turn:02}.250Z", **made)

    check("operations_backups", admin, "/operations/backups", grow)


def test_the_list_of_facts(bank):
    client = Client()
    client.force_login(bank.person("auditor"))
    check("audit", client, "/audit", lambda turn: a_complaint(bank))


def test_the_list_of_programs(bank):
    client = Client()
    client.force_login(bank.person("secadmin"))
    grow = lambda turn: make_token(a_stranger(), bank.north, name=f"program {turn}")  # noqa: E731
    check("programs", client, "/programs?view=all", grow)


def a_webhook(bank) -> Webhook:
    make_token(a_stranger(), bank.north, name="told")
    token, now = Token.objects.latest("pk"), timezone.now()
    return Webhook.objects.create(token=token, url="x", secret=b"", made_at=now, next_at=now, seq=0)


def test_the_list_of_webhooks_and_one_of_them(bank):
    client = Client()
    client.force_login(bank.person("secadmin"))
    check("webhooks", client, "/webhooks", lambda turn: a_webhook(bank))
    check("webhook", client, f"/webhooks/{a_webhook(bank).pk}", lambda turn: a_complaint(bank))


def test_what_programs_read(bank):
    scopes = ("complaints.view", "callbacks.view", "measures.view")
    token = make_token(bank.person("lead"), bank.head, name="reader", scopes=scopes)
    client, case = Client(headers={"Authorization": f"Bearer {token}"}), closed(bank)
    check("api_complaints", client, "/api/v1/complaints", lambda turn: a_complaint(bank))
    check("api_cases", client, "/api/v1/cases", lambda turn: a_complaint(bank))
    check("api_case", client, f"/api/v1/cases/{case.number}", lambda turn: a_complaint(bank))
    check("api_measures", client, "/api/v1/measures", lambda turn: a_complaint(bank))


def test_the_accounts_of_people(bank):
    client = Client()
    client.force_login(bank.person("secadmin"))
    check("accounts", client, "/accounts", lambda turn: a_stranger())


def test_ones_own_account(bank):
    person, client = bank.person("lead"), Client()
    client.force_login(person)
    check("account_mine", client, "/accounts/mine", lambda turn: Client().force_login(person))


def test_the_account_of_somebody(bank):
    person, client = bank.person("lead"), Client()
    client.force_login(bank.person("secadmin"))
    check("account", client, f"/accounts/{person.pk}", lambda turn: Client().force_login(person))
