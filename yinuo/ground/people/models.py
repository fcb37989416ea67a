"""Units in a dated tree, the staff who sign in, and who holds which role where from when to when.

All date intervals are half-open: `valid_from` is the first day, `valid_to` the first day after the last.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Expression, F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinuo.facts.ids import new_id
from yinuo.ground.people.offices import check_posting

CODE = RegexValidator(r"\A[A-Za-z0-9._:/-]{1,80}\Z")
USERNAME = RegexValidator(r"\A[a-z0-9][a-z0-9._@-]{1,63}\Z")


class Dated(models.Model):
    """Something that holds from a day on, until another day or without end."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def on(day: date | Expression, path: str = "") -> Q:
        """The condition that a row holds on a day; `path` leads to it from another model, ending in `__`."""
        ends, later = Q((f"{path}valid_to", None)), Q((f"{path}valid_to__gt", day))
        return Q((f"{path}valid_from__lte", day)) & (ends | later)


class Unit(models.Model):
    """An organisational unit. A closed or merged one keeps its place, so that its records keep an owner."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=80, unique=True, validators=[CODE])
    kind = models.CharField(max_length=80, validators=[CODE])
    layer = models.CharField(max_length=80, blank=True)
    name_zh_hans = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    name_zh_hant = models.CharField(max_length=200, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    @property
    def name(self) -> str:
        """The name in the reader's language, else in Simplified Chinese."""
        return self.name_to(get_language() or "zh-hans")

    def name_to(self, language: str) -> str:
        """The name in a language; a name that was never translated reads as in Simplified Chinese."""
        by_language = {"en": self.name_en, "zh-hant": self.name_zh_hant}
        return by_language.get(language) or self.name_zh_hans

    def __str__(self) -> str:
        return self.name


class UnitPlace(Dated):
    """Where a unit stands in the tree; no parent means a root. Written by `people.places` only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="places")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="people_place_begins_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to=None), name="people_place_open_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="people_place_lasts"
            ),
            models.CheckConstraint(condition=~Q(unit=F("parent")), name="people_place_not_under_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}"


class TreeMark(models.Model):
    """One row that changes with every change of the tree: who holds a copy knows whether it is stale."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    mark = models.UUIDField()


class UserManager(BaseUserManager["User"]):
    """Makes accounts; usernames are kept in small letters."""

    def create_user(
        self, username: str, password: str | None = None, *, name: str, staff_number: str, **more: Any
    ) -> User:
        """An account; without a password nobody can sign in to it."""
        user = self.model(username=username_form(username), name=name, staff_number=staff_number, **more)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username_form(username or ""))


class User(AbstractBaseUser):
    """A member of staff. What they may do follows from today's postings, never from the account."""

    id = models.UUIDField(primary_key=True, default=new_id)
    username = models.CharField(max_length=64, unique=True, validators=[USERNAME])
    staff_number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(null=True, blank=True)
    second_factor = models.BooleanField(
        default=False
    )  # the password alone does not sign in; kept by ground.factors
    closes_on = models.DateField(
        null=True, blank=True
    )  # first day without the account; kept by access.accounts
    must_change_password = models.BooleanField(default=False)  # somebody else knows it: it opens one door

    @property
    def is_open(self) -> bool:
        """Whether it signs anybody in today: from the day it closes on it does not, also before somebody has closed it."""
        return self.is_active and (self.closes_on is None or self.closes_on > timezone.localdate())

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "staff_number"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="people_username_small")
        ]

    def __str__(self) -> str:
        return self.name


class Posting(Dated):
    """Who holds which role in which unit. A deputy's posting names whom it stands in for, and its end."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(max_length=80, validators=[CODE])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="postings")
    deputy_for = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="deputies", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="people_posting_lasts"
            ),
            models.CheckConstraint(
                condition=Q(deputy_for=None) | (Q(valid_to__isnull=False) & ~Q(deputy_for=F("user"))),
                name="people_deputy_ends_and_is_another",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit", "valid_from"], name="people_posting_begins_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "role"], name="people_posting_unit_role")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        check_posting(self)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.unit_id}"


class StaffProposal(models.Model):
    """What one person proposes about another's access and somebody else decides: a posting that carries rights over
    accounts, or an account opened again. Written by `access.appointments` only."""

    class What(models.TextChoices):
        """What is proposed."""

        APPOINT = "appoint", _("a posting")
        REOPEN = "reopen", _("to open the account again")

    class Outcome(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("to be decided")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Reason(models.TextChoices):
        """Why it was refused."""

        NOT_NEEDED = "not_needed", _("not needed")
        WRONG_PERSON = "wrong_person", _("not this person")
        WRONG_PLACE = "wrong_place", _("not this role or unit")
        WRONG_DAYS = "wrong_days", _("not on these days")

    id = models.UUIDField(primary_key=True, default=new_id)
    what = models.CharField(max_length=10, choices=What.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=80, blank=True, validators=[CODE])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    deputy_for = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("user")), name="people_proposal_not_about_oneself"),
            models.UniqueConstraint(
                fields=["user", "what", "role", "unit"],
                condition=Q(outcome="waiting", unit__isnull=False),
                name="people_proposal_waits_once",
            ),
            models.UniqueConstraint(
                fields=["user", "what"],
                condition=Q(outcome="waiting", unit=None),
                name="people_reopening_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.user_id}"


class SignInFailure(models.Model):
    """One failed sign-in. The key is a keyed hash of username and address: neither can be read from it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="people_failure_key_at"),
            models.Index(fields=["at"], name="people_failure_at"),
        ]


class PasswordUsed(models.Model):
    """A password somebody had before, as its slow hash. Written by `people.passwords` only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passwords_used")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()


class StaffSession(AbstractBaseSession):
    """Where somebody is signed in. `session_key` is a digest of the cookie, so a copy of the table opens nothing;
    `expire_date` is the nearer of the idle and the absolute limit. Written by `people.sessions` only."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions", null=True, blank=True)
    signed_in_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "expire_date"], name="people_session_person")]

    @classmethod
    def get_session_store_class(cls) -> type:
        """What reads and writes it."""
        from yinuo.ground.people.sessions import SessionStore

        return SessionStore


def username_form(username: str) -> str:
    """The form in which a username is kept and compared: no outer spaces, small letters."""
    return username.strip().lower()
