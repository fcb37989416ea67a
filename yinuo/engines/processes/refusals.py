"""Which BPMN elements and attributes a drawing may not have, and why: refused by name, never ignored."""

from __future__ import annotations

from yinuo.engines.processes.reasons import _

_TYPE = _("say who does it: draw a user, manual, receive, service or business-rule task.")
_TIME = _("the platform has no engine timers; time limits are promises on the case.")
_CHOICE = _("draw exclusive and parallel gateways instead.")
_CODE = _("a drawing never runs code.")
_EVENT = _("only start, end, terminate end and interrupting message boundary events are supported.")
_DATA = _("data is kept by the case, not by the drawing.")
_WHO = _("who may do a step follows from postings and verbs.")
_REPEAT = _("draw a loop with an exclusive gateway instead.")
_SUB = _("draw an embedded sub-process.")
_ONE = _("one drawing is one process of one bank; other parties are not drawn.")
_ANY = _("it is not among the supported elements.")

_WHY = {
    "task": _TYPE,
    "sendTask": _("letters are written by the action of a step, or by a service task."),
    "scriptTask": _CODE,
    "script": _CODE,
    "inclusiveGateway": _CHOICE,
    "complexGateway": _CHOICE,
    "eventBasedGateway": _CHOICE,
    "timerEventDefinition": _TIME,
    "callActivity": _SUB,
    "transaction": _SUB,
    "adHocSubProcess": _SUB,
    "intermediateCatchEvent": _EVENT,
    "intermediateThrowEvent": _EVENT,
    "implicitThrowEvent": _EVENT,
    "event": _EVENT,
    "childLaneSet": _("lanes within lanes are not supported."),
    "partitionElement": _("lanes are named, not computed."),
    "messageFlow": _ONE,
    "conversation": _ONE,
    "import": _("a drawing stands alone."),
}
_ENDINGS = (
    ("EventDefinition", _EVENT),
    ("LoopCharacteristics", _REPEAT),
    ("dataObject", _DATA),
    ("Specification", _DATA),
    ("Association", _DATA),
    ("Reference", _DATA),
    ("property", _DATA),
    ("Owner", _WHO),
    ("erformer", _WHO),
    ("Role", _WHO),
)

#: Attributes that change what an element does → the one value that is understood (BPMN's default).
ONLY_VALUE = {
    "isInterrupting": "true",
    "cancelActivity": "true",
    "triggeredByEvent": "false",
    "parallelMultiple": "false",
    "isForCompensation": "false",
    "instantiate": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "isClosed": "false",
}


def why_refused(kind: str) -> str:
    """The reason an element is not supported, as an English sentence marked for translation."""
    if kind in _WHY:
        return _WHY[kind]
    return next((why for ending, why in _ENDINGS if kind.endswith(ending)), _ANY)
