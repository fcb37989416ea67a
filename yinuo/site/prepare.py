"""What is made before a page can be served: tables, first editions, catalogues, a demonstration bank."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yinuo.site import home


@dataclass(frozen=True, slots=True)
class Migrated:
    """How many migrations were applied, first editions loaded, and drafts proposed because a file changed."""

    migrations: int
    editions: int
    proposed: int


def migrate(*, verbose: bool) -> Migrated:
    """Apply what is missing, load first editions, compile catalogues; doing it again changes nothing."""
    from yinuo.engines.editions.load import load_first_editions
    from yinuo.web.catalogs import compile_catalogs

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    compile_catalogs()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=1 if verbose else 0)
    shipped, proposed = load_first_editions()
    return Migrated(len(plan), shipped, proposed)


def bind_application(url: str) -> str:
    """Let the role of this address do with facts no more than read and add them; its name, "" where nothing was to be
    done: no address, another database than PostgreSQL, or the one role for everything. Raises RoleRefused."""
    from yinuo.facts.grants import grant
    from yinuo.site.database import database_from_url

    if not url or connection.vendor != "postgresql":
        return ""
    role = str(database_from_url(url, home.folder())["USER"])
    if role == connection.settings_dict["USER"]:
        return ""
    grant(connection, role)
    return role


def needs_demonstration() -> bool:
    """Whether the bank is empty, or a demonstration bank was begun here and never finished."""
    from django.contrib.auth import get_user_model

    if not settings.DEMONSTRATION:
        return False
    return _state() == "begun" or not get_user_model()._default_manager.exists()


def make_demonstration() -> None:
    """Load the demonstration bank; an interrupted load is taken up again at the next start."""
    from yinuo.site.demo.load import load_demo

    _remember("begun")
    load_demo()
    _remember("done")


def _database() -> str:
    known = connection.settings_dict
    return f"{connection.vendor}:{known.get('HOST', '')}:{known.get('PORT', '')}:{known['NAME']}"


def _states() -> dict[str, str]:
    path = home.folder() / "demonstration.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _state() -> str:
    return _states().get(_database(), "")


def _remember(state: str) -> None:
    path = home.folder() / "demonstration.json"
    path.write_text(json.dumps({**_states(), _database(): state}, indent=1), encoding="utf-8")
