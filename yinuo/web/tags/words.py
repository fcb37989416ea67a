"""{% translate "…" %} and {% icon "…" %} with nothing but constants: what they say is looked up once a language.

A page says a hundred such words and draws thirty such icons; asked anew each time they cost a tenth of it.
Everything else these tags can do is done by the tags they stand before.
"""

from __future__ import annotations

from typing import Any

from django.template import Library, Node
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from yinuo.web import leaves

register = Library()


class Said(Node):
    """A constant message, kept in every language it was asked for."""

    def __init__(self, message: str) -> None:
        self.message = message.replace("%", "%%")  # as makemessages writes template text
        self.kept: dict[str | None, SafeString] = {}

    def render(self, context: Any) -> SafeString:
        """The message in the active language; template authors wrote it, so it is markup."""
        language = get_language()
        found = self.kept.get(language)
        if found is None:
            found = self.kept[language] = SafeString(gettext(self.message).replace("%%", "%"))
        return found


class Fixed(Node):
    """Markup that is the same on every page."""

    def __init__(self, markup: SafeString) -> None:
        self.markup = markup

    def render(self, context: Any) -> SafeString:
        """Itself."""
        return self.markup


def constant(word: str) -> str | None:
    """The text of a quoted word; None for a variable, a filter or an escape."""
    plain = len(word) > 1 and word[0] == word[-1] and word[0] in "\"'"
    return word[1:-1] if plain and not {word[0], "\\"} & set(word[1:-1]) else None


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """{% translate "…" %}; with a variable, `as`, `context` or `noop` it is Django's own."""
    _name, *rest = token.split_contents()
    message = constant(rest[0]) if len(rest) == 1 else None
    return i18n.do_translate(parser, token) if message is None else Said(message)


_draw_icon = Library()
_draw_icon.simple_tag(leaves.icon, name="icon")


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """{% icon "check" %} or {% icon "check" "m" %}; anything else is drawn when the page is."""
    _name, *rest = token.split_contents()
    words = [constant(word) for word in rest]
    if len(words) in (1, 2) and None not in words:
        return Fixed(leaves.icon(*[word or "" for word in words]))
    drawn: Node = _draw_icon.tags["icon"](parser, token)
    return drawn
