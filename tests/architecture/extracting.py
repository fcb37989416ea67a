"""Django's makemessages for an app in the folder where it runs, reading templates as Jinja2 does.

`python -m tests.architecture.extracting --locale=zh_Hans …`; everything else is Django's own.
"""

from __future__ import annotations

import sys

from django.core.management.commands import makemessages
from jinja2 import Environment
from jinja2.ext import extract_from_ast

FUNCTIONS = ("_", "gettext", "ngettext", "pgettext")


def said_by(source: str, origin: str | None = None) -> str:
    """What a template says, as calls that xgettext finds in Python, each on its line."""
    lines: list[str] = [""] * (source.count("\n") + 1)
    for number, function, words in extract_from_ast(Environment().parse(source, filename=origin), FUNCTIONS):
        constant = [words] if isinstance(words, str) else [word for word in words if word is not None]
        lines[number - 1] += f"{function}({', '.join(map(repr, constant))}); "
    return "\n".join(lines)


if __name__ == "__main__":
    makemessages.templatize = said_by
    makemessages.Command().run_from_argv(["django-admin", "makemessages", *sys.argv[1:]])
