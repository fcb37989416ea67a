"""The verbs of a prevention. Each is one transaction: state, facts and clocks together, or nothing.

`rounds` leads it from opening to its end, `another_day` moves the day by which a round is carried out.
"""

from yinuo.packs.preventions.actions.another_day import ask_day, decide_day, due_by
from yinuo.packs.preventions.actions.rounds import (
    Aim,
    carry_out,
    end,
    hand_over,
    its_own,
    open_prevention,
    plan,
    send_back,
    verify,
)

__all__ = [
    "Aim",
    "ask_day",
    "carry_out",
    "decide_day",
    "due_by",
    "end",
    "hand_over",
    "its_own",
    "open_prevention",
    "plan",
    "send_back",
    "verify",
]
