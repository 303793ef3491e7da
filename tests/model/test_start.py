"""A warm start (witnesses: a cold run, a clinic without limits, and Student's t)."""

from functools import cache

import numpy as np
import pytest

from sim.config.errors import ScenarioError
from sim.experiment.runner import run
from sim.model.replication import recruited, replicate
from sim.model.scenario import Scenario
from sim.outcomes.by_week import clinic_by_week
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.report.people import start
from sim.stats.intervals import t_interval
from sim.units import MINUTES_PER_DAY, NEVER

WARM = {"start": {"kind": "steady_state"}}
FREE = {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
SMALL = Scenario().override({"referrals.per_week": 1.0, "run.days": 98, **WARM})
TWO_YEARS = {"run.days": 728, "referrals.per_week": 2.0, **FREE}
ALLOWANCE = 0.05  # of the first year's level, for the warm start's mean trend
REPLICATIONS = 6


@cache
def years(start):
    """Census and infusions a week, mean over each year: (replications, columns, years)."""
    scenario = Scenario().override(TWO_YEARS | {"start": {"kind": start}})
    runs = [clinic_by_week(Reading(replicate(scenario, 1, r))) for r in range(1, REPLICATIONS + 1)]
    return np.array(
        [[run[c].reshape(2, 52).mean(axis=1) for c in ("census", "infusions")] for run in runs]
    )


def trend(start, column):
    """By how much the second year differs from the first, as a share of the first; 99 %."""
    of_years = years(start)[:, column]
    return t_interval((of_years[:, 1] - of_years[:, 0]) / of_years[:, 0].mean(), 0.99)


@pytest.mark.parametrize("column", [0, 1], ids=["census", "infusions"])
def test_a_warm_start_has_no_start_up_trend(column):
    found = trend("steady_state", column)
    assert found.lower <= 0 <= found.upper
    assert abs(found.mean) < ALLOWANCE


@pytest.mark.parametrize("column", [0, 1], ids=["census", "infusions"])
def test_a_cold_start_shows_the_build_up(column):
    found = trend("empty", column)
    assert found.lower > 0, "by the same interval there is a trend"
    assert found.mean > 10 * ALLOWANCE


def test_an_empty_start_is_the_run_as_it_was():
    scenario = Scenario().override({"run.days": 90, "run.warmup_days": 20})
    assert (scenario.opens, scenario.begins) == (0, 20 * MINUTES_PER_DAY)
    assert scenario.horizon == 90 * MINUTES_PER_DAY
    assert scenario.first_day == scenario.run.start_date


def test_the_run_begins_on_the_start_date_after_the_history():
    scenario = SMALL.override({"start.history_days": 200, "run.warmup_days": 14})
    assert scenario.opens == 200 * MINUTES_PER_DAY
    assert scenario.begins == 214 * MINUTES_PER_DAY
    assert scenario.horizon == 298 * MINUTES_PER_DAY
    assert (scenario.run.start_date - scenario.first_day).days == 200


def test_those_to_come_are_the_people_of_a_cold_start_after_those_already_there():
    warm = replicate(SMALL, 3).patients
    cold = recruited(SMALL, 3)
    there = len(warm) - len(cold)
    assert there > 50
    assert (warm.referred[:there] < SMALL.opens).all()
    np.testing.assert_array_equal(warm.referred[there:], cold.referred + SMALL.opens)
    for name, column in cold.columns().items():
        if name not in ("referred", "label"):
            np.testing.assert_array_equal(warm.columns()[name][there:], column, err_msg=name)


STAFF = {"chair", "nurse", "prescriber"}  # numbers of places, which the history lends


def test_the_history_knows_no_limits():
    """What happened before the opening is the same in a clinic of one chair and in a free one.

    But for series that reach over the opening: they are booked where their later visits fit.
    """
    free = replicate(SMALL.override(FREE), 2)
    short = replicate(SMALL.override({"clinic.chairs": 1, "clinic.nurses": 1}), 2)
    for name, column in free.patients.columns().items():
        np.testing.assert_array_equal(short.patients.columns()[name], column, err_msg=name)
    before = [
        {
            name: column[
                (r.visits["left"] != NEVER)
                & (r.visits["left"] < SMALL.opens - 28 * MINUTES_PER_DAY)
            ]
            for name, column in r.visits.items()
            if name not in STAFF
        }
        for r in (free, short)
    ]
    assert len(before[0]["patient"]) > 500
    for name, column in before[0].items():
        np.testing.assert_array_equal(before[1][name], column, err_msg=name)
    begun = short.visits["seated"] >= SMALL.opens
    assert short.visits["chair"][begun].max() == 1, "from the opening on there is one chair"


def test_a_thousand_of_everything_equals_unlimited_after_a_warm_start_too():
    many = dict.fromkeys(FREE, 1000)
    free, slack = replicate(SMALL.override(FREE), 4), replicate(SMALL.override(many), 4)
    for name, column in free.visits.items():
        np.testing.assert_array_equal(slack.visits[name], column, err_msg=name)


def test_two_workers_give_the_bytes_of_one():
    scenario = SMALL.override({"run.replications": 2})
    one, two = (run({"a": scenario}, jobs=jobs) for jobs in (1, 2))
    assert one.metrics.equals(two.metrics)
    assert one.weeks.equals(two.weeks)


def test_no_measure_counts_the_history():
    replication = replicate(SMALL, 1)
    visits, found = replication.visits, measure(Reading(replication))
    weeks = SMALL.run.days / 7
    ended = visits["infusion_end"]
    infusions = (ended >= SMALL.opens).sum()
    assert found["infusions_per_week"] == pytest.approx(infusions / weeks)
    gone = dict(
        zip(*(replication.discharges[n].tolist() for n in ("patient", "minute")), strict=True)
    )
    here = [
        who
        for who in range(len(replication.patients))
        if gone.get(who, SMALL.horizon) >= SMALL.opens
    ]
    assert found["infusions_per_patient"] == pytest.approx(infusions / len(here))
    noons = sum(
        min(SMALL.run.days, -(-(SMALL.horizon - replication.patients.referred[who] - 720) // 1440))
        for who in here
    )
    per_year = found["infusions_per_patient_year"]
    assert infusions / per_year == pytest.approx(noons / 365.25, rel=1e-3)
    assert found["referred"] == len(recruited(SMALL, 1))


def test_weeks_are_counted_from_the_start_date():
    replication = replicate(SMALL, 1)
    weeks = clinic_by_week(Reading(replication))
    assert weeks["week"].tolist() == list(range(14))
    referred, gone = replication.patients.referred, replication.discharges["minute"]
    end = SMALL.opens + 7 * MINUTES_PER_DAY
    assert weeks["census"][0] == (referred < end).sum() - (gone < end).sum()
    ended = replication.visits["infusion_end"]
    assert weeks["infusions"][0] == ((ended >= SMALL.opens) & (ended < end)).sum()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start.history_days": 100}, ["start.history_days = 100", "from 182 to 3640"]),
        ({"start": {"kind": "empty", "history_days": 364}}, ["start.history_days", "steady_state"]),
        ({"referrals": {"kind": "cohort"}}, ["steady_state", "closed cohort"]),
        ({"population.file": "own.csv"}, ["population.file", "steady_state"]),
        ({"behaviour.stopping_share": 0.0}, ["stopping_share", "grows for ever"]),
        ({"run.start_date": "0001-01-05"}, ["run.start_date", "history"]),
    ],
)
def test_a_start_that_cannot_be_is_named(changes, words):
    with pytest.raises(ScenarioError) as fault:
        SMALL.override(changes)
    for word in words:
        assert word in str(fault.value)


def test_the_start_is_said_in_words():
    assert "nobody is in treatment" in start(Scenario())
    said = start(SMALL)
    assert "1 referrals a week for 12.4 years" in said
    assert "364 days" in said
