"""The two background jobs of a public file: look at it, bring it in."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.registry import JobFailed, declare_job
from yinuo.ground.tables import TableRefused
from yinuo.packs.complaints.imports.load import Outcome
from yinuo.packs.complaints.ledger.load import import_any

LOOK, IMPORT = "complaints.look", "complaints.import"


def folder() -> Path:
    """Where uploaded files wait."""
    path: Path = settings.YINUO_HOME / "imports"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def look(context: JobContext, *, stored: str, name: str, language: str) -> dict[str, Any]:
    """A dry run: counts and the first rows, nothing written."""
    return _run(context, stored, language, dry_run=True)


def bring_in(context: JobContext, *, stored: str, name: str, language: str) -> dict[str, Any]:
    """The import itself."""
    return _run(context, stored, language, dry_run=False)


def _run(context: JobContext, stored: str, language: str, *, dry_run: bool) -> dict[str, Any]:
    by: UUID | None = context.by
    try:
        outcome = import_any(
            folder() / Path(stored).name,
            by=by,
            errors=folder() / f"{context.job_id}.errors.csv",
            dry_run=dry_run,
            job=context,
            language=language,
        )
    except TableRefused as refused:  # a file that was readable as far as it was looked at when it came
        raise JobFailed(str(refused), {"table_refused": refused.to_json()}) from refused
    return told(outcome)


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON."""
    return {
        "rows": outcome.rows,
        "new": outcome.new,
        "known": outcome.known,
        "refused": outcome.refused,
        "flagged": outcome.flagged,
        "left_out": outcome.left_out,
        "cancelled": outcome.cancelled,
        "unmapped": outcome.unmapped.most_common(50),
        "examples": outcome.examples,
    }


def declare_jobs() -> None:
    """Make both known to the runner."""
    declare_job(LOOK, look)
    declare_job(IMPORT, bring_in)
