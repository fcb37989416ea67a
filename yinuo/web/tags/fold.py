"""A form that is folded away: drawn when somebody opens it, not with every page that could carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from yinuo.web.lists import url_with
from yinuo.web.tags.component import FOLDER

register = Library()
UNFOLDED = "open"  # of the address: which one is open


@dataclass(eq=False)
class FoldNode(Node):
    """What stands between {% fold %} and {% endfold %}; unless it is open nothing of it is made."""

    key: FilterExpression
    title: FilterExpression
    icon: FilterExpression
    nodelist: NodeList

    def render(self, context: Context) -> SafeString:
        """A closed one knows where its content is."""
        key, query = str(self.key.resolve(context)), context["request"].GET
        opened = key in (context.get("tried"), query.get(UNFOLDED))
        values: dict[str, Any] = {
            "key": key,
            "title": self.title.resolve(context),
            "icon": self.icon.resolve(context),
            "opened": opened,
            "content": self.nodelist.render(context) if opened else "",
            "url": "" if opened else url_with(query, **{UNFOLDED: key}),
        }
        return render_to_string(f"{FOLDER}/fold.html", values)


@register.tag
def fold(parser: Parser, token: Token) -> FoldNode:
    """{% fold "hand-over" t_over "arrow-forward-up" %}…{% endfold %}: a form behind its title.

    The key is the name of the verb that the form is for. It is open where the address asks for it (`?open=`) and
    where that verb was just refused (`tried`); else its content comes when it is opened, from the same address.
    """
    parts = token.split_contents()[1:]
    if len(parts) != 3:
        raise TemplateSyntaxError("fold wants a key, a title and an icon")
    nodelist = parser.parse(("endfold",))
    parser.delete_first_token()
    key, title, icon = map(parser.compile_filter, parts)
    return FoldNode(key, title, icon, nodelist)
