"""Queues as scenario files, small, against Erlang and Pollaczek-Khinchine.

The full sizes are `make verify` (docs/verification.md). Here the seeds are fixed, and the
half-width (99 %) that so few visits give is declared beside each case: agreement means no more.
"""

from pathlib import Path

import pytest

from sim.config.errors import ScenarioError
from sim.evidence.known_answers import CASES, _simulate, own_seed, verify
from sim.experiment.task import Task
from sim.model.scenario import read_scenario
from sim.stats.queues import erlang_b, erlang_c, mg1, mmc, mmc_share_waiting_over

FOLDER = Path(__file__).parents[2] / "sim" / "evidence" / "queues"

SMALL = {  # case: visits, and the share of the exact value that the half-width may be
    "mmc_5": (60_000, 0.18),
    "mmc_6": (60_000, 0.15),
    "mg1_scv_0": (70_000, 0.10),
    "mg1_scv_025": (100_000, 0.10),
    "mg1_scv_1": (40_000, 0.14),
    "mg1_scv_2": (100_000, 0.14),
    "dd1": (15_000, 0.0),
    "erlang_b": (40_000, 0.06),
}


@pytest.mark.parametrize("name", CASES)
def test_a_small_run_agrees_with_theory_within_the_half_width_declared(name):
    visits, widest = SMALL[name]
    table = verify([name], visits=visits, jobs=1)
    assert set(table["measure"]) == set(CASES[name].exact)
    assert (table["verdict"] == "agrees").all(), table.to_string()
    waits = table[table["measure"].isin(["mean_wait", "share_blocked", "longest_wait"])]
    assert len(waits) == 1
    assert (waits["half_width_share"] <= widest).all(), waits.to_string()


def test_each_case_has_draws_of_its_own():
    seeds = {own_seed(name, seed) for name in CASES for seed in (1, 2)}
    assert len(seeds) == 2 * len(CASES)
    # two cases that differ in nothing but their seed: the same clinic, other arrivals
    case = CASES["erlang_b"]
    readings = [
        _simulate(Task(case.name, case.scenario(2000, {}), own_seed(name, 1), 1))
        for name in ("mmc_5", "mmc_6")
    ]
    assert readings[0] != readings[1]


def test_a_clinic_five_per_cent_slower_than_theory_says_is_found_out():
    visits, _ = SMALL["mmc_5"]
    slower = {"clinic.session.infuse_minutes.mean": 126}
    table = verify(["mmc_5"], visits=visits, jobs=1, changes=slower).set_index("measure")
    assert table.loc["mean_wait", "verdict"] == "differs", table.to_string()


def test_nobody_waits_at_all_in_d_d_1():
    table = verify(["dd1"], visits=15_000, jobs=1)
    assert table["simulated"].tolist() == [0.0]


def test_the_full_sizes_add_up_to_some_millions_of_visits():
    assert sum(case.visits for case in CASES.values()) == pytest.approx(8e6, rel=0.1)


def test_each_known_answer_has_its_scenario_file_and_each_file_is_a_known_answer():
    files = {path.stem for path in FOLDER.glob("*.toml")}
    assert files == {*CASES, "textbook_queue"}


@pytest.mark.parametrize("name", CASES)
def test_the_arrivals_of_a_file_come_as_often_as_theory_assumes(name):
    scenario = read_scenario(FOLDER / f"{name}.toml")
    assert scenario.referrals.minutes_between.expectation() == pytest.approx(CASES[name].gap)


def test_an_unknown_case_is_refused_with_the_nearest_name():
    with pytest.raises(ScenarioError, match='Did you mean "mmc_5"'):
        verify(["mmc5"])


def test_too_few_visits_to_outlast_the_warm_up_are_refused():
    with pytest.raises(ScenarioError, match="warm-up"):
        verify(["mg1_scv_1"], visits=1000)


@pytest.mark.parametrize(
    ("servers", "share", "wait", "queue", "over_30"),
    [(5, 0.5541, 66.49, 2.217, 0.4315), (6, 0.2848, 17.09, 0.570, 0.1727)],
)
def test_erlang_c_gives_the_published_numbers(servers, share, wait, queue, over_30):
    found = mmc(2 / 60, 120, servers)
    assert found.share_waiting == pytest.approx(share, abs=5e-5)
    assert found.mean_wait == pytest.approx(wait, abs=5e-3)
    assert found.mean_queue == pytest.approx(queue, abs=1e-3)  # published as 2.217, is 2.2165
    assert mmc_share_waiting_over(30, 2 / 60, 120, servers) == pytest.approx(over_30, abs=5e-5)


@pytest.mark.parametrize(
    ("squared_cv", "wait"), [(0, 135.0), (0.25, 168.75), (1, 270.0), (2, 405.0)]
)
def test_pollaczek_khinchine_gives_the_published_waits(squared_cv, wait):
    assert mg1(0.5 / 60, 90, squared_cv).mean_wait == pytest.approx(wait)


def test_erlang_b_gives_the_published_share_and_one_server_is_known_by_heart():
    assert erlang_b(10, 10) == pytest.approx(0.2146, abs=5e-5)
    assert erlang_b(1, 0.5) == pytest.approx(0.5 / 1.5)


def test_with_one_server_erlang_c_is_the_load_and_pollaczek_khinchine_agrees():
    assert erlang_c(1, 0.75) == pytest.approx(0.75)
    assert mmc(0.5, 1.5, 1) == pytest.approx(mg1(0.5, 1.5, 1))


def test_an_overloaded_queue_has_no_steady_state():
    with pytest.raises(ValueError, match="no steady state"):
        mmc(1, 2, 2)
    with pytest.raises(ValueError, match="no steady state"):
        mg1(1, 1, 0)
