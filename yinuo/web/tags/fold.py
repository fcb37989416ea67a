"""A form that is folded away: drawn when somebody opens it, not with every page that could carry it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString
from jinja2 import pass_context
from jinja2.runtime import Context

from yinuo.web.lists import url_with
from yinuo.web.tags.component import Offered, drawn_of

offered = Offered()
UNFOLDED = "open"  # of the address: which one is open


@offered.part
@pass_context
def fold(context: Context, key: str, title: str, icon: str, *, caller: Callable[[], str]) -> SafeString:
    """{% call ui.fold("hand-over", title, "arrow-forward-up") %}…{% endcall %}: a form behind its title.

    The key is the name of the verb that the form is for. It is open where the address asks for it (`?open=`) and
    where that verb was just refused (`tried`); else its content comes when it is opened, from the same address, and
    nothing of it is made.
    """
    query = context["request"].GET
    opened = key in (context.get("tried"), query.get(UNFOLDED))
    return drawn_of(
        "fold",
        {
            "key": key,
            "title": title,
            "icon": icon,
            "opened": opened,
            "content": caller() if opened else "",
            "url": "" if opened else url_with(query, **{UNFOLDED: key}),
        },
    )
