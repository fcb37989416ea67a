"""How promises are written down, and what is refused."""

from decimal import Decimal

import pytest

from yinuo.engines.promises.days import read_promises
from yinuo.engines.promises.limits import Given
from yinuo.engines.promises.promise import Promise, parse_promises
from yinuo.ground.terms.unreadable import Unreadable
from yinuo.ground.terms.words import Words
from yinuo.ground.worktime import Span

NAME = '{ zh-hans = "首次答复", en = "first reply", zh-hant = "首次答覆" }'


def a_promise(**fields: str) -> str:
    parts = {
        "name": NAME,
        "starts": '"complaints.received"',
        "stops": '"complaints.replied"',
        "within": '"2 working hours"',
    } | fields
    return "[first_reply]\n" + "\n".join(f"{key} = {value}" for key, value in parts.items() if value)


def test_a_short_promise_takes_the_usual_for_the_rest():
    (promise,) = parse_promises(a_promise())
    assert promise.key == "first_reply"
    assert promise.name.en == "first reply"
    assert (promise.starts, promise.stops) == (("complaints.received",), ("complaints.replied",))
    assert promise.within == Span(2, "working hours")
    assert (promise.warn, promise.pausable, promise.source, promise.confirmed) == (
        Decimal("0.8"),
        False,
        "",
        True,
    )
    assert promise.covers({})
    assert promise.covers({"level": "complex"})


def test_a_full_promise_keeps_all_it_says():
    (promise,) = parse_promises(
        a_promise(
            starts='["complaints.received", "complaints.reopened"]',
            pauses='"complaints.asked"',
            resumes='"complaints.told"',
            pausable="true",
            warn="0.75",
            source='"2020-3"',
            confirmed="true",
            when='{ level = ["complex", "grave"], channel = ["portal"] }',
        )
    )
    assert promise.starts == ("complaints.received", "complaints.reopened")
    assert promise.ends_of == {"complaints.told": {"complaints.asked"}}
    assert (promise.warn, promise.pausable, promise.source, promise.confirmed) == (
        Decimal("0.75"),
        True,
        "2020-3",
        True,
    )
    assert promise.covers({"level": "grave", "channel": "portal", "unit": "x"})
    assert not promise.covers({"level": "grave"})
    assert not promise.covers({"level": "plain", "channel": "portal"})


def test_a_rule_with_a_source_is_unconfirmed_until_somebody_says_so():
    assert not parse_promises(a_promise(source='"2020-3"'))[0].confirmed


def test_rolling_may_be_turned_off():
    assert parse_promises(a_promise(within='"15 days"'))[0].within.rolls
    assert not parse_promises(a_promise(within='"15 days"', rolls="false"))[0].within.rolls


def test_a_limit_may_be_a_day_that_the_case_gives():
    (promise,) = parse_promises(a_promise(within="", until='["complaints.received", "complaints.moved"]'))
    assert promise.within == Given()
    assert promise.until == ("complaints.received", "complaints.moved")
    assert promise.kinds == {"complaints.received", "complaints.moved", "complaints.replied"}
    (promise,) = parse_promises(a_promise(within="", until='"complaints.received"', rolls="false"))
    assert not promise.within.rolls


def test_what_gives_the_day_says_one():
    assert read_promises(a_promise(within="", starts='"no.such_pack"', until='"no.such_pack"'))
    with pytest.raises(Unreadable, match=r"first_reply\.until: clock\.moved does not say one day"):
        read_promises(a_promise(within="", starts='"clock.moved"', until='"clock.moved"'))


def test_promises_keep_their_order():
    text = a_promise() + "\n" + a_promise().replace("first_reply", "again")
    assert [promise.key for promise in parse_promises(text)] == ["first_reply", "again"]
    assert parse_promises("") == []


def test_pauses_and_what_ends_them_are_pairs_or_one_for_all():
    def ends(pauses: tuple[str, ...], resumes: tuple[str, ...]) -> dict[str, set[str]]:
        span, name = Span(3, "working days"), Words("诺", "promise", "諾")
        promise = Promise("p", name, ("s",), ("t",), span, pauses, resumes, pausable=True)
        return {kind: set(ended) for kind, ended in promise.ends_of.items()}

    assert ends(("a", "b"), ("x", "y")) == {"x": {"a"}, "y": {"b"}}
    assert ends(("a", "b"), ("x", "x")) == {"x": {"a", "b"}}
    assert ends(("a", "b"), ("x",)) == {"x": {"a", "b"}}
    assert ends(("a",), ("x", "y")) == {"x": {"a"}, "y": {"a"}}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "first_reply.name: missing"),
        ({"name": '"first reply"'}, "first_reply.name: missing"),
        ({"name": '{ en = "first reply" }'}, "first_reply.name: no text in zh-hans, zh-hant"),
        ({"starts": ""}, "first_reply.starts: names no kind"),
        ({"starts": "[]"}, "first_reply.starts: names no kind"),
        ({"starts": "3"}, "first_reply.starts: not a kind of fact"),
        ({"starts": '["complaints.received", 3]'}, "first_reply.starts: not a kind of fact"),
        ({"stops": ""}, "first_reply.stops: names no kind"),
        ({"stops": '"when it is done"'}, "first_reply.stops: not a kind of fact"),
        ({"extends": '"a"'}, "first_reply.extends: not a table that"),
        ({"extends": '{ "A B" = "30 days" }'}, "first_reply.extends: not a table that"),
        ({"extends": '{ a = "soon" }'}, "first_reply.extends: 'soon' is not like"),
        ({"extends": '{ a = "2 working hours" }'}, "first_reply.extends: a gives no longer limit"),
        ({"extends": '{ a = "30 days" }'}, "first_reply.extends: a gives no longer limit of the same unit"),
        ({"stops": '"a"', "extends": '{ a = "3 working hours" }'}, "first_reply.extends: a moves the clock"),
        ({"within": ""}, "first_reply.within: '' is not like"),
        ({"within": "3"}, "first_reply.within: '3' is not like"),
        ({"within": '"0 days"'}, "first_reply.within: '0 days' is not between 1 and 3660"),
        ({"within": '"-3 days"'}, "first_reply.within: '-3 days' is not like"),
        (
            {"within": '"5000 working days"'},
            "first_reply.within: '5000 working days' is not between 1 and 2600",
        ),
        ({"warn": "0"}, "first_reply.warn: 0 is not a share"),
        ({"warn": "80"}, "first_reply.warn: 80 is not a share"),
        ({"warn": "nan"}, "first_reply.warn: not a share"),
        ({"warn": "true"}, "first_reply.warn: not a share"),
        ({"warn": '"80 %"'}, "first_reply.warn: not a share"),
        ({"rolls": "0"}, "first_reply.rolls: not true or false"),
        ({"pausable": '"no"'}, "first_reply.pausable: not true or false"),
        ({"confirmed": "1"}, "first_reply.confirmed: not true or false"),
        ({"source": "2020"}, "first_reply.source: not a text"),
        ({"when": '["complex"]'}, "first_reply.when: not a table"),
        ({"when": '{ level = "complex" }'}, "first_reply.when: not a table"),
        ({"when": "{ level = [] }"}, "first_reply.when: not a table"),
        ({"when": "{ level = [1] }"}, "first_reply.when: not a table"),
        ({"stairs": "[]"}, "first_reply: unknown field 'stairs'"),
        ({"pausable": "true"}, "first_reply.pauses: pausable, but nothing pauses it"),
        ({"pauses": '"a"', "resumes": '"b"'}, "first_reply.pausable: say true or false"),
        ({"pauses": '"a"', "pausable": "true"}, "first_reply.resumes: 0 kinds for 1 pauses"),
        ({"resumes": '"a"'}, "first_reply.resumes: 1 kinds for 0 pauses"),
        (
            {"pauses": '["a", "b", "c"]', "resumes": '["d", "e"]', "pausable": "true"},
            "first_reply.resumes: 2 kinds",
        ),
        ({"pauses": '"a"', "resumes": '"a"', "pausable": "true"}, "first_reply.resumes: the same kind"),
        ({"until": '"complaints.received"'}, "first_reply.within: either within or until, not both"),
        ({"within": "", "until": "[]"}, "first_reply.until: a limit is given by facts"),
        ({"within": "", "until": "3"}, "first_reply.until: not a kind of fact"),
        ({"within": "", "until": '"a"'}, "first_reply.until: complaints.received starts it and gives no day"),
        (
            {"within": "", "until": '"complaints.received"', "extends": '{ a = "3 days" }'},
            "first_reply.extends: a limit that is a day is moved by another day alone",
        ),
        (
            {"within": "", "until": '"complaints.received"', "explain": '"reasons"'},
            "first_reply.explain: a limit that is a day is moved by another day alone",
        ),
        (
            {
                "within": "",
                "until": '"complaints.received"',
                "pauses": '"b"',
                "resumes": '"c"',
                "pausable": "true",
            },
            "first_reply.pausable: a limit that is a day is moved by another day alone",
        ),
        (
            {"within": "", "until": '["complaints.received", "a"]', "lapses": '"a"'},
            "first_reply.lapses: a moves the clock in another way already",
        ),
        ({"lapses": "[1]"}, "first_reply.lapses: not a kind of fact"),
        ({"stops": '"a"', "lapses": '"a"'}, "first_reply.lapses: a moves the clock in another way already"),
        ({"restores": '"b"'}, "first_reply.restores: not a table that says which kind"),
        ({"restores": "{ b = 1 }"}, "first_reply.restores: not a table that says which kind"),
        ({"restores": '{ b = "c" }'}, "first_reply.restores: c is not among what lapses it"),
        (
            {"stops": '"a"', "lapses": '"c"', "restores": '{ a = "c" }'},
            "first_reply.restores: a moves the clock in another way already",
        ),
        (
            {"pauses": '"a"', "resumes": '"b"', "pausable": "true", "within": '"15 days"'},
            "first_reply.pausable: a limit in natural days is never paused",
        ),
    ],
)
def test_a_wrong_promise_is_refused_by_the_name_of_its_field(fields, message):
    with pytest.raises(ValueError) as refused:
        parse_promises(a_promise(**fields))
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("text", ["[first_reply", "a = 1\na = 2", "\x00", "x = " + "[" * 100_000])
def test_unreadable_toml_is_refused(text):
    with pytest.raises(ValueError, match="not readable as TOML"):
        parse_promises(text)


@pytest.mark.parametrize("text", ["first_reply = 3", "['First reply']", "[a-b]", "[[first_reply]]"])
def test_a_promise_is_a_table_with_a_plain_key(text):
    with pytest.raises(ValueError, match="not a table with a key of small letters"):
        parse_promises(text)
