"""What programs may say: the parameters of a list and no others, instants and days as RFC 3339 writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from yinuo.web.problems import CallRefused

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)")


def _day(given: Any) -> date:
    """The library would take a number for seconds since 1970, and text for a number."""
    if isinstance(given, str) and _DAY.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass  # no such day
    raise PydanticCustomError("day", _("is not a date like 2026-11-21"))


def _instant(given: Any) -> datetime:
    """With its zone: which instant 09:00 is, nobody could tell. Those that UTC has no year for are none."""
    if isinstance(given, str) and _INSTANT.fullmatch(given):
        try:
            return datetime.fromisoformat(given.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # no such day or hour
    raise PydanticCustomError("instant", _("is not an instant with its zone, like 2026-11-21T09:00:00+08:00"))


Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]


class Parameters(BaseModel):
    """Query parameters. One that is not known is refused: a misspelt filter would otherwise filter nothing, unnoticed."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, given: Any, info: ValidationInfo) -> Any:
        """CallRefused names the first that is not known."""
        for name in info.context["request"].GET if info.context else ():
            if name not in cls.model_fields:
                title = _("There is no parameter “%(name)s” here") % {"name": name[:40]}
                raise CallRefused(422, "parameter_unknown", title)
        return given
