"""What every module of tags shares: how a part is offered and drawn, what time it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from functools import wraps
from typing import Any

from django.template import engines
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from jinja2.runtime import Context

from yinuo.facts.questions import Kept

Part = Callable[..., Any]
FOLDER = "web/components"


class Offered(dict[str, Part]):
    """The parts of one module, by the name a page calls them."""

    def part(self, function: Part) -> Part:
        """Offers a function that gives markup or words."""
        self[function.__name__] = function
        return function

    def component(self, name: str, *, by: Callable[..., Hashable] | None = None) -> Callable[[Part], Part]:
        """Offers a function that gives what templates/web/components/`name`.html shows.

        `by`: of the same arguments, all that the markup depends on besides the language: what was drawn for it before is
        not drawn again.
        """

        def offer(function: Part) -> Part:
            @wraps(function)
            def draw(*args: Any, **named: Any) -> SafeString:
                if by is None:
                    return drawn_of(name, function(*args, **named))
                same = (name, get_language(), by(*args, **named))
                return _drawn.once(same, lambda: drawn_of(name, function(*args, **named)))

            return self.part(draw)

        return offer


_drawn = Kept(512)  # some kilobytes each


def drawn_of(name: str, values: dict[str, Any]) -> SafeString:
    """The component of that name with these values and nothing else."""
    return SafeString(engines["pages"].env.get_template(f"{FOLDER}/{name}.html").render(values))  # type: ignore[attr-defined]  # nosec B703 # a page, escaped as it was drawn


def now_of(context: Context) -> datetime:
    """The page's `now` (pages about another day hand their own in), else the present."""
    given = context.get("now")
    return given if isinstance(given, datetime) else timezone.now()
