"""Complaints for programs: take one in, read those within reach. The hot door: one look at who calls, one at the customer,
one write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from ninja.errors import ValidationError
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from yinuo.engines.cases.models import Receipt
from yinuo.engines.cases.receipts import OtherBody, answered, body_digest, receipt_row
from yinuo.facts.rows import write_rows
from yinuo.ground.outbox.write import can_be_written_to
from yinuo.ground.terms.lists import codes
from yinuo.packs.complaints import reading
from yinuo.packs.complaints.actions import Arrival
from yinuo.packs.complaints.actions.intake import Taken, prepare
from yinuo.web.parameters import Day
from yinuo.web.problems import CallRefused, problems

router = Router(tags=["complaints"])
# Sent again with the same key and body, the same answer comes back.
KEY_HEADER = {
    "in": "header", "name": "Idempotency-Key", "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200},
}  # fmt: skip


class ComplaintIn(BaseModel):
    """A complaint as a program brings it. Amounts are integer minor units."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field(min_length=5, max_length=2000)
    name: str = Field(min_length=1, max_length=60)
    phone: str = Field("", max_length=20, pattern=r"^(\+?[0-9][0-9 \-]{5,18}[0-9])?$")
    email: str = Field("", max_length=120, pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")
    language: str = Field("zh-hans", pattern="^(zh-hans|en|zh-hant)$")
    source: str = Field(max_length=40)
    requests: list[str] = Field(default_factory=list, max_length=20)
    amount: int | None = Field(None, gt=0, le=10**14)
    happened_on: Day | None = None

    @field_validator("words", "name", mode="before")
    @classmethod
    def _trimmed(cls, text: Any) -> Any:
        return text.strip() if isinstance(text, str) else text

    @field_validator("words", "name", "phone", "email", "source")
    @classmethod
    def _readable(cls, text: str) -> str:
        if "\x00" in text:
            raise PydanticCustomError("nul", _("holds a NUL character"))
        return text

    @field_validator("email")
    @classmethod
    def _reachable(cls, address: str) -> str:
        if address and not can_be_written_to(address):
            raise PydanticCustomError("address", _("is not an e-mail address a letter can be sent to"))
        return address


class ComplaintOut(BaseModel):
    """What whoever brought it is told. `code` follows the complaint; keep it like a password."""

    number: str
    code: str
    due: dict[str, datetime | None]


@router.post(
    "",
    response={201: ComplaintOut, 200: ComplaintOut, **problems(400, 409, 413)},
    summary="Take in a complaint",
    openapi_extra={"parameters": [KEY_HEADER]},
)
def receive(request: HttpRequest, body: ComplaintIn) -> Status[dict[str, Any]]:
    """Needs the header Idempotency-Key: sent again with the same body, the same answer comes back (200)."""
    caller = request.auth  # type: ignore[attr-defined]
    caller.reach.need("complaints.register", caller.unit_id)
    chosen = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(chosen) <= 200:
        raise CallRefused(400, "key_needed", _("Idempotency-Key: a header of 8 to 200 characters is needed"))
    key, digest = caller.receipt, body_digest(request.body)
    _check_codes(body)
    known = caller.repeats
    for _attempt in range(2):
        if known and (before := _answered(key, digest)):
            return Status(200, before)
        try:
            return Status(201, _take(body, caller, key, digest))
        except IntegrityError:  # the same key at the same moment: the other call has written it
            known = True
    raise CallRefused(409, "same_moment", _("The same complaint is being taken in at this moment; try again"))


def _answered(key: str, digest: str) -> dict[str, Any] | None:
    try:
        return answered(key, digest)
    except OtherBody:
        raise CallRefused(409, "key_reused", _("This Idempotency-Key was used with another body")) from None


def _take(body: ComplaintIn, caller: Any, key: str, digest: str) -> dict[str, Any]:
    now = timezone.now()
    taken: Taken = prepare(
        Arrival(**(body.model_dump() | {"requests": tuple(body.requests)})),
        handling_unit=caller.unit_id, by=caller.user.pk, handler=None, at=now, now=now, origin="api",
    )  # fmt: skip
    due = {name: at.isoformat() if at else None for name, at in taken.opening.due.items()}
    answer = {"number": taken.opening.number, "code": taken.code, "due": due}
    receipt = receipt_row(
        key, digest, taken.opening.id, answer, subject_id=taken.customer, secret=taken.key, now=now
    )
    write_rows([*taken.rows, (Receipt, [receipt])])  # one statement: whole or not at all
    return answer


def _check_codes(body: ComplaintIn) -> None:
    if body.source not in codes("complaint_source"):
        raise _wrong("source", _("is not a code of %(list)s") % {"list": "complaint_source"})
    if not codes("complaint_request").issuperset(body.requests):
        raise _wrong("requests", _("holds what is not a code of %(list)s") % {"list": "complaint_request"})


def _wrong(field: str, reason: str) -> ValidationError:
    """What the schema cannot know, said like what it can; the value itself is not repeated."""
    return ValidationError([{"type": "code", "loc": ("body", "body", field), "msg": reason}])


@router.get("", response={200: reading.ComplaintsOut, **problems(400)}, summary="Complaints within reach")
def listed(request: HttpRequest, asked: Query[reading.ComplaintsAsked]) -> dict[str, Any]:
    """A page of them, the oldest first; ask again with `after` = `next` until there is no `next`."""
    reach = request.auth.reach  # type: ignore[attr-defined]
    reach.need_anywhere("complaints.view")
    return reading.listed(reach, asked)


@router.get("/{number}", response={200: reading.ComplaintWholeOut, **problems(404)}, summary="One complaint")
def whole(request: HttpRequest, number: str) -> dict[str, Any]:
    """404 for one that is not there, or that the caller may not know of."""
    reach = request.auth.reach  # type: ignore[attr-defined]
    reach.need_anywhere("complaints.view")
    return reading.whole(reach, number)
