"""Chairs and nurses under SimPy: first come, first served; numbered; never more than there are."""

from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simpy import Environment

from sim.clinic.staffing import Nurses, Places


def occupy(env, places, minutes, log, name):
    number = places.take() or (yield places.wait())
    log.append((name, env.now, number))
    yield env.timeout(minutes)
    places.leave(number)


def test_the_lowest_free_number_is_taken_first():
    places = Places(Environment(), 3)
    assert [places.take() for _ in range(4)] == [1, 2, 3, 0]
    places.leave(2)
    places.leave(1)
    assert [places.take(), places.take()] == [1, 2]


def test_without_limit_there_is_always_another_number_and_used_ones_come_first():
    places = Places(Environment(), None)
    assert [places.take() for _ in range(3)] == [1, 2, 3]
    places.leave(2)
    assert [places.take(), places.take()] == [2, 4]


def test_a_place_that_is_left_goes_to_whoever_has_waited_longest():
    env, log = Environment(), []
    places = Places(env, 1)
    for name, minutes in (("first", 10), ("second", 5), ("third", 1)):
        env.process(occupy(env, places, minutes, log, name))
    env.run()
    assert log == [("first", 0, 1), ("second", 10, 1), ("third", 15, 1)]


arrivals = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), max_size=40)


@given(arrivals, st.integers(1, 4))
def test_places_serve_in_order_of_arrival_and_never_more_than_there_are(people, capacity):
    env, log = Environment(), []
    places = Places(env, capacity)

    def come():
        for name, (gap, minutes) in enumerate(people):
            yield env.timeout(gap)
            env.process(occupy(env, places, minutes, log, name))

    env.process(come())
    env.run()
    assert [name for name, _, _ in log] == list(range(len(people)))
    held = sorted((number, begin, begin + people[name][1]) for name, begin, number in log)
    for one, other in pairwise(held):
        assert one[0] != other[0] or one[2] <= other[1]
    assert all(1 <= number <= capacity for _, _, number in log)


def test_a_timeout_can_give_a_place_back_by_itself():
    env = Environment()
    places = Places(env, 1)
    chair = places.take()
    env.timeout(9, chair).callbacks.append(places.leave_event)
    env.run(until=9)
    assert places.take() == 0
    env.run(until=10)
    assert places.take() == 1


class Watched:
    """Counts nurses one to one and patients watched, and checks the rule at each change."""

    def __init__(self, nurses, ratio):
        self.env = Environment()
        self.staff = Nurses(self.env, nurses, ratio)
        self.nurses, self.ratio = nurses, ratio
        self.busy, self.watched, self.served = [], 0, []

    def check(self):
        assert len(self.busy) == len(set(self.busy)), "a nurse in two tasks one to one"
        needed = len(self.busy) + ceil(self.watched / self.ratio)
        assert needed <= self.nurses
        assert all(1 <= number <= self.nurses for number in self.busy)

    def session(self, name, prepare, monitor, discharge):
        nurse = self.staff.take() or (yield self.staff.wait())
        self.served.append(("prepare", name, self.env.now))
        self.busy.append(nurse)
        self.check()
        yield self.env.timeout(prepare)
        self.busy.remove(nurse)
        self.watched += 1
        self.staff.leave(nurse, watch=True)
        self.check()
        yield self.env.timeout(monitor)
        self.watched -= 1
        self.staff.stop_watching()
        nurse = self.staff.take() or (yield self.staff.wait())
        self.served.append(("discharge", name, self.env.now))
        self.busy.append(nurse)
        self.check()
        yield self.env.timeout(discharge)
        self.busy.remove(nurse)
        self.staff.leave(nurse)


stages = st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(0, 60), st.integers(1, 10))


@given(st.lists(stages, max_size=25), st.integers(1, 4), st.integers(1, 4))
def test_one_to_one_tasks_and_the_watched_over_the_ratio_never_exceed_the_nurses(
    people, nurses, ratio
):
    ward = Watched(nurses, ratio)

    def come():
        for name, (gap, *minutes) in enumerate(people):
            yield ward.env.timeout(gap)
            ward.env.process(ward.session(name, *minutes))

    ward.env.process(come())
    ward.env.run()
    assert len(ward.served) == 2 * len(people)  # nobody is forgotten
    prepared = [name for what, name, _ in ward.served if what == "prepare"]
    assert prepared == sorted(prepared)  # first come, first served


def test_one_nurse_at_ratio_two_cannot_prepare_while_she_watches_anybody():
    env = Environment()
    staff = Nurses(env, 1, 2)
    nurse = staff.take()
    assert staff.take() == 0
    staff.leave(nurse, watch=True)
    assert staff.take() == 0  # one of her two shares is with the patient watched
    staff.stop_watching()
    assert staff.take() == 1


def test_two_nurses_at_ratio_two_watch_two_and_prepare_a_third():
    staff = Nurses(Environment(), 2, 2)
    for _ in range(2):
        staff.leave(staff.take(), watch=True)
    third = staff.take()
    assert third
    assert staff.take() == 0
    staff.leave(third, watch=True)
    assert staff.take() == 0  # three watched need both of them


def test_nobody_overtakes_those_who_wait_for_a_nurse():
    env = Environment()
    staff = Nurses(env, 1, 1)
    nurse = staff.take()
    waiting = [staff.wait(), staff.wait()]
    staff.leave(nurse)
    env.run()
    assert [event.triggered for event in waiting] == [True, False]
    assert staff.take() == 0


@pytest.mark.parametrize("ratio", [1, 3])
def test_without_limit_there_is_always_a_nurse(ratio):
    staff = Nurses(Environment(), None, ratio)
    assert [staff.take() for _ in range(5)] == [1, 2, 3, 4, 5]
    staff.leave(2, watch=True)
    assert staff.take() == 2
