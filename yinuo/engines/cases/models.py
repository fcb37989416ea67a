"""Case, Step, Clock: what is being handled, by whom next, and until when."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinuo.engines.editions.models import Edition
from yinuo.facts.ids import new_id
from yinuo.ground.customers.models import Customer
from yinuo.ground.people.models import Unit
from yinuo.ground.vault.sealed import SealedText

NEVER = datetime(
    9999, 1, 1, tzinfo=UTC
)  # sorts after every due time; NULL sorts differently on the two databases


class Lane(models.IntegerChoices):
    """Where a case stands in a list sorted by time left: what hurts most comes first. CLOSED are the closed ones, and
    only they: whoever asks for another lane need not ask whether a case is open."""

    OVERDUE = 0, _("Overdue")
    CANNOT_TELL = 1, _("Cannot tell")
    RUNNING = 2, _("Running")
    PAUSED = 3, _("Paused")
    QUIET = 4, _("No limit running")
    CLOSED = 9, _("Closed")


class Case(models.Model):
    """One run for one subject. Present state is stored; its facts say how it came about.

    `owning_unit` answers for it, `handling_unit` works on it, `complained_unit` is what it is about: each may
    see it. `lane` and `next_due` are the clocks' summary for lists. `version` grows with every change, so that
    two people never overwrite each other. `opened_precision` is `day` when only the date is known.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", db_index=False)
    owning_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    handling_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    complained_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    process = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    promises = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    calendar = models.ForeignKey(Edition, models.PROTECT, related_name="+", db_index=False)
    marking = models.JSONField(default=dict)
    step = models.CharField(max_length=80, blank=True)
    lane = models.SmallIntegerField(choices=Lane.choices, default=Lane.QUIET)
    next_due = models.DateTimeField(default=NEVER)
    opened_at = models.DateTimeField()
    opened_precision = models.CharField(max_length=6, default="minute")
    closed_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)
    origin = models.CharField(max_length=20, default="page")
    language = models.CharField(max_length=8, default="zh-hans")
    version = models.PositiveIntegerField(default=1)

    people_aside: frozenset[UUID] | None = None  # no column: what `recusal` has read for this case in hand
    people_kept_out: frozenset[UUID] | None = None  # no column either: whom its kind keeps out

    class Meta:
        # A foreign key that an index below begins with needs none of its own: every one is paid for at every intake.
        indexes = [
            models.Index(fields=["lane", "next_due", "id"], name="cases_by_time_left"),
            models.Index(
                fields=["handling_unit", "lane", "next_due", "id"],
                name="cases_of_unit",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["handler", "lane", "next_due", "id"],
                name="cases_of_handler",
                condition=models.Q(is_open=True),
            ),
            models.Index(fields=["complained_unit", "lane", "next_due", "id"], name="cases_about_unit"),
            models.Index(fields=["owning_unit", "opened_at"], name="cases_opened"),
            models.Index(fields=["kind", "opened_at", "id"], name="cases_by_age"),
            models.Index(
                fields=["kind", "closed_at"],
                name="cases_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(fields=["customer", "opened_at"], name="cases_of_customer"),
            models.Index(
                fields=["calendar", "id"], name="cases_on_calendar", condition=models.Q(is_open=True)
            ),
            models.Index(fields=["id"], name="cases_open", condition=models.Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return self.number

    def sealed_for(self) -> UUID:
        """Whose key seals words about it: its customer's; its own, where it has none."""
        return self.customer_id or self.pk


class Step(models.Model):
    """One open, done or cancelled piece of human work on the drawing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="steps", db_index=False)
    key = models.CharField(max_length=80)
    serial = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "serial"], name="cases_step_serial")]

    def __str__(self) -> str:
        return self.key


class Clock(models.Model):
    """A promise applied to a case, as the fold last judged it.

    `calendar` is the edition its verdict was given by, where the case has moved on to a later one since.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Not started")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        LAPSED = "lapsed", _("Lapsed")
        CANNOT_TELL = "cannot_tell", _("Cannot tell")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks", db_index=False)
    promise = models.CharField(max_length=60)
    position = models.SmallIntegerField(default=0)
    status = models.CharField(max_length=12, choices=Status.choices)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    nominal_due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    paused_minutes = models.PositiveIntegerField(default=0)
    stated = models.BooleanField(default=False)
    climb_at = models.DateTimeField(null=True)  # when the next rung of its ladder is due
    calendar = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "promise"], name="cases_one_clock")]
        indexes = [
            models.Index(
                fields=["case"],
                name="cases_clocks_halted",
                condition=models.Q(status__in=("paused", "cannot_tell")),
            ),
            models.Index(
                fields=["due_at"],
                name="cases_clocks_due",
                condition=models.Q(status="running", judged_at=None),
            ),
            models.Index(
                fields=["climb_at"],
                name="cases_clocks_climb",
                condition=models.Q(climb_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise}: {self.status}"


class Note(models.Model):
    """Words about a case that are not the customer's complaint itself: a colleague's note, what we wrote to the
    customer, what the customer added. `for_customer`: the tracking page shows it; `subject` says what it is
    (question, answer).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="notes", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_customer = models.BooleanField(default=False)
    for_customer = models.BooleanField(default=False)
    subject = models.CharField(max_length=20, blank=True)
    text = SealedText()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "written_at"], name="cases_notes")]

    def __str__(self) -> str:
        return f"{self.written_at:%F %R}"

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.case.sealed_for()


class NumberBlock(models.Model):
    """The next free number of a series; processes take blocks, so numbers are unique but may have gaps."""

    series = models.CharField(primary_key=True, max_length=60)
    next = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.series}: {self.next}"


class Receipt(models.Model):
    """What a writing call was answered, by its idempotency key: a replay gets the same answer.

    The answer holds a tracking code, so it is sealed with the key of the customer it is about.
    """

    key = models.CharField(primary_key=True, max_length=64)
    body_digest = models.CharField(max_length=64)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    subject_id = models.UUIDField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Approval(models.Model):
    """Something about a case that takes two people: one asks, somebody else decides.

    `what` is the pack's word for it (extension, redress); `asked` says what exactly, in codes and numbers.
    It waits until `decided_at`; nobody decided and nothing was granted where the case ended first.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="approvals")
    what = models.CharField(max_length=40)
    asked = models.JSONField(default=dict)
    reason = SealedText()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    said = SealedText(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "what"], name="cases_one_approval_waits", condition=models.Q(decided_at=None)
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="cases_approval_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None, granted=None)
                | models.Q(decided_at__isnull=False, decided_by=None, granted=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False, granted__isnull=False),
                name="cases_approval_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="cases_approvals_waiting", condition=models.Q(decided_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.case_id}"

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.case.sealed_for()


class Reference(models.Model):
    """What points across packs: one case because of another (a call-back because a complaint was closed)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_case = models.ForeignKey(Case, models.CASCADE, related_name="references", db_index=False)
    to_case = models.ForeignKey(Case, models.CASCADE, related_name="referred_by")
    why = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_case", "to_case", "why"], name="cases_one_reference")
        ]

    def __str__(self) -> str:
        return self.why


class Recusal(models.Model):
    """Somebody who has nothing to do with a case, and may not read it: complained of, or not impartial.

    `ground` is a code of the pack's list, `complained_of` the engine's own; `said` are the words of whoever
    declared it. Nobody declared it where a program brought the case in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="recusals", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=40)
    said = SealedText(blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="cases_recused_once")]
        ordering = ["declared_at", "id"]

    def __str__(self) -> str:
        return self.ground

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.case.sealed_for()


class Rung(models.Model):
    """A rung of a promise's ladder that was reached: somebody was told that a case needs them. Once in a run.

    `run` is when that run of the clock started, `place` counts from 0. `at` is when it was due, `told_at` when it
    was told. `unit` is where whoever was told holds the post; no unit and no people: nobody was found up to the root.
    `ended_at`: the clock stopped, or the case was closed, before anybody acknowledged.
    """

    class Tell(models.TextChoices):
        HANDLER = "handler", _("Handler")
        UNIT = "unit", _("Head of the unit")
        HIGHER = "higher", _("Next above")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="rungs", db_index=False)
    promise = models.CharField(max_length=60)
    run = models.DateTimeField()
    place = models.PositiveSmallIntegerField()
    tell = models.CharField(max_length=8, choices=Tell.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "promise", "run", "place"], name="cases_rung_told_once"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None, acknowledged_by=None)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="cases_rung_acknowledged_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["case"],
                name="cases_rungs_open",
                condition=models.Q(acknowledged_at=None, ended_at=None),
            )
        ]
        ordering = ["told_at", "at", "place"]

    def __str__(self) -> str:
        return f"{self.promise} {self.place + 1}"


class ToldPerson(models.Model):
    """One person whom a rung told; `instead_of` is whoever is away and whom they stand in for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rung = models.ForeignKey(Rung, models.CASCADE, related_name="people", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rung", "person"], name="cases_told_once")]

    def __str__(self) -> str:
        return str(self.person_id)
