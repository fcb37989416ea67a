"""The kinds of edition that engines declare, laid out to be read; packs lay out their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinuo.packs.editing.reading.calendars import calendar_sheets
from yinuo.packs.editing.reading.letters import letter_sheets
from yinuo.packs.editing.reading.processes import process_sheets
from yinuo.packs.editing.reading.promises import promise_names, promise_sheets
from yinuo.packs.editing.reading.simple import bank_sheets, target_sheets, term_names, term_sheets
from yinuo.web.edition_pages import EditionPage, declare_edition_page

LANGUAGES = {"zh-hans": _("Simplified Chinese"), "en": _("English"), "zh-hant": _("Traditional Chinese")}
COMMON = {"name": _("Name"), "source": _("Source"), "confirmed": _("Confirmed"), **LANGUAGES}
PAGES = (
    EditionPage(
        "bank",
        _("Bank details"),
        bank_sheets,
        COMMON | {"hotline": _("Hotline"), "demonstration": _("Demonstration")},
    ),
    EditionPage(
        "calendar",
        _("Working calendar"),
        calendar_sheets,
        COMMON
        | {
            "zone": _("Time zone"),
            "hours": _("Hours"),
            "holidays": _("Days off"),
            "working_weekends": _("Weekend days worked"),
            "first": _("First day"),
            "last": _("Last day"),
            "days": _("Days"),
        },
    ),
    EditionPage(
        "letters",
        _("Letters"),
        letter_sheets,
        COMMON | {"gaps": _("Gaps"), "subject": _("Subject"), "body": _("Text")},
    ),
    EditionPage("process", _("Process drawing"), process_sheets),
    EditionPage(
        "promises",
        _("Promises"),
        promise_sheets,
        COMMON
        | {
            "starts": _("Starts with"),
            "stops": _("Stops with"),
            "pauses": _("Pauses with"),
            "resumes": _("Goes on with"),
            "pausable": _("Can pause"),
            "lapses": _("Lapses with"),
            "within": _("Within"),
            "until": _("Until the day set by"),
            "when": _("For"),
            "warn": _("Near after"),
            "extends": _("Extended by"),
            "ladder": _("Ladder"),
            "acknowledge": _("Acknowledged within"),
            "explain": _("Reason needed from"),
            "rolls": _("Rolls on"),
        },
        promise_names,
    ),
    EditionPage(
        "targets",
        _("Targets"),
        target_sheets,
        COMMON | {"measure": _("Measure"), "at_least": _("At least"), "at_most": _("At most")},
    ),
    EditionPage(
        "terms",
        _("Code lists"),
        term_sheets,
        COMMON
        | {
            "terms": _("Codes"),
            "code": _("Code"),
            "parent": _("Below"),
            "retired": _("Retired"),
            "replaced_by": _("Replaced by"),
        },
        term_names,
    ),
)


def declare_pages() -> None:
    """The pages of the engines' kinds."""
    for page in PAGES:
        declare_edition_page(page)
