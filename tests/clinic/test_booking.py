"""The appointment book against a plain list of who is in each slot."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clinic.booking import Appointment, Book, slots_for
from sim.clinic.hours import Calendar, Hours
from sim.policy.orders import Gap

DAY = 1440
MONDAY = date(2026, 1, 5)
OPENS, SLOTS = 540, 32  # 09:00-17:00 in quarters of an hour
FRIDAY_TOO_SHORT = Hours(friday="09:00-10:00")


def book(places=1, grid=15, hours=FRIDAY_TOO_SHORT, holidays=()):
    return Book(Calendar(hours, MONDAY, holidays), places, grid)


class PlainBook:
    """Counts, slot by slot; finds a start by trying every one."""

    def __init__(self, places, grid, hours):
        self.calendar, self.places, self.grid = Calendar(hours, MONDAY), places, grid
        self.count = {}

    def fits(self, start, length):
        slots = range(start, start + length * self.grid, self.grid)
        return self.places is None or all(self.count.get(at, 0) < self.places for at in slots)

    def first_free(self, length, earliest, last_day, preferred):
        day = earliest // DAY
        while last_day is None or day <= last_day:
            if opening := self.calendar.opening(day):
                opens = day * DAY + opening[0]
                starts = (opening[1] - opening[0]) // self.grid - length + 1
                wanted = int(preferred * starts)
                free = [
                    slot
                    for slot in range(starts)
                    if opens + slot * self.grid >= earliest
                    and self.fits(opens + slot * self.grid, length)
                ]
                last = starts - 1
                rounds = [slot for slot in free if 0 in (slot % length, (last - slot) % length)]
                if free:
                    nearest = min(rounds or free, key=lambda slot: (abs(slot - wanted), slot))
                    return Appointment(opens + nearest * self.grid, length)
            day += 1
        return None

    def add(self, appointment, number):
        for slot in range(appointment.length):
            at = appointment.start + slot * self.grid
            self.count[at] = self.count.get(at, 0) + number


def requests(longest):
    return st.tuples(
        st.integers(1, longest),  # length in slots
        st.integers(0, 6 * DAY),  # earliest, after today
        st.one_of(st.none(), st.integers(0, 9)),  # last day, after the earliest
        st.floats(0, 1, exclude_max=True),  # preferred
        st.sampled_from(["keep", "keep", "keep", "give back one", "a day passes"]),
    )


@given(
    places=st.sampled_from([1, 2, 3, None]),
    grid=st.sampled_from([15, 20, 60]),
    wishes=st.lists(requests(4), max_size=40),
    pick=st.randoms(use_true_random=False),
)
def test_the_book_finds_what_a_plain_list_finds_and_no_slot_is_over_capacity(
    places, grid, wishes, pick
):
    fast, plain = book(places, grid), PlainBook(places, grid, FRIDAY_TOO_SHORT)
    today, held = 0, []
    for length, after, window, preferred, then in wishes:
        earliest = today * DAY + after
        last_day = None if window is None else earliest // DAY + window
        fast.turn_to(today)
        found = fast.first_free(length, earliest, last_day, preferred)
        assert found == plain.first_free(length, earliest, last_day, preferred)
        if found:
            fast.take(found)
            plain.add(found, 1)
            held.append(found)
        if then == "a day passes":
            today += 1
        held = [appointment for appointment in held if appointment.start >= today * DAY]
        if then == "give back one" and held:
            freed = held.pop(pick.randrange(len(held)))
            fast.give_back(freed)
            plain.add(freed, -1)
        assert places is None or all(0 <= n <= places for n in plain.count.values())


@given(
    gaps=st.lists(  # 3 days late or more, to reach over a short Friday and a weekend
        st.tuples(st.integers(1, 10), st.integers(3, 6)), max_size=6
    ),
    taken=st.lists(
        st.tuples(st.integers(1, 6), st.integers(0, 30), st.floats(0, 1, exclude_max=True)),
        max_size=60,
    ),
    preferred=st.floats(0, 1, exclude_max=True),
    earliest=st.integers(0, 10 * DAY),
)
def test_every_appointment_of_a_series_is_free_and_inside_its_gap(gaps, taken, preferred, earliest):
    pages, plain = book(), PlainBook(1, 15, FRIDAY_TOO_SHORT)
    for length, day, time in taken:
        found = pages.first_free(length, day * DAY, None, time)
        pages.take(found)
        plain.add(found, 1)
    gaps = [Gap(days, late) for days, late in gaps]
    series = pages.first_series(5, earliest, gaps, preferred)
    assert len(series) == len(gaps) + 1
    assert series[0].start >= earliest
    for (one, later), gap in zip(pairwise(series), gaps, strict=True):
        days = later.start // DAY - one.start // DAY
        assert gap.days <= days <= gap.days + gap.late_days
    for appointment in series:
        assert plain.fits(appointment.start, appointment.length)
        opening = plain.calendar.opening(appointment.start // DAY)
        assert opening
        assert opening[0] <= appointment.start % DAY
        assert appointment.start % DAY + 5 * 15 <= opening[1]
        pages.take(appointment)


def test_the_round_nearest_to_the_preferred_time_is_taken_while_it_is_free():
    pages = book()
    wanted = 12 / 31
    starts = []
    for _ in range(3):
        found = pages.first_free(2, 0, None, wanted)
        pages.take(found)
        starts.append((found.start - OPENS) // 15)
    assert starts == [12, 10, 14]  # 10 and 14 are equally near: the earlier first


def filled(length, preferences):
    """How many sessions a day takes when people with these preferences book it full."""
    pages, sessions = book(), 0
    while found := pages.first_free(length, 0, 0, preferences[sessions % len(preferences)]):
        pages.take(found)
        sessions += 1
    return sessions


@pytest.mark.parametrize("length", [5, 6, 7, 9])
@pytest.mark.parametrize("end", [0.0, 0.999])
def test_a_day_booked_from_either_end_is_filled_without_gaps(length, end):
    assert filled(length, [end]) == SLOTS // length


@given(st.integers(2, 10), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5))
def test_whatever_people_prefer_a_day_loses_one_session_to_gaps_at_most(length, preferences):
    assert SLOTS // length - 1 <= filled(length, preferences) <= SLOTS // length


def test_starts_between_the_rounds_are_used_when_no_round_is_left():
    pages = book()
    pages.take(Appointment(OPENS, 1))
    pages.take(Appointment(OPENS + (SLOTS - 1) * 15, 1))
    for slot in range(2, SLOTS - 1, 4):  # leaves three free slots in a row, on no round of three
        pages.take(Appointment(OPENS + slot * 15, 1))
    found = pages.first_free(3, 0, 0, 0.5)
    assert found is not None
    assert found.start // 1440 == 0


def test_preferences_cover_the_day_from_the_first_start_to_the_last_that_ends_in_time():
    pages = book()
    assert pages.first_free(7, 0, None, 0.0).start == OPENS
    assert pages.first_free(7, 0, None, 0.999).start == OPENS + (SLOTS - 7) * 15


def test_a_start_on_the_day_itself_is_never_in_the_past():
    pages = book()
    found = pages.first_free(1, OPENS + 100, None, 0.0)
    assert found.start == OPENS + 105
    assert pages.first_free(1, OPENS + 479, None, 0.0).start == DAY + OPENS


def test_a_full_day_sends_people_to_the_next_open_day():
    pages = book()
    for _ in range(4):
        pages.take(pages.first_free(8, 0, 0, 0.5))
    assert pages.first_free(8, 0, 0, 0.5) is None
    assert pages.first_free(8, 0, None, 0.5).start // DAY == 1


def test_a_day_too_short_for_the_session_is_passed_over():
    pages = book()
    assert pages.first_free(5, 4 * DAY, None, 0.0).start // DAY == 7  # Friday closes at 10
    assert pages.first_free(4, 4 * DAY, None, 0.0).start // DAY == 4


def test_a_holiday_is_passed_over():
    pages = book(holidays=[date(2026, 1, 6)])
    assert pages.first_free(1, DAY, None, 0.0).start // DAY == 2


def test_a_window_without_a_free_start_gives_nothing():
    pages = book()
    assert pages.first_free(1, 5 * DAY, 6, 0.0) is None  # a weekend


def test_an_appointment_given_back_can_be_booked_again():
    pages = book()
    day = [pages.first_free(8, 0, 0, 0.0) for _ in range(1)]
    while found := pages.first_free(8, 0, 0, 0.0):
        pages.take(found)
        day.append(found)
    assert pages.first_free(8, 0, None, 0.0).start // DAY == 1
    pages.give_back(day[2])
    assert pages.first_free(8, 0, None, 0.0) == day[2]


def test_as_many_sessions_fit_side_by_side_as_there_are_places():
    pages = book(places=3)
    for _ in range(3):
        found = pages.first_free(SLOTS, 0, 0, 0.0)
        pages.take(found)
    assert pages.first_free(1, 0, 0, 0.0) is None


def test_without_a_limit_everybody_gets_the_preferred_time():
    pages = book(places=None)
    starts = set()
    for _ in range(50):
        found = pages.first_free(7, 0, None, 0.25)
        pages.take(found)
        starts.add(found.start)
    assert len(starts) == 1


@pytest.mark.parametrize(
    ("minutes", "slots"), [(105, 7), (105.01, 8), (1, 1), (0, 1), (15, 1), (90.5, 7)]
)
def test_a_planned_length_is_rounded_up_to_the_grid(minutes, slots):
    assert slots_for(minutes, 15) == slots
