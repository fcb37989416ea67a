"""Whether an answer shows that an attack went through. A finding is a sentence; no finding is no sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bench.bank import HOST
from tests.attack.browser import Answer
from tests.attack.payloads import COMPUTED, ELSEWHERE

SQL_ERRORS = re.compile(
    r"syntax error at or near|unterminated quoted string|psycopg\.\w|ProgrammingError|OperationalError|DataError"
    r"|sqlite3?\.|invalid input syntax for|PG::|SQLSTATE|near \"[^\"]*\": syntax error|django\.db\.utils",
)
TRACES = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\.py\", line \d+|DJANGO_SETTINGS_MODULE"
)
CONTENT = re.compile(r"root:[x*]:0:0:|uid=\d+\(\w+\) gid=|PostgreSQL \d+\.\d+")
PROMISED = {
    "X-Content-Type-Options": re.compile("nosniff"),
    "X-Frame-Options": re.compile("DENY"),
    "Referrer-Policy": re.compile("same-origin"),
    "Content-Security-Policy": re.compile("default-src '(?:self|none)'"),
}
LAX = re.compile(r"unsafe-inline|unsafe-eval|(?<![\w.:])\*")


def judged(answer: Answer, word: str = "") -> Iterator[str]:
    """What is wrong with any answer; `word` is the one that was sent with the payload."""
    if answer.status >= 500 or answer.status == 0:
        yield f"broke: {answer.status or answer.text}"
    for name, pattern in (
        ("SQL's own error", SQL_ERRORS),
        ("a traceback", TRACES),
        ("what is in a file", CONTENT),
    ):
        if found := pattern.search(answer.text):
            yield f"{name}: {found[0]}"
    if word:
        yield from _gone_through(answer, word)
    yield from _elsewhere(answer)


def _gone_through(answer: Answer, word: str) -> Iterator[str]:
    if answer.is_html and f"<{word}x" in answer.text:
        yield "markup: what was sent stands in the page as HTML"
    if answer.is_html and re.search(rf"(?:href|src|action)=[\"']?javascript:[^\"'>]*{word}", answer.text):
        yield "markup: what was sent stands in the page as a link that runs"
    if re.search(rf"{word}\W{{0,12}}{COMPUTED}", answer.text):
        yield "template: what was sent was computed"
    if answer.headers.get("X-Attacked") or "attacked=" in str(answer.headers.get_all("Set-Cookie") or ""):
        yield "header: what was sent became a header of the answer"


def _elsewhere(answer: Answer) -> Iterator[str]:
    there = answer.headers.get("Location", "")
    if not there:
        return
    plain = re.sub(r"[\t\r\n]", "", there).replace("\\", "/")
    host = urlsplit(plain).hostname
    if (host and host != HOST) or plain.startswith("//") or ELSEWHERE in (urlsplit(plain).netloc or ""):
        yield f"redirect: the answer leads to {there!r}"


def promised(answer: Answer) -> Iterator[str]:
    """Headers that every page promises."""
    for name, wanted in PROMISED.items():
        if not wanted.search(answer.headers.get(name, "")):
            yield f"headers: {name} is {answer.headers.get(name, 'missing')!r}"
    if LAX.search(answer.headers.get("Content-Security-Policy", "")):
        yield f"headers: a policy that allows too much: {answer.headers['Content-Security-Policy']}"
    if answer.is_html and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "headers: a page that a browser may keep"


def betrayed(answer: Answer, foreign: dict[str, str]) -> Iterator[str]:
    """Words of objects that whoever asked may not read."""
    text = answer.text
    for number, word in foreign.items():
        if word in text:
            yield f"foreign: the words of {number} are in the answer"
