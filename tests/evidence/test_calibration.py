"""Calibration, in small (witness: a hidden truth that must be found again, and plain formulae)."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.config.errors import ScenarioError
from sim.evidence import posterior
from sim.evidence.calibration import calibrate
from sim.evidence.model_validation import _setting
from sim.evidence.objective import Objective, answer, best_fit
from sim.evidence.posterior import Plan, sample, split_r_hat
from sim.evidence.published import read_published, shipped, to_fit
from sim.evidence.structures import PRIORS, STRUCTURES, Prior
from sim.experiment.task import Task
from sim.experiment.uncertainty import joint_samples, posterior_file
from sim.people.cohort import Refitted, drawn
from sim.streams import Streams
from sim.symptoms.calibrations import CALIBRATIONS, PATHS, Calibration

TARGETS = to_fit(read_published(shipped()))
FEW = 400


@pytest.mark.parametrize("which", ["trial", "community"])
def test_the_objective_answers_as_validation_does_with_integrated_noise(which):
    """Witness: the cohort as drawn for any scenario, with the noise integrated."""
    objective = Objective(which, people=FEW, seed=3)
    fit = CALIBRATIONS[which]._asdict()
    values = objective.model(objective.point(fit))
    scenario = sim.Scenario().override({"symptoms.calibration": which})
    for target, value in zip(objective.targets, values, strict=True):
        task = Task(which, scenario, 3, 1)
        setting = replace(_setting(task, dict(target.people.overrides), FEW), drawn=False)
        assert value == pytest.approx(answer(target, setting), abs=1e-9), target.name


def test_people_refitted_are_the_people_drawn_under_that_calibration():
    tables = {name: sim.Scenario().override({"symptoms.calibration": name}) for name in PRIORS}
    parts = [(s.population, s.symptoms, s.behaviour) for s in tables.values()]
    first = Refitted(*parts[0], Streams(5, 1), FEW)
    expected = drawn(*parts[1], Streams(5, 1), np.zeros(FEW, dtype=np.int64))
    found = first.under(parts[1][1])
    for name, column in expected.columns().items():
        if column.dtype.kind == "f":
            assert found.columns()[name] == pytest.approx(column, rel=1e-12)
        else:
            assert (found.columns()[name] == column).all()


def test_likelihood_and_priors_are_the_formulae():
    objective = Objective("trial", people=FEW)
    values = np.array([t.value for t in objective.targets])
    assert objective.log_likelihood(values) == 0
    moved = values.copy()
    moved[0] += (objective.targets[0].high - objective.targets[0].low) / 3.92
    assert objective.log_likelihood(moved) == pytest.approx(-0.5)
    x = np.linspace(-1, 1, 12)
    log_posterior, values = objective.log_posterior(x)
    assert log_posterior == pytest.approx(objective.log_likelihood(values) - 0.5 * (x @ x))
    parameters = objective.parameters(x)
    assert parameters["tau_fast_days"] == pytest.approx(5 * np.exp(0.5 * x[2]))
    assert parameters["ceiling_mean"] == pytest.approx(1.1 + 0.6 * x[6])
    assert objective.point(parameters) == pytest.approx(x)


def hidden(people):
    """An objective whose targets the model made itself, its log posterior there, and the values."""
    truth = CALIBRATIONS["community"]._replace(a_slow=0.6, tau_slow_median_days=50.0)
    objective = Objective("community", people=people)
    made = objective.model(objective.point(truth._asdict()))
    made_up = [
        replace(target, value=float(value), low=float(value) - 0.06, high=float(value) + 0.06)
        for target, value in zip(objective.targets, made, strict=True)
    ]
    again = Objective("community", targets=made_up, people=people)
    return again, again.log_posterior(again.point(truth._asdict()))[0], made


@pytest.mark.slow
def test_a_hidden_truth_is_found_again():
    """Witness: targets that the model itself made; nothing beats the truth but the priors."""
    again, at_the_truth, made = hidden(people=150)
    fit = best_fit(again, rounds=3, evaluations=2700)
    assert fit.log_posterior > at_the_truth - 0.2
    assert fit.values == pytest.approx(made, abs=0.04)


def test_a_short_fit_goes_most_of_the_way_to_a_hidden_truth():
    """`make long` goes all of it; from the usual start it is 68 of the log posterior away."""
    again, at_the_truth, _ = hidden(people=60)
    begins = again.log_posterior(again.start())[0]
    fit = best_fit(again, rounds=1, evaluations=60)
    assert fit.log_posterior > at_the_truth - 0.3 * (at_the_truth - begins)


@pytest.mark.parametrize("name", STRUCTURES)
def test_every_structure_has_an_answer_and_counts_its_parameters(name):
    objective = Objective("community", name, people=FEW)
    values = objective.model(objective.start())
    assert np.isfinite(values).all()
    parameters = {"one_state": 10, "two_states": 8, "plasticity": 13, "consolidation": 13,
                  "afterwards": 11, "lasting": 12, "natural": 12, "tolerance": 13}  # fmt: skip
    assert len(objective.priors) == parameters[name]


@pytest.mark.parametrize("law", ["log-normal", "normal", "logit-normal"])
def test_a_prior_is_normal_on_its_scale(law):
    prior = Prior(0.3, 0.8, law)
    assert prior.inward(0.0) == pytest.approx(0.3)
    assert prior.outward(prior.inward(-1.7)) == pytest.approx(-1.7)
    scale = {"log-normal": np.log, "normal": float, "logit-normal": logit}[law]
    assert scale(prior.inward(1.0)) - scale(0.3) == pytest.approx(0.8)


@pytest.mark.parametrize("name", ["lasting", "tolerance"])
def test_structures_of_what_comes_after_are_those_of_the_simulation(name):
    """Witness: the same cohort under the scenario that says the same parameters."""
    objective = Objective("community", name, people=FEW)
    x = objective.start()
    parameters = objective.parameters(x)
    scenario = sim.Scenario().override(
        {PATHS.get(name, f"symptoms.{name}"): value for name, value in parameters.items()}
    )
    task = Task("community", scenario, 20, 1)
    for target, value in zip(objective.targets, objective.model(x), strict=True):
        setting = replace(_setting(task, dict(target.people.overrides), FEW), drawn=False)
        assert value == pytest.approx(answer(target, setting), abs=1e-9), target.name


def test_tolerance_takes_from_relief_and_nothing_from_the_first_infusion():
    """Witness: the same structure without it; C1 is one infusion, C7a what lasts of six."""
    without, with_it = (Objective("trial", name, people=FEW) for name in ("lasting", "tolerance"))
    x = without.start()
    nothing, much = with_it.model(np.append(x, -40.0)), with_it.model(np.append(x, 2.0))
    names = [target.name for target in without.targets]
    assert nothing == pytest.approx(without.model(x), abs=1e-6)
    assert much[names.index("C1")] == nothing[names.index("C1")]
    assert much[names.index("C7a")] < nothing[names.index("C7a")]


def test_consolidation_lasts_where_two_states_have_faded():
    two, three = (Objective("trial", name, people=FEW) for name in ("lasting", "consolidation"))
    x = two.start()
    without, with_it = two.model(x), three.model(np.append(x, 2.0))
    nothing = three.model(np.append(x, -40.0))
    names = [target.name for target in two.targets]
    assert with_it[names.index("C7a")] > without[names.index("C7a")] + 0.5
    assert with_it[names.index("C1")] == without[names.index("C1")], "one consolidates nothing"
    assert nothing == pytest.approx(without, abs=1e-6)


def test_split_r_hat_sees_ensembles_that_disagree():
    rng = np.random.default_rng(2)
    alike = rng.standard_normal((2, 200, 10, 1))
    assert split_r_hat(alike)[0] == pytest.approx(1, abs=0.01)
    assert split_r_hat(alike + np.array([0.0, 2.0]).reshape(2, 1, 1, 1))[0] > 1.4


class Known(Objective):
    """A posterior that is a standard normal: the targets say nothing."""

    def log_posterior(self, x):
        """Give the priors alone."""
        return -0.5 * float(np.square(x).sum()), np.zeros(len(self.targets))


def test_the_sampler_finds_a_posterior_that_is_known(tmp_path):
    objective = Known("trial", people=100)
    fit = replace(
        best_fit(objective, evaluations=30), parameters=objective.parameters(np.zeros(12))
    )
    plan = Plan(walkers=28, steps=300, burn_in=60, block=100)
    found = sample(objective, fit, plan, tmp_path)
    points = found.points.reshape(-1, 12)
    assert points.mean(axis=0) == pytest.approx(np.zeros(12), abs=0.2)
    assert points.std(axis=0) == pytest.approx(np.ones(12), abs=0.15)
    told = found.diagnostics()
    assert max(told["split_r_hat"]) < 1.1
    assert min(told["effective_samples"]) > 100


def test_thinned_samples_come_from_every_walker_of_every_ensemble():
    points = np.arange(2 * 50 * 6, dtype=float).reshape(2, 50, 6, 1)
    of = posterior.Posterior(0, points, points[..., 0], points)
    kept, log_posterior, values = of.thinned(60)
    assert (kept[:, 0] == log_posterior).all()
    assert (values == kept).all()
    ensemble, walker = kept[:, 0] // 300, kept[:, 0] % 6
    pairs, counts = np.unique(np.stack([ensemble, walker]), axis=1, return_counts=True)
    assert pairs.shape[1] == 12
    assert (counts == 5).all()


def test_a_run_that_was_stopped_goes_on_to_the_same_samples_on_any_processes(tmp_path):
    objective = Objective("trial", people=50)
    fit = replace(
        best_fit(objective, evaluations=30), parameters=objective.parameters(np.zeros(12))
    )
    whole = sample(objective, fit, Plan(walkers=26, steps=2, burn_in=0, block=1), tmp_path / "a")
    half, plan = (
        Plan(walkers=26, steps=2, burn_in=0, block=1),
        Plan(walkers=26, steps=2, burn_in=0, block=1),
    )
    sample(objective, fit, half, tmp_path / "b", jobs=2)
    resumed = sample(objective, fit, plan, tmp_path / "b", jobs=2)
    assert (whole.points == resumed.points).all()
    assert (whole.values == resumed.values).all()
    other = Objective("trial", people=120)
    with pytest.raises(ScenarioError, match="other targets, people or settings"):
        sample(other, fit, plan, tmp_path / "b")


def test_without_emcee_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "emcee", None)
    with pytest.raises(ScenarioError, match=r"pip install 'ketasim\[calibration\]'"):
        posterior.sampler_package()


def test_the_command_fits_and_writes_its_tables(tmp_path):
    folder = tmp_path / "out"
    options = [
        "--people", "100", "--steps", "20", "--evaluations", "10", "--samples", "30", "--jobs", "1",
    ]  # fmt: skip
    done = CliRunner().invoke(app, ["calibrate", "--set", "trial", *options, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    for name in ("posterior.csv", "estimates.csv", "predictive.csv", "manifest.json"):
        assert (folder / name).exists()
    done = CliRunner().invoke(app, ["calibrate", "--set", "trail"])
    assert 'Did you mean "trial"' in str(done.exception)


def test_a_structure_that_is_not_known_is_named():
    with pytest.raises(ScenarioError, match='Did you mean "one_state"'):
        calibrate("trial", "one_stat", best_fit_only=True)


@pytest.mark.parametrize("which", ["trial", "community"])
def test_the_shipped_samples_are_a_few_hundred_joint_rows_around_the_defaults(which):
    samples = np.array(joint_samples(which))
    assert 200 <= len(samples) <= 1000
    low, high = np.quantile(samples, [0.005, 0.995], axis=0)
    default = np.array(CALIBRATIONS[which])
    assert ((low < default) & (default < high)).all()
    for name, (lower, upper) in zip(Calibration._fields, zip(low, high, strict=True), strict=True):
        sim.Scenario().override({PATHS[name]: float(lower)})
        sim.Scenario().override({PATHS[name]: float(upper)})


@pytest.mark.parametrize("which", ["trial", "community"])
def test_the_defaults_are_the_best_fit_of_the_run_that_made_the_samples(which):
    manifest = json.loads(posterior_file(which).with_suffix(".json").read_text())
    assert manifest["set"] == which
    assert max(manifest["convergence"]["split_r_hat"]) < 1.05
    assert min(manifest["convergence"]["effective_samples"]) > 300
    fitted = manifest["fit"]["parameters"]
    for name, value in CALIBRATIONS[which]._asdict().items():
        assert value == pytest.approx(fitted[name], rel=6e-4)


@pytest.mark.parametrize("which", ["trial", "community"])
def test_every_shipped_target_is_in_its_band_at_the_defaults(which):
    objective = Objective(which)
    values = objective.model(objective.point(CALIBRATIONS[which]._asdict()))
    for target, value in zip(objective.targets, values, strict=True):
        assert target.low <= value <= target.high, target.name
