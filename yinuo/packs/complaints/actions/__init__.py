"""The verbs of a complaint: the only writers. `intake` takes it in, `handling` answers it, `extensions` buys time,
`afterwards` writes down what is found out once it is closed."""

from yinuo.packs.complaints.actions.afterwards import called_back
from yinuo.packs.complaints.actions.extensions import (
    WHAT,
    Extension,
    ask_extension,
    decide_extension,
    next_extension,
)
from yinuo.packs.complaints.actions.handling import (
    Graded,
    accept,
    answer,
    conclude,
    finish,
    finish_investigation,
    go_on,
    grade,
    hand_over,
    supplement,
    write_note,
)
from yinuo.packs.complaints.actions.intake import Arrival, Received, receive, shown

__all__ = [
    "WHAT",
    "Arrival",
    "Extension",
    "Graded",
    "Received",
    "accept",
    "answer",
    "ask_extension",
    "called_back",
    "conclude",
    "decide_extension",
    "finish",
    "finish_investigation",
    "go_on",
    "grade",
    "hand_over",
    "next_extension",
    "receive",
    "shown",
    "supplement",
    "write_note",
]
