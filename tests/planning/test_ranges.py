"""Which values are tried, and the clinic's hours a week as one of them."""

import pytest

import sim
from sim.config.errors import ScenarioError
from sim.planning.ranges import at, check_range, ranges, read_range, weekly_hours


@pytest.mark.parametrize(
    ("text", "values", "largest"),
    [
        ("clinic.chairs=1:4", (1, 2, 3, 4), False),
        ("clinic.chairs=1:6:2", (1, 3, 5), False),
        ("clinic.chairs=4,2,2,8", (2, 4, 8), False),
        ("referrals.per_week=0.1:0.4:0.1", (0.4, 0.3, 0.2, 0.1), True),
    ],
)
def test_values_run_from_the_hardest_to_the_easiest(text, values, largest):
    found = read_range(text)
    assert found.values == values
    assert found.largest is largest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("clinic.chairs", "write a path and its values"),
        ("clinic.chairs=a", "is no number"),
        ("clinic.chairs=3:1", "goes upwards"),
        ("clinic.chairs=1:2:3:4", "low:high:step"),
        ("clinic.chairs=1:1e9", "too many"),
        ("clinic.chair=1:3", 'Did you mean "clinic.chairs"?'),
        ("clinic.chairs=0:3", "clinic.chairs = 0 is not allowed"),
        ("clinic.chairs=1.5", "clinic.chairs = 1.5 is not allowed"),
        ("clinic.hours_per_week=40:200:160", "does not fit"),
    ],
)
def test_a_fault_says_what_is_wrong_and_what_is_allowed(text, says):
    with pytest.raises(sim.ScenarioError) as fault:
        check_range(sim.Scenario(), read_range(text))
    assert says in str(fault.value)


def test_one_or_two_capacities_are_varied():
    with pytest.raises(sim.ScenarioError, match="one or two"):
        ranges([])
    with pytest.raises(sim.ScenarioError, match="given twice"):
        ranges(["clinic.chairs=1:2", "clinic.chairs=3:4"])


@pytest.mark.parametrize("hours", [20, 40, 50, 100])
def test_hours_a_week_are_opened_evenly_on_the_days_that_are_open(hours):
    scenario = at(sim.Scenario(), {"clinic.hours_per_week": hours})
    assert weekly_hours(scenario) == pytest.approx(hours, abs=0.1)
    assert len({*scenario.clinic.open_minutes()}) == 2  # five equal days and a closed weekend


@pytest.mark.parametrize(
    ("hours", "monday", "tuesday"),
    [
        (34, ("09:00-12:00", "13:00-16:00"), "09:00-16:00"),
        (44, ("09:00-12:00", "13:00-18:00"), "09:00-18:00"),
        (79, ("08:00-12:00", "13:00-24:00"), "08:00-24:00"),  # past midnight: before opening
    ],
)
def test_hours_a_week_move_the_closing_and_leave_a_break_where_it_is(hours, monday, tuesday):
    base = sim.Scenario().override({"clinic.hours": {"monday": ["09:00-12:00", "13:00-17:00"]}})
    found = at(base, {"clinic.hours_per_week": hours}).clinic
    assert (found.hours.monday, found.hours.tuesday) == (monday, tuesday)
    assert sum(found.open_minutes()) == hours * 60


def test_so_few_hours_a_week_that_nothing_is_left_after_the_break_are_refused():
    base = sim.Scenario().override({"clinic.hours": {"monday": ["09:00-12:00", "13:00-17:00"]}})
    with pytest.raises(ScenarioError, match="does not fit"):
        at(base, {"clinic.hours_per_week": 39 - 4 * 5})
