"""The pages of editions, and what is done on them."""

from yinuo.packs.editing.views.pages import compare, edition, editions, step
from yinuo.packs.editing.views.verbs import (
    approve,
    ask_to_retire,
    count,
    decide,
    discard,
    draft,
    renew,
    retire,
)

__all__ = [
    "approve",
    "ask_to_retire",
    "compare",
    "count",
    "decide",
    "discard",
    "draft",
    "edition",
    "editions",
    "renew",
    "retire",
    "step",
]
