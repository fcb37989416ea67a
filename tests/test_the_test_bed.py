"""The test bed itself: its own home, its own database, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.test import Client

from tests.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]


def test_the_home_folder_is_the_runs_own():
    from django.conf import settings

    assert settings.YINUO_HOME.is_relative_to(os.environ["YINUO_TEST_FOLDER"])
    assert settings.DATABASES["default"]["NAME"] != ":memory:"


@pytest.mark.django_db
def test_the_database_is_the_kind_that_was_asked_for():
    from django.db import connection

    asked = os.environ.get("YINUO_TEST_DB", "sqlite")
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[asked]
    assert "memory" not in str(connection.settings_dict["NAME"])


def test_an_own_database_is_empty(own_database):
    if own_database.startswith("postgresql"):
        with psycopg.connect(own_database) as connection:
            tables = connection.execute(
                "select count(*) from pg_tables where schemaname = 'public'"
            ).fetchone()
        assert tables == (0,)
    else:
        assert not Path(own_database.removeprefix("sqlite:///")).exists()


@pytest.mark.django_db
def test_static_files_are_listed_anew_where_a_test_says_that_they_lie_elsewhere(settings, tmp_path):
    (tmp_path / "own.css").write_text("mine")
    assert Client().get("/static/own.css").status_code == 404
    assert b"".join(Client().get("/static/web/base.css").streaming_content)
    settings.STATICFILES_DIRS = [tmp_path]
    assert b"".join(Client().get("/static/own.css").streaming_content) == b"mine"


@pytest.mark.postgres
def test_the_server_is_gone_even_when_its_starter_is_killed(tmp_path):
    program = (
        "import sys, time; from tests.postgres import Cluster; c = Cluster().start();"
        "print(c.folder, flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    folder = Path(child.stdout.readline().strip())
    assert (folder / "data" / "postmaster.pid").exists()
    child.send_signal(signal.SIGKILL)
    child.wait()
    until = time.monotonic() + 30
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not folder.exists()


@pytest.mark.postgres
@pytest.mark.parametrize("durable", [True, False])
def test_only_a_durable_server_keeps_fsync(durable):
    with Cluster(durable=durable) as cluster, psycopg.connect(cluster.create("durable")) as connection:
        assert connection.execute("show fsync").fetchone() == ("on" if durable else "off",)
