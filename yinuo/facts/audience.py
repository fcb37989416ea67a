"""Who listens to the live stream, and which facts wait for whom.

Everything here runs on the event loop alone.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from typing import Protocol

from yinuo.facts.follow import SeqFact

EVERYTHING = "everything"  # the topic of a viewer who wants to be asked about every fact


class Viewer(Protocol):
    """A signed-in person at a stream, as the web floor knows them."""

    @property
    def topics(self) -> frozenset[Hashable]:
        """What to be asked about: unit ids, case ids, or EVERYTHING.

        A coarse filter for speed, never for safety.
        """

    def sees(self, fact: SeqFact) -> bool:
        """Whether this person may know of the fact: the whole judgement, quick, without the database."""

    async def refresh(self) -> bool:
        """Read rights and topics again; False when the person is no longer signed in."""


def topics_of(fact: SeqFact) -> Iterable[Hashable]:
    """The topics of a fact: everything, its unit and its case."""
    return [EVERYTHING, *(topic for topic in (fact.unit_id, fact.case_id) if topic is not None)]


class Listener:
    """One open stream: the facts that wait for it, at most `room`, and what else it has to be told."""

    __slots__ = ("ended", "lost", "news", "refresh_at", "room", "stale", "topics", "viewer", "waiting")

    def __init__(self, viewer: Viewer, room: int, waiting: Iterable[SeqFact] = ()) -> None:
        self.viewer, self.room = viewer, room
        self.topics = viewer.topics
        self.waiting = deque(waiting)
        self.news = asyncio.Event()
        self.stale = False  # rights may have changed: refresh before anything more is judged
        self.lost = False  # facts were dropped because the client reads too slowly
        self.ended = False
        self.refresh_at = 0.0
        if self.waiting:
            self.news.set()

    def offer(self, fact: SeqFact) -> None:
        """Let a fact wait; when there is no room left, all are dropped and the listener is marked as lost."""
        if len(self.waiting) < self.room and not self.lost:
            self.waiting.append(fact)
        else:
            self.waiting.clear()
            self.lost = True
        self.news.set()

    def mistrust(self) -> None:
        """Have the viewer's rights read again before anything more is judged."""
        self.stale = True
        self.news.set()

    def take(self) -> list[SeqFact]:
        """The waiting facts this viewer may know of; none wait afterwards."""
        seen = [fact for fact in self.waiting if self.viewer.sees(fact)]
        self.waiting.clear()
        self.news.clear()
        return seen


class Audience:
    """All listeners of this process, found by topic."""

    def __init__(
        self,
        refresh_on: frozenset[str] = frozenset(),
        topics: Callable[[SeqFact], Iterable[Hashable]] = topics_of,
    ) -> None:
        self.listeners: set[Listener] = set()
        self.changes = 0  # how many facts of `refresh_on` were delivered
        self._by_topic: defaultdict[Hashable, set[Listener]] = defaultdict(set)
        self._refresh_on, self._topics_of = refresh_on, topics

    def join(self, listener: Listener) -> None:
        """Let a listener hear from the next batch on."""
        self.listeners.add(listener)
        for topic in listener.topics:
            self._by_topic[topic].add(listener)

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self.listeners.discard(listener)
        for topic in listener.topics:
            self._by_topic[topic].discard(listener)
            if not self._by_topic[topic]:
                del self._by_topic[topic]

    def retopic(self, listener: Listener) -> bool:
        """Take over the topics of a refreshed viewer; whether they are others than before."""
        if listener.topics == listener.viewer.topics:
            return False
        self.leave(listener)
        listener.topics = listener.viewer.topics
        self.join(listener)
        return True

    def deliver(self, facts: list[SeqFact]) -> None:
        """Offer facts to whom their topics concern; a kind of `refresh_on` makes every rights stale."""
        for fact in facts:
            if fact.kind in self._refresh_on:
                self.changes += 1
                for listener in self.listeners:
                    listener.mistrust()
            concerned: set[Listener] = set()
            for topic in self._topics_of(fact):
                concerned |= self._by_topic.get(topic, set())
            for listener in concerned:
                listener.offer(fact)

    def dismiss(self) -> None:
        """Ask every stream to end."""
        for listener in self.listeners:
            listener.ended = True
            listener.news.set()
