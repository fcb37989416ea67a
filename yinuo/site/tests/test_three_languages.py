"""Whatever can be refused has words in three languages: the sentences of content, files, drawings and calls."""

import ast
from pathlib import Path
from string import Formatter

import pytest
from django.utils.translation import gettext, override

import yinuo
from yinuo.channels.api import problems
from yinuo.engines.processes import reasons, refusals
from yinuo.ground.tables import faults
from yinuo.ground.terms.words import LANGUAGES
from yinuo.packs.complaints.imports.cfpb import REFUSALS
from yinuo.packs.complaints.ledger import reading

ROOT = Path(yinuo.__file__).parent
MODULES = [path for path in sorted(ROOT.rglob("*.py")) if "tests" not in path.parts]


def calls(path, *names):
    """Calls of these names in a file, as syntax."""
    text = path.read_text(encoding="utf-8")
    if not any(name in text for name in names):
        return  # most files say none of them: they need not be read as syntax
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
            yield node


CONTENT = [path for path in MODULES if any(calls(path, "Unreadable"))]
SENTENCES = sorted({call.args[0].value for path in CONTENT for call in calls(path, "_")})
PARTS = [value for name, value in vars(refusals).items() if isinstance(value, str) and name[1:].isupper()]
DRAWING = [*reasons.REASONS.values(), *PARTS, *(
    getattr(reasons, name) for name in dir(reasons) if name.isupper() and isinstance(getattr(reasons, name), str)
)]  # fmt: skip
API = [
    *(words for _code, words in problems.BY_STATUS.values()),
    problems.OTHERWISE[1],
    *problems.FIELD.values(),
]


def gaps(sentence):
    """The named places of a sentence."""
    return {name for _text, name, _spec, _how in Formatter().parse(sentence) if name}


def in_each(message):
    """The message in English and both Chinese."""
    found = []
    for language in ("en", "zh-hans", "zh-hant"):
        with override(language):
            found.append(gettext(message) if isinstance(message, str) else str(message))
    return found


def test_content_is_refused_in_more_places_than_one():
    folders = {path.parent.name for path in CONTENT}
    assert folders >= {"terms", "worktime", "editions", "promises", "measures", "imports"}
    assert len(SENTENCES) > 50


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_about_content_is_translated_with_its_gaps(sentence):
    english, *chinese = in_each(sentence)
    assert english == sentence
    for said in chinese:
        assert said != sentence
        assert gaps(said) == gaps(sentence)


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_content_is_refused_in_a_sentence_that_is_not_marked_for_translation(path):
    for call in calls(path, "Unreadable"):
        said = call.args[1]
        marked = isinstance(said, ast.Call) and said.func.id == "_"
        assert marked or isinstance(said, ast.Name), f"line {call.lineno}"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if any(calls(path, "read_toml"))], ids=lambda p: p.name
)
def test_whoever_reads_content_refuses_it_in_no_other_way(path):
    raised = [
        node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise) and node.exc
    ]
    names = {getattr(node.exc.func, "id", "") for node in raised if isinstance(node.exc, ast.Call)}
    assert not [name for name in names if name == "ValueError" or name.endswith("Refused")]


@pytest.mark.parametrize("sentence", DRAWING)
def test_every_reason_against_a_drawing_is_translated(sentence):
    english, *chinese = in_each(sentence)
    for said in chinese:
        assert said != english
        assert gaps(said) == gaps(sentence)


@pytest.mark.parametrize("message", API, ids=str)
def test_what_the_api_says_against_a_call_is_translated(message):
    assert len(set(in_each(message))) >= 2
    assert in_each(message)[0] not in in_each(message)[1:]


def test_every_code_against_a_file_or_row_has_words():
    """Words has no empty language; here: that a code somebody raises is in the list at all."""
    known = {**faults.FILE_WORDS, **faults.ROW_WORDS, **REFUSALS, **reading.REFUSALS}
    used = set()
    for path in MODULES:
        for call in calls(path, "TableRefused"):
            if isinstance(call.args[0], ast.Constant):
                used.add(call.args[0].value)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "_refuse"
                and len(node.args) == 2
                and isinstance(node.args[1], ast.Constant)
            ):
                used.add(node.args[1].value)
    assert len(used) > 15
    assert used <= known.keys()
    for words in known.values():
        assert len({words.to(language) for language in LANGUAGES}) == 3
