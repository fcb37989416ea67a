"""What is recorded about signing in through a provider."""

from yinuo.facts.kinds import Code, FactKind, Id, declare

BOUND = declare(FactKind("federation.bound", fields={"user": Id}))
UNBOUND = declare(FactKind("federation.unbound", fields={"user": Id}))
VOUCHED = declare(
    FactKind("federation.vouched")
)  # the provider says who it is; a second factor may still be asked for
REFUSED = declare(FactKind("federation.refused", fields={"why": Code}))
