"""Where the public data files are, which are not part of the project."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[4]


def shared_file(name):
    """A file under YINUO_SHARED (default: the folder `shared` beside the project).

    The test skips where it is absent, and fails instead if YINUO_REQUIRE_SHARED=1.
    """
    path = Path(os.environ.get("YINUO_SHARED") or PROJECT.parent / "shared") / "data" / name
    if path.exists():
        return path
    reason = f"public data file {name} is not here (set YINUO_SHARED to the folder that holds data/)"
    if os.environ.get("YINUO_REQUIRE_SHARED") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
