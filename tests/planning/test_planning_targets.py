"""The grammar of targets, and what a quantile counts (witness: a plain sort)."""

from math import inf, nan

import numpy as np
import pytest

import sim
from sim.outcomes.catalogue import CATALOGUE, measure
from sim.outcomes.reading import Reading
from sim.outcomes.waits import calendar_first_infusion
from sim.planning.answer_words import demanded
from sim.planning.targets import DURATIONS, SAID, Target, read_target, read_targets


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("p90(wait_first_infusion_days) <= 14",
         Target("wait_first_infusion_days", 90.0, True, 14.0)),
        (" P97.5( booster_delay_days )<=7", Target("booster_delay_days", 97.5, True, 7.0)),
        ("overtime_minutes_per_week <= 60", Target("overtime_minutes_per_week", None, True, 60.0)),
        ("mean(chair_utilisation) <= 0.85", Target("chair_utilisation", None, True, 0.85)),
        ("days_below_10 >= 1.5e2", Target("days_below_10", None, False, 150.0)),
    ],
)  # fmt: skip
def test_a_target_is_a_quantity_and_a_bound(text, target):
    assert read_target(text) == target
    assert read_target(str(target)) == target


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("p90(wait_first_infusion_day) <= 14", 'Did you mean "wait_first_infusion_days"?'),
        ("chair_utilization <= 1", 'Did you mean "chair_utilisation"?'),
        ("p90(chair_utilisation) <= 1", "these have: wait_first_infusion_days"),
        ("p0(booster_delay_days) <= 1", "between p0 and p100"),
        ("median(booster_delay_days) <= 1", "neither mean nor a percentile"),
        ("overtime_minutes_per_week < 60", "write <= or >="),
        ("overtime_minutes_per_week <= many", "no finite number"),
        ("overtime_minutes_per_week <= inf", "no finite number"),
        ("overtime_minutes_per_week", "write a quantity and a bound"),
        ("__import__('os').getcwd() <= 1", "write a quantity and a bound"),
    ],
)
def test_a_fault_says_what_is_wrong_and_what_is_allowed(text, says):
    with pytest.raises(sim.ScenarioError) as fault:
        read_target(text)
    assert says in str(fault.value)
    assert text in str(fault.value)


def test_there_must_be_a_target_and_each_counts_once():
    with pytest.raises(sim.ScenarioError, match="there is none"):
        read_targets([])
    assert len(read_targets(["blocked_share <= 0.1", "mean(blocked_share) <= 0.1"])) == 1


def test_what_is_not_reached_or_not_defined_does_not_meet_a_target():
    upper, lower = read_targets(["census_mean <= 5", "census_mean >= 5"])
    assert upper.met(5.0)
    assert lower.met(5.0)
    assert not upper.met(5.001)
    assert not lower.met(4.999)
    for unknown in (inf, nan):
        assert not upper.met(unknown)
        assert not lower.met(unknown)


def test_people_who_never_start_count_as_unmet():
    """A full clinic in 25 days: most never start, and those who do start soon."""
    scenario = sim.Scenario().override(
        {"run.days": 25, "clinic.chairs": 1, "referrals.per_week": 20}
    )
    reading = Reading(sim.replicate(scenario, seed=1))
    days, started, *_ = calendar_first_infusion(reading)
    assert 0 < started.mean() < 0.5
    assert np.quantile(days[started], 0.9) < 21, "who is left out looks well served"
    for clock in ("wait_first_infusion_days", "clinic_wait_first_infusion_days"):
        target = read_target(f"p90({clock}) <= 21")
        assert target.read(reading) == inf
        assert not target.met(target.read(reading))


def test_it_never_says_that_nine_in_ten_start_in_time_where_fewer_than_half_ever_start():
    """Patience of 5 days, six in ten miss their first visit: a plain count is the witness."""
    scenario = sim.Scenario().override(
        {
            "run.days": 300,
            "clinic.chairs": "unlimited",
            "clinic.nurses": "unlimited",
            "clinic.prescribers": "unlimited",
            "behaviour.patience_days": 5,
            "behaviour.first_no_show_share": 0.6,
        }
    )
    replication = sim.replicate(scenario, seed=1)
    visits, referred = replication.visits, replication.patients.referred
    infused = visits["infusion_start"] >= 0
    began = {}
    pairs = zip(visits["patient"][infused], visits["infusion_start"][infused], strict=True)
    for who, minute in pairs:
        began[who] = min(minute, began.get(who, minute))
    assert len(began) / len(referred) < 0.5
    early = np.flatnonzero(referred <= replication.horizon - 14 * 1440)
    in_time = sum(began.get(who, inf) - referred[who] <= 14 * 1440 for who in early)
    found = measure(Reading(replication))
    assert found["started_within_14_days"] == pytest.approx(in_time / len(early), abs=1e-9)
    assert found["wait_first_infusion_days_p50"] == inf
    reading = Reading(replication)
    target = read_target("p90(wait_first_infusion_days) <= 14")
    assert not target.met(target.read(reading))
    assert demanded([target]) == (
        "90 % of the people referred have their first infusion within 14 days"
    )
    assert not read_target("p90(clinic_wait_first_infusion_days) <= 14").met(
        read_target("p90(clinic_wait_first_infusion_days) <= 14").read(reading)
    ), "who runs out of patience while the clinic lets them wait never gets there"


def test_every_duration_has_words():
    assert set(SAID) == set(DURATIONS)
    told = demanded(read_targets(["p90(clinic_wait_first_infusion_days) <= 14"]))
    assert told == (
        "90 % of people wait at most 14 days for their first infusion (missed visits aside)"
    )


def test_who_is_turned_away_never_sits_in_a_chair():
    """Erlang's loss system of one chair: of those who come, some are turned away at once."""
    scenario = sim.Scenario().override(
        {
            "run.days": 60,
            "referrals.per_week": 20,
            "clinic.chairs": 1,
            "clinic.waiting_places": 0,
            "clinic.booking": {"kind": "walk_in"},
        }
    )
    replication = sim.replicate(scenario, seed=1)
    share = measure(Reading(replication))["blocked_share"]
    assert 0.1 < share < 0.9
    reading = Reading(replication)
    percent = int(100 * (1 - share))
    for percentile, reached in ((percent - 2, True), (percent + 2, False)):
        target = read_target(f"p{percentile}(wait_in_clinic_minutes) <= 1")
        assert (target.read(reading) < inf) is reached


def test_without_anybody_waiting_a_quantile_is_that_of_a_plain_sort():
    scenario = sim.Scenario().override({"clinic.booking": {"kind": "walk_in"}, "run.days": 60})
    reading = Reading(sim.replicate(scenario, seed=2))
    visits = reading.visits
    rows = (visits["chair"] >= 0) & (visits["prepare_start"] >= 0)
    waits = np.sort((visits["prepare_start"] - visits["arrived"])[rows])
    expected = waits[int(np.ceil(0.9 * len(waits))) - 1]
    assert read_target("p90(wait_in_clinic_minutes) <= 1").read(reading) == expected


def test_a_measure_is_that_of_the_catalogue_and_unlimited_chairs_are_never_used_up():
    scenario = sim.Scenario().override({"run.days": 30, "clinic.chairs": "unlimited"})
    reading = Reading(sim.replicate(scenario, seed=1))
    census = read_target("census_mean <= 1").read(reading)
    assert census == CATALOGUE["census_mean"].read(reading)
    assert read_target("chair_utilisation <= 1").read(reading) == 0
