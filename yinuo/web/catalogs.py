"""Compiles message catalogues, so that a checkout speaks three languages without the gettext programs."""

from __future__ import annotations

import logging
import os
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.utils.translation import trans_real
from django.utils.translation.reloader import translation_file_changed

ROOT = Path(__file__).resolve().parents[1]
log = logging.getLogger(__name__)


def catalogues(root: Path = ROOT) -> list[Path]:
    """Every django.po below `root`, in path order."""
    return sorted(root.rglob("locale/*/LC_MESSAGES/django.po"))


def compile_catalogs(root: Path = ROOT) -> list[Path]:
    """Write django.mo beside every django.po that is newer than it; the paths written.

    Several processes may start at once, so each file is written aside and moved into place. A folder that
    cannot be written (a read-only installation brings its own .mo) is logged, not raised.
    """
    written = []
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            polib.pofile(str(source)).save_as_mofile(str(draft))
            draft.replace(target)
        except OSError as reason:
            log.warning("catalogue %s not compiled: %s", source, reason)
            continue
        written.append(target)
        translation_file_changed(None, target)  # forget what was read before it existed
    return written


def one_catalogue() -> None:
    """For each language one dictionary instead of one for every application.

    Django means to merge them but compares a function with its code (TranslationCatalog.update), so every
    message is looked for in two dozen dictionaries, one after the other. Only catalogues that count plurals
    alike are merged; the first one that knows a message still wins.
    """
    for code, _name in settings.LANGUAGES:
        catalogue: Any = getattr(trans_real.translation(code), "_catalog")  # noqa: B009 - not a public name
        many, plurals = catalogue._catalogs, catalogue._plurals
        if len(many) > 1 and len({plural.__code__ for plural in plurals}) == 1:
            catalogue._catalogs = [{key: said for one in reversed(many) for key, said in one.items()}]
            catalogue._plurals = plurals[:1]


class _Language:
    """The language of this thread or task, as Django asks for it; its own keeper does the same at ten times the price,
    and a page asks five hundred times."""

    @property
    def value(self) -> Any:
        """The catalogue in use; AttributeError where none was chosen."""
        found = _LANGUAGE.get()
        if found is None:
            raise AttributeError("value")
        return found

    @value.setter
    def value(self, catalogue: Any) -> None:
        _LANGUAGE.set(catalogue)

    @value.deleter
    def value(self) -> None:
        _LANGUAGE.set(None)


_LANGUAGE: ContextVar[Any] = ContextVar("language", default=None)


def quick_language() -> None:
    """Keep the language of a request in a context variable of its own."""
    if not isinstance(trans_real._active, _Language):  # type: ignore[attr-defined]
        trans_real._active = _Language()  # type: ignore[attr-defined]
