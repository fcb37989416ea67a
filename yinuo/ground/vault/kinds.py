"""What is recorded about keys: numbers, never a secret."""

from yinuo.facts.kinds import Code, FactKind, Integer, declare

_KEY = {"ring": Code, "number": Integer}
ADDED = declare(FactKind("vault.key_added", fields=_KEY))
ROTATED = declare(FactKind("vault.key_rotated", fields={**_KEY, "rows": Integer, "refused": Integer}))
RETIRED = declare(FactKind("vault.key_retired", fields=_KEY))
