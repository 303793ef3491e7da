"""The calendar's arithmetic against Python's datetime, day by day and minute by minute."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clinic.hours import WEEKDAYS, Calendar, ChangingCalendar, Hours, opening_of
from sim.config.errors import ScenarioError
from sim.config.validation import validated

DAY = 1440
MONDAY = date(2026, 1, 5)
OFFICE = Hours()
LUNCH = Hours(monday=("09:00-12:00", "13:00-17:00"))


@st.composite
def openings(draw):
    """Hours of a week with at least one open day; some of the days have a break."""
    text = {}
    for name in WEEKDAYS:
        edges = draw(st.lists(st.integers(0, DAY), min_size=2, max_size=4, unique=True))
        times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in sorted(edges)]
        spells = [f"{a}-{b}" for a, b in zip(times[::2], times[1::2], strict=False)]
        is_open = draw(st.booleans())
        text[name] = (tuple(spells) if spells[1:] else spells[0]) if is_open else "closed"
    if set(text.values()) == {"closed"}:
        text["tuesday"] = "10:00-11:30"
    return Hours(**text)


calendars = st.builds(
    Calendar,
    openings(),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.lists(st.dates(date(2020, 1, 1), date(2030, 12, 31)), max_size=5),
)


def is_open(calendar, start, holidays, minute):
    """Whether the clinic is open in a minute, by datetime."""
    moment = datetime.combine(start, time()) + timedelta(minutes=minute)
    if moment.date() in holidays:
        return False
    time_of_day = 60 * moment.hour + moment.minute
    return any(opens <= time_of_day < closes for opens, closes in calendar.week[moment.weekday()])


@given(
    openings(),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sets(st.integers(0, 20)),
    st.integers(0, 14 * DAY),
)
def test_next_open_is_the_first_minute_that_datetime_calls_open(hours, start, off, minute):
    holidays = {start + timedelta(days=day) for day in off}
    calendar = Calendar(hours, start, holidays)
    found = calendar.next_open(minute)
    assert found >= minute
    assert is_open(calendar, start, holidays, found)
    assert not any(
        is_open(calendar, start, holidays, earlier) for earlier in range(minute, found, 7)
    )
    assert found == minute or not is_open(calendar, start, holidays, found - 1)


@given(calendars, st.integers(0, 30 * DAY), st.integers(0, 20 * DAY))
def test_open_intervals_are_the_openings_cut_to_size_in_order(calendar, begin, length):
    end = begin + length
    stretches = calendar.open_intervals(begin, end)
    flat = [edge for stretch in stretches for edge in stretch]
    assert flat == sorted(flat)
    assert all(begin <= opens < closes <= end for opens, closes in stretches)
    expected = 0
    for day in range(begin // DAY, end // DAY + 1):
        for opens, closes in calendar.openings(day):
            expected += max(0, min(end, day * DAY + closes) - max(begin, day * DAY + opens))
    assert sum(closes - opens for opens, closes in stretches) == expected


def test_an_open_clinic_is_open_now_and_a_closed_one_at_its_next_opening():
    calendar = Calendar(OFFICE, MONDAY)
    assert calendar.next_open(10 * 60) == 10 * 60
    assert calendar.next_open(8 * 60) == 9 * 60
    assert calendar.next_open(17 * 60) == DAY + 9 * 60  # closing time is no longer open
    assert calendar.next_open(4 * DAY + 18 * 60) == 7 * DAY + 9 * 60  # Friday evening to Monday


def test_in_the_break_of_a_day_the_clinic_opens_next_when_the_break_ends():
    calendar = Calendar(LUNCH, MONDAY)
    assert calendar.next_open(11 * 60 + 59) == 11 * 60 + 59
    assert calendar.next_open(12 * 60) == calendar.next_open(12 * 60 + 30) == 13 * 60
    assert calendar.next_open(17 * 60) == DAY + 9 * 60
    assert calendar.openings(0) == ((540, 720), (780, 1020))
    assert calendar.opening(0) == (540, 1020)
    assert calendar.closing(600) == 17 * 60
    assert calendar.open_intervals(600, DAY + 600) == [
        (600, 720), (780, 1020), (DAY + 540, DAY + 600)
    ]  # fmt: skip


def test_the_weekday_follows_from_the_start_date():
    saturday = Calendar(OFFICE, date(2026, 1, 10))
    assert saturday.opening(0) is None
    assert saturday.opening(2) == (540, 1020)
    assert saturday.next_open(0) == 2 * DAY + 540


def test_a_holiday_is_closed_and_its_neighbours_are_not():
    calendar = Calendar(OFFICE, MONDAY, [date(2026, 1, 6)])
    assert [calendar.opening(day) is None for day in range(4)] == [False, True, False, False]
    assert calendar.next_open(DAY + 600) == 2 * DAY + 540


def test_a_holiday_before_the_start_date_closes_nothing():
    calendar = Calendar(OFFICE, MONDAY, [date(2026, 1, 1)])
    assert all(calendar.opening(day) for day in (0, 1, 2, 3, 4))


def test_a_clinic_closed_until_the_end_of_all_dates_opens_next_when_they_have_ended():
    """By datetime 31 December 9999 is the last; the calendar counts on, on Saturday the first."""
    for_good = Calendar(OFFICE, MONDAY, (), [(date(2026, 1, 8), date.max)])
    last = (date.max - MONDAY).days
    assert for_good.opening(2) == (540, 1020)
    assert for_good.opening(3) is None
    assert for_good.opening(last) is None
    assert for_good.next_open(3 * DAY) == (last + 3) * DAY + 540  # the Monday after
    assert for_good.open_intervals(0, 10 * DAY)[-1] == (2 * DAY + 540, 2 * DAY + 1020)
    assert for_good.date_of((last + 3) * DAY) == date.max


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=5),
    st.sets(st.integers(0, 50)),
)
def test_closures_and_holidays_that_overlap_close_the_days_that_either_names(spells, single):
    calendar = Calendar(
        "always",
        MONDAY,
        [MONDAY + timedelta(days=day) for day in single],
        [
            (MONDAY + timedelta(days=first), MONDAY + timedelta(days=first + more))
            for first, more in spells
        ],
    )
    closed = single.union(*(range(first, first + more + 1) for first, more in spells))
    for day in range(60):
        assert (calendar.openings(day) == ()) is (day in closed)


def test_around_the_clock_there_is_always_an_opening_and_midnight_is_no_gap():
    calendar = Calendar("always", MONDAY)
    assert all(calendar.next_open(minute) == minute for minute in (0, 719, 1439, 1440, 98765))
    assert calendar.open_intervals(100, 3 * DAY) == [(100, 3 * DAY)]
    assert calendar.closing(700) == DAY


def test_around_the_clock_but_for_a_holiday():
    calendar = Calendar("always", MONDAY, [date(2026, 1, 6)])
    assert calendar.open_intervals(0, 3 * DAY) == [(0, DAY), (2 * DAY, 3 * DAY)]
    assert calendar.next_open(DAY + 1) == 2 * DAY


def test_closing_is_the_days_closing_time_and_midnight_of_a_closed_day():
    calendar = Calendar(OFFICE, MONDAY)
    assert calendar.closing(10 * 60) == calendar.closing(23 * 60) == 17 * 60
    assert calendar.closing(5 * DAY + 600) == 5 * DAY


def test_a_minute_has_the_date_of_its_day():
    calendar = Calendar(OFFICE, MONDAY)
    assert calendar.date_of(0) == calendar.date_of(1439) == MONDAY
    assert calendar.date_of(30 * DAY) == date(2026, 2, 4)


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("09:00-17:00", (540, 1020)),
        ("9:30 - 12:15", (570, 735)),
        ("00:00-24:00", (0, 1440)),
        ("Closed", None),
    ],
)
def test_opening_hours_are_read_as_minutes_since_midnight(text, opening):
    assert opening_of(text) == opening


@pytest.mark.parametrize(
    "text", ["17:00-09:00", "9-17", "09:00-09:00", "09:60-17:00", "1:00-25:00"]
)
def test_impossible_hours_are_refused(text):
    with pytest.raises(ScenarioError, match="tuesday"):
        validated(Hours, {"tuesday": text})


@pytest.mark.parametrize(
    "stretches",
    [
        [],
        ["closed"],
        ["09:00-12:00", "closed"],
        ["13:00-17:00", "09:00-12:00"],
        ["09:00-12:00", "12:00-17:00"],
        ["09:00-12:00", "11:00-17:00"],
        ["09:00-12"],
    ],
)
def test_stretches_that_are_none_or_not_in_order_or_have_no_break_are_refused(stretches):
    with pytest.raises(ScenarioError, match="tuesday"):
        validated(Hours, {"tuesday": stretches})


def test_a_clinic_that_never_opens_is_refused():
    with pytest.raises(ScenarioError, match="closed on every weekday"):
        validated(Hours, dict.fromkeys(WEEKDAYS, "closed"))


def test_weekdays_may_be_written_short():
    assert validated(Hours, {"sat": "10:00-12:00"}).saturday == "10:00-12:00"


@given(calendars, openings(), st.integers(1, 30), st.integers(0, 50 * DAY))
def test_a_calendar_that_changes_is_the_one_that_holds_on_each_day(first, hours, day, minute):
    """Witness: both calendars, asked for each day and minute of it."""
    start = first.date_of(0)
    later = Calendar(hours, start)
    both = ChangingCalendar(first, [(day, later)], start)
    for number in range(50):
        holds = first if number < day else later
        assert both.openings(number) == holds.openings(number)
        assert both.closing(number * DAY) == holds.closing(number * DAY)
    before = first.open_intervals(3, day * DAY)
    assert both.open_intervals(3, 50 * DAY) == before + later.open_intervals(day * DAY, 50 * DAY)
    after = both.next_open(minute)
    assert after >= minute
    assert any(opens <= after % DAY < closes for opens, closes in both.openings(after // DAY))
    assert not [stretch for stretch in both.open_intervals(minute, after) if after > minute]
