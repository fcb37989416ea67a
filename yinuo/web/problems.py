"""What a pack tells a program whose call it does not take; the door of the API makes problem details of it."""

from __future__ import annotations

from ninja.errors import HttpError


class CallRefused(HttpError):
    """`code` is for the program and never changes; `title` is for people, in the language the call asks for."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(status, title)
        self.code = code
