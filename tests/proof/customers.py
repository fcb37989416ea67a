"""Customers who do not give up: each sends its complaint with one key until somebody acknowledges it."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds before a request is given up and sent again


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a customer was told, and after how many attempts."""

    key: str
    words: str
    number: str
    attempts: int


class Customers:
    """So many at once, one complaint after the other until told to stop; the last ones are finished. Their complaints are
    numbered from `first`: the same number is the same complaint."""

    def __init__(self, port: int, token: str, count: int, *, first: int = 1) -> None:
        self.port, self.token = port, token
        self.acknowledged: list[Acknowledged] = []
        self.refused: list[str] = []
        self.answers: Counter[int] = Counter()  # by status; 0 where no whole answer came
        self.samples: dict[str, str] = {}  # the first words with which each other status was said
        self.in_flight, self._given_up = 0, False
        self._numbers, self._lock, self._stop = itertools.count(first), threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._come) for _ in range(count)]

    def start(self) -> None:
        """They begin."""
        for thread in self._threads:
            thread.start()

    def finish(self, *, give_up: bool = False) -> None:
        """Nobody begins a new complaint; returns when all have been acknowledged, or have given up."""
        self._given_up = give_up
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _come(self) -> None:
        while not self._stop.is_set():
            self._complain(next(self._numbers))

    def _complain(self, number: int) -> None:
        key, words = f"proof-key-{number:06}", f"我的卡被多扣了年费，请退回。第 {number:06} 次来信。"
        body = json.dumps(
            {"words": words, "name": f"客户{number}", "email": f"c{number}@example.com", "source": "portal"}
        )
        for attempt in itertools.count(1):
            status, answer = self._ask(key, body.encode())
            self._note(status, answer)
            if status in (200, 201):
                told = Acknowledged(key, words, json.loads(answer)["number"], attempt)
                self.acknowledged.append(told)
                return
            if 400 <= status < 500 and status != 409:
                self.refused.append(f"{key}: {status} {answer[:200]!r}")
                return
            if self._given_up:
                return
            time.sleep(0.1)

    def _ask(self, key: str, body: bytes) -> tuple[int, bytes]:
        """One attempt; status 0 when no whole answer came."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.connect()
            connection.request("POST", "/api/v1/complaints", body=body, headers=headers)
            self._count(+1)
            try:
                response = connection.getresponse()
                return response.status, response.read()
            finally:
                self._count(-1)
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def _note(self, status: int, answer: bytes) -> None:
        with self._lock:
            self.answers[status] += 1
            if status >= 300:
                self.samples.setdefault(str(status), answer.decode(errors="replace")[:200])

    def _count(self, change: int) -> None:
        with self._lock:
            self.in_flight += change
