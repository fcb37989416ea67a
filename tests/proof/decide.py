"""`python -m tests.proof.decide FILE`: the person who decides about doubtful letters, having asked the mail server.

FILE holds the Message-IDs that arrived. Prints how many counted as sent and how many go out again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def decide(arrived: frozenset[str]) -> tuple[int, int]:
    """(counted as sent, sent again)."""
    from yinuo.ground.outbox.decide import count_as_sent, send_again
    from yinuo.ground.outbox.models import Letter, State
    from yinuo.ground.people.models import User

    person = User.objects.get(username="bench").pk
    there = again = 0
    for letter in Letter.objects.filter(state=State.DOUBTFUL):
        if letter.message_id in arrived:
            count_as_sent(letter.pk, by=person)
            there += 1
        else:
            send_again(letter.pk, by=person)
            again += 1
    return there, again


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
    django.setup()
    there, again = decide(frozenset(Path(sys.argv[1]).read_text(encoding="utf-8").split()))
    print(f"arrived={there} again={again}")
