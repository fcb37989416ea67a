"""How a form field is drawn: which control, what describes it, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    NumberInput,
    RadioSelect,
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend; `target` is the id of the control, "" when the whole form is meant."""

    label: str
    text: str
    target: str


def errors_of(form: BaseForm) -> list[Trouble]:
    """Every error of a form in the order of its fields, the form's own first.

    A form that stands several times on a page says in `part` which one it is.
    """
    part = getattr(form, "part", "")
    found = [Trouble("", str(text), "") for text in form.errors.get(NON_FIELD_ERRORS, [])]
    for bound in form:
        label = f"{part} · {bound.label}" if part else str(bound.label)
        found += [Trouble(label, str(text), target_of(bound)) for text in bound.errors]
    return found


def shape_of(bound: BoundField) -> str:
    """picks (a group of radios or checkboxes), check (one checkbox), file, input."""
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "picks"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "input"


def target_of(bound: BoundField) -> str:
    """The id that a link in the error summary leads to: of a group its first choice."""
    own = bound.id_for_label or bound.auto_id or bound.html_name
    return f"{bound.auto_id}_0" if shape_of(bound) == "picks" else str(own)


def drawn(bound: BoundField, *, hint: str, count: int, affix: str, optional: str, css: str) -> dict[str, Any]:
    """Everything the template of a field needs."""
    key, shape = bound.auto_id or bound.html_name, shape_of(bound)
    if isinstance(bound.field.widget, NumberInput):
        bound.field.widget.input_type = (
            "text"  # type=number throws away what it cannot read; people keep what they typed
        )
    hint = hint or str(bound.help_text or "")
    described = [
        *([f"{key}-hint"] if hint else []),
        *([f"{key}-error"] if bound.errors else []),
        *([f"{key}-count"] if count else []),
        *([f"{key}-affix"] if affix else []),
    ]
    return {
        "bound": bound, "key": key, "shape": shape, "hint": hint, "count": count, "affix": affix, "css": css,
        "optional": optional, "required": bound.field.required, "described": " ".join(described),
        "multiple": isinstance(bound.field.widget, CheckboxSelectMultiple),
        "control": "" if shape == "picks" else bound.as_widget(attrs=_attributes(bound, shape, described,
        count)), "length": len(str(bound.value() or "")),
    }  # fmt: skip


def _attributes(bound: BoundField, shape: str, described: list[str], count: int) -> dict[str, Any]:
    attributes: dict[str, Any] = {} if shape == "check" else {"class": "sq-input"}
    if isinstance(bound.field.widget, NumberInput):
        attributes["inputmode"] = "decimal"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if count:
        attributes["data-count"] = f"{bound.auto_id or bound.html_name}-count"
        attributes["data-most"] = count
    return attributes
