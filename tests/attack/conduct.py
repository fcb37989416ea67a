"""What is no parameter: other people's objects, forms that another page sends, methods, headers, cookies, sizes."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from bench.bank import HOST
from tests.attack import judge
from tests.attack.assault import Assault, a_word
from tests.attack.browser import Answer, Browser
from tests.attack.doors import Door
from tests.attack.payloads import ELSEWHERE

NONE_SUCH = "TS-20260101-9999"
NO_FILE = "00000000-0000-0000-0000-000000000000"
LONG_ENOUGH = 120.0
ANYBODY = ("nobody", "lead")
STRANGERS = 8  # objects of others that are tried by every address
TURNED_AWAY = {400, 401, 403, 404, 405, 413, 415, 422}
# What a form has no field for, and what a careless program would write to its tables all the same.
UNASKED = {
    "is_superuser": "1", "is_staff": "1", "is_active": "1", "role": "sysadmin", "roles": "sysadmin", "user": "1",
    "unit": "0000", "owner": "1", "handler": "1", "handling_unit": "0000", "grade": "ordinary", "pk": "1", "id": "1",
    "second_factor": "", "must_change_password": "", "state": "closed", "is_open": "0", "created_at": "2020-01-01",
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


def conduct(assault: Assault, seconds: float) -> None:
    """All of it, however little time there is; the session's own end last. What is refused before anybody is asked who they
    are (methods, hosts) is tried by nobody and by one role."""
    attempts = [*_foreign(assault), *_pages(assault), *_forged(assault), *_sizes(assault), *_unasked(assault)]
    if assault.role in ANYBODY:
        attempts += [*_methods(assault), *_hosts(assault)]
    assault.all_of("conduct", attempts, max(seconds, LONG_ENOUGH))
    _cookies(assault)


def _foreign(assault: Assault) -> Iterator[Callable[[], None]]:
    """Objects that are not theirs, by the addresses of their own: as if they did not exist."""
    sight = assault.sight
    numbered = [each for each in sight["addresses"] if "<str:number>" in each or "<number>" in each]
    own = {pattern: sight["addresses"][pattern] for pattern in numbered if "complaints/" in pattern}
    numbers = list(sight["foreign"])
    for number in (*numbers[: STRANGERS // 2], *numbers[STRANGERS // 2 :][-STRANGERS // 2 :]):
        for pattern, address in own.items():
            theirs = re.sub(r"[A-Z]{2}-\d{8}-\d+", number, address, count=1)
            yield partial(_hidden, assault, pattern, theirs, theirs.replace(number, NONE_SUCH), number)
    for file in sight["foreign_files"]:
        yield partial(_hidden, assault, "files/<uuid>", f"/files/{file}", f"/files/{NO_FILE}", file)


def _hidden(assault: Assault, pattern: str, theirs: str, nothing: str, name: str) -> None:
    hand = assault.hand()
    there, missing = hand.get(theirs), hand.get(nothing)
    request = f"GET /{pattern} <- {name}, not theirs"
    assault.look("foreign", request, there)
    known = nothing.rpartition("/")[2] if name not in theirs.replace(nothing, "") else NONE_SUCH
    if there.status != missing.status or there.text.replace(name, known) != missing.text:
        said = f"foreign: answers {there.status}, and {missing.status} for one that does not exist"
        assault.tell("foreign", request, [said])


def _pages(assault: Assault) -> Iterator[Callable[[], None]]:
    """Every address as it is: headers as promised, nothing of others on it."""
    for pattern, address in assault.sight["addresses"].items():
        yield partial(_page, assault, pattern, address)


def _page(assault: Assault, pattern: str, address: str) -> None:
    answer = assault.hand().get(address)
    assault.look("pages", f"GET /{pattern}", answer)
    assault.tell("pages", f"GET /{pattern}", judge.promised(answer))


def _forged(assault: Assault) -> Iterator[Callable[[], None]]:
    """Forms as a page of somebody else's would send them."""
    own = f"http://{HOST}:{assault.browser.port}"
    stolen = Browser(assault.browser.port).token()  # of another browser
    ways = {
        "no token": ("", {"Origin": own}),
        "another browser's token": (stolen, {"Origin": own}),
        "another page's origin": ("own", {"Origin": f"https://{ELSEWHERE}"}),
        "no origin at all": ("own", {"Origin": "null"}),
        "a referer of another page": ("", {"Referer": f"https://{ELSEWHERE}/"}),
    }
    for door in assault.kinds:
        if door.method == "POST":
            for way, (token, headers) in ways.items():
                yield partial(_forge, assault, door, way, token, headers)


def _forge(assault: Assault, door: Door, way: str, token: str, headers: dict[str, str]) -> None:
    hand = assault.hand()
    pairs = [(name, value) for name, value in door.fields if name != "csrfmiddlewaretoken"]
    sent = hand.token() if token == "own" else token
    body = urlencode([*pairs, ("csrfmiddlewaretoken", sent)] if sent else pairs)
    answer = hand.ask("POST", door.path, body, {"Content-Type": FORM, **headers})
    if not _refused(answer):
        assault.tell("forged", f"POST {door.path} with {way}", [f"CSRF: answered {answer.status}"])


def _refused(answer: Answer) -> bool:
    return answer.status in TURNED_AWAY or answer.headers.get("Location", "").startswith("/sign-in")


def _methods(assault: Assault) -> Iterator[Callable[[], None]]:
    """Methods nobody offers, and a method hidden in a header or a field."""
    for pattern, address in assault.sight["addresses"].items():
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 300):
            yield partial(_method, assault, pattern, address, method)
        for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
            yield partial(_overridden, assault, pattern, address, name)


def _method(assault: Assault, pattern: str, address: str, method: str) -> None:
    target = f"{HOST}:1" if method == "CONNECT" else address
    answer = assault.hand().ask(method, target, "")
    request = f"{method[:10]} /{pattern}"
    if answer.status:  # a server may hang up on what is no method
        assault.look("methods", request, answer)
    if answer.status and not _refused(answer) and method not in ("get",) and answer.status not in (501, 302):
        assault.tell("methods", request, [f"method: answered {answer.status}"])


def _overridden(assault: Assault, pattern: str, address: str, name: str) -> None:
    hand = assault.hand()
    plain, hidden = hand.get(address), hand.ask("GET", address, headers={name: "POST"})
    assault.look("methods", f"GET /{pattern} as POST by {name}", hidden)
    if plain.status != hidden.status:
        assault.tell(
            "methods", f"GET /{pattern} by {name}", [f"method: {hidden.status} instead of {plain.status}"]
        )


def _hosts(assault: Assault) -> Iterator[Callable[[], None]]:
    """Another name for the host, in every header that a careless program believes."""
    for pattern, address in assault.sight["addresses"].items():
        for name in ("Host", "X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
            yield partial(_host, assault, pattern, address, name)


def _host(assault: Assault, pattern: str, address: str, name: str) -> None:
    value = {"Forwarded": f"host={ELSEWHERE}", "X-Original-URL": "/audit", "X-Rewrite-URL": "/audit"}.get(
        name, ELSEWHERE
    )
    answer = assault.hand().ask("GET", address, headers={name: value})
    request = f"GET /{pattern} with {name}: {value}"
    assault.look("hosts", request, answer)
    if ELSEWHERE in answer.text or ELSEWHERE in str(answer.headers):
        assault.tell("hosts", request, ["host: the name that was sent is in the answer"])
    if name == "Host" and answer.status != 400:
        assault.tell("hosts", request, [f"host: answered {answer.status}, not 400"])


def _sizes(assault: Assault) -> Iterator[Callable[[], None]]:
    """Too long, broken, compressed, in two lengths, in no encoding at all."""
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    bodies: list[tuple[str, bytes, dict[str, str]]] = [
        ("two thousand fields", urlencode([(f"f{n}", "1") for n in range(2000)]).encode(), {"Content-Type": FORM}),
        ("the same field twice", b"words=1&words=2&version=1&version=2", {"Content-Type": FORM}),
        ("no UTF-8", b"words=\xff\xfe\xc0\xaf", {"Content-Type": FORM}),
        ("a charset that is none", b"words=1", {"Content-Type": f"{FORM}; charset=nonsense"}),
        ("half a multipart", b"--x\r\nContent-Disposition: form-data; name=\"words\"\r\n\r\n1", multipart),
        ("a multipart without boundary", b"--x--", {"Content-Type": "multipart/form-data"}),
        ("JSON, deep", b"[" * 20_000, {"Content-Type": "application/json"}),
        ("not what it says it is", b"\x1f\x8b\x08", {"Content-Type": FORM, "Content-Encoding": "gzip"}),
    ]  # fmt: skip
    for path in sorted(
        {door.path for door in assault.kinds if door.method == "POST"} | {"/api/v1/complaints"}
    ):
        for name, body, headers in bodies:
            yield partial(_size, assault, path, name, body, headers)
    for name, target, headers in (
        ("an address of 30,000 signs", "/complaints?q=" + "x" * 30_000, {}),
        ("a header of 30,000 signs", "/complaints", {"X-Long": "x" * 30_000}),
        ("a cookie that is none", "/complaints", {"Cookie": 'sessionid="\xff; csrftoken=\x7f'}),
        ("a language that is none", "/s", {"Accept-Language": "x" * 5000 + ",en;q=nan"}),
        ("a range", "/s", {"Range": "bytes=" + "0-," * 3000}),
    ):
        yield partial(_odd, assault, name, target, headers)
    yield partial(_two_lengths, assault)


def _size(assault: Assault, path: str, name: str, body: bytes, headers: dict[str, str]) -> None:
    hand = assault.hand()
    own = {"Origin": f"http://{HOST}:{hand.port}", "X-CSRFToken": hand.token()}
    assault.look("sizes", f"POST {path} with {name}", hand.ask("POST", path, body, own | headers))


def _odd(assault: Assault, name: str, target: str, headers: dict[str, str]) -> None:
    hand = assault.hand()
    answer = hand.ask("GET", target, headers=headers)
    if answer.status:
        assault.look("sizes", f"GET {target[:20]} with {name}", answer)
    if hand.get("/healthz").status != 200:
        assault.tell("sizes", f"GET {target[:20]} with {name}", ["broke: it answers no more"])


def _two_lengths(assault: Assault) -> None:
    """A request within a request: what the first half hides must not be answered."""
    word = a_word()
    inner = f"GET /s/track?{word} HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
    head = f"POST /sign-in HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(inner) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((HOST, assault.browser.port), timeout=5) as line:
        line.sendall((head + "0\r\n\r\n" + inner).encode())
        said = b""
        try:
            while part := line.recv(65536):
                said += part
        except TimeoutError:
            pass
    if said.count(b"HTTP/1.1 2") > 1:
        assault.tell(
            "sizes", "POST /sign-in with two lengths", ["smuggling: the hidden request was answered"]
        )


def _unasked(assault: Assault) -> Iterator[Callable[[], None]]:
    """Fields that no form has; whether anything changed is asked of the database afterwards."""
    for door in assault.kinds:
        if door.method == "POST":
            yield partial(_add, assault, door)


def _add(assault: Assault, door: Door) -> None:
    kept = [(name, value) for name, value in door.fields if name != "csrfmiddlewaretoken"]
    new = [(name, value) for name, value in UNASKED.items() if name not in door.names]
    assault.look("unasked", f"POST {door.path} with fields it has not", assault.knock(door, kept + new))


def _cookies(assault: Assault) -> None:
    """Flags, a session fixed beforehand, and one that was ended."""
    browser = assault.browser
    if browser.account is None:
        return
    before = dict(browser.cookies)
    answer = browser.sign_in()
    for header in answer.headers.get_all("Set-Cookie") or []:
        if header.startswith("sessionid=") and not ("HttpOnly" in header and "SameSite=Lax" in header):
            assault.tell("cookies", "POST /sign-in", [f"cookie: {header.partition(';')[2]}"])
    if before.get("sessionid") == browser.cookies["sessionid"]:
        assault.tell("cookies", "POST /sign-in", ["cookie: the session before is the session after"])
    fixed = Browser(browser.port, browser.account, {"sessionid": "a" * 32})
    if fixed.get("/accounts/mine").status == 200:
        assault.tell("cookies", "GET /accounts/mine", ["cookie: a session that was made up is one"])
    ended = dict(browser.cookies)
    browser.post("/sign-out", {})
    if Browser(browser.port, None, ended).get("/accounts/mine").status == 200:
        assault.tell("cookies", "POST /sign-out", ["cookie: a session that was ended goes on"])
    browser.sign_in()
