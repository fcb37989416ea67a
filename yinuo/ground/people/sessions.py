"""Sessions in the database as Django keeps them, read through a Question: every page begins with one."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from yinuo.facts.questions import Place, Question


class SessionStore(db.SessionStore):
    """Django's own; only how a session is found is ours."""

    def _get_session_from_db(self) -> Session | None:
        found = _SESSION.objects(key=self.session_key, now=timezone.now()) if self.session_key else []
        if found:
            return found[0]  # type: ignore[no-any-return]
        self._session_key = None
        return None


_SESSION = Question(
    lambda: Session.objects.filter(
        session_key=Place("key", Session._meta.get_field("session_key")),
        expire_date__gt=Place("now", Session._meta.get_field("expire_date")),
    )
)
