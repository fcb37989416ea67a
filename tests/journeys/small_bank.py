"""A small demonstration bank, brought in by the importers: enough that no page of the story is empty.

`python -m tests.journeys.small_bank` makes it in the database DATABASE_URL names, below YINUO_HOME.
"""

from __future__ import annotations

import os

COMPLAINTS = 60


def main() -> None:
    """Tables, first editions, units, people, accounts, sixty complaints."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinuo.site.settings"
    import django

    django.setup()
    from yinuo.site.demo.load import load_demo
    from yinuo.site.prepare import migrate

    migrate(verbose=False)
    print(load_demo(COMPLAINTS))


if __name__ == "__main__":
    main()
