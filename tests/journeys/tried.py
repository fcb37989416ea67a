"""`python -m tests.journeys.tried NUMBER USERNAME`: yesterday the call-back about this complaint was tried in vain."""

from __future__ import annotations

import os
import sys
from datetime import timedelta


def main(number: str, username: str) -> None:
    """In the database DATABASE_URL names; the call-back is opened by its loop, here or in the background."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinuo.site.settings"
    import django

    django.setup()
    from django.utils import timezone

    from yinuo.engines.cases.models import Case
    from yinuo.engines.loops.follow import loops_once
    from yinuo.facts.sequencer import sequence_once
    from yinuo.ground.people.models import User
    from yinuo.packs.callbacks import actions

    about = Case.objects.filter(kind="callbacks", references__to_case__number=number)
    while not about.exists():
        sequence_once()
        loops_once()
    by, yesterday = User.objects.get(username=username), timezone.now() - timedelta(days=1)
    actions.try_once(about.get().pk, result="no_answer", by=by, at=yesterday)


if __name__ == "__main__":
    main(*sys.argv[1:])
