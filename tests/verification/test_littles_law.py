"""Little's law, L = lambda W: SimPy's own occupancy against the record of visits.

L is the area under a count kept by a probe at the chairs of the running model, which never looks at
the record; lambda W is read from the record alone. In whole minutes the two are equal exactly.
"""

from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import sim.clinic.resources
from sim.clinic.staffing import Places
from sim.model.replication import replicate
from sim.model.scenario import Scenario, read_scenario

FOLDER = Path(__file__).parents[2] / "sim" / "evidence" / "queues"


class Probe(Places):
    """Counts the people who wait for a chair or hold one, as SimPy sees them."""

    placed: ClassVar[list] = []

    def __init__(self, env, capacity):
        super().__init__(env, capacity)
        self.changes = []
        Probe.placed.append(self)

    def take(self):
        number = super().take()
        if number is not None:
            self.changes.append((self._env.now, 1))
        return number

    def wait(self):
        self.changes.append((self._env.now, 1))
        return super().wait()

    def leave(self, number):
        self.changes.append((self._env.now, -1))
        super().leave(number)

    def area(self, horizon):
        return sum(step * (horizon - minute) for minute, step in self.changes)


@pytest.fixture
def probed(monkeypatch):
    monkeypatch.setattr(sim.clinic.resources, "Places", Probe)
    monkeypatch.setattr(Probe, "placed", [])

    def run(scenario, seed=1):
        replication = replicate(scenario, seed)
        return replication, Probe.placed[0]  # the chairs; the prescribers come second

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
    assert sum(step for _, step in chairs.changes) == 0
    assert law_holds(chairs.area(replication.horizon), stays(replication), replication.horizon)


@pytest.mark.parametrize("name", ["mmc_5", "mg1_scv_2", "erlang_b"])
def test_a_run_cut_off_while_busy_obeys_it_with_the_stays_clipped_at_the_horizon(probed, name):
    scenario = read_scenario(FOLDER / f"{name}.toml", {"run.days": 60})
    replication, chairs = probed(scenario)
    assert sum(step for _, step in chairs.changes) > 0
    assert law_holds(chairs.area(replication.horizon), stays(replication), replication.horizon)


def test_the_default_clinic_obeys_it_with_bookings_nurses_and_turnovers(probed):
    replication, chairs = probed(Scenario().override({"run.days": 200}))
    assert law_holds(chairs.area(replication.horizon), stays(replication), replication.horizon)


def test_dropping_any_one_row_of_the_record_breaks_it(probed):
    scenario = read_scenario(FOLDER / "mmc_5.toml", SHORT | {"run.days": 60})
    replication, chairs = probed(scenario)
    all_stays = stays(replication)
    for row in np.flatnonzero(all_stays > 0):
        assert not law_holds(
            chairs.area(replication.horizon), np.delete(all_stays, row), replication.horizon
        )
