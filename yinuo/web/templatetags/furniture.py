"""Every tag and filter of the furniture; loaded for all templates, so pages need no {% load %}.

Each component is a small template in templates/web/components and a tag in `yinuo.web.tags`; arguments are
the records of `yinuo.web.parts`.
"""

from __future__ import annotations

from django.template import Library
from django.templatetags import i18n, l10n, static

from yinuo.web.tags import basic, case, clocks, fold, forms, listing, words

register = Library()
for source in (
    i18n,
    l10n,
    static,
    basic,
    clocks,
    listing,
    case,
    fold,
    forms,
    words,  # last: it stands before Django's own
):  # {% translate %} and {% static %} too
    register.tags.update(source.register.tags)
    register.filters.update(source.register.filters)
