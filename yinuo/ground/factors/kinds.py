"""What is recorded about second factors."""

from yinuo.facts.kinds import Code, FactKind, Id, Integer, declare

ADDED = declare(FactKind("factors.added", fields={"factor": Code}))
REMOVED = declare(FactKind("factors.removed", fields={"factor": Code}))
CODES_MADE = declare(FactKind("factors.recovery_codes_made", fields={"number": Integer}))
RECOVERED = declare(FactKind("factors.recovery_code_used", fields={"left": Integer}))
RESET_ASKED = declare(FactKind("factors.reset_asked", fields={"user": Id}))
RESET_GRANTED = declare(FactKind("factors.reset_granted", fields={"user": Id, "asked_by": Id}))
COUNTED_BACK = declare(FactKind("factors.passkey_counted_back", fields={"user": Id, "passkey": Id}))
APP, PASSKEY = "totp", "passkey"
