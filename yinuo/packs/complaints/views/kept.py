"""Words that would be lost when a colleague was quicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yinuo.web.parts import Pair

# Which form belongs to which open step; without the step its card is not on the page.
FORM_STEPS = {
    "level_form": {"grade"},
    "matter_forms": {"grade"},
    "investigation_form": {"investigate"},
    "conclusion_form": {"investigate", "answer"},
    "answer_form": {"answer"},
    "redress_form": {"investigate", "ask", "answer"},
    "refusal_form": {"register"},
}


def kept_words(said: Mapping[str, Any], open_steps: Sequence[str]) -> list[Pair]:
    """What somebody typed into a form whose step a colleague finished meanwhile: not to be typed again."""
    kept: list[Pair] = []
    for name, steps in FORM_STEPS.items():
        found = said.get(name)
        if found is None or steps & set(open_steps):
            continue
        for form in found if isinstance(found, list) else [found]:
            told = {key: _typed(form, key) for key in form.cleaned_data}
            kept += [Pair(str(form[key].label), text) for key, text in told.items() if text]
    return kept


def _typed(form: Any, key: str) -> str:
    value = form.cleaned_data[key]
    names = dict(getattr(form.fields[key], "choices", ()) or ()) if isinstance(value, str) else {}
    return str(names.get(value, getattr(value, "name", value) or ""))
