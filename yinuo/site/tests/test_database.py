"""What DATABASE_URL says, and what we add to it."""

from pathlib import Path

import pytest

from yinuo.site.database import database_from_url


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", "-c join_collapse_limit=4"),
        ("?join_collapse_limit=8", "-c join_collapse_limit=8"),
        ("?options=-c%20work_mem%3D8MB", "-c join_collapse_limit=4 -c work_mem=8MB"),
    ],
)
def test_few_joins_are_weighed_unless_the_bank_says_otherwise(query, options):
    settings = database_from_url(f"postgresql://yinuo@db:5432/bank{query}", Path("/home/yinuo"))
    assert settings["OPTIONS"]["options"] == options
    assert "join_collapse_limit" not in settings["OPTIONS"]
