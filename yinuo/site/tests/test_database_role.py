"""A bank works as a role that can do to facts nothing but add them: a real PostgreSQL, two roles, the whole way of a complaint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Cluster

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[3]
STORY = """
import django; django.setup()
from yinuo.facts.sequencer import sequence_once
from yinuo.facts.verify import verify
from yinuo.ground.jobs.run import due_periodic, run_one
from yinuo.packs.complaints.tests.bank import a_bank, closed
case = closed(a_bank())
while sequence_once(): pass
due_periodic(); run_one("x")
verdict = verify()
print(verdict.ok, verdict.facts, verdict.problems)
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment of a bank with two roles, its tables made, on a server that trusts who asks."""
    with Cluster() as cluster:
        admin = cluster.create("bank")
        with psycopg.connect(admin, autocommit=True) as owner:
            owner.execute("CREATE ROLE keeper LOGIN")
            owner.execute("CREATE ROLE teller LOGIN")
            owner.execute("ALTER DATABASE bank OWNER TO keeper")
            owner.execute(
                "GRANT CREATE ON SCHEMA public TO PUBLIC"
            )  # as clusters older than 15 bring it along
        own = {
            "DATABASE_ADMIN_URL": admin.replace("postgres@", "keeper@"),
            "DATABASE_URL": admin.replace("postgres@", "teller@"),
            "YINUO_HOME": str(tmp_path_factory.mktemp("home")),
            "DJANGO_SETTINGS_MODULE": "yinuo.site.settings",
            "YINUO_LOG": "ERROR",
        }
        yield own | {"SUPER": admin}


def run(house, *command, **changes) -> subprocess.CompletedProcess[str]:
    environment = os.environ | house | changes
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def migrated(house) -> dict[str, str]:
    done = run(house, "-m", "yinuo", "migrate", "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("bound=teller")
    return house


def test_a_complaint_goes_its_whole_way_as_the_role_of_the_application(migrated):
    done = run(migrated, "-c", STORY)
    assert done.returncode == 0, done.stderr[-3000:]
    whole, facts, problems = done.stdout.split(" ", 2)
    assert (whole, json.loads(problems.strip())) == ("True", [])
    assert int(facts) > 10


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts_fact SET kind = 'x.y'",
        "DELETE FROM facts_position",
        "TRUNCATE facts_checkpoint",
        "TRUNCATE facts_fact CASCADE",
        "ALTER TABLE facts_fact DISABLE TRIGGER ALL",
        "DROP TRIGGER facts_fact_fixed ON facts_fact",
        "DROP FUNCTION facts_refuse() CASCADE",
        "CREATE OR REPLACE FUNCTION facts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
        "ALTER TABLE facts_fact DROP COLUMN body",
        "DROP TABLE facts_fact",
        "SET session_replication_role = replica",
        "SET ROLE keeper",
        "CREATE TABLE public.facts_shadow (id int)",
        "CREATE RULE silent AS ON DELETE TO facts_fact DO INSTEAD NOTHING",
        "COPY facts_fact FROM PROGRAM 'true'",
        "DELETE FROM django_migrations",
        "INSERT INTO facts_fact SELECT * FROM facts_fact LIMIT 1 ON CONFLICT (id) DO UPDATE SET kind = 'x.y'",
    ],
)
def test_the_role_of_the_application_is_refused(migrated, statement):
    with (
        psycopg.connect(migrated["DATABASE_URL"]) as teller,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)),
    ):
        teller.execute(statement)


def test_the_role_of_the_application_can_give_itself_nothing(migrated):
    with psycopg.connect(migrated["DATABASE_URL"], autocommit=True) as teller:
        teller.execute("GRANT DELETE ON facts_fact TO teller")  # PostgreSQL warns, and grants nothing
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            teller.execute("DELETE FROM facts_fact")


def test_migrating_again_grants_the_same(migrated):
    asked = "SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE grantee = 'teller' ORDER BY 1, 2"
    with psycopg.connect(migrated["SUPER"]) as owner:
        before = owner.execute(asked).fetchall()
        assert run(migrated, "-m", "yinuo", "migrate", "--quiet").returncode == 0
        assert owner.execute(asked).fetchall() == before
    kept = {(table, privilege) for table, privilege in before if table == "facts_fact"}
    assert kept == {("facts_fact", "INSERT"), ("facts_fact", "SELECT")}


@pytest.mark.parametrize(
    ("role", "why"), [("postgres", "is a superuser"), ("nobody_known", "there is no role")]
)
def test_a_role_that_could_do_everything_is_refused_and_the_tables_are_up_to_date(migrated, role, why):
    wrong = migrated["DATABASE_URL"].replace("teller@", f"{role}@")
    done = run(migrated, "-m", "yinuo", "migrate", "--quiet", DATABASE_URL=wrong)
    assert done.returncode == 1
    assert why in done.stderr


def test_the_doctor_tells_a_bound_role_from_one_that_could_change_facts(migrated):
    bound = run(migrated, "-m", "yinuo", "doctor", YINUO_DEMONSTRATION="0").stdout
    assert "ok    database role" in bound
    free = run(
        migrated, "-m", "yinuo", "doctor", YINUO_DEMONSTRATION="0", DATABASE_URL=migrated["SUPER"]
    ).stdout
    assert "BAD   database role" in free
