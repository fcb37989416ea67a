"""What a program is told whose call is not taken: problem details (RFC 9457); the door of the API makes them."""

from __future__ import annotations

from ninja.errors import HttpError
from pydantic import BaseModel

# Whatever is asked: without a token, without the grant, unlike the schema, too often.
ALWAYS = (401, 403, 422, 429)


class FieldProblem(BaseModel):
    """One wrong field; `code` is for programs, `reason` in the language that the call asks for."""

    field: str
    code: str
    reason: str


class Problem(BaseModel):
    """Why a call is not taken. `errors` where fields are wrong, `verb` the grant that is missing, `wait` the seconds to wait."""

    status: int
    code: str
    title: str
    errors: list[FieldProblem] | None = None
    verb: str | None = None
    wait: int | None = None


def problems(*more: int) -> dict[int, type[Problem]]:
    """What an address may answer besides what was asked for: what every one may, and its own."""
    return dict.fromkeys(sorted({*ALWAYS, *more}), Problem)


class CallRefused(HttpError):
    """`code` is for the program and never changes; `title` is for people, in the language the call asks for."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(status, title)
        self.code = code
