"""Every house rule catches what it forbids, and leaves alone what it allows."""

import pytest

from tests.architecture import rules_python, rules_templates, rules_tree  # noqa: F401 they register themselves
from tests.architecture.tree import RULES, Tree

PAGE = "yinuo/web/templates/web/x.html"
CODE = "yinuo/ground/people/tree.py"
PACK = "yinuo/packs/complaints/actions/handling.py"

# rule -> trees (path -> text) that break it, each with a part of what the rule says
CAUGHT = {
    "a file is read in one sitting": [({CODE: "x = 1\n" * 401}, "401 lines")],
    "a function is read at a glance": [({CODE: "def long():\n" + "    x = 1\n" * 50}, "long has 51 lines")],
    "a module's name says what it holds": [
        ({"yinuo/web/utils.py": ""}, "'utils' says nothing"),
        ({"yinuo/ground/common/x.py": ""}, "'common' says nothing"),
    ],
    "assert is for tests": [({CODE: "assert True"}, "python -O")],
    "no error is swallowed": [
        ({CODE: "try:\n    x()\nexcept Exception:\n    pass\n"}, "swallowed"),
        ({CODE: "try:\n    x()\nexcept:\n    'why not'\n"}, "swallowed"),
        (
            {
                CODE: "for i in y:\n    try:\n        x()\n    except (OSError, Exception):\n        continue\n"
            },
            ":4:",
        ),
        ({CODE: "with contextlib.suppress(Exception):\n    x()\n"}, "suppress()"),
    ],
    "what is said stands outside f-strings": [
        ({CODE: "x = f'{_(\"a\")}'"}, ":1: said inside"),
        ({CODE: "x = (\n    f'{1} {str(_(\"a\"))}'\n)"}, ":2: said inside"),
        ({CODE: 'from django.utils.translation import ngettext as many\nf\'{many("a", "b", 2)}\''}, ":2:"),
        ({CODE: 'f\'{translation.pgettext("x", "a")}\''}, "no extraction"),
    ],
    "only the command line prints": [({CODE: "print(1)"}, "print; log")],
    "a time knows its zone": [
        ({CODE: "datetime.now()"}, "datetime.now() has no zone"),
        ({CODE: "import datetime as d\nd.datetime.utcnow()"}, "utcnow() has no zone"),
        ({CODE: "date.today()"}, "date.today() has no zone"),
    ],
    "money is whole minor units, never a float": [
        ({CODE: "def pay(amount: float) -> None: ..."}, "amount is a float"),
        ({CODE: "class A:\n    redress = models.FloatField()"}, "redress is a float"),
        ({CODE: "fee = 1.5"}, "fee is a float"),
        ({CODE: "total_amount: float | None = None"}, "total_amount is a float"),
        ({CODE: "def redress() -> float: ..."}, "redress is a float"),
    ],
    "facts enter through their gate": [
        ({CODE: "Fact.objects.create(kind='x')"}, "Fact.objects.create"),
        ({CODE: "models.Fact.objects.bulk_create([])"}, "bulk_create"),
        ({CODE: "Fact(kind='x').save()"}, "made by hand"),
    ],
    "a case is moved through its engine": [
        ({PACK: "record('x', case=case.pk)"}, "a fact of a case past the gate"),
        ({PACK: "gate.fact_row('x', by=by, case=case.pk)"}, "past the gate"),
        ({PACK: "Case.objects.filter(pk=1).update(handler=me)"}, "given past the gate"),
        ({PACK: "case.handler = me"}, "given past the gate"),
    ],
    "one initial migration per app": [({"yinuo/web/migrations/0002_more.py": ""}, "0001_initial.py alone")],
    "Chinese stands in content, messages and tests": [({CODE: "NAME = '机构'"}, "'机构'")],
    "templates hold nothing inline": [
        ({PAGE: "<p\n style='x'>"}, "a style attribute"),
        ({PAGE: "<a href='#' onclick='go()'>"}, "an event attribute"),
        ({PAGE: "<script>go()</script>"}, "x.html:1: an inline script"),
        ({PAGE: "<style>p{}</style>"}, "a style element"),
        ({PAGE: "<a href='javascript:go()'>"}, "javascript:"),
    ],
    "templates hold no Chinese": [({PAGE: "\n<p>投诉</p>"}, "x.html:2:")],
    "templates translate every word": [
        ({PAGE: "<p>Complaints</p>"}, "'Complaints' is not translated"),
        ({PAGE: '<img alt="A branch">'}, "'branch' is not translated"),
        ({PAGE: "{{ _('Good') }} morning"}, "'morning'"),
    ],
    "a pack holds only the files of the pattern": [
        ({"yinuo/packs/x/pack.py": "", "yinuo/packs/x/extras.py": ""}, "does not introduce `extras.py`"),
        ({"yinuo/packs/x/lib/pack.py": ""}, "no folder 'lib'"),
    ],
    "every pack says what it promises": [({"yinuo/packs/x/pack.py": ""}, "yinuo/packs/x: no README.md")],
    "docs/map.md lists the folders of the tree": [
        ({"docs/map.md": "- `docs/`: pages\n", CODE: ""}, "add - `yinuo/ground/people/`"),
        ({"docs/map.md": "- `docs/`: pages\n- `gone/`: was\n"}, "`gone/` is on the map"),
        ({"docs/map.md": "- `docs/`: pages\n- `a/`: x\n", "a/b": ""}, "alphabetical"),
        ({"docs/map.md": "- `docs/`: \n"}, "add - `docs/`"),
    ],
    "docs/words.md names things that exist": [
        ({"docs/words.md": ""}, "no word found"),
        (
            {"docs/words.md": "| **Unit** | 机 | 機 | a | `yinuo.ground.people.tree.Unit` |\n", CODE: ""},
            "Unit points at",
        ),
    ],
    "docs/coverage.csv points at demands, tests and pages that exist": [
        ({"docs/coverage.csv": "id,shown_by\nS9-1,x\n"}, "S9-1 is no row"),
        (
            {
                "docs/coverage.csv": "id,shown_by\nA,x.py::test_b\n",
                "tests/architecture/programme_ids.txt": "A\n",
            },
            "x.py::test_b is neither",
        ),
        ({"docs/coverage.csv": "id,by\nA,x\n", "tests/architecture/programme_ids.txt": "A\n"}, "the columns"),
    ],
    "requirements are locked with hashes": [
        (
            {"requirements/core.txt": "django==5.2 \\\n    --hash=sha256:ab\nlxml==6.1\n"},
            "lxml==6.1 is not locked",
        ),
        ({"requirements/core.txt": "django>=5 \\\n    --hash=sha256:ab\n"}, "django>=5 is not locked"),
        ({"uv.lock": ""}, "requirements/*.txt is the lock"),
    ],
    "no registry and no machine is named": [
        ({CODE: "HOME = '/root/x'"}, "/root/"),
        ({"docs/x.md": "see /tmp/result"}, "/tmp/"),
        ({"docs/x.md": "https://pypi.org/simple"}, "pypi.org"),
    ],
}

ALLOWED = {
    "a case is moved through its engine": {
        PACK: "happen(case, kind, by=by)\nrecord(kind, by=by)\nassign(case, me)"
    },
    "a function is read at a glance": {CODE: "def long():\n" + "    x = 1\n" * 49},
    "assert is for tests": {"yinuo/web/tests/test_x.py": "assert True"},
    "no error is swallowed": {
        CODE: "try:\n    x()\nexcept Exception:\n    log()\nexcept OSError:\n    pass\n"
    },
    "what is said stands outside f-strings": {
        CODE: "words = _('a')\nx = f'{words} {len(words)} {label(words)}'",
        "yinuo/web/tests/test_x.py": "f'{_(\"a\")}'",
    },
    "only the command line prints": {"yinuo/site/verbs/x.py": "print(1)"},
    "a time knows its zone": {CODE: "datetime.now(UTC)\ntimezone.now()"},
    "money is whole minor units, never a float": {CODE: "share: float = 0.5\namount: int = 3\nremoney = 1.0"},
    "facts enter through their gate": {
        CODE: "record('x', by=None)\nFact.objects.filter()",
        "yinuo/facts/g.py": "Fact()",
    },
    "Chinese stands in content, messages and tests": {
        CODE: '"""机构"""\n# 机构\nX = "…"\nY = Words("机构", "unit", zh_hant="機構")',
        "yinuo/packs/x/content/a.py": "X = '机'",
    },
    "templates hold nothing inline": {
        PAGE: "<script src='x.js' defer></script><script type='application/json'>{}</script>{% if one == 1 %}<p>"
    },
    "templates hold no Chinese": {
        "yinuo/web/templates/web/gallery/x.html": "<p>投诉</p>",
        PAGE: "{# 投诉 #}",
    },
    "templates translate every word": {
        PAGE: '{# no #}{{ _("A word") }}{{ name }}&nbsp;<b class="x" title="{{ _("y") }}">Yinuo</b>'
        '{% block page_class %}sq-wide{% endblock %}{{ gettext("of %(n)s", n=n) }}<code>abc</code>'
    },
    "a pack holds only the files of the pattern": {
        "yinuo/packs/x/README.md": "Pure arithmetic stands in `scores.py`.",
        "yinuo/packs/x/scores.py": "",
        "yinuo/packs/x/content/a/b.toml": "",
    },
    "docs/words.md names things that exist": {
        "docs/words.md": "| **Unit** | 机 | 機 | a | `yinuo.ground.people.tree.Unit` |\n",
        CODE: "class Unit:\n    pass\n",
    },
    "docs/map.md lists the folders of the tree": {
        "docs/map.md": "- `docs/`: pages\n- `yinuo/`: code\n- `yinuo/packs/`: packs\n- `yinuo/site/`: top\n",
        "yinuo/tests/a.py": "",
        "yinuo/site/a.py": "",
        "yinuo/packs/praise/pack.py": "",
    },
    "docs/coverage.csv points at demands, tests and pages that exist": {
        "docs/coverage.csv": "id,shown_by\nA,x.py::test_b\nA,docs/coverage.csv\n",
        "x.py": "def test_b(): ...",
        "tests/architecture/programme_ids.txt": "A\n",
    },
    "requirements are locked with hashes": {
        "requirements/core.txt": "# x\ndjango==5.2 \\\n    --hash=sha256:ab\n"
    },
    "no registry and no machine is named": {
        "docs/x.md": "/static/tmp/x and /work and https://x.example/root/"
    },
}


def planted(folder, files):
    for at, text in files.items():
        path = folder / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Tree(folder)


def test_every_rule_has_something_that_it_catches():
    assert set(CAUGHT) == set(RULES)


@pytest.mark.parametrize(
    ("name", "files", "says"), [(name, *each) for name in CAUGHT for each in CAUGHT[name]]
)
def test_a_violation_is_caught(name, files, says, tmp_path):
    said = list(RULES[name](planted(tmp_path, files)))
    assert any(says in sentence for sentence in said), said


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_what_is_allowed_is_left_alone(name, tmp_path):
    assert list(RULES[name](planted(tmp_path, ALLOWED[name]))) == []
