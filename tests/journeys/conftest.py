"""One open bank and one browser for all journeys of a run.

They end with the last journey: while Playwright runs, no other test may use Django in this thread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.bank import PATIENCE, ROOT, OpenBank, open_bank
from tests.journeys.people import People
from tests.postgres import Cluster

FAILED = pytest.StashKey[bool]()
SHORT = "test_a_complaint_is_made_handled_and_counted[desk-zh]"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # a container's is 64 MB, too little for a browser
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here drives a real browser; on several processes the journeys stay together and begin first.

    Nothing else takes so long, so nobody waits for them at the end. YINUO_JOURNEYS=short leaves one story.
    """
    ours = [item for item in items if "tests/journeys/" in str(item.path)]
    others = [item for item in items if "tests/journeys/" not in str(item.path)]
    for item in ours:
        item.add_marker("browser")
        item.add_marker(pytest.mark.xdist_group("journeys"))
    if os.environ.get("YINUO_JOURNEYS") == "short":
        left_out = [item for item in ours if item.name != SHORT]
        ours = [item for item in ours if item.name == SHORT]
        config.hook.pytest_deselected(items=left_out)
    items[:] = [*ours, *others]


@pytest.fixture(scope="package")
def bank(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[OpenBank]:
    """An open bank on a database of the kind YINUO_TEST_DB names."""
    home = tmp_path_factory.mktemp("bank")
    home.chmod(0o700)
    if os.environ.get("YINUO_TEST_DB", "sqlite") == "sqlite":
        database = f"sqlite:///{home}/yinuo.sqlite3"
    else:
        cluster: Cluster = request.getfixturevalue("postgres_cluster")
        database = cluster.create(f"journeys_{os.getpid()}")
    opened = open_bank(home, database)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "chromium is not installed; on Debian: apt-get install chromium"
    expect.set_options(timeout=1000 * PATIENCE)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where signed-in sessions are kept, one per role."""
    return tmp_path_factory.mktemp("sessions")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test itself that it failed."""
    report = yield
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    return report


@pytest.fixture
def people(
    browser: Browser, bank: OpenBank, sessions: Path, request: pytest.FixtureRequest
) -> Iterator[People]:
    """Who walks through the journey; afterwards nothing may have gone wrong on any of their pages.

    Of a journey that failed, what each person saw last is kept in build/journeys.
    """
    here = People(browser, bank, sessions)
    yield here
    if request.node.stash.get(FAILED, False):
        here.keep_last_looks(ROOT / "build" / "journeys", request.node.name)
    here.leave()
    assert here.troubles.found == []
