"""Moving along a joint posterior. Witness: normal samples, whose conditional means are known."""

import numpy as np
import pytest

from sim.experiment.uncertainty import joint_samples
from sim.model.scenario import Scenario
from sim.sensitivity.inputs import HIGH_QUANTILE, LOW_QUANTILE, all_inputs, chosen_inputs
from sim.sensitivity.ridge import ridge_from, ridge_of
from sim.symptoms.calibrations import CALIBRATIONS, PATHS, Calibration

SIZE = len(Calibration._fields)
PATH = list(PATHS.values())
RHO = 0.8


@pytest.fixture(scope="module")
def normal():
    """Give a ridge of normal samples: mean 10 and sd 2, the first two correlated by RHO."""
    z = np.random.default_rng(1).normal(size=(4000, SIZE))
    z[:, 1] = RHO * z[:, 0] + np.sqrt(1 - RHO**2) * z[:, 1]
    return ridge_from(10 + 2 * z, np.full(SIZE, 11.0))


def test_one_parameter_moves_the_others_along_the_line_of_regression(normal):
    moved = normal.one_at_a_time({PATH[0]: 0.95})
    high = 10 + 2 * 1.645
    assert moved[PATH[0]] == pytest.approx(high, abs=0.2)  # the quantile of 4000 samples
    assert moved[PATH[1]] == pytest.approx(11 + RHO * (high - 11), abs=0.15)
    assert [moved[path] for path in PATH[2:]] == pytest.approx([11] * (SIZE - 2), abs=0.15)


def test_two_given_at_once_are_both_where_they_were_put(normal):
    moved = normal.one_at_a_time({PATH[0]: 0.95, PATH[1]: 0.05})
    assert moved[PATH[0]] == pytest.approx(normal.quantile(PATH[0], 0.95))
    assert moved[PATH[1]] == pytest.approx(normal.quantile(PATH[1], 0.05))


def test_independent_uniforms_give_the_samples_means_spreads_and_correlation(normal):
    dice = np.random.default_rng(2)
    drawn = np.array([
        list(normal.jointly(dict(zip(PATH, dice.random(SIZE), strict=True))).values())
        for _ in range(1500)
    ])  # fmt: skip
    assert drawn.mean(axis=0) == pytest.approx(np.full(SIZE, 10), abs=0.25)
    assert drawn.std(axis=0) == pytest.approx(np.full(SIZE, 2), abs=0.15)
    seen = np.corrcoef(drawn, rowvar=False)
    assert seen[0, 1] == pytest.approx(RHO, abs=0.04)
    assert np.abs(seen[2:, :2]).max() < 0.12


@pytest.mark.parametrize("which", CALIBRATIONS)
def test_moved_parameters_stay_within_the_samples_of_a_calibration(which):
    samples, ridge = np.array(joint_samples(which)), ridge_of(which)
    for path in PATH:
        for u in (LOW_QUANTILE, HIGH_QUANTILE):
            values = np.array(list(ridge.one_at_a_time({path: u}).values()))
            assert (values >= samples.min(axis=0)).all()
            assert (values <= samples.max(axis=0)).all()
    given = ridge.one_at_a_time({PATH[3]: HIGH_QUANTILE})
    assert given[PATH[3]] == pytest.approx(np.quantile(samples[:, 3], HIGH_QUANTILE), rel=0.02)


def test_what_a_scenario_gives_stays_and_is_no_input():
    scenario = Scenario().override({"symptoms.a_slow": 0.4, "symptoms.c50": 2.0})
    inputs = all_inputs({"it": scenario})
    assert not {"symptoms.a_slow", "symptoms.c50"} & set(inputs.paths)
    assert "symptoms.a_slow" not in inputs.one_at_a_time(scenario, {PATH[0]: 0.05})
    assert len(inputs.joint) == SIZE - 1


def test_parameters_are_chosen_by_path_beginning_or_as_the_posterior():
    it = {"it": Scenario()}
    assert chosen_inputs(it, ["symptoms.c50"]).paths == ["symptoms.c50"]
    assert chosen_inputs(it, ["posterior"]).joint == PATH
    own = chosen_inputs(it, ["symptoms.moderators"]).paths
    assert len(own) == 3
    assert chosen_inputs(it, None).paths == all_inputs(it).paths
