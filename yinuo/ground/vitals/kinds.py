"""What is recorded about alarms."""

from yinuo.facts.kinds import Code, FactKind, Id, Integer, Optional_, declare

RAISED = declare(
    FactKind("vitals.alarm_raised", fields={"alarm": Id, "vital": Code, "value": Optional_(Integer)})
)
CLEARED = declare(FactKind("vitals.alarm_cleared", fields={"alarm": Id, "vital": Code}))
ACKNOWLEDGED = declare(FactKind("vitals.alarm_acknowledged", fields={"alarm": Id, "vital": Code}))
