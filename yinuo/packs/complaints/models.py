"""What only complaints know, as columns."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.models import Approval, Case
from yinuo.facts.ids import new_id
from yinuo.ground.customers.models import Customer
from yinuo.ground.people.models import Unit
from yinuo.ground.vault.sealed import SealedText


class CalledBack(models.TextChoices):
    """What a call-back found out after the complaint was closed."""

    SATISFIED = "satisfied", _("Satisfied")
    NOT_SATISFIED = "not_satisfied", _("Not satisfied")
    OTHER = "other", _("Another opinion")
    REFUSED = "refused", _("Did not want to be asked")
    NOT_REACHED = "not_reached", _("Not reached")


class Ending(models.TextChoices):
    """How a complaint ended."""

    HANDLED = "handled", _("Handled")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Turned down")
    MERGED = "merged", _("Merged into another")


class Complaint(models.Model):
    """A customer's complaint. `words` are the customer's own and are never edited.

    Codes are those of the term lists: `source` says how it reached us, `level` how grave it is, `requests` what
    the customer wants. `overdue_reason` says why it takes longer than
    the first limit. `redress` is all that was granted, None where nothing was. Money is integer minor units.
    `tracking_index` finds the page of a tracking code without storing the code. `called_back` is None until a
    call-back has ended. `ending` is empty while it is open; `reopened_at` is when it was opened again, the last time.
    `answered_at` is the answer that stands: opened again, there is none. The last block is filled by imports only:
    `source_key` is the file's own key or (digest, row), `stated_timely` and `outcome` are what the file says; empty
    means the file does not say.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="complaint")
    subject = SealedText()
    words = SealedText()
    source = models.CharField(max_length=40)
    level = models.CharField(max_length=20, blank=True)
    requests = models.JSONField(default=list)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="CNY")
    happened_on = models.DateField(null=True)
    business = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    tracking_index = models.BinaryField(max_length=32, null=True, unique=True)
    redress = models.BigIntegerField(null=True)
    overdue_reason = models.CharField(max_length=40, blank=True)
    answered_at = models.DateTimeField(null=True)
    handling_days = models.PositiveIntegerField(null=True)
    handling_minutes = models.PositiveBigIntegerField(null=True)
    called_back = models.CharField(max_length=16, choices=CalledBack.choices, null=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    reopened_at = models.DateTimeField(null=True)

    source_key = models.CharField(max_length=100, null=True)
    source_row = models.PositiveIntegerField(null=True)
    source_codes = models.JSONField(default=dict)
    identical_to = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+", db_index=False)
    forwarded_on = models.DateField(null=True)
    forwarding_days = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    stated_timely = models.BooleanField(null=True)
    disputed = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["business", "source", "case"], name="complaints_business"),
            models.Index(fields=["cause"], name="complaints_cause"),
            models.Index(
                fields=["identical_to"],
                name="complaints_identical",
                condition=models.Q(identical_to__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"],
                name="complaints_source_key",
                condition=models.Q(source_key__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)  # never the words: this goes into logs

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.case.sealed_for()


class Matter(models.Model):
    """One thing complained of, with its own codes and conclusion; the first alone counts in statistics."""

    class Conclusion(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        PARTLY = "partly", _("Partly upheld")
        NOT_UPHELD = "not_upheld", _("Not upheld")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="matters", db_index=False)
    position = models.PositiveSmallIntegerField()
    title = SealedText()
    business = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    responsible_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    conclusion = models.CharField(max_length=12, choices=Conclusion.choices, blank=True)
    finding = SealedText(blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "position"], name="complaints_matter_position")
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.position}"

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.complaint.sealed_for()


class Redress(models.Model):
    """Something given for what went wrong, in minor units. It waits for a second person until `decided_at`; `granted`
    stays None where the complaint ended before anybody decided.

    `approval` is that second person's decision; None where the limit let the proposer grant it alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="redresses")
    kind = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = SealedText()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField()
    approval = models.OneToOneField(Approval, models.PROTECT, null=True, related_name="+")
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="complaints_redress_above_0"),
            models.CheckConstraint(
                condition=models.Q(granted=None, approval__isnull=False)
                | models.Q(granted__isnull=False, decided_at__isnull=False),
                name="complaints_redress_whole",
            ),
        ]
        ordering = ["proposed_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount}"

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.complaint.sealed_for()


class LedgerRow(models.Model):
    """What a ledger's row said that became a complaint, cell by cell, so that it goes out again as it came in.

    `cells` by column key, as JSON; what says who somebody is, and columns that are none of the ledger's (by their heading),
    are sealed with the customer's key in `personal`. `version` is the case's as it came: later ones moved on here.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="ledger_row")
    cells = SealedText()
    personal = models.BinaryField(null=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.pk)


class Draft(models.Model):
    """What a handler has typed and not yet sent, per case, person and form: it survives a crash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=20)
    values = SealedText()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "author", "form"], name="complaints_one_draft")
        ]

    def __str__(self) -> str:
        return self.form

    def sealed_for(self) -> UUID:
        """Whose key seals its words."""
        return self.case.sealed_for()


class Party(models.Model):
    """Somebody beside the customer of a complaint: who complains together with them, or speaks for them.

    Name and ways to reach them are sealed in `customer`. `represents`: of those who complain together, one of the
    few whom all letters go to; the customer is the first of these. Whoever speaks for the customer has a `relation`
    of the bank's list and an `authority`: a file (owner `authority`, this row), or a paper shown at the counter on
    `shown_on`; letters with content go to them only once somebody has checked it, and until `valid_until`.
    `brought`: they brought the complaint in for the customer, so the tracking code is in their hands.
    Taken away again, the row stays with `removed_at`.
    """

    class Role(models.TextChoices):
        JOINT = "joint", _("Complains too")
        AGENT = "agent", _("Speaks for the customer")

    class Authority(models.TextChoices):
        FILE = "file", _("A document, kept here")
        SHOWN = "shown", _("Shown at the counter")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="parties", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices)
    represents = models.BooleanField(default=False)
    relation = models.CharField(max_length=40, blank=True)
    authority = models.CharField(max_length=8, choices=Authority.choices, blank=True)
    shown_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    brought = models.BooleanField(default=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "customer"],
                name="complaints_one_party",
                condition=models.Q(removed_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(checked_at=None) | ~models.Q(authority=""),
                name="complaints_checked_authority",
            ),
        ]
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return f"{self.role}: {self.pk}"
