"""The units imported complaints are about: a tree of their own, apart from the bank's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext, override

from yinuo.ground.people.models import Unit
from yinuo.ground.people.places import place_unit
from yinuo.ground.terms.words import LANGUAGES

ROOT = "CFPB"
KIND = "public"
BEGINNING = date(2000, 1, 1)


def root_unit(*, by: UUID | None) -> Unit:
    """The head of the tree, made when first needed."""
    unit = Unit.objects.filter(code=ROOT).first()
    if unit is None:
        zh_hans, en, zh_hant = (_in(language) for language in LANGUAGES)
        unit = _unit(ROOT, zh_hans, en, zh_hant, parent=None, by=by)
    return unit


def _in(language: str) -> str:
    with override(language):
        return gettext("CFPB public complaints")


def company_units(companies: Iterable[str], *, first: date, by: UUID | None) -> dict[str, UUID]:
    """The unit of each company, made where missing; a company's own name is its name in every language."""
    root = root_unit(by=by)
    codes = {company_code(company): company for company in companies}
    found = {unit.code: unit.pk for unit in Unit.objects.filter(code__in=codes)}
    for code, company in codes.items():
        if code not in found:
            found[code] = _unit(code, company, company, company, parent=root, by=by).pk
    return {company: found[code] for code, company in codes.items()} | {"": root.pk}


def company_code(company: str) -> str:
    """A short stable code: the file has only names."""
    return f"{ROOT}-{hashlib.sha256(company.encode()).hexdigest()[:10].upper()}"


def _unit(code: str, zh_hans: str, en: str, zh_hant: str, *, parent: Unit | None, by: UUID | None) -> Unit:
    since = parent.opened_on if parent else BEGINNING
    unit = Unit.objects.create(
        code=code, kind=KIND, name_zh_hans=zh_hans, name_en=en, name_zh_hant=zh_hant, opened_on=since
    )
    place_unit(unit, parent, since, by=by)
    return unit
