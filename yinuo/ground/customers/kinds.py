"""What is recorded about customers' data: ids, codes and days; who they were stands nowhere."""

from yinuo.facts.kinds import Code, Codes, Day, FactKind, Id, Integer, Optional_, declare

ERASED = declare(
    FactKind(
        "customers.erased", fields={"customer": Id, "reason": Code, "identities": Integer, "files": Integer}
    )
)
ERASED_AGAIN = declare(FactKind("customers.erasures_replayed", fields={"customers": Integer}))
HELD = declare(
    FactKind("customers.hold_placed", fields={"customer": Id, "reason": Code, "until": Optional_(Day)})
)
LIFTED = declare(FactKind("customers.hold_lifted", fields={"customer": Id, "hold": Id}))
REVEALED = declare(
    FactKind("customers.revealed", case=True, fields={"customer": Id, "fields": Codes, "reason": Code})
)
