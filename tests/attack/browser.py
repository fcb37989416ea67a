"""A browser that sends exactly what it is told, keeps cookies and can sign in; nothing is followed, nothing mended."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.bank import HOST

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SLOWEST = 60.0
LONGEST = 2_000_000  # bytes of an answer that are read


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode(errors="replace")

    @property
    def is_html(self) -> bool:
        """Whether a browser would run what is in it."""
        return "html" in self.headers.get("Content-Type", "")


class NotSignedIn(RuntimeError):
    """The program did not let this account in."""


@dataclass
class Browser:
    """Whoever sits before it: an account, or nobody."""

    port: int
    account: dict[str, str] | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)  # "METHOD /path", without what was asked of it
    _line: http.client.HTTPConnection | None = None

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        *,
        cookies: bool = True,
    ) -> Answer:
        """One request as it is; a broken connection is tried once more on a new one."""
        sent = {"Accept-Language": "en", **(headers or {})}
        if cookies and self.cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.visited.add(f"{method} {target.partition('?')[0]}")
        for last in (False, True):
            line = self._line or http.client.HTTPConnection(HOST, self.port, timeout=SLOWEST)
            self._line = line
            begun = time.monotonic()
            try:
                line.putrequest(method, target, skip_host="Host" in sent, skip_accept_encoding=True)
                data = body.encode() if isinstance(body, str) else body
                if data is not None or method in ("POST", "PUT", "PATCH"):
                    line.putheader("Content-Length", str(len(data or b"")))
                for name, value in sent.items():
                    line.putheader(name, value)
                line.endheaders(data)
                response = line.getresponse()
                if "event-stream" in response.headers.get("Content-Type", ""):
                    raise ConnectionError("a stream")
                answer = Answer(
                    response.status, response.headers, response.read(LONGEST), time.monotonic() - begun
                )
            except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
                self.hang_up()
                if last:
                    return Answer(
                        0, http.client.HTTPMessage(), repr(error).encode(), time.monotonic() - begun
                    )
                continue
            if response.length:  # more than is read
                self.hang_up()
            return answer
        raise AssertionError("unreachable")

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def get(self, target: str, **headers: str) -> Answer:
        """A page."""
        return self.ask("GET", target, headers=headers)

    def post(self, path: str, form: dict[str, str] | list[tuple[str, str]], **headers: str) -> Answer:
        """A form as a page of the program would send it, with its token."""
        pairs = list(form.items()) if isinstance(form, dict) else form
        if "csrfmiddlewaretoken" not in dict(pairs):
            pairs = [("csrfmiddlewaretoken", self.token()), *pairs]
        own = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://{HOST}:{self.port}",
        }
        return self.ask("POST", path, urlencode(pairs), own | headers)

    def token(self) -> str:
        """The token that forms of this browser carry."""
        if "csrftoken" not in self.cookies:
            answer = self.ask("GET", "/sign-in")
            self.keep(answer)
        return self.cookies.get("csrftoken", "")

    def keep(self, answer: Answer) -> None:
        """Take the cookies of an answer along."""
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.split(";")[0].partition("=")
            self.cookies[name] = value

    def sign_in(self) -> Answer:
        """Anew, by the form; NotSignedIn when the program does not let in."""
        self.cookies.clear()
        if self.account is None:
            return self.get("/s")
        answer = self.post("/sign-in", self.account | {"next": "/"})
        self.keep(answer)
        if "sessionid" not in self.cookies:
            raise NotSignedIn(f"{self.account['username']}: sign-in answered {answer.status}")
        return answer

    def is_signed_in(self) -> bool:
        """Whether the session still stands."""
        return self.account is None or self.get("/accounts/mine").status == 200
