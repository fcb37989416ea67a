"""The real public file of 2016 through the importer, and every figure against the independent count."""

import csv
import os
import runpy
import signal
import sqlite3
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import IntegrityError
from django.db.models import Q

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.editions.load import load_first_editions
from yinuo.engines.measures.measure import Sample, Window, measure_named
from yinuo.engines.measures.periods import Period
from yinuo.facts.models import Fact
from yinuo.facts.tests.flushing import flush_past_the_guards
from yinuo.ground.people.models import Unit
from yinuo.ground.people.tree import subtree
from yinuo.packs.complaints.imports import load
from yinuo.packs.complaints.imports.load import import_file
from yinuo.packs.complaints.models import Complaint, Matter

count_by_hand = runpy.run_path(str(Path(__file__).parent / "count_cfpb.py"))["count"]
YEARS = [Period.read(str(year)) for year in range(2013, 2018)]
flush_past_the_guards()


@pytest.fixture
def file(shared_data, settings, tmp_path):
    settings.YINUO_HOME = tmp_path
    return shared_data("cfpb/complaints_2016.csv")


@pytest.fixture
def editions(db):
    load_first_editions()


def figures(outcome):
    return outcome.new, outcome.known, outcome.refused, outcome.flagged


def windows(slice=""):
    root = Unit.objects.get(code="CFPB")
    units = subtree(root.pk, YEARS[-1].last)
    return [Window(year, units, slice) for year in YEARS]


def over_the_years(sample):
    """The samples of the years as one."""
    samples = [sample(window) for window in windows()]
    hits = None if samples[0].hits is None else sum(each.hits for each in samples)
    return Sample(
        sum(each.n for each in samples),
        sum(each.unknown for each in samples),
        hits,
        sum((each.total for each in samples), Decimal(0)),
    )


def test_the_file_comes_in_once_and_its_figures_are_the_independent_counts(file, editions):
    assert figures(import_file(file, by=None)) == (3180, 0, 6, 11)
    assert figures(import_file(file, by=None)) == (0, 3180, 6, 0)
    assert Case.objects.count() == Complaint.objects.count() == 3180
    by_hand = count_by_hand(file)
    assert (by_hand["entered"], by_hand["refused"], by_hand["identical_later_rows"]) == (3180, 6, 11)
    timely_is(by_hand["timely"])
    products_are(by_hand["products"])
    days_are(by_hand["days_to_forward"])
    every_figure_opens_its_cases()
    duplicates_point_at_earlier_rows()


def timely_is(expected):
    sample = over_the_years(measure_named("complaints.timely_share").sample)
    assert (sample.hits, sample.n - sample.hits, sample.unknown) == (expected["yes"], expected["no"], 0)
    assert float(sample.value) == pytest.approx(expected["share"], abs=1e-12)


def products_are(expected):
    split = measure_named("complaints.coded").slices["product"]
    found, everything = {}, 0
    for window in windows():
        shares = split(window)
        everything += next(iter(shares.values())).n if shares else 0
        for product, sample in shares.items():
            found[product] = found.get(product, 0) + sample.hits
    assert found == {product: counted["n"] for product, counted in expected.items()}
    assert {product: n / everything for product, n in found.items()} == pytest.approx(
        {product: counted["share"] for product, counted in expected.items()}
    )


def days_are(expected):
    sample = over_the_years(measure_named("complaints.days_to_forward").sample)
    assert (sample.n, sample.unknown) == (expected["n"], 0)
    assert float(sample.value) == pytest.approx(expected["mean"], abs=1e-9)


def every_figure_opens_its_cases():
    for key in ("complaints.timely_share", "complaints.coded", "complaints.days_to_forward"):
        measure = measure_named(key)
        for window in windows():
            sample = measure.sample(window)
            assert measure.cases(window).count() == sample.n + sample.unknown, (key, window.period.key)
        for way, split in measure.slices.items():
            for window in windows():
                for code, sample in split(window).items():
                    narrowed = Window(window.period, window.units, f"{way}:{code}")
                    counted = sample.hits if key == "complaints.coded" else sample.n + sample.unknown
                    assert measure.cases(narrowed).count() == counted, (key, way, code, window.period.key)


def duplicates_point_at_earlier_rows():
    flagged = Complaint.objects.exclude(identical_to=None).select_related("identical_to__complaint")
    assert len(flagged) == 11
    for each in flagged:
        first = each.identical_to.complaint
        assert first.source_row < each.source_row
        assert (first.source_codes, first.words) == (each.source_codes, each.words)


class Stopper:
    """Asks to stop after so many batches, as somebody does who presses Stop."""

    def __init__(self, after):
        self.after, self.told = after, []

    def progress(self, done, total):
        self.told.append((done, total))

    def cancelled(self):
        return len(self.told) >= self.after


def test_stopped_after_the_first_batch_it_goes_on_and_ends_at_the_same_numbers(file, editions):
    stopper = Stopper(1)
    stopped = import_file(file, by=None, job=stopper)
    assert stopped.cancelled
    assert stopper.told == [(1000, 3186)]
    first = Case.objects.count()
    assert first == stopped.new < 3180
    resumed = import_file(file, by=None)
    assert (resumed.new, resumed.known, resumed.refused) == (3180 - first, first, 6)
    assert stopped.flagged + resumed.flagged == 11
    duplicates_point_at_earlier_rows()
    timely_is(count_by_hand(file)["timely"])


def test_a_dry_run_counts_the_same_and_writes_nothing(file, editions, tmp_path):
    errors = tmp_path / "errors.csv"
    before = (Case.objects.count(), Fact.objects.count(), Unit.objects.count())
    outcome = import_file(file, by=None, dry_run=True, errors=errors)
    assert figures(outcome) == (3180, 0, 6, 11)
    assert (Case.objects.count(), Fact.objects.count(), Unit.objects.count()) == before == (0, before[1], 0)
    assert len(outcome.examples) == 20
    with errors.open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.reader(stream))) == 1 + 6


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_leaves_nothing_of_itself_and_what_was_before_stays(file):
    load_first_editions()
    import_file(file, by=None, job=Stopper(1))
    before = counted()
    digest = Complaint.objects.values_list("source_key", flat=True)[0].split(":")[0]
    taken = Case.objects.earliest("pk")
    taken.pk, taken.number = None, f"CFPB-{digest[:8].upper()}-01500"  # a number that a later row will want
    taken.save(force_insert=True)
    with pytest.raises(IntegrityError):
        import_file(file, by=None)
    Case.objects.filter(number=taken.number).delete()
    assert counted() == before
    again = import_file(file, by=None)
    assert again.new + again.known == 3180
    nothing_is_half_written()


def counted():
    return [model.objects.count() for model in (Case, Complaint, Matter, Clock)] + [
        Fact.objects.filter(kind__startswith="complaints.").count()
    ]


def nothing_is_half_written():
    cases = Case.objects.count()
    assert counted() == [cases, cases, cases, cases, 3 * cases]
    lacking = Case.objects.filter(Q(complaint=None) | Q(clocks=None) | Q(complaint__matters=None))
    assert not lacking.exists()


# ---- the command line, in processes of its own ----------------------------------------------------------


@pytest.fixture
def yinuo(own_database, tmp_path):
    """Starts `yinuo …` on a database of its own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("YINUO_TEST", "PYTEST"))
    }
    kept |= {"DATABASE_URL": own_database, "YINUO_HOME": str(tmp_path / "home")}

    def start(*arguments):
        command = [sys.executable, "-m", "yinuo", *map(str, arguments)]
        return subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def lines(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err[-2000:]
    return out.splitlines()


def ask(url, query):
    """One number from a database that other processes write to; None while the table is not there."""
    try:
        if url.startswith("sqlite:///"):
            database = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
        else:
            database = psycopg.connect(url)
        try:
            return database.execute(query).fetchone()[0]
        finally:
            database.close()
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return None


def test_the_command_line_ends_with_the_agreed_line(yinuo, file, tmp_path):
    lines(yinuo("migrate", "--quiet"))
    errors = tmp_path / "errors.csv"
    tried = lines(yinuo("import", "complaints", file, "--dry-run"))
    assert tried[-2:] == ["known 0", "new 3180, refused 6, duplicates flagged 11"]
    first = lines(yinuo("import", "complaints", file, "--errors", errors))
    assert first[-2:] == ["known 0", "new 3180, refused 6, duplicates flagged 11"]
    assert errors.exists()
    again = lines(yinuo("import", "complaints", file))
    assert again[-2:] == ["known 3180", "new 0, refused 6, duplicates flagged 0"]


def test_the_command_line_refuses_what_is_no_such_file(yinuo, tmp_path):
    lines(yinuo("migrate", "--quiet"))
    other = tmp_path / "other.csv"
    other.write_text("name,age\nsomebody,40\n")
    process = yinuo("import", "complaints", other)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "new" not in out


def test_a_killed_import_leaves_whole_batches_and_the_next_run_ends_at_the_same_numbers(
    yinuo, file, own_database
):
    lines(yinuo("migrate", "--quiet"))
    process = yinuo("import", "complaints", file)
    while process.poll() is None and not ask(own_database, "SELECT count(*) FROM cases_case"):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    tables = ("cases_case", "complaints_complaint", "complaints_matter", "cases_clock")
    here = [ask(own_database, f"SELECT count(*) FROM {table}") for table in tables]
    facts = ask(own_database, "SELECT count(*) FROM facts_fact WHERE kind LIKE 'complaints.%'")
    assert here == [here[0]] * 4
    assert facts == 3 * here[0]
    assert here[0] > 0
    assert lines(yinuo("import", "complaints", file))[-2:] == [
        f"known {here[0]}",
        f"new {3180 - here[0]}, refused 6, duplicates flagged {11 - flagged_before(own_database, here[0])}",
    ]
    assert (
        ask(own_database, "SELECT count(*) FROM complaints_complaint WHERE identical_to_id IS NOT NULL") == 11
    )


def flagged_before(url, rows):
    """How many of the first rows were flagged: rows come in as the file has them."""
    oldest = f"SELECT source_row FROM complaints_complaint ORDER BY source_row LIMIT {rows}"
    query = f"SELECT count(*) FROM complaints_complaint WHERE identical_to_id IS NOT NULL AND source_row IN ({oldest})"
    return ask(url, query)


assert load.BATCH < 3180  # a file of one batch could be neither stopped nor killed in between
