"""Chairs and nurses under SimPy: first come, first served; numbered; never more than there are."""

from fractions import Fraction
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clinic.staffing import Nurses, Places, shares_of
from sim.clock import Clock, Sleeper


def in_line(clock, places, **whom):
    """Have a process of no deeds wait; what it is woken with is its value, None until then."""
    clock.active = sleeper = Sleeper(clock, repr)
    assert places.wait(**whom) is None
    return sleeper


def occupy(clock, places, minutes, log, name):
    if (number := places.take()) is None:
        number = yield places.wait()
    log.append((name, clock.now, number))
    yield clock.now + minutes
    places.leave(number)


def test_the_lowest_free_number_is_taken_first():
    places = Places(Clock(), 3)
    assert [places.take() for _ in range(4)] == [1, 2, 3, None]
    places.leave(2)
    places.leave(1)
    assert [places.take(), places.take()] == [1, 2]


def test_without_limit_there_is_always_another_number_and_used_ones_come_first():
    places = Places(Clock(), None)
    assert [places.take() for _ in range(3)] == [1, 2, 3]
    places.leave(2)
    assert [places.take(), places.take()] == [2, 4]


def test_a_place_that_is_left_goes_to_whoever_has_waited_longest():
    clock, log = Clock(), []
    places = Places(clock, 1)
    for name, minutes in (("first", 10), ("second", 5), ("third", 1)):
        clock.begin(occupy(clock, places, minutes, log, name))
    clock.run()
    assert log == [("first", 0, 1), ("second", 10, 1), ("third", 15, 1)]


arrivals = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), max_size=40)


@given(arrivals, st.integers(1, 4))
def test_places_serve_in_order_of_arrival_and_never_more_than_there_are(people, capacity):
    clock, log = Clock(), []
    places = Places(clock, capacity)

    def come():
        for name, (gap, minutes) in enumerate(people):
            yield clock.now + gap
            clock.begin(occupy(clock, places, minutes, log, name))

    clock.begin(come())
    clock.run()
    served = sorted(log)  # by name; a place handed over in a minute may be told after a free one
    assert [name for name, _, _ in served] == list(range(len(people)))
    assert all(one[1] <= later[1] for one, later in pairwise(served))
    held = sorted((number, begin, begin + people[name][1]) for name, begin, number in log)
    for one, other in pairwise(held):
        assert one[0] != other[0] or one[2] <= other[1]
    assert all(1 <= number <= capacity for _, _, number in log)


def test_a_call_to_come_gives_a_place_back():
    clock = Clock()
    places = Places(clock, 1)
    chair = places.take()
    clock.call(9, places.leave, chair)
    clock.run(until=9)
    assert places.take() is None
    clock.run(until=10)
    assert places.take() == 1


class Watched:
    """Counts nurses one to one and patients with them, and checks the rule at each change.

    The rule is kept whenever something begins: when nurses go off duty, what is under way is
    finished by more of them than are on duty.
    """

    def __init__(self, nurses, monitoring, infusing):
        self.clock = Clock()
        self.staff = Nurses(self.clock, nurses, shares_of(monitoring, infusing))
        self.nurses, self.ratios = nurses, (infusing, monitoring)
        self.busy, self.watched, self.served = [], [0, 0], []

    def attention(self):
        return ceil(sum(Fraction(n, r) for n, r in zip(self.watched, self.ratios, strict=True)))

    def begins(self, what, name, nurse):
        self.served.append((what, name, self.clock.now))
        self.busy.append(nurse)
        assert len(self.busy) == len(set(self.busy)), "a nurse in two tasks one to one"
        assert len(self.busy) <= self.nurses
        assert 1 <= nurse <= self.nurses

    def session(self, name, prepare, infuse, monitor, discharge):
        if (nurse := self.staff.take()) is None:
            nurse = yield self.staff.wait()
        self.watched[0] += 1
        self.begins("prepare", name, nurse)
        assert self.attention() <= self.nurses
        yield self.clock.now + prepare
        self.busy.remove(nurse)
        self.staff.leave(nurse)
        yield self.clock.now + infuse
        self.watched[0] -= 1
        self.watched[1] += 1
        self.staff.infusion_ends()
        yield self.clock.now + monitor
        if (nurse := self.staff.take(new=False)) is None:
            nurse = yield self.staff.wait(new=False)
        self.begins("discharge", name, nurse)
        yield self.clock.now + discharge
        self.busy.remove(nurse)
        self.watched[1] -= 1
        self.staff.leave(nurse, gone=True)


stages = st.tuples(
    st.integers(0, 20),
    st.integers(1, 20),
    st.integers(0, 40),
    st.integers(0, 60),
    st.integers(1, 10),
)
ratios = st.tuples(st.integers(1, 4), st.integers(1, 4)).map(sorted)  # infusing, monitoring
duties = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 5)), max_size=8)


@given(st.lists(stages, max_size=25), st.integers(1, 4), ratios, duties)
def test_neither_tasks_one_to_one_nor_the_patients_over_their_ratios_exceed_the_nurses_on_duty(
    people, nurses, ratios, duties
):
    infusing, monitoring = ratios
    ward = Watched(nurses, monitoring, infusing)

    def come():
        for name, (gap, *minutes) in enumerate(people):
            yield ward.clock.now + gap
            ward.clock.begin(ward.session(name, *minutes))

    def change():
        for after, number in [*duties, (60, nurses)]:
            yield ward.clock.before_all(ward.clock.now + after)
            ward.nurses = number
            ward.staff.resize(number)

    ward.clock.begin(come())
    ward.clock.begin(change())
    ward.clock.run()
    assert len(ward.served) == 2 * len(people)  # nobody is forgotten
    prepared = sorted((name, now) for what, name, now in ward.served if what == "prepare")
    assert all(one[1] <= later[1] for one, later in pairwise(prepared))  # first come, first served


@given(st.lists(stages, max_size=25), st.integers(1, 4), ratios)
def test_while_nobody_goes_off_duty_the_nurses_suffice_at_every_minute(people, nurses, ratios):
    ward = Watched(nurses, ratios[1], ratios[0])

    def come():
        for name, (gap, *minutes) in enumerate(people):
            yield ward.clock.now + gap
            ward.clock.begin(ward.session(name, *minutes))

    def watch():
        while ward.clock.peek() < float("inf"):
            yield ward.clock.now + 1
            assert max(len(ward.busy), ward.attention()) <= nurses

    ward.clock.begin(come())
    ward.clock.begin(watch())
    ward.clock.run()


def test_places_that_go_out_of_use_do_so_when_they_are_left_and_come_back_to_whoever_waits():
    clock = Clock()
    places = Places(clock, 3)
    assert [places.take(), places.take()] == [1, 2]
    places.resize(1)  # 3 at once, and the next that is left
    assert places.take() is None
    waiting = in_line(clock, places)
    places.leave(1)
    assert waiting.value is None
    places.resize(2)
    assert waiting.value == 1
    places.resize(3)
    assert [places.take(), places.take()] == [3, None]


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from("twlr"), st.integers(0, 5)), max_size=60),
)
def test_numbers_in_use_are_different_and_new_ones_are_given_only_while_there_are_few_enough(
    capacity, steps
):
    clock = Clock()
    places, held, waiting = Places(clock, capacity), [], []
    for what, number in steps:
        if what == "t" and not waiting:
            taken = places.take()
            assert (taken is not None) == (len(held) < capacity)
            held += [] if taken is None else [taken]
        elif what == "w" and len(held) >= capacity:
            waiting.append(in_line(clock, places))
        elif what == "l" and held:
            places.leave(held.pop(number % len(held)))
        elif what == "r":
            capacity = number
            places.resize(number)
        while waiting and waiting[0].value:
            held.append(waiting.pop(0).value)
            assert len(held) <= capacity
        assert len(held) == len(set(held))
        assert not waiting or len(held) >= capacity


def test_one_nurse_at_ratio_three_watches_two_and_prepares_a_third():
    staff = Nurses(Clock(), 1, shares_of(3, 3))
    for _ in range(2):
        staff.leave(staff.take())
    assert staff.take() == 1
    staff.leave(1)
    assert staff.take() is None  # a fourth is one more than her ratio
    assert staff.take(new=False) == 1  # but of her three one may be discharged
    assert staff.take(new=False) is None  # at a time
    staff.leave(1, gone=True)
    assert staff.take() == 1


def test_at_ratio_one_a_nurse_has_one_patient_from_her_beginning_until_the_patient_has_left():
    staff = Nurses(Clock(), 1, shares_of(1, 1))
    staff.leave(staff.take())
    assert staff.take() is None
    staff.leave(staff.take(new=False), gone=True)
    assert staff.take() == 1


def test_a_ratio_that_is_smaller_while_infusing_binds_until_the_infusions_end():
    staff = Nurses(Clock(), 1, shares_of(3, 1))
    staff.leave(staff.take())
    assert staff.take() is None
    staff.infusion_ends()  # of three thirds two are free, and a beginner takes all three
    assert staff.take() is None
    staff.gone()
    assert staff.take() == 1


def test_nobody_overtakes_those_who_wait_for_a_nurse():
    clock = Clock()
    staff = Nurses(clock, 1, shares_of(2, 2))
    nurse = staff.take()
    waiting = [in_line(clock, staff), in_line(clock, staff, new=False)]
    assert staff.take() is None
    staff.leave(nurse)
    assert [one.value is not None for one in waiting] == [True, False]
    assert staff.take() is staff.take(new=False) is None


def test_who_is_ready_passes_whoever_lacks_attention_as_she_needs_hands_only():
    clock = Clock()
    staff = Nurses(clock, 1, shares_of(2, 2))
    staff.leave(staff.take())
    nurse = staff.take()
    third, ready = in_line(clock, staff), in_line(clock, staff, new=False)
    staff.leave(nurse)  # two are watched: a third is one too many
    assert third.value is None
    staff.leave(ready.value, gone=True)
    assert third.value is not None


@pytest.mark.parametrize("ratio", [1, 3])
def test_without_limit_there_is_always_a_nurse(ratio):
    staff = Nurses(Clock(), None, shares_of(ratio, ratio))
    assert [staff.take() for _ in range(5)] == [1, 2, 3, 4, 5]
    staff.leave(2)
    assert staff.take() == 2
