"""What is recorded about units, postings and sign-ins."""

from yinuo.facts.kinds import Code, Day, Digest, FactKind, Id, Integer, Optional_, declare

UNIT_PLACED = declare(
    FactKind(
        "people.unit_placed",
        unit=True,
        fields={"parent": Optional_(Id), "valid_from": Day, "valid_to": Optional_(Day)},
    )
)
UNIT_RENAMED = declare(FactKind("people.unit_renamed", unit=True))  # the names stand in the row
UNIT_CLOSED = declare(FactKind("people.unit_closed", unit=True, fields={"closed_on": Day}))
APPOINTED = declare(
    FactKind(
        "people.appointed",
        unit=True,
        fields={
            "user": Id,
            "role": Code,
            "valid_from": Day,
            "valid_to": Optional_(Day),
            "deputy_for": Optional_(Id),
        },
    )
)
POSTING_ENDED = declare(
    FactKind("people.posting_ended", unit=True, fields={"user": Id, "role": Code, "valid_to": Day})
)
POSTING_PROPOSED = declare(
    FactKind(
        "people.posting_proposed",
        unit=True,
        fields={
            "proposal": Id,
            "user": Id,
            "role": Code,
            "valid_from": Day,
            "valid_to": Optional_(Day),
            "deputy_for": Optional_(Id),
        },
    )
)
REOPENING_PROPOSED = declare(FactKind("people.reopening_proposed", fields={"proposal": Id, "user": Id}))
PROPOSAL_DECIDED = declare(
    FactKind(
        "people.proposal_decided",
        fields={"proposal": Id, "user": Id, "outcome": Code, "reason": Optional_(Code)},
    )
)
PERSON_MADE = declare(FactKind("people.person_made", fields={"user": Id}))
ACCOUNT_CLOSED = declare(FactKind("people.account_closed", fields={"user": Id, "closes_on": Day}))
ACCOUNT_REOPENED = declare(FactKind("people.account_reopened", fields={"user": Id, "proposed_by": Id}))
SIGNED_IN = declare(FactKind("people.signed_in"))
SIGN_IN_LOCKED = declare(FactKind("people.sign_in_locked", fields={"pair": Digest}))
PASSWORD_GIVEN = declare(FactKind("people.password_given"))  # right, and a second factor is asked for
SIGNED_OUT = declare(FactKind("people.signed_out"))
CONFIRMED = declare(FactKind("people.confirmed"))
SESSIONS_ENDED = declare(
    FactKind("people.sessions_ended", fields={"user": Id, "number": Integer, "why": Code})
)
PASSWORD_CHANGED = declare(FactKind("people.password_changed"))
PASSWORD_RESET = declare(FactKind("people.password_reset", fields={"user": Id}))
BREAK_GLASS = declare(FactKind("people.break_glass_used"))  # an account kept for when nobody else can sign in
