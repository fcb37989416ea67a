"""Words that would be lost, and errors that nobody would see, when a colleague was quicker.

A form that was sent is shown again with what is wrong with it. Where its card is not on the page any more, because a
colleague did the step meanwhile, what was typed stands there by itself, to be copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from yinuo.web.formats import listed
from yinuo.web.parts import Pair

Page = Mapping[str, Any]
Places = Mapping[str, Callable[[Page], Any]]


def kept_words(page: Page, said: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """`refusal` and `kept` of a page, from what was `said`.

    `places` tells for each form, by what the page shows, whether the card that holds it is there.
    """
    gone = [form for name in said if name in places and not places[name](page) for form in _forms(said[name])]
    wrong = [str(text) for form in gone for texts in form.errors.values() for text in texts]
    refusal = said.get("refusal") or " ".join(dict.fromkeys(wrong))
    return {"refusal": refusal, "kept": [pair for form in gone for pair in _typed(form)]}


def _forms(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _typed(form: Any) -> Iterator[Pair]:
    for bound in form.visible_fields():
        value = form.cleaned_data.get(bound.name, bound.value())
        names = {str(key): str(name) for key, name in getattr(bound.field, "choices", ()) or ()}
        several = value if isinstance(value, list | tuple) else [value]
        words = listed(names.get(str(each), str(getattr(each, "name", each) or "")) for each in several)
        if words:
            yield Pair(str(bound.label), words)
