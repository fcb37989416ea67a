"""Tests bring their own home folder and database; nothing of the person who runs them is touched.

YINUO_TEST_DB       sqlite (default: a file) or postgres (a server of our own in a temporary folder)
YINUO_SHARED        the folder with the public data files; else `shared` beside the checkout or above it
YINUO_REQUIRE_SHARED=1  a test whose data file is absent fails instead of being skipped
YINUO_JOURNEYS=short    of the journeys in a browser only one story
YINUO_TEST_MIGRATED     a migrated SQLite file the tests' database begins as a copy of
YINUO_TEST_ONLY_DB=1    leave out tests without a database: the second run of `make test` repeats none
"""

from __future__ import annotations

import atexit
import inspect
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import Cluster

ROOT = Path(__file__).resolve().parent
_cluster: list[Cluster] = []  # the run's server, in the process that started it


# A busy machine is slow, not wrong. Where CI is set, Hypothesis draws the same examples every time.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def _run_folder() -> Path:
    """The run's temporary folder: made by the first process, below it one home per xdist worker."""
    given = os.environ.get("YINUO_TEST_FOLDER")
    if given:
        return Path(given)
    folder = Path(tempfile.mkdtemp(prefix="yinuo-test-"))
    os.environ["YINUO_TEST_FOLDER"] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _database_url(home: Path) -> str:
    wanted = os.environ.get("YINUO_TEST_DB", "sqlite")
    if wanted == "sqlite":
        return f"sqlite:///{home}/yinuo.sqlite3"
    if wanted != "postgres":
        raise pytest.UsageError(f"YINUO_TEST_DB={wanted!r}: sqlite or postgres")
    if "YINUO_TEST_SERVER" not in os.environ:
        os.environ["YINUO_TEST_SERVER"] = _own_cluster().url("yinuo")
    return os.environ["YINUO_TEST_SERVER"]


def _own_cluster() -> Cluster:
    if not _cluster:
        _cluster.append(Cluster().start())
        atexit.register(_cluster[0].stop)
    return _cluster[0]


def _begin() -> None:
    """Settings read the environment once, so it is arranged before Django is imported by anybody."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    home = _run_folder() / (worker or "main")
    (home / "static").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["YINUO_HOME"] = str(home)
    os.environ["DATABASE_URL"] = _database_url(home)
    os.environ.pop("YINUO_SMTP_URL", None)
    os.environ["YINUO_HOLD_SECONDS"] = "0"  # whoever tests holding sets it back
    os.environ["YINUO_RATES"] = "off"  # all tests come from one address; whoever tests limits sets them
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinuo.site.settings"
    import django

    django.setup()
    if not worker:
        from yinuo.web.catalogs import compile_catalogs

        compile_catalogs()
    # An xdist worker inherits the environment; with this name in it pytest-django would read the settings
    # before this file has given the worker its own home.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def _refuse_to_print_functions() -> None:
    """A page that names a method without calling it would show its address in memory; in tests it fails."""
    from yinuo.web import templating

    def printed(value: object) -> object:
        if inspect.isroutine(value):
            raise TypeError(f"a page prints the function {value!r} instead of calling it")
        return value

    class Watched(templating.PageEnvironment):
        def __init__(self, **options: object) -> None:
            super().__init__(**options, finalize=printed)

    templating.PageEnvironment = Watched  # type: ignore[misc]


def _static_files_are_listed_once() -> None:
    """A process of the bank lists its static files when it starts; every `Client` of a test is such a start."""
    from django.core.signals import setting_changed
    from whitenoise.middleware import WhiteNoiseMiddleware

    listing, kept = WhiteNoiseMiddleware.add_files_from_finders, {}

    def add_files_from_finders(self: WhiteNoiseMiddleware) -> None:
        if not kept:
            before = set(self.files)
            listing(self)
            kept.update({url: file for url, file in self.files.items() if url not in before})
        self.files.update(kept)

    def forget(setting: str, **_: object) -> None:
        if setting.startswith(("STATIC", "WHITENOISE", "DEBUG", "INSTALLED_APPS")):
            kept.clear()

    setting_changed.connect(forget, weak=False)
    WhiteNoiseMiddleware.add_files_from_finders = add_files_from_finders


if not {"--help", "-h", "--version"} & set(sys.argv):
    _begin()
    _static_files_are_listed_once()
    from yinuo.facts.tests.flushing import flush_past_the_guards

    _refuse_to_print_functions()
    flush_past_the_guards()  # tests that commit are cleaned up after; facts refuse that to everybody else


# Begun first, so that at the end no process waits for another that is still at one of them.
LONG = (
    "tests/journeys/",
    "tests/proof/",
    "tests/histories/",
    "tests/access/test_every_door.py",
    "yinuo/site/demo/tests/test_demo_ledger.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests begin first. Under YINUO_TEST_ONLY_DB=1 tests that no database could change are left out."""
    items.sort(key=lambda item: not str(item.path.relative_to(ROOT)).startswith(LONG))
    if os.environ.get("YINUO_TEST_ONLY_DB") != "1":
        return
    left_out = [item for item in items if _is_pure(item)]
    items[:] = [item for item in items if not _is_pure(item)]
    config.hook.pytest_deselected(items=left_out)


DATABASES = {"db", "transactional_db", "own_database", "postgres_cluster"}


def _is_pure(item: pytest.Item) -> bool:
    """No database is asked for; the gallery's pages (`live_server`) hold nothing of one either."""
    whole_story = str(item.path.relative_to(ROOT)).startswith("tests/journeys/")
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return not (whole_story or marked or DATABASES & set(getattr(item, "fixturenames", ())))


# What processes keep of the database; a rolled-back test must not leave it to the next.
KEPT = ("yinuo.engines.editions.shelf", "yinuo.engines.cases.numbers", "yinuo.ground.terms.lists")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    from django.utils import translation

    yield
    for name in KEPT:
        if name in sys.modules:
            sys.modules[name].forget()
    translation.deactivate()  # a request leaves its language behind in the thread


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Begin with a copy of the database YINUO_TEST_MIGRATED names; without it the tests' own is migrated."""
    migrated = os.environ.get("YINUO_TEST_MIGRATED")
    if not migrated or os.environ.get("YINUO_TEST_DB", "sqlite") != "sqlite":
        return False
    from django.conf import settings

    shutil.copy(migrated, settings.DATABASES["default"]["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A running server for tests marked `postgres`, whatever YINUO_TEST_DB says."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def own_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """DATABASE_URL of an empty database of the kind YINUO_TEST_DB names, for tests that start processes."""
    if os.environ.get("YINUO_TEST_DB", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path}/own.sqlite3"
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    name = f"own_{os.getpid()}_{next(_numbers)}"
    yield cluster.create(name)
    cluster.drop(name)


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """`shared_data("cfpb/x.csv")` is a public data file's path; absent, the test skips, or fails in CI."""

    def find(name: str) -> Path:
        given = os.environ.get("YINUO_SHARED")
        places = [Path(given)] if given else [folder / "shared" for folder in ROOT.parents]
        for place in places:
            if (place / "data" / name).exists():
                return place / "data" / name
        reason = f"the public data file {name} is not here; set YINUO_SHARED to the folder that holds data/"
        if os.environ.get("YINUO_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    return find
