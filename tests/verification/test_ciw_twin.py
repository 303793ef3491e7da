"""A queue without a closed form, simulated by Ciw as well: M/G/3 with two places to wait."""

from math import sqrt
from pathlib import Path

import ciw
import numpy as np
import pytest
from scipy.special import stdtrit

from sim.model.replication import replicate
from sim.model.scenario import read_scenario

QUEUE = Path(__file__).parents[2] / "sim" / "evidence" / "queues" / "textbook_queue.toml"
GAP, SERVICE, SQUARED_CV, CHAIRS, PLACES = 30.0, 100.0, 2.0, 3, 2  # load 1.1: many are turned away
DAYS, WARMUP_DAYS, RUNS = 60, 10, 8
BEGIN, END = WARMUP_DAYS * 1440, DAYS * 1440


def by_ciw(seed):
    """Mean wait and share turned away of one run of Ciw, with the usual service time."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(1 / GAP)],
        service_distributions=[ciw.dists.Gamma(1 / SQUARED_CV, SERVICE * SQUARED_CV)],
        number_of_servers=[CHAIRS],
        queue_capacities=[PLACES],
    )
    run = ciw.Simulation(network)
    run.simulate_until_max_time(END)
    records = [row for row in run.get_all_records() if row.arrival_date >= BEGIN]
    waits = [row.waiting_time for row in records if row.record_type == "service"]
    turned_away = sum(row.record_type == "rejection" for row in records)
    return np.mean(waits), turned_away / (turned_away + len(waits))


def by_ketasim(number, service):
    """Mean wait and share turned away of one replication of the model."""
    scenario = read_scenario(
        QUEUE,
        {
            "run.days": DAYS,
            "referrals.minutes_between.mean": GAP,
            "clinic.chairs": CHAIRS,
            "clinic.waiting_places": PLACES,
            "clinic.session.infuse_minutes": {
                "kind": "gamma", "mean": service, "cv": sqrt(SQUARED_CV)
            },
        },
    )  # fmt: skip
    visits = replicate(scenario, 1, number).visits
    counted = visits["arrived"] >= BEGIN
    waits = (visits["seated"] - visits["arrived"])[counted & (visits["chair_free"] >= 0)]
    turned_away = (counted & (visits["status"] == "blocked")).sum()
    return waits.mean(), turned_away / (turned_away + len(waits))


@pytest.fixture(scope="module")
def theirs():
    return np.array([by_ciw(seed) for seed in range(RUNS)])


@pytest.mark.parametrize("service", [SERVICE, 1.2 * SERVICE], ids=["the same", "slower"])
def test_ciw_and_the_model_agree_within_joint_99_per_cent_intervals(service, theirs):
    ours = np.array([by_ketasim(number, service) for number in range(1, RUNS + 1)])
    error = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / RUNS)
    half_width = stdtrit(RUNS - 1, 0.995) * error  # cautious: the degrees of freedom of one side
    agree = np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) <= half_width
    assert agree.all() == (service == SERVICE), (ours.mean(0), theirs.mean(0), half_width)
