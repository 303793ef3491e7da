"""Staff that follow the chairs (witness: worked out by hand)."""

import pytest

from sim.config.errors import ScenarioError
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.planning.costs import costs
from sim.planning.margins import additions
from sim.planning.ranges import ranges
from sim.planning.relaxing import without
from sim.report.assumptions import describe


def clinic(**changes):
    return Scenario().override({f"clinic.{name}": value for name, value in changes.items()}).clinic


@pytest.mark.parametrize(
    ("chairs", "nurses", "prescribers"),
    [(1, 1, 1), (2, 2, 1), (3, 2, 1), (4, 3, 1), (6, 4, 1), (7, 5, 2), (12, 8, 2), (13, 9, 3)],
)
def test_by_default_there_is_a_nurse_for_every_chair_and_a_half_and_a_prescriber_for_every_six(
    chairs, nurses, prescribers
):
    table = clinic(chairs=chairs)
    assert (table.staffed("nurses"), table.staffed("prescribers")) == (nurses, prescribers)
    assert table.staffed("chairs") == chairs


@pytest.mark.parametrize(
    ("each", "chairs", "nurses"), [(0.5, 3, 6), (2, 1, 1), (0.7, 7, 10), (0.1, 3, 30), (100, 3, 1)]
)
def test_the_number_is_rounded_up_and_never_by_a_rounding_error(each, chairs, nurses):
    assert clinic(chairs=chairs, nurses={"chairs_each": each}).staffed("nurses") == nurses


def test_a_number_or_no_limit_stands_as_it_is_written():
    assert clinic(chairs=9, nurses=2).staffed("nurses") == 2
    assert clinic(chairs=9, nurses="unlimited").staffed("nurses") is None


def test_with_unlimited_chairs_the_staff_that_follows_is_unlimited_and_other_staff_is_not():
    table = clinic(chairs="unlimited", prescribers=2)
    assert (table.staffed("nurses"), table.staffed("prescribers")) == (None, 2)


def test_a_chair_out_of_order_takes_no_nurse_away():
    out = {"chairs": 2, "first_day": "2026-01-05", "last_day": "2026-01-05"}
    table = clinic(chairs=3, chairs_out=[out])
    calendar = table.calendar(Scenario().run.start_date)
    assert table.on_duty("chairs", calendar, 0, 600) == 1
    assert table.on_duty("nurses", calendar, 0, 600) == 2


def test_one_fewer_by_the_rota_is_one_fewer_of_those_that_follow_the_chairs():
    table = clinic(chairs=6, rota=[{"staff": "nurses", "hours": "12:00-13:00", "fewer": 1}])
    calendar = table.calendar(Scenario().run.start_date)
    assert [table.on_duty("nurses", calendar, 0, minute) for minute in (660, 720)] == [4, 3]


@pytest.mark.parametrize("chairs", [2, 5])
def test_a_run_with_staff_that_follows_is_that_with_the_numbers_given(chairs):
    """Five chairs: 3.33 nurses, so four; rotas, utilisation, costs and the book read them alike."""
    short = {"run.days": 60, "referrals.per_week": 8.0, "clinic.chairs": chairs}
    numbers = {2: {"clinic.nurses": 2}, 5: {"clinic.nurses": 4}}[chairs] | {"clinic.prescribers": 1}
    follows = measure(Reading(replicate(Scenario().override(short), 1)))
    assert follows == measure(Reading(replicate(Scenario().override(short | numbers), 1)))


def test_what_is_allowed_is_told_with_the_form_of_the_ratio():
    with pytest.raises(ScenarioError) as fault:
        clinic(nurses=0)
    assert 'a whole number from 1 to 10000, "unlimited" or { chairs_each = ' in str(fault.value)


def test_a_description_says_the_number_and_the_rule():
    said = " ".join(describe(Scenario().override({"clinic.chairs": 4})).split())
    assert "4 chairs, 3 nurses (one for every 1.5 chairs), 1 prescriber (one for every 6" in said


def test_chairs_alone_are_relaxed_or_added_when_chairs_alone_are_meant():
    relaxed = without(Scenario(), ["chairs"]).clinic
    assert [relaxed.staffed(name) for name in ("chairs", "nurses", "prescribers")] == [None, 2, 1]
    more = dict(additions(Scenario()))["1 more chair"][0].clinic
    assert [more.staffed(name) for name in ("chairs", "nurses", "prescribers")] == [4, 2, 1]


def test_a_chair_of_a_mix_costs_its_part_of_the_staff_that_follows_it():
    """40 h a week at 41 and 61 US$: 85,546 and 127,276 a year, over 1.5 and 6 chairs."""
    weeks = 365.25 / 7
    chairs_and_hours = ranges({"clinic.chairs": [1, 2], "clinic.nurses": [1, 2]})
    found = costs(Scenario(), chairs_and_hours)
    assert found["clinic.chairs"] == pytest.approx(10_000 + 61 * 40 * weeks / 6)
    assert found["clinic.nurses"] == pytest.approx(41 * 40 * weeks)
    alone = costs(Scenario(), ranges({"clinic.chairs": [1, 2]}))
    assert alone["clinic.chairs"] == pytest.approx(
        10_000 + 41 * 40 * weeks / 1.5 + 61 * 40 * weeks / 6
    )
