"""The soundness check against slow, obviously right searches on the same random nets."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from yinuo.engines.processes.drawing import DrawingRefused, parse_drawing
from yinuo.engines.processes.soundness import check_soundness
from yinuo.engines.processes.tests import nets, slow_game

calm = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def doubled(net, marking):
    """Whether two tokens are where one should be."""
    for key, edge in marking:
        if net.kinds[key] == nets.AND:
            if marking.count((key, edge)) > 1:
                return True
        elif net.kinds[key] not in (nets.END, nets.STOP) and sum(each == key for each, _ in marking) > 1:
            return True
    return False


def situations(net, most=600):
    """Every reachable marking with the markings after it; the second answer is whether tokens ever double."""
    first = ((next(key for key, kind in net.kinds.items() if kind == nets.START), ""),)
    after, waiting = {}, [first]
    while waiting:
        here = waiting.pop()
        if here in after:
            continue
        after[here] = slow_game.moves_by_itself(net, here, None) | slow_game.moves_by_person(net, here)
        if any(doubled(net, each) for each in after[here]):
            return after, True
        waiting += after[here]
        assume(len(after) < most)
    return after, False


def reachable_from(marking, after):
    found, waiting = {marking}, [marking]
    while waiting:
        for each in after[waiting.pop()] - found:
            found.add(each)
            waiting.append(each)
    return found


@calm
@given(nets.sound_nets())
def test_a_drawing_of_nested_blocks_has_no_problem(net):
    assert check_soundness(parse_drawing(net.xml())) == []


@calm
@given(nets.any_nets())
def test_every_verdict_is_what_brute_force_finds(net):
    try:
        drawing = parse_drawing(net.xml())
    except DrawingRefused:
        assume(False)
    problems = check_soundness(drawing)
    codes = {problem.reason_code for problem in problems}
    after, doubles = situations(net)
    assert ("open_twice" in codes) == doubles
    if doubles:
        return
    dead = {here for here in after if here and not after[here]}
    assert ("deadlock" in codes) == bool(dead)
    endless = [here for here in after if not reachable_from(here, after) & (dead | {()})]
    assert ("never_ends" in codes) == bool(endless)
    seen = {key for here in after for key, _ in here}
    assert {p.element_id for p in problems if p.reason_code == "unreachable"} == net.kinds.keys() - seen
    alone = {here: slow_game.moves_by_itself(net, here, None) for here in after}
    circles = any(here in reachable_from(each, alone) for here in after for each in alone[here])
    assert ("circle_without_person" in codes) == circles
