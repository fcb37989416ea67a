"""Pages are drawn by Jinja2: compiled once, with the parts of the furniture under the name `ui`.

{{ ui.notice(text, "warn") }}                          a part; what each takes stands in yinuo/web/tags
{% call ui.card(title, key="matters") %}…{% endcall %}      a part around something
{{ _("Cancel") }}   {{ gettext("Matter %(n)s", n=3) }}   {{ ngettext("%(n)s day", "%(n)s days", n, n=n) }}
{{ case.opened_at|moment }}                            numbers and times as the reader writes them

What a page does not say is empty and false, as deep as it is asked. Everything is escaped unless it is markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.backends import jinja2 as backend
from django.template.backends.utils import csrf_input
from django.test.signals import template_rendered
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from jinja2 import ChainableUndefined, Environment
from markupsafe import Markup

from yinuo.web.tags import FILTERS, Furniture


class Page(backend.Template):
    """A template with what every page knows; what its view gives goes before."""

    def render(
        self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None
    ) -> SafeString:
        values: dict[str, Any] = {}
        if request is not None:
            values = {
                "request": request,
                "csrf_input": SimpleLazyObject(
                    lambda: csrf_input(request)
                ),  # masked once a page, not once a form
                "csrf_token": SimpleLazyObject(lambda: get_token(request)),
            }
            for known in self.backend.template_context_processors:
                values |= known(request)
        values |= context or {}
        if template_rendered.receivers:  # whoever watches what is drawn: a test's client
            template_rendered.send(sender=self, template=self, context=values)
        return SafeString(self.template.render(values))  # nosec B703 # a page, escaped as it was drawn


class Pages(backend.Jinja2):
    """Django's Jinja2 backend, whose templates stand in the apps' folder `templates`."""

    app_dirname = "templates"

    def get_template(self, template_name: str) -> Page:
        """The page of that name; TemplateDoesNotExist and TemplateSyntaxError as Django's."""
        return Page(super().get_template(template_name).template, self)

    def from_string(self, template_code: str) -> Page:
        """A page written here and now."""
        return Page(self.env.from_string(template_code), self)


class PageEnvironment(Environment):
    """The environment of every page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**(options | {"undefined": ChainableUndefined}))
        self.globals |= {
            "ui": Furniture(),
            "_": said,
            "gettext": gettext,
            "ngettext": ngettext,
            "pgettext": pgettext,
        }
        self.filters |= FILTERS

    def _generate(self, *args: Any, **named: Any) -> str:
        """A page's code, which escapes by our own name what it prints."""
        return super()._generate(*args, **named).replace("\nname = ", f"\n{OWN_ESCAPE}\nname = ", 1)


OWN_ESCAPE = "from yinuo.web.escaping import escaped as escape"


def said(message: str) -> Markup:
    """A constant of a template in the reader's language: its author wrote it, so it is markup."""
    return _said(translation.get_language() or settings.LANGUAGE_CODE, message)


@lru_cache(maxsize=8192)
def _said(_language: str, message: str) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704 # nosec B704 # a template's own words


def gettext(message: str, **values: object) -> Markup:
    """The message with its gaps filled; what is not markup already is escaped."""
    return said(message) % values


def ngettext(one: str, many: str, number: int, **values: object) -> Markup:
    """One of the two by the number, its gaps filled."""
    return Markup(translation.ngettext(one, many, number)) % values  # noqa: S704 # nosec B704 # a template's own words; what fills them is escaped


def pgettext(context: str, message: str) -> Markup:
    """A word that means different things, as it is meant here."""
    return Markup(translation.pgettext(context, message))  # noqa: S704 # nosec B704 # a template's own words
