"""The catalogue of reasons: code → English sentence with named places; `{element}` is its name and id."""

from __future__ import annotations


def _(sentence: str) -> str:
    """Marks a sentence for translation; translating is the page's work: no Django here."""
    return sentence


FILE = {
    "file_too_large": _("The file is {size} bytes; a drawing may have at most {limit}."),
    "file_not_xml": _("The file is not XML: it cannot be read beyond line {line}, column {column}."),
    "file_doctype": _("The file has a DOCTYPE; document types and entities are not read."),
    "file_too_deep": _("The file is nested deeper than {limit} levels."),
    "file_too_many": _("The file has more than {limit} XML elements."),
    "file_not_bpmn": _("The file is XML but not a BPMN 2.0 drawing: its root is {root}."),
    "process_count": _("One process is expected in a drawing, {count} found."),
    "too_many_steps": _(
        "The drawing has {count} elements with flows; at most {limit} can be checked and read."
    ),
}

ELEMENT = {
    "element_unsupported": _("{element}: {kind} is not supported: {why}"),
    "attribute_unsupported": _("{element}: {attribute}=“{value}” is not supported."),
    "extension_unknown": _("{element}: “{what}” is not a yinuo extension known here."),
    "step_extension_invalid": _(
        "{element}: {attribute}=“{value}” is not a key of letters, digits, dots and underscores."
    ),
    "id_missing": _("A {kind} has no id."),
    "id_invalid": _("{element}: an id is up to 64 letters, digits, dots, hyphens and underscores."),
    "id_twice": _("{element}: this id is used more than once."),
    "name_too_long": _("{element}: a name has at most {limit} characters."),
    "name_strange": _("{element}: the name has control or direction-changing characters."),
    "step_unnamed": _("{element}: a step needs a name, for people will read it."),
    "number_invalid": _("{element}: {attribute}=“{value}” in the diagram is not a usable number."),
    "scope_too_deep": _("{element}: sub-processes are nested deeper than {limit} levels."),
    "reference_unknown": _("{element}: {attribute} points at “{value}”, which does not exist."),
    "start_count": _("{element}: exactly one start event is needed, {count} found."),
    "message_missing": _("{element}: names no message."),
    "boundary_place": _("{element}: a boundary event may stand only on a sub-process."),
    "boundary_message": _("{element}: a boundary event must wait for exactly one message."),
}

FLOW = {
    "flow_dangling": _("{element}: its {end} “{value}” does not exist."),
    "flow_crosses": _("{element}: crosses the border of a sub-process."),
    "flow_into_start": _("{element}: nothing may lead into a start or boundary event."),
    "flow_out_of_end": _("{element}: nothing may follow an end event."),
    "nothing_follows": _("{element}: nothing follows it; draw a flow to a next step or to an end event."),
    "nothing_leads_here": _("{element}: no flow leads to it."),
    "many_outgoing": _("{element}: has {count} outgoing flows; draw a gateway that says how to choose."),
    "default_missing": _("{element}: no default flow; a case for which no condition holds would be stuck."),
    "default_unknown": _("{element}: its default flow “{value}” does not leave it."),
    "default_condition": _("{element}: the default flow must not have a condition."),
    "condition_missing": _("{element}: flow “{flow}” needs a condition or must be the default."),
    "condition_place": _(
        "{element}: only flows that leave a choosing exclusive gateway may have a condition."
    ),
}

CONDITION = {
    "condition_language": _("{element}: conditions are written in CEL, not in “{value}”."),
    "condition_empty": _("{element}: the condition is empty."),
    "condition_long": _("{element}: the condition has {size} characters; at most {limit} are allowed."),
    "condition_nested": _("{element}: the condition is nested deeper than {limit} levels."),
    "condition_list": _("{element}: a list in the condition has more than {limit} items."),
    "condition_call": _("{element}: the condition calls “{value}”; only size(name) may be called."),
    "condition_attribute": _(
        "{element}: the condition looks inside a value with “{value}”; only plain names are read."
    ),
    "condition_float": _(
        "{element}: the condition has the number “{value}”; only whole numbers are compared "
        "(money in cents, shares in thousandths)."
    ),
    "condition_character": _(
        "{element}: the condition has “{value}”, which is not part of the allowed language."
    ),
    "condition_syntax": _("{element}: the condition “{text}” cannot be read: {why}"),
    "condition_no_names": _(
        "{element}: the condition names no value of the case, so it always chooses the same."
    ),
    "condition_name_unknown": _("{element}: the condition asks for “{name}”, which nothing provides."),
}

BEHAVIOUR = {
    "deadlock": _("{element}: a case can wait here for ever; nothing can arrive any more from {missing}."),
    "open_twice": _("{element}: can be open twice at the same time."),
    "never_ends": _("{element}: once a case is here it can never come to an end."),
    "unreachable": _("{element}: no case can ever get here."),
    "circle_without_person": _("{element}: a case can run in circles here without any step for a person."),
    "message_ambiguous": _("{element}: the message “{message}” can be awaited in two places at once."),
    "too_many_markings": _(
        "The drawing has more than {limit} possible situations; it cannot be checked. Draw it simpler."
    ),
    "handler_missing": _(
        "{element}: the platform has no work under this id; a {kind} must name one that exists."
    ),
}

MIGRATION = {
    "place_gone": _(
        "{element}: the case stands here, and the new drawing has no such place; say what it becomes."
    ),
    "place_other_kind": _("{element}: the case stands here as {old}, but in the new drawing it is {new}."),
    "place_taken": _("{element}: two places of the case would become this one."),
    "place_other_scope": _("{element}: in the new drawing it stands in another sub-process."),
    "join_flow_gone": _(
        "{element}: the case waits here having come by “{flow}”, which does not lead here any more."
    ),
    "place_none": _("The case stands at no step of its drawing."),
    "place_stays": _("{element}: has no counterpart in the map; cases here keep their edition."),
    "place_never": _("{element}: in the new drawing no case ever waits here and nowhere else."),
    "place_never_with": _("{element}: in the new drawing no case ever waits here and at {others} at once."),
    "value_never_given": _(
        "{element}: asks further on for “{name}”, which cases of the old edition were never asked for."
    ),
}

MOVE = {
    "value_missing": _("{element}: the case has no value for “{name}”, which a condition needs."),
    "value_strange": _(
        "{element}: the value “{name}” must be text, a whole number, true, false, nothing or a list of these."
    ),
    "condition_failed": _("{element}: the condition “{text}” cannot be decided: {why}"),
    "condition_not_boolean": _("{element}: the condition “{text}” gives neither true nor false."),
    "step_not_open": _("{element}: this step is not open."),
    "not_ended": _("The case has not come to its end yet."),
    "step_no_place": _("{element}: no step from which an ended case could go on."),
    "step_which": _("{element}: this step is open {count} times; say which one."),
    "message_not_awaited": _("The case does not wait for the message “{message}” now."),
    "too_many_moves": _(
        "{element}: the process makes more than {limit} moves without a person; it was stopped."
    ),
    "marking_strange": _("The stored state of the case cannot be read: {why}"),
}

# Parts of sentences: they fill {why} or {old}, and are translated before they do.
NOT_AN_EXPRESSION = _("it is incomplete, or something in it does not belong there.")
SIDE_BY_SIDE = _("two values stand side by side and nothing joins them.")
KINDS_DIFFER = _("its values are of kinds that do not go together.")
OUT_OF_RANGE = _("it divides by zero, or a number becomes too large.")
NO_SIZE = _("it asks for the size of a value that has none.")
NOT_OURS = _("it is not written as we write it.")
NOT_IN_DRAWING = _("it names a place that the drawing does not have.")
A_WAITING_PLACE, A_SUB_PROCESS, A_STEP = _("a place that waits"), _("a sub-process"), _("a step")

REASONS: dict[str, str] = FILE | ELEMENT | FLOW | CONDITION | BEHAVIOUR | MIGRATION | MOVE
