"""What is recorded about letters; the words stay in the letter, sealed."""

from yinuo.facts.kinds import Code, FactKind, Id, declare

_FIELDS = {"letter": Id, "template": Code, "channel": Code}

SENT = declare(FactKind("outbox.sent", fields=_FIELDS))
DOUBTFUL = declare(FactKind("outbox.doubtful", fields=_FIELDS))
FAILED = declare(FactKind("outbox.failed", fields={**_FIELDS, "problem": Code}))
RESENT = declare(FactKind("outbox.resent", fields=_FIELDS))
