"""What DATABASE_URL says, and what we add to it."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection
from psycopg.pq import Format

from yinuo.ground.jobs.models import Periodic
from yinuo.site.database import database_from_url


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", "-c join_collapse_limit=4"),
        ("?join_collapse_limit=8", "-c join_collapse_limit=8"),
        ("?options=-c%20work_mem%3D8MB", "-c join_collapse_limit=4 -c work_mem=8MB"),
    ],
)
def test_few_joins_are_weighed_unless_the_bank_says_otherwise(query, options):
    settings = database_from_url(f"postgresql://yinuo@db:5432/bank{query}", Path("/home/yinuo"))
    assert settings["OPTIONS"]["options"] == options
    assert "join_collapse_limit" not in settings["OPTIONS"]


@pytest.mark.django_db
@pytest.mark.postgres
def test_times_are_read_by_psycopgs_own_loader_in_the_zone_of_the_connection():
    known = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=UTC)
    asked = "SELECT %s::timestamptz, NULL::timestamptz, 'infinity'::timestamptz > now()"
    with connection.cursor() as cursor:
        cursor.execute(asked, [known.astimezone(ZoneInfo("Asia/Shanghai"))])
        read, nothing, later = cursor.fetchone()
    assert (read, read.tzinfo, nothing, later) == (known, UTC, None, True)
    loader = connection.connection.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, Format.TEXT)
    assert loader is psycopg.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, Format.TEXT)


@pytest.mark.django_db
def test_rows_come_in_pieces_with_their_times():
    on = datetime(2026, 11, 23, tzinfo=UTC)
    Periodic.objects.bulk_create([Periodic(kind=f"tests.{n}", next_at=on) for n in range(5)])
    found = Periodic.objects.filter(kind__startswith="tests.").values_list("next_at", flat=True)
    assert list(found.iterator(chunk_size=2)) == [on] * 5
