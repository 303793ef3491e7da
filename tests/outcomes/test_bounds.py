"""The bounds of adaptive intervals, and that intervals follow durability (witness: the truth)."""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

BASE = sim.Scenario().override(
    {
        "clinic.chairs": "unlimited",
        "clinic.nurses": "unlimited",
        "clinic.prescribers": "unlimited",
        "behaviour.stopping_share": 0.0,
    }
)


def newest_intervals(replication):
    rows = np.flatnonzero(replication.visits["kind"] == "booster")
    pairs = zip(
        replication.visits["patient"][rows].tolist(),
        replication.visits["interval_days"][rows].tolist(),
        strict=True,
    )
    return dict(pairs)


@pytest.mark.parametrize("kind", ["adaptive", "predictive"])
def test_people_whose_relief_lasts_end_at_longer_intervals(kind):
    scenario = BASE.override({"policy.boosters": {"kind": kind}})
    tau, intervals = [], []
    for number in (1, 2, 3):
        replication = sim.replicate(scenario, 1, number)
        newest = newest_intervals(replication)
        tau += replication.patients.tau_slow[list(newest)].tolist()
        intervals += newest.values()
    found = stats.spearmanr(tau, intervals)
    assert found.statistic > 0.2
    assert found.pvalue < 0.001
    thirds = np.array_split(np.array(intervals)[np.argsort(tau)], 3)
    means = [third.mean() for third in thirds]
    assert means == sorted(means)


def test_the_shares_at_the_bounds_are_counted():
    replication = sim.replicate(BASE, 1)
    newest = np.array(list(newest_intervals(replication).values()))
    found = measure(Reading(replication))
    assert found["at_shortest_interval_share"] == pytest.approx((newest == 14).mean())
    assert found["at_longest_interval_share"] == pytest.approx((newest == 84).mean())
    assert found["at_shortest_interval_share"] > 0.2, "many end at the shortest interval"


def test_a_policy_without_bounds_has_no_such_shares():
    fixed = sim.replicate(BASE.override({"policy.boosters": {"kind": "fixed"}, "run.days": 200}), 1)
    assert "at_shortest_interval_share" not in measure(Reading(fixed))
