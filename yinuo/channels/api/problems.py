"""What the API itself has to say against a call: stable codes for programs, words in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic_core.core_schema import ErrorType

# What an error without a code of its own is called, by its status.
BY_STATUS = {
    400: ("body_unreadable", gettext_lazy("The body cannot be read as JSON")),
    401: ("token_needed", gettext_lazy("A valid token is needed: Authorization: Bearer …")),
    404: ("address_unknown", gettext_lazy("There is no such address")),
    405: ("method_unknown", gettext_lazy("This address does not know this method")),
    413: ("body_too_large", gettext_lazy("The body is too large")),
    422: ("body_unfit", gettext_lazy("The body does not fit the schema")),
    429: ("too_often", gettext_lazy("Too many calls; come again later")),
    503: (
        "database_away",
        gettext_lazy("The database cannot be had at this moment; send the same call again later"),
    ),
    507: ("disk_full", gettext_lazy("There is no room at this moment; send the same call again later")),
}
OTHERWISE = ("refused", gettext_lazy("The call is refused"))

_WHOLE, _TABLE = gettext_lazy("is not a whole number"), gettext_lazy("is not an object")
# What the schema finds wrong with a field, by the code of its library; gaps are what that library fills in.
FIELD = {
    "missing": gettext_lazy("is needed"),
    "extra_forbidden": gettext_lazy("is not a field of this"),
    "string_type": gettext_lazy("is not text"),
    "string_unicode": gettext_lazy("holds half a character"),
    "string_too_short": gettext_lazy("has fewer than %(min_length)s characters"),
    "string_too_long": gettext_lazy("has more than %(max_length)s characters"),
    "string_pattern_mismatch": gettext_lazy("does not have the form %(pattern)s"),
    "list_type": gettext_lazy("is not a list"),
    "too_long": gettext_lazy("has more than %(max_length)s items"),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "greater_than": gettext_lazy("is not greater than %(gt)s"),
    "less_than_equal": gettext_lazy("is greater than %(le)s"),
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
}
_OF_THE_LIBRARY = frozenset(get_args(ErrorType))


def field_error(error: Mapping[str, Any]) -> dict[str, str]:
    """One wrong field: where, the code, and why in the caller's language.

    A pack's own codes bring their words along, translated already.
    """
    code = str(error["type"])
    if code in FIELD:
        reason = str(FIELD[code]) % error.get("ctx", {})
    else:
        reason = _("does not fit the schema") if code in _OF_THE_LIBRARY else str(error["msg"])
    return {"field": ".".join(map(str, error["loc"])), "code": code, "reason": reason}
