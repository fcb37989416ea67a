"""Taking files away for good: the row with the transaction, the bytes after it, unless somebody else has the same."""

from __future__ import annotations

import logging
import time
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from yinuo.ground.files.models import StoredFile
from yinuo.ground.files.store import store
from yinuo.ground.jobs.context import JobContext

log = logging.getLogger(__name__)
YOUNG = 3600.0  # seconds in which bytes may lie in the store before the row that names them is committed


def remove(files: QuerySet[StoredFile]) -> int:
    """Remove these files in the transaction that is open; how many. Bytes that nobody else has follow its commit."""
    hashes = set(files.values_list("sha256", flat=True))
    count = files.delete()[0]
    transaction.on_commit(partial(forget, hashes))
    return count


def forget(hashes: set[str]) -> int:
    """Remove contents that no row names; what is younger than an hour waits for the sweep: its row may be on its way."""
    named = set(StoredFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    gone = 0
    for sha256 in hashes - named:
        path = store().path(sha256)
        try:
            if time.time() - path.stat().st_mtime >= YOUNG:
                path.unlink()
                gone += 1
        except FileNotFoundError:
            log.info("a content was gone already")
    return gone


def sweep_job(context: JobContext) -> dict[str, int]:
    """The periodic job: contents that no row names any more."""
    removed, batch = 0, set[str]()
    for sha256 in store().all():
        batch.add(sha256)
        if len(batch) == 500:
            removed, batch = removed + forget(batch), set()
            context.progress(removed)
    return {"removed": removed + forget(batch)}
