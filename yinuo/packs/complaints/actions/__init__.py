"""The verbs of a complaint: the only writers. `intake` takes it in, `handling` answers it, `extensions` buys time,
`overdue` says why it took so long, `redress` makes good, `endings` ends it otherwise or opens it again,
`recusals` say who has nothing to do with it, `complainants` who complains too and who speaks for them, `speaking`
takes in what somebody brings for somebody else, `handing_on` gives it to another unit,
`following` tells colleagues and follows, `sharing_out` gives it to whoever has least to do,
`merging`, `splitting` and `linking` what it has to do with others,
`afterwards` writes down what is found out later."""

from yinuo.packs.complaints.actions.afterwards import (
    called_back,
    prevented,
    prevention_measured,
    review_asked,
    reviewed,
)
from yinuo.packs.complaints.actions.complainants import (
    AUTHORITY,
    Proof,
    add_complainant,
    add_representative,
    check_authority,
    joint_rule,
    proofs_of,
    remove_party,
)
from yinuo.packs.complaints.actions.endings import reasons_to_reopen, refuse, reopen, withdraw
from yinuo.packs.complaints.actions.extensions import (
    WHAT,
    Extension,
    ask_extension,
    decide_extension,
    next_extension,
)
from yinuo.packs.complaints.actions.following import follow, unfollow
from yinuo.packs.complaints.actions.handing_on import hand_to_unit
from yinuo.packs.complaints.actions.handling import (
    Graded,
    accept,
    answer,
    claim,
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
from yinuo.packs.complaints.actions.linking import link, tell_apart, unlink
from yinuo.packs.complaints.actions.merging import merge, separate
from yinuo.packs.complaints.actions.overdue import explain_overdue
from yinuo.packs.complaints.actions.recusals import declare_conflict, name_complained_of
from yinuo.packs.complaints.actions.redress import (
    REDRESS,
    WHILE,
    decide_redress,
    may_grant,
    propose_redress,
    redress_limits,
)
from yinuo.packs.complaints.actions.sharing_out import Work, next_hand, share_out, work_of
from yinuo.packs.complaints.actions.speaking import Speaker, kept_back, receive_for
from yinuo.packs.complaints.actions.splitting import split

__all__ = [
    "AUTHORITY",
    "REDRESS",
    "WHAT",
    "WHILE",
    "Arrival",
    "Extension",
    "Graded",
    "Proof",
    "Received",
    "Speaker",
    "Work",
    "accept",
    "add_complainant",
    "add_representative",
    "answer",
    "ask_extension",
    "called_back",
    "check_authority",
    "claim",
    "conclude",
    "decide_extension",
    "decide_redress",
    "declare_conflict",
    "explain_overdue",
    "finish",
    "finish_investigation",
    "follow",
    "go_on",
    "grade",
    "hand_over",
    "hand_to_unit",
    "joint_rule",
    "kept_back",
    "link",
    "may_grant",
    "merge",
    "name_complained_of",
    "next_extension",
    "next_hand",
    "prevented",
    "prevention_measured",
    "proofs_of",
    "propose_redress",
    "reasons_to_reopen",
    "receive",
    "receive_for",
    "redress_limits",
    "refuse",
    "remove_party",
    "reopen",
    "review_asked",
    "reviewed",
    "separate",
    "share_out",
    "shown",
    "split",
    "supplement",
    "tell_apart",
    "unfollow",
    "unlink",
    "withdraw",
    "work_of",
    "write_note",
]
