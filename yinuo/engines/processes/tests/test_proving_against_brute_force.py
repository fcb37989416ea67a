"""What is proven of random maps between random nets, against a search that shares nothing with the proof."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from yinuo.engines.processes.drawing import parse_drawing
from yinuo.engines.processes.interpreter import migrate
from yinuo.engines.processes.proving import STAYS, as_marking, places, prove, situation_of, sort_of
from yinuo.engines.processes.tests import nets, slow_game
from yinuo.engines.processes.tests.test_soundness_against_brute_force import doubled, reachable_from

calm = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SORTS = {nets.PERSON: "step", nets.SUB: "sub", nets.AND: "join"}


def after_of(net, most=400):
    """Every reachable marking with the markings after it, messages from outside too."""
    first = ((next(k for k, kind in net.kinds.items() if kind == nets.START and net.scopes[k] is None), ""),)
    return searched(net, first, most)


def searched(net, first, most=400):
    after, waiting = {}, [first]
    while waiting:
        here = waiting.pop()
        if here in after:
            continue
        after[here] = slow_game.moves_by_itself(net, here, None) | slow_game.moves_by_person(net, here)
        after[here] |= {
            slow_game.heard(net, here, message)
            for _, host, message in net.boundaries
            if (host, "inside") in here
        }
        waiting += after[here]
        assume(len(after) < most)
    return after


def plain(net, marking):
    """Without the edge by which a step was reached."""
    return tuple(sorted((key, "" if net.kinds[key] == nets.PERSON else edge) for key, edge in marking))


def resting(net):
    return {
        plain(net, each) for each in after_of(net) if each and not slow_game.moves_by_itself(net, each, None)
    }


def image(old, new, marking, mapping):
    """Where a map leads a marking, token by token; None where it leads one of them nowhere."""
    found = []
    for key, edge in marking:
        became, scope = mapping.get(key, STAYS), old.scopes[key]
        if became == STAYS or new.scopes[became] != (mapping.get(scope, STAYS) if scope else None):
            return None
        arrow = mapping.get(edge, edge) if old.kinds[key] == nets.AND else edge
        found.append((became, arrow))
    return tuple(sorted(found))


@st.composite
def maps(draw, old, new):
    """For each place one of its sort: that of the same id, any, or none."""
    chosen = {}
    for node in places(old):
        alike = [each.key for each in places(new) if sort_of(new, each) == sort_of(old, node)]
        same = [node.key] if node.key in alike else []
        chosen[node.key] = draw(st.sampled_from([*same, *same, *same, *alike, STAYS]))
    return chosen


def completes(net, marking):
    """Whether its end can be reached whatever happens, and nothing is ever there twice."""
    after = searched(net, marking)
    return all(() in reachable_from(here, after) and not doubled(net, here) for here in after)


@calm
@given(st.data())
def test_what_is_proven_stands_as_a_case_of_the_new_drawing_and_always_completes(data):
    one, other = data.draw(nets.sound_nets()), data.draw(nets.sound_nets())
    old, new = parse_drawing(one.xml()), parse_drawing(other.xml())
    proof = prove(old, new, data.draw(maps(old, new)))
    stand = resting(other)
    for marking in resting(one):
        situation = frozenset((key, "(entered)" if edge == "inside" else edge) for key, edge in marking)
        there = image(one, other, marking, proof.mapping)
        found = {problem.reason_code for problem in proof.problems(situation)} - {"value_never_given"}
        assert (not found) == (there in stand), (marking, there, found)
        if not proof.problems(situation):
            assert completes(other, there)
            arrived = migrate(as_marking(old, situation), new, proof.mapping)
            assert (arrived.opened, arrived.cancelled, arrived.closed) == ((), (), ())


@calm
@given(nets.sound_nets())
def test_a_drawing_whose_places_were_all_renamed_takes_every_case_over(net):
    old = parse_drawing(net.xml())
    names = {key: f"new_{key}" for key in net.kinds}
    hosts = [(f"new_{key}", names[host], message) for key, host, message in net.boundaries]
    names |= {key: f"new_{key}" for key, _, _ in net.boundaries}
    renamed = nets.Net(
        {names[key]: kind for key, kind in net.kinds.items()},
        [(f"new_{edge}", names[a], names[b]) for edge, a, b in net.edges],
        {names[key]: scope and names[scope] for key, scope in net.scopes.items()},
        hosts,
    )
    new = parse_drawing(renamed.xml())
    proof = prove(old, new, {node.key: names[node.key] for node in places(old)})
    wrong = {problem.reason_code for each in proof.situations for problem in proof.problems(each)}
    assert wrong <= {"value_never_given"}
    if not old.condition_names:
        assert not wrong


@calm
@given(nets.sound_nets())
def test_the_situations_proven_are_those_in_which_a_case_can_rest(net):
    drawing = parse_drawing(net.xml())
    proof = prove(drawing, drawing, {})
    slow = {
        frozenset((key, "(entered)" if edge == "inside" else edge) for key, edge in each)
        for each in resting(net)
    }
    assert proof.situations == slow
    assert {situation_of(drawing, as_marking(drawing, each)) for each in slow} == slow
