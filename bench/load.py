"""`python -m bench.load PLAN.json`: a closed-loop HTTP client in a process of its own; prints what it saw as JSON.

Keep-alive connections from plain sockets, one thread each, one request under way per connection. The plan names
host, port, path, connections, seconds, headers, and the body; `{i}` in path, headers and body becomes a number
that never repeats within a run (it begins at `first`).
"""

from __future__ import annotations

import itertools
import json
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seen:
    """What came back: latencies in seconds of good answers, counts by status."""

    latencies: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)  # of these, what the server says it took itself
    statuses: dict[str, int] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)


class Line:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self.place = (host, port)
        self.socket = socket.create_connection(self.place, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        self.inside: float | None = None  # seconds the last answer says it took the server

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of one answer; OSError or ValueError when the line is broken."""
        self.socket.sendall(request)
        status = int(self.stream.readline().split(b" ", 2)[1])
        length, chunked = 0, False
        self.inside = None
        while header := self.stream.readline().strip():
            name, _, value = header.partition(b":")
            match name.lower():
                case b"content-length":
                    length = int(value)
                case b"transfer-encoding":
                    chunked = b"chunked" in value.lower()
                case b"server-timing":
                    self.inside = float(value.rpartition(b"dur=")[2]) / 1000
        return status, self._chunks() if chunked else self.stream.read(length)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.stream.readline(), 16):
            parts.append(self.stream.read(size))
            self.stream.readline()
        self.stream.readline()
        return b"".join(parts)


def request_bytes(plan: dict[str, Any], number: int) -> bytes:
    """One request, ready to be sent."""
    filled = {name: value.replace("{i}", str(number)) for name, value in plan.get("headers", {}).items()}
    body = plan.get("body", "").replace("{i}", str(number)).encode()
    lines = [f"{plan.get('method', 'GET')} {plan['path'].replace('{i}', str(number))} HTTP/1.1"]
    lines.append(f"Host: {plan['host']}:{plan['port']}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in filled.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Ask until the time or the number of requests is over; rate over the time it really took."""
    seen, lock = Seen(), threading.Lock()
    numbers = itertools.count(int(plan.get("first", 1)))
    left = itertools.count()
    most = int(plan.get("requests", 10**9))
    for n in range(int(plan.get("warm", 0))):
        Line(plan["host"], plan["port"]).ask(request_bytes(plan, 10**9 + int(plan.get("first", 1)) + n))
    begun = time.perf_counter()
    until = begun + float(plan["seconds"])

    def one() -> None:
        line = Line(plan["host"], plan["port"])
        while time.perf_counter() < until and next(left) < most:
            request = request_bytes(plan, next(numbers))
            at = time.perf_counter()
            status, body = line.ask(request)
            took = time.perf_counter() - at
            with lock:
                seen.statuses[str(status)] = seen.statuses.get(str(status), 0) + 1
                if 200 <= status < 300:
                    seen.latencies.append(took)
                    seen.inside += [] if line.inside is None else [line.inside]
                elif len(seen.bodies) < 3:
                    seen.bodies.append(body[:300].decode(errors="replace"))

    threads = [threading.Thread(target=one) for _ in range(int(plan["connections"]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return summary(seen, time.perf_counter() - begun)


def summary(seen: Seen, seconds: float) -> dict[str, Any]:
    """Rate (1/s), p50 and p95 (ms) as the client sees them and inside the server, statuses, first bodies of refusals."""
    ordered, inside = sorted(seen.latencies), sorted(seen.inside)
    return {
        "count": len(ordered),
        "seconds": round(seconds, 3),
        "rate": round(len(ordered) / seconds, 1),
        "p50_ms": percentile(ordered, 0.50),
        "p95_ms": percentile(ordered, 0.95),
        "inside_p50_ms": percentile(inside, 0.50),
        "inside_p95_ms": percentile(inside, 0.95),
        "statuses": seen.statuses,
        "refusals": seen.bodies,
    }


def percentile(ordered: list[float], share: float) -> float | None:
    """The nearest-rank percentile in milliseconds of ascending seconds; None of nothing."""
    if not ordered:
        return None
    rank = max(1, -int(-share * len(ordered) // 1))
    return round(1000 * ordered[min(rank, len(ordered)) - 1], 2)


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
