"""House rules about templates: nothing a strict Content-Security-Policy refuses, no word untranslated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.architecture.tree import Source, Tree, rule

CHINESE = re.compile("[\u3400-\u9fff]")
INLINE = {
    "a style attribute": re.compile(r"<[a-zA-Z][^>]*\sstyle\s*=", re.S),
    "an event attribute": re.compile(r"<[a-zA-Z][^>]*\son[a-z]+\s*=", re.S),
    "a style element": re.compile(r"<style[\s>]", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.I | re.S)
COMMENTS = re.compile(r"\{#.*?#\}|<!--.*?-->", re.S)
NO_WORDS = re.compile(
    r"<(script|style|svg|code|kbd|pre)\b.*?</\1>|\{%.*?%\}|\{\{.*?\}\}|&[a-zA-Z]+;|&#\w+;", re.S
)
# What stands in these blocks is part of a tag, not text.
IN_A_TAG = re.compile(r"\{% block \w*(?:class|attributes) %\}.*?\{% endblock[^%]*%\}", re.S)
READ_ALOUD = re.compile(r"\b(alt|title|aria-label|placeholder|data-confirm)\s*=\s*\"([^\"]*)\"")
TAG = re.compile(r"<[^>]*>", re.S)
WORD = re.compile(r"[A-Za-z]{2,}")
OWN_NAMES = {
    "Yinuo",
    "CSV",
    "XLSX",
    "Excel",
    "PDF",
    "Esc",
    "Enter",
    "Ctrl",
    "Alt",
    "Tab",
    "en",
    "BPMN",
    "English",
}


def _line(file: Source, at: int) -> str:
    return f"{file.at}:{file.text.count(chr(10), 0, at) + 1}"


def spoken(tree: Tree) -> Iterator[Source]:
    """Templates that somebody of a bank reads: not the gallery, whose samples are Chinese on purpose."""
    return (file for file in tree.templates() if "gallery" not in file.parts)


@rule("templates hold nothing inline")
def nothing_inline(tree: Tree) -> Iterator[str]:
    for file in tree.templates():
        for what, pattern in INLINE.items():
            for found in pattern.finditer(file.text):
                yield f"{_line(file, found.start())}: {what}; the Content-Security-Policy refuses it"
        for found in SCRIPT.finditer(file.text):
            if "src=" not in found[1] and "application/json" not in found[1]:
                yield f"{_line(file, found.start())}: an inline script; put it in static/"


@rule("templates hold no Chinese")
def no_chinese(tree: Tree) -> Iterator[str]:
    for file in spoken(tree):
        for number, line in enumerate(COMMENTS.sub("", file.text).splitlines(), 1):
            if CHINESE.search(line):
                yield f'{file.at}:{number}: {line.strip()[:40]!r}; say an English message: {{{{ _("…") }}}}'


@rule("templates translate every word")
def every_word_translated(tree: Tree) -> Iterator[str]:
    for file in spoken(tree):
        left = NO_WORDS.sub(" ", IN_A_TAG.sub(" ", COMMENTS.sub(" ", file.text)))
        aloud = [found[2] for found in READ_ALOUD.finditer(left)]
        for piece in [*TAG.sub("\n", left).splitlines(), *aloud]:
            words = [word for word in WORD.findall(piece) if word not in OWN_NAMES]
            if words:
                yield f"{file.at}: {' '.join(words)[:60]!r} is not translated"
