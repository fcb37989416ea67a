"""The verbs of a complaint: the only writers. `intake` takes it in, `handling` does the rest."""

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
    "Arrival",
    "Graded",
    "Received",
    "accept",
    "answer",
    "conclude",
    "finish",
    "finish_investigation",
    "go_on",
    "grade",
    "hand_over",
    "receive",
    "shown",
    "supplement",
    "write_note",
]
