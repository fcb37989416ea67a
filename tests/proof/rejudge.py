"""`python -m tests.proof.rejudge`: a million clocks follow a calendar that changed, through a kill, and none moves twice.

PostgreSQL with fsync. Complaints of the last four days are opened, judged and climbed by the product; the server copies
the open ones until there are enough clocks. The next working day becomes a day off: the preview counts, a worker of its
own process moves, is killed without warning half way, and another one goes on. Which clocks had to move is counted in
plain SQL from how they stood before. Writes docs/proof/rejudge.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench.bank import ROOT
from tests.postgres import Cluster
from tests.proof.kill import commit

RESULT = ROOT / "docs" / "proof" / "rejudge.json"
SAMPLES = 300
DAYS = 4.0  # most limits of so young a complaint still run
LATER = timedelta(minutes=20)  # by then the lease of whoever was killed is over, and so is the wait after it

COPIES = """CREATE TABLE copies AS SELECT n, (samples.ids)[1 + n %% array_length(samples.ids, 1)] AS sample,
  ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS made
  FROM generate_series(1, %s) AS n, (SELECT array_agg(id) AS ids FROM cases_case WHERE is_open) AS samples"""
# What of a copied row is its own; every other column is the sample's.
OWN = {
    "cases_case": {"id": "made", "number": "'TS-PROOF-' || lpad(n::text, 8, '0')"},
    "complaints_complaint": {"case_id": "made", "tracking_index": "NULL"},
    "cases_clock": {"id": "gen_random_uuid()", "case_id": "made"},
    "cases_rung": {"id": "gen_random_uuid()", "case_id": "made"},
    "facts_fact": {
        "id": "gen_random_uuid()", "case_id": "made", "body": "replace(body, sample::text, made::text)",
        "digest": "encode(sha256(convert_to(replace(body, sample::text, made::text), 'UTF8')), 'hex')",
    },
}  # fmt: skip
BEFORE = """CREATE TABLE before AS SELECT clock.id, case_id, promise, status, started_at, due_at, version
  FROM cases_clock AS clock JOIN cases_case ON cases_case.id = case_id WHERE is_open"""
# Of a day off that was to be worked: what runs across it comes later; the legal limit only where it ends on it.
MUST_MOVE = """(before.status = 'running' AND before.due_at >= %(begins)s AND before.started_at < %(ends)s
  AND (before.promise <> 'legal' OR before.due_at < %(ends)s))"""
FOUND = {
    "clocks that moved": "SELECT count(*) FROM before JOIN cases_clock USING (id) WHERE before.due_at <> cases_clock.due_at",
    "facts that say so": "SELECT count(*) FROM facts_fact WHERE kind = 'clock.moved'",
}
MUST_BE_ZERO = {
    "clocks that had to move and stayed, or moved and had to stay": f"""SELECT count(*) FROM before
        JOIN cases_clock USING (id) WHERE (before.due_at IS DISTINCT FROM cases_clock.due_at)
        <> coalesce({MUST_MOVE}, false)""",
    "clocks moved twice": """SELECT count(*) FROM (SELECT case_id, body::jsonb #>> '{data,promise}' FROM facts_fact
        WHERE kind = 'clock.moved' GROUP BY 1, 2 HAVING count(*) > 1) AS twice""",
    "cases changed twice": """SELECT count(*) FROM (SELECT DISTINCT case_id, version FROM before) AS was
        JOIN cases_case ON id = case_id WHERE cases_case.version > was.version + 1""",
    "open cases left behind": """SELECT count(*) FROM cases_case JOIN editions_edition AS now ON now.id = calendar_id
        WHERE is_open AND now.number < (SELECT max(number) FROM editions_edition
        WHERE kind = 'calendar' AND state = 'approved')""",
}


def fill(database: psycopg.Connection[Any], clocks: int) -> None:
    """Open complaints with so many clocks or a few more, copied in the server."""
    from django.utils import timezone

    from bench import fill as bank
    from bench.rejudge import head_office

    head_office()
    rng = random.Random(clocks)
    samples = bank.opened(rng, timezone.now(), SAMPLES, DAYS)
    have = _one(
        database, "SELECT count(*) FROM cases_clock JOIN cases_case AS c ON c.id = case_id WHERE is_open"
    )
    opened = _one(database, "SELECT count(*) FROM cases_case WHERE is_open")
    if not samples or not opened:
        raise RuntimeError("no complaint is open")
    database.execute(COPIES, [round(clocks * opened / have)])  # type: ignore[arg-type]
    for table, own in OWN.items():
        listed = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        columns = [name for (name,) in database.execute(listed, [table])]
        taken = ", ".join(own.get(name, f"s.{name}") for name in columns)
        key = "s.id" if table == "cases_case" else "s.case_id"
        database.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM copies JOIN {table} AS s ON {key} = sample"
            f" ORDER BY n"
        )  # type: ignore[call-overload]
    database.execute(BEFORE)
    database.execute("ANALYZE")


def _one(database: psycopg.Connection[Any], question: str, **values: Any) -> int:
    row = database.execute(question, values or None).fetchone()  # type: ignore[call-overload]
    return int(row[0]) if row else 0


def work(later: bool) -> None:
    """A worker: jobs until none is due; the last line says how long the last one took."""
    from django.utils import timezone

    from yinuo.ground.jobs.run import run_one

    now = timezone.now() + (2 * LATER if later else timedelta(0))
    if later:
        run_one("next", timezone.now() + LATER)  # finds that the lease of the other is over, and lets it wait
    begun, at = time.process_time(), time.perf_counter()
    done = run_one("next" if later else "first", now)
    print(
        json.dumps(
            {"done": done, "seconds": time.perf_counter() - at, "processor": time.process_time() - begun}
        )
    )


def worker(*arguments: str) -> subprocess.Popen[str]:
    """A process of its own that works."""
    command = [sys.executable, "-m", "tests.proof.rejudge", "--work", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a worker said at its end."""
    said, _errors = process.communicate()
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    if not found["done"]:
        raise RuntimeError("no job was due")
    return found


def killed_half_way(total: int) -> tuple[float, int]:
    """Start a worker, kill it when half the cases are done; how long it worked, and where it stood."""
    from yinuo.engines.cases.calendars import FOLLOW
    from yinuo.ground.jobs.models import Job

    first, begun = worker(), 0.0
    while (job := Job.objects.get(kind=FOLLOW)).checkpoint.get("cases", 0) < total // 2:
        if first.poll() is not None:
            raise RuntimeError("it was done before it could be killed")
        if not begun and job.state == "running":
            begun = time.perf_counter()
        time.sleep(0.02)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    return time.perf_counter() - begun, int(Job.objects.get(kind=FOLLOW).checkpoint["cases"])


def prove(clocks: int, url: str) -> dict[str, Any]:
    """Fill, count, move through a kill, judge."""
    from django.core.management import call_command
    from django.utils import timezone

    from bench.rejudge import day_off, person, with_a_day_off
    from yinuo.engines.cases import calendars, previews
    from yinuo.engines.editions import actions
    from yinuo.engines.editions.load import load_first_editions
    from yinuo.ground.jobs.models import Job

    call_command("migrate", verbosity=0)
    load_first_editions()
    with psycopg.connect(url, autocommit=True) as database:
        at = time.perf_counter()
        fill(database, clocks)
        filled = time.perf_counter() - at
        off = day_off()
        draft = actions.draft("calendar", "china", with_a_day_off(), by=person("author"))
        previews.ask(draft, by=None)
        counted = finished(worker())
        said = Job.objects.get(kind=previews.PREVIEW).result or {}
        actions.approve(draft, by=person("approver"))
        calendars.follow_calendars(timezone.now())
        first, stood = killed_half_way(said["cases"])
        second = finished(worker("--later"))
        done = Job.objects.get(kind=calendars.FOLLOW).result or {}
        days = {"begins": f"{off} 00:00+08:00", "ends": f"{off + timedelta(days=1)} 00:00+08:00"}
        must = _one(database, f"SELECT count(*) FROM before WHERE {MUST_MOVE}", **days)
        found = {name: _one(database, question) for name, question in FOUND.items()}
        zero = {
            name: _one(database, question.replace("%}", "%%}"), **days)
            for name, question in MUST_BE_ZERO.items()
        }
    agree = {must, said["moved"], done["moved"], *found.values()}
    return {
        "ok": len(agree) == 1 and must > 0 and not any(zero.values()) and done["cases"] == said["cases"],
        "cases": done["cases"], "clocks": done["clocks"], "had to move": must,
        "the preview said": said["moved"], "the job says": done["moved"], **found, "must_be_zero": zero,
        "killed after cases": stood, "seconds": {
            "filling": round(filled, 1), "preview": round(counted["seconds"], 1),
            "moving, until it was killed": round(first, 1), "moving, the rest": round(second["seconds"], 1),
            "moving": round(first + second["seconds"], 1),
        },
        "processor_seconds": {"preview": round(counted["processor"], 1), "moving, the rest": round(second["processor"], 1)},
    }  # fmt: skip


def main() -> int:
    """Prove it and write the result; 1 where something does not agree."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--clocks", type=int, default=1_000_000)
    asked.add_argument("--work", action="store_true", help="be a worker of the proof")
    asked.add_argument("--later", action="store_true", help="a worker after the lease of the killed one")
    given = asked.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    if given.work:
        django.setup()
        work(given.later)
        return 0
    with tempfile.TemporaryDirectory() as home, Cluster(durable=True) as cluster:
        os.environ |= {"YINUO_HOME": home, "DATABASE_URL": (url := cluster.create("proof"))}
        django.setup()
        machine = f"{os.cpu_count()} processors, {platform.system()} {platform.release()}"
        known = {"date": f"{datetime.now(UTC):%FT%H:%MZ}", "commit": commit(), "machine": machine}
        known |= {"python": platform.python_version()}
        load = {"load": [round(each, 1) for each in os.getloadavg()]}
        result = known | load | prove(given.clocks, url)
    if given.clocks >= 1_000_000:
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
