"""House rules about Python: sizes, names, and what is never written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.tree import Source, Tree, rule

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "signals",
    "core",
    "common",
    "misc",
}
MAY_PRINT = ("yinuo/site/cli.py", "yinuo/site/run.py", "yinuo/site/verbs/")
MONEY = re.compile(r"(^|_)(money|amount|price|fee|redress|balance|cents|minor_units)(_|$)")
CHINESE = re.compile("[\u3400-\u9fff]")
# Chinese in product code outside content files, each with its reason.
MAY_HOLD_CHINESE = {
    "yinuo/site/settings.py": "a language is named in its own script",
    "yinuo/web/context.py": "a language is named in its own script",
    "yinuo/web/gallery.py": "samples of what the furniture shows",
    "yinuo/web/gallery_views.py": "samples of what the furniture shows",
    "yinuo/site/verbs/new.py": "shows how a name is given in three languages",
    "yinuo/ground/tables/dates.py": "reads dates as people write them",
    "yinuo/ground/exposures/layout.py": "reads months as people write them",
    "yinuo/packs/complaints/ledger/cells.py": "reads days and words for nothing as people write them",
    "yinuo/ground/tables/source.py": "tells encodings apart by the letters they would make",
}


@rule("a file is read in one sitting")
def short_files(tree: Tree) -> Iterator[str]:
    for file in tree.python():
        lines = file.text.count("\n")
        if lines > LONGEST_FILE and not file.is_migration:
            yield f"{file.at}: {lines} lines, at most {LONGEST_FILE} (aim at 250)"


@rule("a function is read at a glance")
def short_functions(tree: Tree) -> Iterator[str]:
    for file in tree.product():
        for node in ast.walk(file.syntax):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield f"{file.at}:{node.lineno}: {node.name} has {lines} lines, at most {LONGEST_FUNCTION}"


@rule("a module's name says what it holds")
def telling_names(tree: Tree) -> Iterator[str]:
    for file in tree.python():
        names = {part.removesuffix(".py") for part in file.parts}
        for name in sorted(names & NAMES_THAT_SAY_NOTHING):
            yield f"{file.at}: {name!r} says nothing; name the thing it holds"


@rule("assert is for tests")
def no_assert(tree: Tree) -> Iterator[str]:
    for file in tree.product():
        for node in ast.walk(file.syntax):
            if isinstance(node, ast.Assert):
                yield f"{file.at}:{node.lineno}: python -O removes an assert; raise an error"


@rule("no error is swallowed")
def no_swallowing(tree: Tree) -> Iterator[str]:
    for file in tree.product():
        for node in ast.walk(file.syntax):
            if isinstance(node, ast.ExceptHandler) and _catches_all(node.type) and _does_nothing(node.body):
                yield f"{file.at}:{node.lineno}: an error of any kind is swallowed; catch the one you mean"
        for call in _calls(file):
            if _name(call.func).endswith("suppress") and any(map(_catches_all, call.args)):
                yield f"{file.at}:{call.lineno}: suppress() of every error; name the one you mean"


def _catches_all(node: ast.expr | None) -> bool:
    if node is None:
        return True
    if isinstance(node, ast.Tuple):
        return any(_catches_all(each) for each in node.elts)
    return _name(node) in ("Exception", "BaseException")


def _does_nothing(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(line, ast.Pass | ast.Continue)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in body
    )


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _calls(file: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(file.syntax) if isinstance(node, ast.Call))


GETTEXT = re.compile(r"^([np]|np)?gettext(_lazy|_noop)?$")


@rule("what is said stands outside f-strings")
def nothing_said_in_f_strings(tree: Tree) -> Iterator[str]:
    for file in tree.product():
        says = {"_", *_translating(file.syntax)}
        for outer in ast.walk(file.syntax):
            if isinstance(outer, ast.JoinedStr):
                for call in ast.walk(outer):
                    if isinstance(call, ast.Call) and (
                        _name(call.func) in says or GETTEXT.match(_name(call.func).rpartition(".")[2])
                    ):
                        yield f"{file.at}:{call.lineno}: said inside an f-string, where no extraction finds it"


def _translating(syntax: ast.Module) -> Iterator[str]:
    """What a module calls the functions that translate."""
    for node in ast.walk(syntax):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (each.asname or each.name for each in node.names if GETTEXT.match(each.name))


@rule("only the command line prints")
def no_print(tree: Tree) -> Iterator[str]:
    for file in tree.product():
        if not file.at.startswith(MAY_PRINT) and not file.at.endswith("/imports/command.py"):
            for call in _calls(file):
                if _name(call.func) == "print":
                    yield f"{file.at}:{call.lineno}: print; log, or return what is to be shown"


@rule("a time knows its zone")
def no_naive_time(tree: Tree) -> Iterator[str]:
    bad = re.compile(r"(^|\.)(datetime\.utcnow|datetime\.utcfromtimestamp|date\.today|datetime\.today)$")
    for file in tree.product():
        for call in _calls(file):
            name = _name(call.func)
            naive = re.search(r"(^|\.)datetime\.now$", name) and not call.args and not call.keywords
            if naive or bad.search(name):
                yield f"{file.at}:{call.lineno}: {name}() has no zone; use django.utils.timezone"


@rule("money is whole minor units, never a float")
def no_float_money(tree: Tree) -> Iterator[str]:
    for file in tree.product():
        for node in ast.walk(file.syntax):
            for name, value in _named_values(node):
                if MONEY.search(name) and _is_float(value):
                    yield f"{file.at}:{node.lineno}: {name} is a float; integer minor units and a currency"


def _named_values(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.arg) and node.annotation:
        yield node.arg, node.annotation
    if isinstance(node, ast.AnnAssign):
        yield _name(node.target).rsplit(".", 1)[-1], node.annotation
        if node.value:
            yield _name(node.target).rsplit(".", 1)[-1], node.value
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield _name(target).rsplit(".", 1)[-1], node.value
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
        yield node.name, node.returns


def _is_float(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.Call):
        return _name(node.func).rsplit(".", 1)[-1] in ("float", "FloatField")
    return any(isinstance(each, ast.Name) and each.id == "float" for each in ast.walk(node))


@rule("facts enter through their gate")
def one_gate(tree: Tree) -> Iterator[str]:
    writing = re.compile(
        r"(^|\.)(Fact|Position)\.(_default_manager|objects)\."
        r"(create|bulk_create|get_or_create|update_or_create|update|bulk_update|delete)$"
    )
    for file in tree.product():
        if file.at.startswith("yinuo/facts/"):
            continue
        for call in _calls(file):
            if writing.search(_name(call.func)):
                yield f"{file.at}:{call.lineno}: {_name(call.func)}; use record() or fact_row()"
            if _name(call.func).rsplit(".", 1)[-1] == "Fact":
                yield f"{file.at}:{call.lineno}: a Fact made by hand; use record() or fact_row()"


@rule("a case is moved through its engine")
def one_way_to_move(tree: Tree) -> Iterator[str]:
    """Recusal is asked where the engine records what was done; whoever goes past it would pass that gate too."""
    above = ("packs", "loops", "channels", "web", "site")
    for file in tree.product():
        if file.parts[1] not in above:
            continue
        for call in _calls(file):
            name, told = _name(call.func), {keyword.arg for keyword in call.keywords}
            if name.rsplit(".", 1)[-1] in ("record", "fact_row") and "case" in told:
                yield f"{file.at}:{call.lineno}: a fact of a case past the gate; use happen() of engines/cases/moves"
            if name.endswith(".update") and told & {"handler", "handler_id"}:
                yield f"{file.at}:{call.lineno}: a case given past the gate; use assign() of engines/cases/moves"
        for node in ast.walk(file.syntax):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if _name(target).endswith((".handler", ".handler_id")):
                    yield f"{file.at}:{node.lineno}: a case given past the gate; use assign() of engines/cases/moves"


@rule("one initial migration per app")
def one_migration(tree: Tree) -> Iterator[str]:
    for file in tree.python():
        if file.is_migration and file.parts[-1] not in ("__init__.py", "0001_initial.py"):
            yield f"{file.at}: until tag 0.1 an app has 0001_initial.py alone; make that one anew"


# Chinese may stand in Words(zh_hans, en, zh_hant): all three languages side by side, for code without Django.
@rule("Chinese stands in content, messages and tests")
def no_chinese_in_code(tree: Tree) -> Iterator[str]:
    for file in tree.product():
        if "content" in file.parts or "demo" in file.parts or file.at in MAY_HOLD_CHINESE:
            continue
        said_elsewhere = _docstrings(file.syntax) | _in_words(file)
        for node in ast.walk(file.syntax):
            said = node.value if isinstance(node, ast.Constant) and node not in said_elsewhere else None
            if isinstance(said, str) and CHINESE.search(said):
                yield f"{file.at}:{node.lineno}: {said[:20]!r}; an English message and a catalogue"


def _in_words(file: Source) -> set[ast.AST]:
    return {part for call in _calls(file) if _name(call.func) == "Words" for part in ast.walk(call)}


def _docstrings(syntax: ast.Module) -> set[ast.AST]:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return {
        node.body[0].value
        for node in ast.walk(syntax)
        if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr)
    }
