"""The demonstration's ledger goes out, into a bank of the same units without complaints, and out again unchanged."""

import csv
from datetime import date

import pytest
from django.db import transaction

from yinuo.engines.cases.models import Case
from yinuo.engines.editions.tests.first import first_editions
from yinuo.ground.outbox.models import Letter
from yinuo.packs.complaints.imports.history import import_history
from yinuo.packs.complaints.ledger.files import csv_lines, write_xlsx
from yinuo.packs.complaints.ledger.load import import_any
from yinuo.packs.complaints.ledger.outgoing import ledger_in_force, lines
from yinuo.site.demo import make_bank, write_csvs
from yinuo.site.demo.load import _bring_in_people, _source

MANY = 120


def out():
    """The ledger of everything, as the export orders it."""
    _edition, ledger = ledger_in_force()
    cases = Case.objects.filter(kind="complaints").order_by("opened_at", "complaint__source_row", "id")
    return ledger, list(lines(cases, ledger))


@pytest.mark.django_db
def test_what_somebody_brought_for_the_customer_gives_no_way_to_reach_them(tmp_path):
    first_editions()
    paths = write_csvs(make_bank(date(2026, 11, 21)), tmp_path)
    tables = {path.stem: list(csv.DictReader(path.open(encoding="utf-8", newline=""))) for path in paths}
    _bring_in_people(tables)
    rows = [row | {"source": _source(row)} for row in tables["complaints"] if row["speaker"]]
    replayed = import_history(rows, tables["matters"], tables["customers"])
    assert (replayed.new, replayed.refused) == (len(rows), [])
    people = {row["number"]: row for row in tables["customers"]}
    for row in rows:
        case = Case.objects.get(kind="complaints", complaint__source_key=f"ledger:{row['number']}")
        party = case.complaint.parties.get()
        assert (case.origin, party.brought, party.relation) == ("import", True, row["relation"])
        assert (case.customer.name, party.customer.name) == (
            people[row["customer"]]["name"], people[row["speaker"]]["name"]
        )  # fmt: skip
        assert case.customer.identities.count() == 0
        assert party.customer.identities.count() > 0
        assert bool(party.checked_at) == bool(row["authority_checked_at"])
    assert not Letter.objects.exists()


@pytest.mark.django_db
def test_the_demonstration_s_ledger_goes_round_unchanged(tmp_path):
    first_editions()
    paths = write_csvs(make_bank(date(2026, 11, 21)), tmp_path)
    tables = {path.stem: list(csv.DictReader(path.open(encoding="utf-8", newline=""))) for path in paths}
    _bring_in_people(tables)
    with transaction.atomic():
        every = len(tables["complaints"]) // MANY
        rows = [row | {"source": _source(row)} for row in tables["complaints"][::every]]
        replayed = import_history(rows, tables["matters"], tables["customers"])
        assert (replayed.new, replayed.refused) == (len(rows), [])
        ledger, went_out = out()
        (tmp_path / "l.csv").write_text("".join(csv_lines(ledger, went_out)), encoding="utf-8", newline="")
        with (tmp_path / "l.xlsx").open("wb") as file:
            write_xlsx(ledger, went_out, file)
        transaction.set_rollback(True)
    for name in ("l.csv", "l.xlsx"):
        with transaction.atomic():
            assert import_any(tmp_path / name, by=None).new == len(went_out) > MANY
            assert out()[1] == went_out
            transaction.set_rollback(True)
