"""Where each form of a complaint stands: what is typed into one whose card is gone is shown by itself."""

from __future__ import annotations

from collections.abc import Callable

from yinuo.web.kept_words import Page, Places


def _step(*keys: str) -> Callable[[Page], bool]:
    return lambda page: page["handles"] and bool(set(keys) & set(page["open_steps"]))


# Whether the card that holds a form is on the page, by what the page shows.
PLACES: Places = {
    "level_form": _step("grade"),
    "matter_forms": _step("grade"),
    "investigation_form": _step("investigate"),
    "answer_form": _step("answer"),
    "conclusion_form": lambda page: page["concludes"] and page["concluding"] in _positions(page),
    "note_form": lambda page: page["notes"],
    "conflict_form": lambda page: page["notes"],
    "complained_of_form": lambda page: page["names"],
    "hand_over_form": lambda page: page["hands_over"],
    "to_unit_form": lambda page: page["hands_over"],
    "extension_form": lambda page: page.get("extends") and page.get("extension"),
    "decision_form": lambda page: page.get("decides"),
    "redress_form": lambda page: page["proposes"],
    "redress_decision_form": lambda page: page["redress_decides"],
    "overdue_form": lambda page: page["overdue"] and page["explains"],
    "withdrawal_form": lambda page: page["withdraws"] and not page["reopens"],
    "refusal_form": lambda page: page["refuses"],
    "reopening_form": lambda page: page["reopens"],
    "merge_form": lambda page: page["merges"],
    "split_form": lambda page: page["splits"],
    "link_form": lambda page: page["links"],
    "complainant_form": lambda page: page["adds_people"],
    "representative_form": lambda page: page["adds_people"],
    "authority_form": lambda page: (
        page["adds_people"] and any(line.form and line.form.is_bound for line in page["parties"])
    ),
    "party_form": lambda page: False,
}


def _positions(page: Page) -> set[int]:
    return {line.position for line in page["matter_lines"]}
