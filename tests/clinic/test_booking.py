"""The appointment book against a plain list of who is in each slot."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clinic.book import Appointment, Book, Fence
from sim.clinic.book_page import Need
from sim.clinic.booking_rules import slots_for
from sim.clinic.hours import Calendar, Hours
from sim.policy.orders import Gap

DAY = 1440
MONDAY = date(2026, 1, 5)
OPENS, SLOTS = 540, 32  # 09:00-17:00 in quarters of an hour
FRIDAY_TOO_SHORT = Hours(friday="09:00-10:00")
WITH_A_BREAK = Hours(  # the afternoon is on no grid that is counted from the morning
    monday=("09:00-12:00", "12:50-17:00"), tuesday=("09:00-10:00", "11:00-16:10", "20:00-21:00")
)


def need(length, reach=None, group=""):
    return Need(length, reach or length, group)


def book(places=1, grid=15, hours=FRIDAY_TOO_SHORT, holidays=(), **rules):
    limit = places if callable(places) else lambda day, minute: places
    return Book(Calendar(hours, MONDAY, holidays), limit, grid, **rules)


class PlainBook:
    """Who is in each slot, by name; finds a start by trying every one."""

    def __init__(self, places, grid, hours, fences=(), overbook=0):
        self.calendar, self.grid = Calendar(hours, MONDAY), grid
        self.places = places if callable(places) else lambda day, minute: places
        self.fences, self.overbook = dict(fences), overbook
        self.held, self.today = [], 0

    def kept(self, day):
        """Places still kept on a day, by group."""
        return {
            group: fence.places
            for group, fence in self.fences.items()
            if fence.release_days is None or day - self.today > fence.release_days
        }

    def has_room(self, at, group, more):
        """Whether the slot at a minute takes one more of the group, `more` beyond its places."""
        day, time = divmod(at, DAY)
        places = self.places(day, time)
        if places is None:
            return True
        inside = [
            one.need.group
            for one in self.held
            if one.start <= at < one.start + one.need.length * self.grid
        ]
        kept = self.kept(day)
        own = inside.count(group) < kept.get(group, 0)
        shared = places - sum(kept.values())
        shared -= sum(max(0, inside.count(g) - kept.get(g, 0)) for g in set(inside))
        return len(inside) < places + more and (own or shared + more > 0)

    def fits(self, start, need, more=0):
        slots = range(start, start + need.length * self.grid, self.grid)
        return all(self.has_room(at, need.group, more) for at in slots)

    def first_free(self, need, earliest, last_day, preferred):
        day = max(earliest // DAY, self.today)
        while last_day is None or day <= last_day:
            if starts := self.starts(day, need):
                for over in (False, True):
                    fitting = {
                        slot: start
                        for slot, (start, _) in starts.items()
                        if self.fits(start, need, int(over))
                    }
                    if fitting or over or self.overbooked(day) >= self.overbook:
                        break
                free = [slot for slot, start in fitting.items() if start >= earliest]
                wanted = list(starts)[int(preferred * len(starts))]
                rounds = [slot for slot in free if starts[slot][1]]
                if free:
                    nearest = min(rounds or free, key=lambda slot: (abs(slot - wanted), slot))
                    return Appointment(fitting[nearest], need, over)
            day += 1
        return None

    def starts(self, day, need):
        """Starts that end in time, by slot of the day: the minute, and whether in a round."""
        found, before = {}, 0
        for opens, closes in self.calendar.openings(day):
            slots = (closes - opens) // self.grid
            last = slots - need.reach
            for slot in range(last + 1):
                in_round = 0 in (slot % need.length, (last - slot) % need.length)
                found[before + slot] = day * DAY + opens + slot * self.grid, in_round
            before += slots
        return found

    def overbooked(self, day):
        return sum(one.over for one in self.held if one.start // DAY == day)


GROUPS = ("induction", "booster")
FENCES = (
    {},
    {"induction": Fence(1, 1)},
    {"induction": Fence(1, None), "booster": Fence(1, 3)},
    {"booster": Fence(5, 2)},
)
LIMITS = (1, 2, 3, None, lambda day, minute: 1 + (minute < 720) - (day == 2))


def requests(longest):
    return st.tuples(
        st.integers(1, longest),  # length in slots
        st.integers(0, 2),  # more slots until closing
        st.sampled_from(GROUPS),
        st.integers(0, 6 * DAY),  # earliest, after today
        st.one_of(st.none(), st.integers(0, 9)),  # last day, after the earliest
        st.floats(0, 1, exclude_max=True),  # preferred
        st.sampled_from(["keep", "keep", "keep", "give back one", "a day passes"]),
    )


@given(
    places=st.sampled_from(LIMITS),
    grid=st.sampled_from([15, 20, 60]),
    hours=st.sampled_from([FRIDAY_TOO_SHORT, WITH_A_BREAK]),
    fences=st.sampled_from(FENCES),
    overbook=st.integers(0, 2),
    wishes=st.lists(requests(4), max_size=30),
    pick=st.randoms(use_true_random=False),
)
def test_the_book_finds_what_a_plain_list_finds_and_no_slot_is_over_capacity(
    places, grid, hours, fences, overbook, wishes, pick
):
    if places == 1 and any(fence.release_days is None for fence in fences.values()):
        places = 2  # or those without a place of their own never find one
    rules = {"fences": fences, "overbook": overbook}
    fast = book(places, grid, hours, groups=GROUPS, **rules)
    plain = PlainBook(places, grid, hours, **rules)
    today = 0
    for length, more, group, after, window, preferred, then in wishes:
        earliest = today * DAY + after
        last_day = earliest // DAY + (30 if window is None else window)
        fast.turn_to(today)
        plain.today = today
        wanted = need(length, length + more, group)
        found = fast.first_free(wanted, earliest, last_day, preferred)
        assert found == plain.first_free(wanted, earliest, last_day, preferred)
        if found:
            fast.take(found)
            plain.held.append(found)
        if then == "a day passes":
            today += 1
        if then == "give back one" and plain.held:
            ahead = [one for one in plain.held if one.start >= today * DAY]
            if ahead:
                freed = ahead[pick.randrange(len(ahead))]
                fast.give_back(freed)
                plain.held.remove(freed)


def test_kept_places_are_for_their_group_until_they_are_released():
    """Two chairs, one of them kept for inductions until two days ahead."""
    pages = book(2, groups=GROUPS, fences={"induction": Fence(1, 2)})
    whole, day = need(SLOTS, group="booster"), 3
    pages.take(pages.first_free(whole, day * DAY, day, 0.0))
    assert pages.first_free(whole, day * DAY, day, 0.0) is None
    assert pages.first_free(need(SLOTS, group="induction"), day * DAY, day, 0.0) is not None
    pages.turn_to(1)
    assert pages.first_free(whole, day * DAY, day, 0.0) is not None


@pytest.mark.parametrize(("day", "sessions"), [(1, 2), (2, 2), (3, 1)])
def test_a_kept_place_is_released_just_so_many_days_ahead(day, sessions):
    """Two chairs, one kept until two days ahead: on days 0 to 2 anybody may have both."""
    pages = book(2, groups=GROUPS, fences={"induction": Fence(1, 2)})
    whole, taken = need(SLOTS, group="booster"), 0
    while found := pages.first_free(whole, day * DAY, day, 0.0):
        pages.take(found)
        taken += 1
    assert taken == sessions


def test_two_overbooked_sessions_are_never_in_the_same_slot():
    """One chair, two sessions beyond it a day: each in a half of the day of its own."""
    pages, half = book(1, overbook=2), need(SLOTS // 2)
    starts = []
    while found := pages.first_free(half, 0, 0, 0.0):
        pages.take(found)
        starts.append((found.start, found.over))
    noon = OPENS + 240
    assert starts == [(OPENS, False), (noon, False), (OPENS, True), (noon, True)]
    whole_days = book(1, overbook=2)
    for _ in range(2):
        whole_days.take(whole_days.first_free(need(SLOTS), 0, 0, 0.0))
    assert whole_days.first_free(need(SLOTS), 0, 0, 0.0) is None


def test_a_series_that_finds_no_place_for_one_of_its_sessions_starts_later():
    """Sessions a day and then two days apart; Tuesday is full, so Wednesday is the first start."""
    week = Hours(saturday="09:00-17:00", sunday="09:00-17:00")
    pages, whole = book(hours=week), need(SLOTS)
    pages.take(pages.first_free(whole, DAY, 1, 0.0))
    series = pages.first_series(whole, 0, [Gap(1, 0), Gap(2, 0)], 0.0)
    assert [one.start // DAY for one in series] == [2, 3, 5]
    assert pages.first_series(whole, 0, [Gap(1, 0), Gap(2, 0)], 0.0, last_day=1) is None


def test_a_full_day_that_was_looked_at_first_hides_no_free_day_before_it():
    pages, whole = book(), need(SLOTS)
    pages.take(pages.first_free(whole, 3 * DAY, 3, 0.0))
    assert pages.first_free(whole, 3 * DAY, None, 0.0).start // DAY == 7
    assert pages.first_free(whole, 0, None, 0.0).start // DAY == 0


def test_a_slot_that_would_end_after_closing_is_none():
    """09:00 to 10:14 holds four quarters of an hour and not five; 10:15 holds five."""
    for closes, slots in (("10:14", 4), ("10:15", 5)):
        pages = book(hours=Hours(monday=f"09:00-{closes}"))
        assert pages.first_free(need(slots), 0, 0, 0.0) is not None
        assert pages.first_free(need(slots + 1), 0, 0, 0.0) is None


def test_a_day_is_overbooked_only_when_it_is_full_and_only_so_often():
    pages = book(1, overbook=1)
    half = need(SLOTS // 2)
    taken = []
    for _ in range(3):
        taken.append(pages.first_free(half, 0, 0, 0.0))
        pages.take(taken[-1])
    assert [one.over for one in taken] == [False, False, True]
    assert pages.first_free(half, 0, 0, 0.0) is None
    pages.give_back(taken[2])
    assert pages.first_free(half, 0, 0, 0.0).over


def test_the_last_start_leaves_the_room_that_was_asked_for():
    pages = book()
    assert pages.first_free(need(7, 9), 0, None, 0.999).start == OPENS + (SLOTS - 9) * 15


def test_before_the_clinic_opens_there_is_no_limit():
    pages = book(1, opens=7)
    whole = need(SLOTS)
    for _ in range(5):
        found = pages.first_free(whole, 0, 0, 0.0)
        pages.take(found)
    pages.take(pages.first_free(whole, 7 * DAY, 7, 0.0))
    assert pages.first_free(whole, 7 * DAY, 7, 0.0) is None


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
        found = pages.first_free(need(length), day * DAY, None, time)
        pages.take(found)
        plain.held.append(found)
    gaps = [Gap(days, late) for days, late in gaps]
    series = pages.first_series(need(5), earliest, gaps, preferred)
    assert len(series) == len(gaps) + 1
    assert series[0].start >= earliest
    for (one, later), gap in zip(pairwise(series), gaps, strict=True):
        days = later.start // DAY - one.start // DAY
        assert gap.days <= days <= gap.days + gap.late_days
    for appointment in series:
        assert plain.fits(appointment.start, appointment.need)
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
        found = pages.first_free(need(2), 0, None, wanted)
        pages.take(found)
        starts.append((found.start - OPENS) // 15)
    assert starts == [12, 10, 14]  # 10 and 14 are equally near: the earlier first


def filled(length, preferences):
    """How many sessions a day takes when people with these preferences book it full."""
    pages, sessions = book(), 0
    while found := pages.first_free(need(length), 0, 0, preferences[sessions % len(preferences)]):
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
    pages.take(Appointment(OPENS, need(1)))
    pages.take(Appointment(OPENS + (SLOTS - 1) * 15, need(1)))
    for slot in range(2, SLOTS - 1, 4):  # leaves three free slots in a row, on no round of three
        pages.take(Appointment(OPENS + slot * 15, need(1)))
    found = pages.first_free(need(3), 0, 0, 0.5)
    assert found is not None
    assert found.start // 1440 == 0


def test_preferences_cover_the_day_from_the_first_start_to_the_last_that_ends_in_time():
    pages = book()
    assert pages.first_free(need(7), 0, None, 0.0).start == OPENS
    assert pages.first_free(need(7), 0, None, 0.999).start == OPENS + (SLOTS - 7) * 15


def test_a_start_on_the_day_itself_is_never_in_the_past():
    pages = book()
    found = pages.first_free(need(1), OPENS + 100, None, 0.0)
    assert found.start == OPENS + 105
    assert pages.first_free(need(1), OPENS + 479, None, 0.0).start == DAY + OPENS


def test_no_session_runs_into_the_break_of_a_day():
    """Three hours, a break, four hours: room for one session of 105 minutes and for two."""
    pages, starts = book(hours=Hours(monday=("09:00-12:00", "13:00-17:00"))), []
    while found := pages.first_free(need(7), 0, 0, 0.0):
        pages.take(found)
        starts.append(found.start)
    assert starts == [9 * 60, 13 * 60, 14 * 60 + 45]
    assert pages.first_free(need(7, 9), DAY * 7, 7, 0.2).start <= 7 * DAY + 12 * 60 - 9 * 15


def test_a_full_day_sends_people_to_the_next_open_day():
    pages = book()
    for _ in range(4):
        pages.take(pages.first_free(need(8), 0, 0, 0.5))
    assert pages.first_free(need(8), 0, 0, 0.5) is None
    assert pages.first_free(need(8), 0, None, 0.5).start // DAY == 1


def test_a_day_too_short_for_the_session_is_passed_over():
    pages = book()
    assert pages.first_free(need(5), 4 * DAY, None, 0.0).start // DAY == 7  # Friday closes at 10
    assert pages.first_free(need(4), 4 * DAY, None, 0.0).start // DAY == 4


def test_a_holiday_is_passed_over():
    pages = book(holidays=[date(2026, 1, 6)])
    assert pages.first_free(need(1), DAY, None, 0.0).start // DAY == 2


def test_a_window_without_a_free_start_gives_nothing():
    pages = book()
    assert pages.first_free(need(1), 5 * DAY, 6, 0.0) is None  # a weekend


def test_an_appointment_given_back_can_be_booked_again():
    pages = book()
    day = [pages.first_free(need(8), 0, 0, 0.0) for _ in range(1)]
    while found := pages.first_free(need(8), 0, 0, 0.0):
        pages.take(found)
        day.append(found)
    assert pages.first_free(need(8), 0, None, 0.0).start // DAY == 1
    pages.give_back(day[2])
    assert pages.first_free(need(8), 0, None, 0.0) == day[2]


def test_as_many_sessions_fit_side_by_side_as_there_are_places():
    pages = book(places=3)
    for _ in range(3):
        found = pages.first_free(need(SLOTS), 0, 0, 0.0)
        pages.take(found)
    assert pages.first_free(need(1), 0, 0, 0.0) is None


def test_without_a_limit_everybody_gets_the_preferred_time():
    pages = book(places=None)
    starts = set()
    for _ in range(50):
        found = pages.first_free(need(7), 0, None, 0.25)
        pages.take(found)
        starts.add(found.start)
    assert len(starts) == 1


@pytest.mark.parametrize(
    ("minutes", "slots"), [(105, 7), (105.01, 8), (1, 1), (0, 1), (15, 1), (90.5, 7)]
)
def test_a_planned_length_is_rounded_up_to_the_grid(minutes, slots):
    assert slots_for(minutes, 15) == slots
