"""What no other tool does: a full clinic makes people ill, and ill people fill the clinic.

The loop itself is shown with people who keep their appointments and do not run out of patience:
those who drop out make room, and so loosen it.
"""

import pytest

import sim

CHAIRS = (2, 3, 6)


FAITHFUL = {
    "behaviour.no_show_share": 0.0,
    "behaviour.first_no_show_share": 0.0,
    "behaviour.late_cancellation_share": 0.0,
    "behaviour.patience_days": 100_000.0,
}


def compared(changes):
    base = sim.Scenario().override({"clinic.nurses": 3} | changes)
    scenarios = {f"{n}_chairs": base.override({"clinic.chairs": n}) for n in CHAIRS}
    results = sim.run(scenarios, replications=6, seed=1, jobs=2, reference="6_chairs")
    table = sim.compare(results)
    return {(row.scenario, row.measure): row for row in table.itertuples()}


@pytest.fixture(scope="module")
def differences():
    return compared(FAITHFUL)


@pytest.fixture(scope="module")
def as_people_are():
    return compared({})


@pytest.mark.parametrize(
    ("measure", "direction"),
    [
        ("wait_first_infusion_days", +1),
        ("booster_delay_days", +1),
        ("days_below_10", -1),
        ("days_in_response", -1),
    ],
)
def test_with_two_chairs_that_holds_as_well_when_people_miss_visits(
    as_people_are, measure, direction
):
    row = as_people_are["2_chairs", measure]
    assert direction * row.difference > 0
    assert row.p_adjusted < 0.01


WORSE_OFF = {
    "wait_first_infusion_days": +1,
    "booster_delay_days": +1,
    "days_below_10": -1,
    "days_in_response": -1,
}


@pytest.mark.parametrize(
    ("chairs", "measure", "direction"),
    [(chairs, *each) for chairs in CHAIRS[:2] for each in WORSE_OFF.items()]
    + [(2, "relapses_per_responder_year", +1)],  # with 3 chairs, episodes hide the few late ones
)
def test_with_fewer_chairs_people_wait_longer_and_are_worse(
    differences, chairs, measure, direction
):
    row = differences[f"{chairs}_chairs", measure]
    assert direction * row.difference > 0
    assert row.p_adjusted < 0.01
    assert row.lower * row.upper > 0, "the interval excludes no difference"


@pytest.mark.parametrize(
    "measure", ["wait_first_infusion_days", "booster_delay_days", "days_in_response"]
)
def test_the_effect_grows_as_chairs_get_fewer(differences, measure):
    two, three = (abs(differences[f"{n}_chairs", measure].difference) for n in CHAIRS[:2])
    assert two > 1.5 * three
