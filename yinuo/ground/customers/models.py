"""Customers, bank-wide: what identifies a person is sealed with the person's own key."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from yinuo.facts.ids import new_id
from yinuo.ground.customers.masks import mask_email, mask_name, mask_phone
from yinuo.ground.vault.ciphertext import decrypt, encrypt
from yinuo.ground.vault.hand import remember
from yinuo.ground.vault.keys import KeyDestroyed, unwrap
from yinuo.ground.vault.models import SubjectKey
from yinuo.ground.vault.sealed import SealedText


class Customer(models.Model):
    """A person who came to the bank; with no name, phone and e-mail: somebody unknown.

    `key_id` equals `id`. Read with `select_related("key")` where names are shown, or each costs a query.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.OneToOneField(SubjectKey, on_delete=models.PROTECT, related_name="customer")
    name_ct = models.BinaryField(null=True)
    phone_ct = models.BinaryField(null=True)
    email_ct = models.BinaryField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)  # never the name: this goes into logs

    @cached_property
    def secret(self) -> bytes:
        """The person's raw key. Raises KeyDestroyed after erasure."""
        remember(self.key_id, self.key.wrapped)  # whoever is named on a page has said something on it
        return unwrap(self.key_id, self.key.wrapped)

    @property
    def name(self) -> str:
        """The full name, "" if unknown. Raises KeyDestroyed after erasure."""
        return self._open("name", self.name_ct)

    @property
    def phone(self) -> str:
        """The phone number as given, "" if unknown. Raises KeyDestroyed after erasure."""
        return self._open("phone", self.phone_ct)

    @property
    def email(self) -> str:
        """The e-mail address as given, "" if unknown. Raises KeyDestroyed after erasure."""
        return self._open("email", self.email_ct)

    @property
    def masked_name(self) -> str:
        """The name for lists and pages, or words for an unknown or erased person."""
        try:
            return mask_name(self.name) or _("Unknown person")
        except KeyDestroyed:
            return _("Erased")

    @property
    def masked_phone(self) -> str:
        """The phone for pages; "" if unknown or erased."""
        try:
            return mask_phone(self.phone)
        except KeyDestroyed:
            return ""

    @property
    def masked_email(self) -> str:
        """The e-mail address for pages; "" if unknown or erased."""
        try:
            return mask_email(self.email)
        except KeyDestroyed:
            return ""

    def _open(self, field: str, sealed: bytes | memoryview | None) -> str:
        secret = self.secret
        return "" if sealed is None else decrypt(secret, sealed, place(self.pk, field))


class Identity(models.Model):
    """One way to recognise a customer, found by its blind index. A family may share one phone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=20)
    value_ct = models.BinaryField()
    value_index = models.BinaryField(max_length=32)
    indexed_by = models.PositiveIntegerField()  # the number of the index key

    class Meta:
        indexes = [
            models.Index(fields=["value_index", "kind"], name="customers_identity_index"),
            models.Index(fields=["indexed_by"], name="customers_identity_indexed_by"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def value(self) -> str:
        """The value as given. Raises KeyDestroyed after erasure."""
        return decrypt(self.customer.secret, self.value_ct, identity_place(self.pk))


class NameGram(models.Model):
    """A keyed digest, sixteen bits, of two neighbouring letters of a customer's name; `indexed_by` is the number of its key."""

    id = models.UUIDField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="name_grams")
    gram = models.PositiveIntegerField()
    indexed_by = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["gram", "customer"], name="customers_name_gram"),
            models.Index(fields=["indexed_by"], name="customers_name_gram_key"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def place(customer_id: UUID, field: str) -> bytes:
    """The context that binds a sealed field to its row."""
    return f"customers.Customer.{field}:".encode() + customer_id.bytes


def identity_place(identity_id: UUID) -> bytes:
    """The context that binds a sealed identity to its row."""
    return b"customers.Identity.value:" + identity_id.bytes


def seal_field(secret: bytes, customer_id: UUID, field: str, text: str) -> bytes | None:
    """The sealed column of a customer; None for an empty text."""
    return encrypt(secret, text, place(customer_id, field)) if text else None


class LegalHold(models.Model):
    """Why nothing of a customer may be erased, until a day (inclusive) or until it is lifted. `reason` is a code."""

    id = models.UUIDField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=40)
    until = models.DateField(null=True)
    placed_by = models.UUIDField(null=True)
    placed_at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class Erasure(models.Model):
    """A customer who was erased: the row by which a restored backup erases them again. `reason` is a code."""

    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, primary_key=True, related_name="erasure"
    )
    reason = models.CharField(max_length=40)
    by = models.UUIDField(null=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Reveal(models.Model):
    """Somebody saw in full who a customer is, until a moment. Which values, the fact says; the values stand nowhere.

    The id is that of the form it was asked by: the same form sent again is the same reveal, and past its minute none.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="reveals")
    case = models.UUIDField()  # on whose page; cases stand on a floor above
    unit = models.UUIDField()
    by = models.UUIDField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=40)
    said = SealedText(default=b"")

    class Meta:
        indexes = [
            models.Index(fields=["by", "at"], name="customers_reveal_by"),
            models.Index(fields=["at", "id"], name="customers_reveal_at"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def sealed_for(self) -> UUID:
        """Whose key seals why it was needed: the customer's, for it may speak of them."""
        return self.customer_id


class PersonExport(models.Model):
    """Everything held on one customer, asked for, made, and released by somebody else before it leaves.

    The file lies apart, encrypted under a password that is kept sealed with the customer's key until it was shown once.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        MADE = "made"
        RELEASED = "released"
        REFUSED = "refused"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="exports")
    case = models.UUIDField()  # on whose page it was asked for
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)  # of a refusal, a code
    password = SealedText(default=b"")
    told = models.JSONField(default=dict)  # how many rows of each holding, how many files
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="customers_export_expires")]

    def __str__(self) -> str:
        return str(self.pk)

    def sealed_for(self) -> UUID:
        """Whose key seals the password: the customer's; erased, the file opens no more."""
        return self.customer_id


class Consent(models.Model):
    """What a customer said about one use of their data, and when; the latest about a purpose holds. Nothing is overwritten."""

    id = models.UUIDField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=40)
    given = models.BooleanField()
    source = models.CharField(max_length=20)  # portal, counter, hotline, letter
    at = models.DateTimeField()
    by = models.UUIDField(null=True)  # the colleague who wrote it down; nobody for the customer themselves

    class Meta:
        indexes = [models.Index(fields=["customer", "purpose", "at"], name="customers_consent_said")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.given}"


class ErasureRequest(models.Model):
    """A customer wants their data erased: asked for by one, decided by another, refused for a reason of the law."""

    class State(models.TextChoices):
        ASKED = "asked"
        ERASED = "erased"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="erasure_requests")
    case = models.UUIDField()  # on whose page it was asked for
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)  # of a refusal, a code

    def __str__(self) -> str:
        return str(self.pk)
