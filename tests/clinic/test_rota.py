"""Who is on duty and which chairs are in order, against a minute-by-minute reading by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clinic.hours import WEEKDAYS
from sim.clinic.rota import ChairsOut, Shift, StaffAway, away, change_times, in_order, on_duty
from sim.config.errors import ScenarioError
from sim.config.validation import validated
from sim.model.scenario import Scenario

MONDAY = date(2026, 1, 5)
LUNCH = {"staff": "nurses", "hours": "12:00-13:00", "fewer": 1}


def clinic(**changes):
    return Scenario().override({f"clinic.{name}": value for name, value in changes.items()}).clinic


def spell(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def shifts(draw):
    begins = draw(st.integers(0, 1430))
    ends = draw(st.integers(begins + 1, 1440))
    how = draw(st.sampled_from([{"number": draw(st.integers(0, 5))}, {"fewer": 1}, {"fewer": 9}]))
    days = draw(st.lists(st.sampled_from(WEEKDAYS), max_size=3, unique=True))
    return Shift(
        staff=draw(st.sampled_from(["nurses", "prescribers"])),
        weekdays=tuple(days),
        hours=f"{spell(begins)}-{spell(ends)}",
        **how,
    )


@given(st.lists(shifts(), max_size=5), st.integers(1, 4), st.integers(0, 6))
def test_of_entries_that_overlap_the_later_one_holds(rota, everybody, weekday):
    painted = [everybody] * 1440
    for shift in rota:
        if shift.staff == "nurses" and (not shift.weekdays or WEEKDAYS[weekday] in shift.weekdays):
            begins, ends = (int(text[:2]) * 60 + int(text[3:]) for text in shift.hours.split("-"))
            number = max(0, everybody - shift.fewer) if shift.number is None else shift.number
            painted[begins:ends] = [number] * (ends - begins)
    found = [on_duty(rota, "nurses", everybody, weekday, minute) for minute in range(1440)]
    assert found == painted
    changes = {minute for minute in range(1, 1440) if painted[minute] != painted[minute - 1]}
    assert changes <= set(change_times(rota, "nurses", weekday))


def test_a_break_scales_with_the_staff_and_unlimited_staff_have_none():
    for nurses, at_noon in ((1, 0), (2, 1), (5, 4), ("unlimited", None)):
        table = clinic(nurses=nurses, rota=[LUNCH])
        calendar = table.calendar(MONDAY)
        assert table.on_duty("nurses", calendar, 0, 12 * 60) == at_noon
        assert table.on_duty("nurses", calendar, 0, 13 * 60) == (
            None if nurses == "unlimited" else nurses
        )


def test_shifts_cut_the_opening_hours_and_a_closed_day_has_none():
    table = clinic(rota=[LUNCH, {"staff": "nurses", "hours": "08:00-10:00", "number": 1}])
    calendar = table.calendar(MONDAY)
    assert table.shifts("nurses", calendar, 0) == [
        (540, 600, 1), (600, 720, 2), (720, 780, 1), (780, 1020, 2),
    ]  # fmt: skip
    assert table.shifts("prescribers", calendar, 0) == [(540, 1020, 1)]
    assert table.shifts("nurses", calendar, 5) == []


def test_sessions_are_planned_for_the_chairs_in_order_and_what_the_nurses_on_duty_can_watch():
    out = {"chairs": 2, "first_day": "2026-01-06", "last_day": "2026-01-07"}
    table = clinic(chairs=4, nurses=2, rota=[LUNCH], chairs_out=[out])
    calendar = table.calendar(MONDAY)
    by_day = [table.planned_places("chairs", calendar, day, 600) for day in range(4)]
    assert by_day == [4, 2, 2, 4]
    assert table.planned_places("chairs", calendar, 0, 12 * 60) == 2
    assert table.planned_places("chairs", calendar, 0, 11 * 60 + 50, minutes=10) == 4
    assert table.planned_places("chairs", calendar, 0, 11 * 60 + 50, minutes=11) == 2
    assert table.planned_places("prescribers", calendar, 0, 12 * 60) == 1
    assert (
        clinic(chairs="unlimited", nurses="unlimited").planned_places("chairs", calendar, 0, 600)
        is None
    )


def test_the_clinic_is_open_as_long_as_its_hours_say():
    assert clinic().open_minutes() == (480, 480, 480, 480, 480, 0, 0)
    assert clinic(hours={"sat": "10:00-12:30"}).open_minutes()[5] == 150
    assert clinic(hours="always").open_minutes() == (1440,) * 7
    assert clinic(hours="always").bookable_minutes("chairs", 15) == (1440,) * 7


def test_as_many_chairs_as_are_left_are_in_order_on_both_dates_and_between():
    out = [
        ChairsOut(chairs=1, first_day=date(2026, 1, 5), last_day=date(2026, 1, 6)),
        ChairsOut(chairs=5, first_day=date(2026, 1, 6), last_day=date(2026, 1, 6)),
    ]
    assert [in_order(3, out, date(2026, 1, day)) for day in (4, 5, 6, 7)] == [3, 2, 0, 3]


def test_a_closure_closes_every_one_of_its_dates():
    table = clinic(closures=[{"first_day": "2026-01-06", "last_day": "2026-01-08"}])
    calendar = table.calendar(MONDAY)
    assert [calendar.opening(day) is None for day in range(5)] == [False, True, True, True, False]


def test_what_can_be_booked_of_a_day_lies_between_the_breaks_in_whole_slots():
    noon = {"staff": "nurses", "hours": "12:05-13:00", "number": 0}
    friday = {"staff": "nurses", "weekdays": ["friday"], "hours": "09:00-24:00", "number": 0}
    table = clinic(rota=[noon, friday])
    assert table.bookable_minutes("chairs", 15) == (240, 240, 240, 240, 0, 0, 0)
    assert table.bookable_minutes("prescribers", 15) == (480,) * 5 + (0, 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rota": [{"staff": "nurses", "hours": "12:00-13:00"}]}, "either number or fewer"),
        ({"rota": [LUNCH | {"number": 1}]}, "either number or fewer"),
        ({"rota": [LUNCH | {"hours": "closed"}]}, "must be written like"),
        ({"rota": [LUNCH | {"hours": "13:00-12:00"}]}, "closes before it opens"),
        ({"rota": [LUNCH | {"weekdays": ["munday"]}]}, "monday"),
        ({"rota": [LUNCH | {"hours": "00:00-24:00", "number": 0, "fewer": None}]}, "none of the"),
        (
            {"nurses": 1, "rota": [LUNCH | {"hours": f"{h}:30-{h}:40"} for h in range(10, 17)]},
            "no appointment could ever be made",
        ),
        ({"chairs_out": [{"first_day": "2026-01-06", "last_day": "2026-01-05"}]}, "comes before"),
        ({"chairs_per_nurse_infusing": 3}, "must not be above chairs_per_nurse = 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words(changes, says):
    with pytest.raises(ScenarioError, match=says):
        clinic(**changes)


def test_a_misspelt_key_of_an_entry_is_named_with_its_place():
    with pytest.raises(ScenarioError, match=r"clinic\.rota, entry 1\.stuff"):
        validated(Scenario, {"clinic": {"rota": [{"stuff": "nurses", "hours": "12:00-13:00"}]}})


def leave(staff, number, first, last):
    return {"staff": staff, "number": number, "first_day": first, "last_day": last}


def test_leaves_that_overlap_add_up_and_both_their_ends_are_included():
    entries = [
        StaffAway(**leave("nurses", 1, "2026-01-06", "2026-01-08")),
        StaffAway(**leave("nurses", 2, "2026-01-08", "2026-01-09")),
        StaffAway(**leave("prescribers", 1, "2026-01-05", "2026-01-09")),
    ]
    days = [date(2026, 1, day) for day in range(5, 11)]
    assert [away(entries, "nurses", day) for day in days] == [0, 1, 1, 3, 2, 0]


def test_who_is_away_is_missing_in_every_shift_and_the_book_plans_without_them():
    """Three nurses, two at noon; one on leave on Tuesday, three by two leaves on Wednesday."""
    leaves = [
        leave("nurses", 1, "2026-01-06", "2026-01-07"),
        leave("nurses", 2, "2026-01-07", "2026-01-07"),
    ]
    table = clinic(chairs=6, nurses=3, rota=[LUNCH], staff_away=leaves)
    calendar = table.calendar(MONDAY)
    numbers = [[number for *_, number in table.shifts("nurses", calendar, d)] for d in range(4)]
    assert numbers == [[3, 2, 3], [2, 1, 2], [0, 0, 0], [3, 2, 3]]
    planned = [table.planned_places("chairs", calendar, day, 600, 15) for day in range(4)]
    assert planned == [6, 4, 0, 6]  # each watches two
    assert table.planned_places("chairs", calendar, 1, 11 * 60 + 50, 15) == 2
    assert table.shifts("prescribers", calendar, 1) == [(540, 1020, 1)]
    assert not table.is_steady


def test_unlimited_staff_stay_so_whoever_is_away():
    away_one = [leave("nurses", 1, "2026-01-05", "2026-01-09")]
    table = clinic(nurses="unlimited", staff_away=away_one)
    calendar = table.calendar(MONDAY)
    assert table.on_duty("nurses", calendar, 0, 600) is None
    assert table.planned_places("chairs", calendar, 0, 600) == 3


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (leave("nurses", 1, "2026-01-06", "2026-01-05"), "comes before"),
        (leave("nurses", 3, "2026-01-06", "2026-01-09"), "3 nurses are away, and there are 2"),
        (leave("porters", 1, "2026-01-06", "2026-01-09"), "staff"),
        ({"staff": "nurses", "number": 1, "first_day": "2026-01-06"}, "last_day"),
    ],
)
def test_leaves_that_cannot_be_are_refused(entry, words):
    with pytest.raises(ScenarioError, match=words):
        clinic(staff_away=[entry])


def test_a_day_in_two_stretches_has_the_shifts_of_both_and_none_in_the_break():
    table = clinic(hours={"monday": ["09:00-12:00", "13:00-17:00"]}, rota=[LUNCH | {
        "hours": "11:00-14:00"}])  # fmt: skip
    calendar = table.calendar(MONDAY)
    assert table.shifts("nurses", calendar, 0) == [
        (540, 660, 2), (660, 720, 1), (780, 840, 1), (840, 1020, 2)
    ]  # fmt: skip
    assert table.open_minutes()[:2] == (420, 480)


def test_a_session_that_fits_into_no_stretch_is_refused():
    quarter = ["09:00-10:30", "10:45-12:15", "13:00-14:30"]
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), quarter)
    with pytest.raises(ScenarioError, match="longest stretch"):
        clinic(hours=week)
