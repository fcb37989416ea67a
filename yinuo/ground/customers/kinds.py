"""What is recorded about customers' data: ids, codes and days; who they were stands nowhere."""

from yinuo.facts.kinds import Code, Codes, Day, FactKind, Flag, Id, Integer, Optional_, declare

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
EXPORT = {"customer": Id, "export": Id}
for _kind in (
    FactKind("customers.export_asked", fields=EXPORT),
    FactKind("customers.export_made", fields={**EXPORT, "rows": Integer, "files": Integer}),
    FactKind("customers.export_decided", fields={**EXPORT, "granted": Flag, "reason": Optional_(Code)}),
    FactKind("customers.export_fetched", fields=EXPORT),
    FactKind("customers.export_password_shown", fields=EXPORT),
    FactKind("customers.export_expired", fields=EXPORT),
):
    declare(_kind)
CONSENTED = declare(
    FactKind("customers.consented", fields={"customer": Id, "purpose": Code, "given": Flag, "source": Code})
)
declare(FactKind("customers.erasure_asked", fields={"customer": Id, "request": Id}))
declare(
    FactKind(
        "customers.erasure_decided",
        fields={"customer": Id, "request": Id, "granted": Flag, "reason": Optional_(Code)},
    )
)
