"""Details of the bank, targets and code lists as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from yinuo.engines.editions.bank import BankCard
from yinuo.engines.measures.measure import measure_named
from yinuo.engines.measures.targets import Target
from yinuo.ground.terms.lists import TermList, TermWords
from yinuo.web.edition_pages import Look
from yinuo.web.sheets import Cell, Sheet, Table, text_of
from yinuo.web.target_words import target_words


def bank_sheets(card: BankCard, look: Look) -> Sequence[Sheet]:
    """How the bank calls itself."""
    rows = [
        [Cell(_("Simplified Chinese")), Cell(card.name.zh_hans)],
        [Cell(_("English")), Cell(card.name.en)],
        [Cell(_("Traditional Chinese")), Cell(card.name.zh_hant)],
        [Cell(_("Hotline")), Cell(card.hotline)],
        [Cell(_("Demonstration")), Cell(text_of(card.demonstration))],
    ]
    return [Table(_("Bank details"), [_("Field"), _("What it says")], rows)]


def target_sheets(targets: Sequence[Target], look: Look) -> Sequence[Sheet]:
    """What each measure should reach; what is left open is named."""
    columns = [_("Measure"), _("Reaches"), _("Source")]
    return [Table(_("Targets"), columns, [_target(target) for target in targets])]


def _target(target: Target) -> list[Cell]:
    try:
        measure = measure_named(target.measure)
        name, unit = str(measure.name), measure.unit
    except KeyError:  # its pack is not installed
        name, unit = target.measure, ""
    blanks = _("to be filled in: %(fields)s") % {"fields": ", ".join(target.blanks)} if target.blanks else ""
    said = "--" if target.blanks else target_words(target, target.goal(), unit)
    return [Cell(name, target.measure), Cell(said, blanks), Cell(str(target.source))]


def term_sheets(lists: Sequence[TermList], look: Look) -> Sequence[Sheet]:
    """Each list as a table, with what replaces a code that is no longer chosen."""
    columns = [
        _("Code"), _("Simplified Chinese"), _("English"), _("Traditional Chinese"), _("Below"), _("State"),
    ]  # fmt: skip
    return [
        Table(
            f"{found.name} · {found.key}",
            columns,
            [_term(term) for term in found.terms],
            _("Source: %(source)s") % {"source": found.source} if found.source else "",
        )
        for found in lists
    ]


def _term(term: TermWords) -> list[Cell]:
    words = term.words
    state = (
        Cell(_("retired"), _replaced(term), tone="risk")
        if term.retired
        else Cell(_("in use"), _replaced(term))
    )
    return [
        Cell(term.code),
        Cell(words.zh_hans),
        Cell(words.en),
        Cell(words.zh_hant),
        Cell(term.parent),
        state,
    ]


def _replaced(term: TermWords) -> str:
    return _("replaced by %(code)s") % {"code": term.replaced_by} if term.replaced_by else ""


def term_names(lists: Sequence[TermList]) -> Mapping[str, str]:
    """What each list is called."""
    return {found.key: str(found.name) for found in lists}
