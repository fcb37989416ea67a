"""From an old key to the newest while the bank works: keys of subjects and files are wrapped anew, identities indexed anew.

A job goes through what still needs an older key, a batch to a transaction. What is done is seen from the rows
themselves, so that a killed worker leaves nothing half done and the next one does nothing twice. Until the end both keys
are understood; whoever comes meanwhile is wrapped and indexed with the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Count, QuerySet

from yinuo.facts.gate import record
from yinuo.ground.customers.models import Identity, NameGram
from yinuo.ground.customers.name_grams import renew, waiting
from yinuo.ground.files.models import StoredFile
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.jobs.models import Job, State
from yinuo.ground.jobs.run import enqueue
from yinuo.ground.vault.ciphertext import CiphertextRefused
from yinuo.ground.vault.keys import KeyDestroyed, blind_index, newest_index, newest_master, rewrap
from yinuo.ground.vault.models import SubjectKey

KIND = "customers.rotate_keys"
BATCH = 200
MASTER, INDEX = "vault", "index"
NEWEST: dict[str, Callable[[], int]] = {MASTER: newest_master, INDEX: newest_index}


class StillNeeded(Exception):
    """A key that rows depend on is not retired; `rows` says how many."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        super().__init__(f"{rows} rows still need it")


def begin(by: UUID | None = None) -> Job:
    """Ask for the rotation of both rings; the job that is waiting or at it already, if there is one."""
    going = Job.objects.filter(kind=KIND, state__in=(State.WAITING, State.RUNNING)).first()
    return going or enqueue(KIND, by)


def needed(ring: str) -> dict[int, int]:
    """How many rows depend on each key of a ring."""
    if ring == MASTER:
        keys = SubjectKey.objects.filter(wrapped__isnull=False)
        return _sum(_by_key(keys, "wrapped_by"), _by_key(StoredFile.objects.all(), "wrapped_by"))
    return _sum(_by_key(NameGram.objects.all(), "indexed_by"), _by_key(Identity.objects.all(), "indexed_by"))


def _sum(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in sorted({*one, *other})}


def _by_key(rows: QuerySet[Any], column: str) -> dict[int, int]:
    return dict(rows.order_by(column).values_list(column).annotate(Count("pk")))


@transaction.atomic
def added(ring: str, number: int) -> None:
    """Record that a ring has a new key."""
    record("vault.key_added", ring=ring, number=number)


@transaction.atomic
def retire(ring: str, number: int, forget: Callable[[], None]) -> None:
    """Let `forget` take the key away, and record it; StillNeeded while rows depend on it.

    Whoever wraps or indexes does so with the newest key, so that what is not needed now is not needed later.
    """
    if rows := needed(ring).get(number, 0):
        raise StillNeeded(rows)
    record("vault.key_retired", ring=ring, number=number)
    forget()


def rotate(context: JobContext) -> dict[str, int]:
    """The job: everything that an older key wraps or indexes, to the newest; how many rows, and how many were refused."""
    done = {MASTER: 0, INDEX: 0, "refused": 0}
    total = sum(_waiting(model).count() for models_of in _HELD.values() for model in models_of)
    for ring in NEWEST:
        refused = sum(_rotate(context, model, ring, done, total) for model in _HELD[ring])
        if ring == INDEX:
            refused += _rotate_names(context, done, total)
        done["refused"] += refused
        if done[ring] or refused:
            with transaction.atomic():
                record(
                    "vault.key_rotated",
                    by=context.by,
                    ring=ring,
                    number=NEWEST[ring](),
                    rows=done[ring],
                    refused=refused,
                )
    return done


def _rotate(
    context: JobContext, model: type[models.Model], ring: str, done: dict[str, int], total: int
) -> int:
    last, refused = None, 0
    while True:
        context.stop_if_cancelled()
        with transaction.atomic():
            rows = _batch(model, last)
            if not rows:
                return refused
            changed = [row for row in rows if _renewed(row)]
            model._default_manager.bulk_update(changed, _COLUMNS[ring])
        last = rows[-1].pk
        done[ring] += len(changed)
        refused += len(rows) - len(changed)
        context.progress(done[MASTER] + done[INDEX], total)


def _rotate_names(context: JobContext, done: dict[str, int], total: int) -> int:
    people, refused = waiting(), 0
    for at in range(0, len(people), BATCH):
        context.stop_if_cancelled()
        rows, not_opened = renew(people[at : at + BATCH])
        done[INDEX] += rows
        refused += not_opened
        context.progress(done[MASTER] + done[INDEX], max(total, done[MASTER] + done[INDEX]))
    return refused


_COLUMNS = {MASTER: ["wrapped", "wrapped_by"], INDEX: ["value_index", "indexed_by"]}


_HELD: dict[str, tuple[type[models.Model], ...]] = {MASTER: (SubjectKey, StoredFile), INDEX: (Identity,)}


def _waiting(model: type[models.Model]) -> QuerySet[Any]:
    """What an older key still holds. Identities of an erased person are gone, and a destroyed key needs none."""
    if model is Identity:
        return Identity.objects.exclude(indexed_by=newest_index())
    return model._default_manager.filter(wrapped__isnull=False).exclude(wrapped_by=newest_master())


def _batch(model: type[models.Model], last: UUID | None) -> Sequence[models.Model]:
    waiting = _waiting(model).select_for_update(no_key=True).order_by("pk")
    found = list((waiting if last is None else waiting.filter(pk__gt=last))[:BATCH])
    if model is Identity:  # apart from the lock: nobody waits for a customer whose identity is indexed anew
        models.prefetch_related_objects(found, "customer__key")
    return found


def _renewed(row: models.Model) -> bool:
    """Bring the row to the newest key; False for what cannot be opened, which stays as it is for somebody to see."""
    try:
        if isinstance(row, SubjectKey | StoredFile) and row.wrapped is not None:
            anew = rewrap(row.pk, row.wrapped)
        elif isinstance(row, Identity):
            anew = {"value_index": blind_index(row.kind, row.value), "indexed_by": newest_index()}
        else:
            raise TypeError(row)
    except (CiphertextRefused, KeyDestroyed):
        return False
    for column, value in anew.items():
        setattr(row, column, value)
    return True
