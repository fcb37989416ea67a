from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinuo.engines.processes.expressions import ConditionRefused, read_condition
from yinuo.engines.processes.problems import StepRefused
from yinuo.engines.processes.reasons import REASONS

VALUES = {"a": 3, "b": -7, "flag": True, "off": False, "word": "投诉", "list": [1, 3], "nothing": None}


def refusal(text):
    with pytest.raises(ConditionRefused) as refused:
        read_condition(text)
    return refused.value.reason_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > 2", True),
        ("a > 2 && !flag", False),
        ("a in list", True),
        ("a in [1, 2]", False),
        ("word == '投诉'", True),
        ('word != "it\'s"', True),
        ("size(word) == 2", True),
        ("size( list ) + 1 == 3", True),
        ("(flag ? a : b) == 3", True),
        ("nothing == null", True),
        ("-a < b + 5 * 2", True),
        ("a % 2 == 1", True),
        ("b / 2 == -3", True),
        ("flag", True),
    ],
)
def test_conditions_are_decided(text, expected):
    assert read_condition(text).holds(VALUES) is expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "condition_empty"),
        ("  \n", "condition_empty"),
        ("a > " + "1 + " * 200 + "1", "condition_long"),
        ("(" * 11 + "a" + ")" * 11, "condition_nested"),
        ("!" * 11 + "flag", "condition_nested"),
        (
            "a == 1 ? a == 2 ? a == 3 ? true : false : false : false" + " || (a == 1 ? true : false)" * 9,
            "condition_nested",
        ),
        ("a in [" + ",".join(["1"] * 101) + "]", "condition_list"),
        ("matches(a, 'x')", "condition_call"),
        ("timestamp(a) > 1", "condition_call"),
        ("has(a)", "condition_call"),
        ("size([1, 2]) > a", "condition_call"),
        ("size(a + b) > 1", "condition_call"),
        ("list.all(x, x > 1)", "condition_attribute"),
        ("a.b", "condition_attribute"),
        (".a", "condition_attribute"),
        ("word.matches('(a+)+$')", "condition_attribute"),
        ("list[0] == 1", "condition_attribute"),
        ("a > 1.5", "condition_float"),
        ("a > 1e3", "condition_float"),
        ("a == {}", "condition_character"),
        ("a == 1 // yes", "condition_character"),
        ("a = 1", "condition_character"),
        ("a == b; b", "condition_character"),
        ("`a` == 1", "condition_character"),
        ("金额 > 1", "condition_character"),
        ("a == r'x'", "condition_syntax"),
        ("a == 5u", "condition_syntax"),
        ("a == '''x'''", "condition_syntax"),
        ("not a", "condition_syntax"),
        ("a >", "condition_syntax"),
        ("a == 9223372036854775808", "condition_syntax"),
        ("if == 1", "condition_syntax"),
        (")(", "condition_syntax"),
        ("true", "condition_no_names"),
        ("1 == 1", "condition_no_names"),
    ],
)
def test_what_is_outside_the_small_language_is_refused_for_its_reason(text, reason):
    assert refusal(text) == reason


def test_a_condition_says_which_names_it_asks_for():
    assert read_condition("a > 1 && size(list) in [b, 2] || true").names == {"a", "b", "list"}


@pytest.mark.parametrize(
    ("text", "values", "reason"),
    [
        ("a > 1", {}, "value_missing"),
        ("flag || a > 1", {"flag": True}, "value_missing"),
        ("a > 1", {"a": "1"}, "condition_failed"),
        ("a / b > 1", {"a": 1, "b": 0}, "condition_failed"),
        ("a * a > 1", {"a": 2**62}, "condition_failed"),
        ("size(a) > 1", {"a": 5}, "condition_failed"),
        ("a + 1", {"a": 1}, "condition_not_boolean"),
        ("a > 1", {"a": 1.5}, "value_strange"),
        ("a > 1", {"a": 2**63}, "value_strange"),
        ("a == b", {"a": {"x": 1}, "b": 1}, "value_strange"),
        ("1 in a", {"a": [1] * 101}, "value_strange"),
        ("a == ''", {"a": "x" * 1001}, "value_strange"),
    ],
)
def test_values_that_are_missing_or_do_not_fit_refuse_the_step_by_name(text, values, reason):
    with pytest.raises(StepRefused) as refused:
        read_condition(text).holds(values, "f", "flow")
    assert refused.value.reason_code == reason
    assert refused.value.problem.element_id == "f"


def outcome(text, values):
    """What a condition says of the values, or the reason it was refused for."""
    try:
        return read_condition(text).holds(values)
    except (ConditionRefused, StepRefused) as refused:
        return refused.reason_code


@given(st.text(max_size=60) | st.text(alphabet="ab1 ()[]!-+*/%<>=&|?:,.'\"\\insize", max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused_and_nothing_else(text):
    said = outcome(text, dict.fromkeys(("a", "b", "i", "n", "s"), 1))
    assert isinstance(said, bool) or said in REASONS


# Random conditions as pairs: how CEL writes it, and how Python writes the same.


def alike(*texts):
    return st.sampled_from(texts).map(lambda text: (text, text))


def written(cel, python, *parts):
    """Pairs made of pairs: the patterns are filled with the parts, each in its own language."""
    return st.tuples(*parts).map(
        lambda pairs: (cel.format(*(pair[0] for pair in pairs)), python.format(*(pair[1] for pair in pairs)))
    )


whole = st.deferred(
    lambda: st.one_of(
        alike("a", "b", "0", "3", "41"),
        st.just(("size(list)", "len(list)")),
        written("({0} {1} {2})", "({0} {1} {2})", whole, alike("+", "-", "*"), whole),
        written("({0} ? {1} : {2})", "({1} if {0} else {2})", truth, whole, whole),
    )
)
truth = st.deferred(
    lambda: st.one_of(
        alike("flag", "off"),
        st.just(("true", "True")),
        written("({0} {1} {2})", "({0} {1} {2})", whole, alike("==", "!=", "<", "<=", ">", ">="), whole),
        written("({0} && {1})", "({0} and {1})", truth, truth),
        written("({0} || {1})", "({0} or {1})", truth, truth),
        written("!{0}", "(not {0})", truth),
        written("({0} in [{1}, {2}])", "({0} in [{1}, {2}])", whole, whole, whole),
    )
)


@given(truth)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_conditions_mean_what_python_says_they_mean(pair):
    cel, python = pair
    said = outcome(cel, VALUES)
    if said not in ("condition_nested", "condition_long", "condition_no_names"):
        assert said is eval(python, {}, dict(VALUES))
