"""Nothing is said in one language only."""

import shutil

import pytest

from tests.architecture.messages import LANGUAGES, apps_that_speak, extract, faults
from tests.architecture.tree import NOT_OURS, ROOT

PLURALS = '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
HEAD = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n{PLURALS}\n'
needs_gettext = pytest.mark.skipif(
    not shutil.which("xgettext"), reason="gettext is not installed: make needs"
)


@needs_gettext
def test_every_message_is_translated(tmp_path):
    copy = tmp_path / "tree"
    shutil.copytree(
        ROOT / "yinuo", copy / "yinuo", ignore=shutil.ignore_patterns(*NOT_OURS, "vendor", "*.mo")
    )
    extract(copy)
    left = list(faults(copy))
    assert not left, "make words, then translate:\n" + "\n".join(left)


def test_every_app_that_speaks_has_its_catalogues():
    lacking = [
        f"{app.relative_to(ROOT)}/locale/{language}"
        for app in apps_that_speak(ROOT)
        for language in LANGUAGES
        if not (app / "locale" / language / "LC_MESSAGES" / "django.po").exists()
    ]
    assert not lacking


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "yinuo" / "packs" / "greetings"
    folder.mkdir(parents=True)
    (folder / "views.py").write_text(
        'from django.utils.translation import gettext as _\n\nX = _("Hello %(name)s")\n'
    )
    for language in LANGUAGES:
        (folder / "locale" / language / "LC_MESSAGES").mkdir(parents=True)
        (folder / "locale" / language / "LC_MESSAGES" / "django.po").write_text(
            HEAD + 'msgid "Hello %(name)s"\nmsgstr "%(name)s，您好"\n', encoding="utf-8"
        )
    return folder


def rewrite(app, text):
    path = app / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
    path.write_text(HEAD + text, encoding="utf-8")


@needs_gettext
def test_a_complete_catalogue_has_no_faults(app, tmp_path):
    extract(tmp_path)
    assert list(faults(tmp_path)) == []


@needs_gettext
def test_a_new_message_is_missed(app, tmp_path):
    with open(app / "views.py", "a") as out:
        out.write('Y = _("Goodbye")\n')
    extract(tmp_path)
    assert len(list(faults(tmp_path))) == 2
    assert all("'Goodbye'" in fault for fault in faults(tmp_path))


@needs_gettext
def test_a_message_nobody_says_is_obsolete(app, tmp_path):
    (app / "views.py").write_text('from django.utils.translation import gettext as _\n\nX = _("Good day")\n')
    extract(tmp_path)
    assert any("no longer said" in fault or "fuzzy" in fault for fault in faults(tmp_path))


def test_a_fuzzy_message_is_found(app, tmp_path):
    rewrite(app, '#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "%(name)s，您好"\n')
    assert [fault for fault in faults(tmp_path) if "fuzzy" in fault]


def test_a_lost_placeholder_is_found(app, tmp_path):
    rewrite(app, 'msgid "Hello %(name)s"\nmsgstr "您好"\n')
    assert [fault for fault in faults(tmp_path) if "placeholder" in fault]


def test_words_that_two_catalogues_translate_differently_are_found(app, tmp_path):
    other = tmp_path / "yinuo" / "packs" / "partings"
    shutil.copytree(app, other)
    assert not [fault for fault in faults(tmp_path) if "differently" in fault]
    path = other / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
    path.write_text(HEAD + 'msgid "Hello %(name)s"\nmsgstr "%(name)s，早安"\n', encoding="utf-8")
    assert [fault for fault in faults(tmp_path) if "differently" in fault]


def test_a_catalogue_that_counts_otherwise_is_found(app, tmp_path):
    path = app / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
    path.write_text(path.read_text(encoding="utf-8").replace(PLURALS, ""), encoding="utf-8")
    assert [fault for fault in faults(tmp_path) if "Plural-Forms" in fault]
