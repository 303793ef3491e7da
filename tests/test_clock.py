"""The clock of a run. Witness: stock SimPy, which runs the same programs in the same order."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simpy import Environment

from sim.clock import Clock
from sim.units import MINUTES_PER_DAY as DAY

programs = st.lists(
    st.lists(
        st.tuples(st.sampled_from((0, 1, 2, 700, DAY - 1, DAY, 3 * DAY)), st.booleans()),
        min_size=1,
        max_size=5,
    ),
    max_size=6,
)
"""For each process: how long each sleep is, and whether it starts another process before it."""


def stock(env, log, name, program):
    for step, (minutes, starts) in enumerate(program):
        log.append((env.now, name, step))
        if starts:
            env.process(stock(env, log, (name, step), [(minutes, False)]))
        yield env.timeout(minutes)


def lean(clock, log, name, program):
    for step, (minutes, starts) in enumerate(program):
        log.append((clock.now, name, step))
        if starts:
            clock.begin(lean(clock, log, (name, step), [(minutes, False)]))
        yield clock.now + minutes


@given(programs)
def test_processes_go_on_in_the_order_of_simpy(programs):
    env, clock, expected, found = Environment(), Clock(), [], []
    for name, program in enumerate(programs):
        env.process(stock(env, expected, name, program))
        clock.begin(lean(clock, found, name, program))
    env.run()
    clock.run()
    assert found == expected


@given(programs, st.sets(st.integers(0, 5)))
def test_stock_processes_run_beside_them_in_the_same_order(programs, plain):
    env, clock, expected, found = Environment(), Clock(), [], []
    for name, program in enumerate(programs):
        env.process(stock(env, expected, name, program))
        if name in plain:
            clock.process(stock(clock, found, name, program))
        else:
            clock.begin(lean(clock, found, name, program))
    for until in (2, DAY, 2 * DAY + 9):
        env.run(until=until)
        clock.run(until=until)
        assert found == expected
        assert clock.now == env.now == until


def test_who_sleeps_goes_on_when_woken_after_those_whose_minute_it_is():
    clock, log, asleep = Clock(), [], []

    def sleeps():
        asleep.append(clock.active)
        log.append((yield None))
        log.append(clock.now)

    def wakes():
        yield 5
        asleep.pop().wake("up")
        log.append("wakes")

    def last():
        yield 5
        log.append("last")

    for process in (sleeps(), wakes(), last()):
        clock.begin(process)
    clock.run()
    assert log == ["wakes", "last", "up", 5]


def test_what_is_urgent_comes_before_all_else_of_its_minute():
    clock, log = Clock(), []

    def usual(name):
        yield 3
        log.append(name)

    def urgent():
        yield clock.before_all(3)
        log.append("urgent")

    for process in (usual(1), usual(2), urgent()):
        clock.begin(process)
    clock.call(3, log.append, "called")
    clock.run()
    assert log == ["urgent", "called", 1, 2]


def test_nothing_happens_at_the_minute_until_which_it_runs_and_it_goes_on_from_there():
    clock, log = Clock(), []
    clock.call(4, log.append, "four")
    clock.run(until=4)
    assert (log, clock.now) == ([], 4)
    clock.run(until=5)
    assert (log, clock.now) == (["four"], 5)


def test_what_comes_next_is_told_and_what_is_forgotten_never_happens():
    clock, log = Clock(), []
    assert clock.peek() == inf
    for minute in (3 * DAY + 1, 3 * DAY, 7 * DAY):
        clock.call(minute, log.append, minute)
    assert clock.peek() == 3 * DAY
    clock.run(until=3 * DAY + 1)
    clock.timeout(5)
    assert (log, clock.peek()) == ([3 * DAY], 3 * DAY + 1)
    clock.run(until=3 * DAY + 2)
    assert clock.peek() == 3 * DAY + 6
    clock.forget()
    assert clock.peek() == inf
    clock.run(until=8 * DAY)
    assert log == [3 * DAY, 3 * DAY + 1]


def test_a_fault_in_a_process_is_not_lost():
    clock = Clock()

    def fails():
        yield 1
        raise ValueError("here")

    clock.begin(fails())
    with pytest.raises(ValueError, match="here"):
        clock.run()
