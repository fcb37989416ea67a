"""What every module of tags shares: how a part is offered and drawn, what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.template import engines
from django.utils import timezone
from django.utils.safestring import SafeString
from jinja2.runtime import Context

Part = Callable[..., Any]
FOLDER = "web/components"


class Offered(dict[str, Part]):
    """The parts of one module, by the name a page calls them."""

    def part(self, function: Part) -> Part:
        """Offers a function that gives markup or words."""
        self[function.__name__] = function
        return function

    def component(self, name: str) -> Callable[[Part], Part]:
        """Offers a function that gives what templates/web/components/`name`.html shows."""

        def offer(function: Part) -> Part:
            @wraps(function)
            def draw(*args: Any, **named: Any) -> SafeString:
                return drawn_of(name, function(*args, **named))

            return self.part(draw)

        return offer


def drawn_of(name: str, values: dict[str, Any]) -> SafeString:
    """The component of that name with these values and nothing else."""
    return SafeString(engines["pages"].env.get_template(f"{FOLDER}/{name}.html").render(values))  # type: ignore[attr-defined]


def now_of(context: Context) -> datetime:
    """The page's `now` (pages about another day hand their own in), else the present."""
    given = context.get("now")
    return given if isinstance(given, datetime) else timezone.now()
