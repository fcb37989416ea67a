"""Sessions in the database as Django keeps them, read through a Question: every page begins with one."""

from __future__ import annotations

from functools import cached_property

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from yinuo.facts.questions import Asked, Place, Question, together


class SessionStore(db.SessionStore):
    """Django's own; only how a session is found is ours."""

    @cached_property
    def asked(self) -> Asked:
        """The question it will ask first, so that it can be asked together with others."""
        return _SESSION.of(key=self.session_key, now=timezone.now())

    def _get_session_from_db(self) -> Session | None:
        if self.session_key:
            asked = self.__dict__.pop("asked", None) or _SESSION.of(key=self.session_key, now=timezone.now())
            if found := asked.models(together(asked)[0]):
                return found[0]  # type: ignore[no-any-return]
        self._session_key = None
        return None


_SESSION = Question(
    lambda: Session.objects.filter(
        session_key=Place("key", Session._meta.get_field("session_key")),
        expire_date__gt=Place("now", Session._meta.get_field("expire_date")),
    )
)
