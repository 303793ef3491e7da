"""Little's law, L = lambda W: SimPy's own occupancy against the record of visits.

L is the area under a count of those at the chairs of the running model, taken whenever its clock
moves on; lambda W is read from the record alone. In whole minutes the two are equal exactly.
"""

from math import inf
from pathlib import Path

import numpy as np
import pytest

import sim.model.replication
from sim.clinic.clinic import Clinic
from sim.model.replication import replicate
from sim.model.scenario import Scenario, read_scenario

FOLDER = Path(__file__).parents[2] / "sim" / "evidence" / "queues"


class Counted:
    """People who wait for a chair or hold one, as the clock stands still between two minutes."""

    def __init__(self, chairs):
        self.chairs = chairs
        self.since, self.people, self.minutes = 0, 0, 0

    def until(self, minute):
        """Count those there from the minute counted last up to this one."""
        self.minutes += self.people * (minute - self.since)
        self.since, self.people = minute, self._there()

    def _there(self):
        chairs = self.chairs
        return chairs.capacity - len(chairs._free) + len(chairs.waiting)


def watching(clock, counted):
    """Count when all of a minute has happened (a process, which waits for what comes next)."""
    while (upcoming := clock.peek()) < inf:
        if upcoming > clock.now:
            counted.until(clock.now)
        yield upcoming
    counted.until(clock.now)


@pytest.fixture
def probed(monkeypatch):
    counted = []

    def opened(clock, *arguments):
        clinic = Clinic(clock, *arguments)
        counted.append(Counted(clinic._resources.chairs))
        clock.begin(watching(clock, counted[-1]))
        return clinic

    monkeypatch.setattr(sim.model.replication, "Clinic", opened)

    def run(scenario, seed=1):
        replication = replicate(scenario, seed)
        counted[-1].until(replication.horizon)
        return replication, counted[-1]

    return run


def stays(replication):
    """Minutes of each who came for a chair, from arrival until it is ready for the next."""
    visits, horizon = replication.visits, replication.horizon
    came = (visits["arrived"] >= 0) & np.isin(visits["kind"], ["induction", "booster"])
    came &= visits["status"] != "blocked"
    free = np.where(visits["chair_free"] < 0, horizon, visits["chair_free"])
    return (free - visits["arrived"])[came]


def law_holds(people, minutes_of_each, horizon):
    """Whether L T = lambda W T, in whole person-minutes."""
    rate, mean_stay = len(minutes_of_each) / horizon, np.mean(minutes_of_each)
    assert people / horizon == pytest.approx(rate * mean_stay, rel=1e-2)  # of the same order
    return people == minutes_of_each.sum()


SHORT = {"referrals": {"kind": "cohort", "patients": 900, "over_days": 20}, "run.warmup_days": 0}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_that_starts_and_ends_empty_obeys_it_exactly(probed, seed):
    scenario = read_scenario(FOLDER / "mmc_5.toml", SHORT | {"run.days": 60})
    replication, chairs = probed(scenario, seed)
    assert (replication.visits["status"] == "done").all()
    assert chairs.people == 0
    assert law_holds(chairs.minutes, stays(replication), replication.horizon)


@pytest.mark.parametrize("name", ["mmc_5", "mg1_scv_2", "erlang_b"])
def test_a_run_cut_off_while_busy_obeys_it_with_the_stays_clipped_at_the_horizon(probed, name):
    scenario = read_scenario(FOLDER / f"{name}.toml", {"run.days": 60})
    replication, chairs = probed(scenario)
    assert chairs.people > 0
    assert law_holds(chairs.minutes, stays(replication), replication.horizon)


def test_the_default_clinic_obeys_it_with_bookings_nurses_and_turnovers(probed):
    replication, chairs = probed(Scenario().override({"run.days": 200}))
    assert law_holds(chairs.minutes, stays(replication), replication.horizon)


def test_dropping_any_one_row_of_the_record_breaks_it(probed):
    scenario = read_scenario(FOLDER / "mmc_5.toml", SHORT | {"run.days": 60})
    replication, chairs = probed(scenario)
    all_stays = stays(replication)
    for row in np.flatnonzero(all_stays > 0):
        assert not law_holds(chairs.minutes, np.delete(all_stays, row), replication.horizon)
