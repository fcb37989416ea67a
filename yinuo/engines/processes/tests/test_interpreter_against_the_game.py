"""The interpreter against the slow token game of `nets`, on random drawings and random runs."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from yinuo.engines.processes.drawing import DrawingRefused, parse_drawing
from yinuo.engines.processes.interpreter import (
    Marking,
    StepRefused,
    awaited_messages,
    complete,
    message,
    open_steps,
    start,
)
from yinuo.engines.processes.tests import nets, slow_game

calm = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
luck = st.randoms(use_true_random=False)


def seen(net, marking):
    """A marking of the interpreter as the slow game writes it."""
    return tuple(
        sorted((t.node, "inside" if net.kinds[t.node] == nets.SUB else t.flow or "") for t in marking.tokens)
    )


def choices_of(net, random):
    gateways = [key for key, kind in net.kinds.items() if kind == nets.XOR]
    return {f"c_{key}": random.randrange(max(1, len(net.outs(key)))) for key in gateways}


def reread(marking):
    return Marking.from_json(json.loads(json.dumps(marking.to_json())))


def first_marking(net):
    return ((next(key for key, kind in net.kinds.items() if kind == nets.START), ""),)


def step_of(net, marking, key, serial):
    """The marking after a person's step and before anything moves by itself."""
    rest = [t for t in marking.tokens if t.serial != serial]
    return slow_game.putting(list(seen(net, Marking(tuple(rest), marking.next_serial))), net, net.outs(key))


@calm
@given(nets.sound_nets(), luck)
def test_a_sound_drawing_runs_as_the_token_game_says_and_never_gets_stuck(net, random):
    drawing, choices = parse_drawing(net.xml()), choices_of(net, random)
    moved = start(drawing, choices)
    expected = slow_game.rests(net, first_marking(net), choices)
    for _ in range(25):
        assert expected is None or seen(net, moved.marking) in expected
        assert moved.done != bool(open_steps(drawing, moved.marking)), "done, or something to do"
        if moved.done:
            break
        marking, choices = reread(moved.marking), choices_of(net, random)
        names = sorted(awaited_messages(drawing, marking))
        if names and random.random() < 0.2:
            name = random.choice(names)
            moved = message(drawing, marking, name, choices)
            expected = slow_game.rests(net, slow_game.heard(net, seen(net, marking), name), choices)
        else:
            step = random.choice(open_steps(drawing, marking))
            moved = complete(drawing, marking, step.key, choices, serial=step.serial)
            expected = slow_game.rests(net, step_of(net, marking, step.key, step.serial), choices)


@calm
@given(nets.any_nets(), luck)
def test_an_unsound_drawing_too_runs_as_the_token_game_says(net, random):
    drawing, choices = parsed(net), choices_of(net, random)
    here = first_marking(net)
    moved = tried(start, drawing, choices)
    for _ in range(12):
        expected = slow_game.rests(net, here, choices)
        if isinstance(moved, str):
            assert moved == "too_many_moves"
            assert expected is None or runs_in_circles(net, here, choices)
            return
        assert expected is None or seen(net, moved.marking) in expected
        marking, choices = reread(moved.marking), choices_of(net, random)
        if not open_steps(drawing, marking):
            return
        step = random.choice(open_steps(drawing, marking))
        here = step_of(net, marking, step.key, step.serial)
        moved = tried(complete, drawing, marking, step.key, choices, serial=step.serial)


def tried(move, *arguments, **more):
    """What the move did, or the reason it was refused for."""
    try:
        return move(*arguments, **more)
    except StepRefused as refusal:
        return refusal.reason_code


def parsed(net):
    try:
        return parse_drawing(net.xml())
    except DrawingRefused:
        assume(False)


def runs_in_circles(net, marking, choices):
    """Whether some marking comes back to itself by automatic moves alone."""
    reachable, waiting = {marking}, [marking]
    while waiting:
        for each in slow_game.moves_by_itself(net, waiting.pop(), choices) - reachable:
            reachable.add(each)
            waiting.append(each)
    return any(_comes_back(net, each, choices) for each in reachable)


def _comes_back(net, marking, choices):
    known, waiting = set(), [marking]
    while waiting:
        for each in slow_game.moves_by_itself(net, waiting.pop(), choices):
            if each == marking:
                return True
            if each not in known:
                known.add(each)
                waiting.append(each)
    return False


@calm
@given(nets.sound_nets(), luck)
def test_replaying_the_finished_steps_rebuilds_the_marking(net, random):
    drawing, done = parse_drawing(net.xml()), []
    first = choices_of(net, random)
    moved = start(drawing, first)
    while not moved.done and len(done) < 10:
        step, choices = random.choice(open_steps(drawing, moved.marking)), choices_of(net, random)
        moved = complete(drawing, moved.marking, step.key, choices, serial=step.serial)
        done.append((step, choices))
    again = start(drawing, first)
    for step, choices in done:
        again = complete(drawing, again.marking, step.key, choices, serial=step.serial)
    assert again == moved
    assert again.marking == reread(moved.marking)


@calm
@given(nets.any_nets(), luck)
def test_opened_closed_and_cancelled_account_for_every_change(net, random):
    drawing = parsed(net)
    moved = tried(start, drawing, choices_of(net, random))
    for _ in range(8):
        before = () if isinstance(moved, str) else open_steps(drawing, moved.marking)
        if not before:
            return
        step = random.choice(before)
        moved = tried(complete, drawing, moved.marking, step.key, choices_of(net, random), serial=step.serial)
        if moved != "too_many_moves":
            after = set(before) - set(moved.closed) - set(moved.cancelled) | set(moved.opened)
            assert moved.closed == (step,)
            assert after == set(open_steps(drawing, moved.marking))


def test_a_refused_move_leaves_the_marking_as_it_was():
    net = nets.Net()
    begin, one, choice, end = (net.add(kind) for kind in (nets.START, nets.PERSON, nets.XOR, nets.END))
    for source, target in ((begin, one), (one, choice), (choice, one), (choice, end)):
        net.join(source, target)
    drawing = parse_drawing(net.xml())
    marking = start(drawing).marking
    before = json.dumps(marking.to_json())
    with pytest.raises(StepRefused) as refusal:
        complete(drawing, marking, one)
    assert refusal.value.reason_code == "value_missing"
    assert f"c_{choice}" in str(refusal.value)
    assert json.dumps(marking.to_json()) == before
