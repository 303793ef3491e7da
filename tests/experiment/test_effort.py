"""The estimate of the work, against what small runs really held."""

import pytest

from sim.config.errors import ScenarioError
from sim.doses.dose_count import dose_count
from sim.experiment.effort import check_study, effort_of
from sim.experiment.uncertainty import propagate
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.planning.answer import capacity


def scenario(**changes: object) -> Scenario:
    return Scenario().override({key.replace("__", "."): value for key, value in changes.items()})


SIZES = [
    {"run__days": 730},
    {"run__days": 120, "referrals__per_week": 20},
    {"run__days": 365, "policy__boosters": {"kind": "none"}},
    {"run__days": 365, "policy__boosters": {"kind": "as_needed"}},
    {"run__days": 200, "referrals": {"kind": "cohort", "patients": 300}},
    {"run__days": 200, "start": {"kind": "steady_state", "history_days": 200}},
]


@pytest.mark.parametrize("changes", SIZES, ids=str)
def test_the_estimate_is_of_the_right_order(changes):
    one = scenario(**changes)
    held = len(replicate(one, 1).visits["patient"])
    assert held / 3 < effort_of(one).visits < held * 10


TOO_MUCH = [
    {"referrals__per_week": 100_000, "run__days": 365},
    {"referrals": {"kind": "interarrival", "minutes_between": 1e-9}},
    {"referrals": {"kind": "cohort", "patients": 10_000_000}},
    {"run__days": 36500, "referrals__per_week": 5000},
    {"run__replications": 1_000_000, "run__days": 36500},
]


@pytest.mark.parametrize("changes", TOO_MUCH, ids=str)
def test_too_much_is_refused_with_the_estimate_and_the_keys(changes):
    one = scenario(**changes)
    with pytest.raises(ScenarioError, match=r"too much for this machine.*Change referrals") as told:
        check_study({"x": one}, one.run.replications, 2)
    assert "run.days" in str(told.value)
    assert "--anyway" in str(told.value)


def test_what_people_really_run_is_not_refused():
    check_study({"base": Scenario()}, 20, 2)
    check_study({str(n): Scenario() for n in range(40)}, 100, 2)
    check_study({"cohort": scenario(referrals={"kind": "cohort", "patients": 100_000})}, 1, 1)


WAIT = ["p90(wait_first_infusion_days) <= 14"]
HUGE = scenario(referrals__per_week=20_000, run__days=36500)
ELSEWHERE = {
    "capacity, of the largest value": lambda: capacity(
        Scenario(), {"referrals.per_week": [1, 100_000]}, WAIT, days=36000
    ),
    "dose-count": lambda: dose_count(Scenario(), 1_000_000, 60, replications=100_000),
    "--uncertainty": lambda: propagate({"x": HUGE}, 2, 2),
}


@pytest.mark.parametrize("started", ELSEWHERE.values(), ids=list(ELSEWHERE))
def test_too_much_is_refused_before_it_begins_wherever_it_is_asked_for(started):
    with pytest.raises(ScenarioError, match=r"too much for this machine.*add --anyway"):
        started()
