"""The pages of editions, and what is done on them."""

from yinuo.packs.editing.views.changeovers import (
    approve_changeover,
    change_over,
    changeover,
    count_changeover,
    refuse_changeover,
    resume_changeover,
    stop_changeover,
    withdraw_changeover,
)
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
    "approve_changeover",
    "ask_to_retire",
    "change_over",
    "changeover",
    "compare",
    "count",
    "count_changeover",
    "decide",
    "discard",
    "draft",
    "edition",
    "editions",
    "refuse_changeover",
    "renew",
    "resume_changeover",
    "retire",
    "step",
    "stop_changeover",
    "withdraw_changeover",
]
