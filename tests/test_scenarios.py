"""Every scenario, study and script of `scenarios/`, run with few patients, as a user would."""

import ast
import runpy
import tomllib
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.config.listing import entries
from sim.report.assumptions import base_file, describe

SCENARIOS = Path(__file__).parents[1] / "scenarios"
STUDIES = ("boosters", "inductions", "chairs", "booking")
SMALL = {"run.days": 90, "start": {"kind": "empty"}}


def test_the_base_scenario_shows_every_parameter_and_equals_the_defaults():
    assert sim.read_scenario(SCENARIOS / "base.toml") == sim.Scenario()
    text = (SCENARIOS / "base.toml").read_text(encoding="utf-8")
    for entry in entries(sim.Scenario()):
        assert f"{entry.path.rsplit('.', 1)[-1]} =" in text, entry.path
    assert text == base_file(), "renew it: ketasim schema --toml > scenarios/base.toml"


def test_every_parameter_says_what_it_means():
    for entry in entries(sim.Scenario()):
        assert entry.description or entry.path.endswith(".kind"), entry.path


@cache
def small(name):
    """Give a study with fewer days, and what two replications of it are."""
    study = sim.read_study(SCENARIOS / f"{name}.toml", SMALL)
    return study, sim.run(study.scenarios, replications=2, seed=1, reference=study.reference)


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_runs_and_compares(name):
    study, results = small(name)
    assert len(study.scenarios) >= 5
    table = sim.compare(results)
    assert set(table["scenario"]) == set(study.scenarios) - {study.reference}


def test_the_studies_hold_what_they_promise():
    boosters = tomllib.loads((SCENARIOS / "boosters.toml").read_text())["variants"]
    assert len(boosters) == 6
    inductions = sim.read_study(SCENARIOS / "inductions.toml").scenarios.values()
    held = {(s.policy.induction.infusions, s.policy.induction.days) for s in inductions}
    assert held == {(n, d) for n in (4, 5, 6, 7) for d in ("twice_weekly", "every_other_day")}
    chairs = sim.read_study(SCENARIOS / "chairs.toml").scenarios.values()
    assert sorted(scenario.clinic.chairs for scenario in chairs) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["policies", "policies_scarce"])
def test_the_policies_as_curves_sweep_every_kind_and_run(name):
    study = sim.read_study(SCENARIOS / f"{name}.toml", {"run.days": 60})
    kinds = {scenario.policy.boosters.kind for scenario in study.scenarios.values()}
    assert kinds == {
        "none", "fixed", "adaptive", "as_needed", "taper", "predictive", "weekly_step_down",
    }  # fmt: skip
    few = {key: study.scenarios[key] for key in (study.reference, "as_needed_9", "predictive_8")}
    results = sim.run(few, replications=1, seed=1, reference=study.reference)
    assert set(results.names) == set(few)
    chairs = study.scenarios[study.reference].clinic.chairs
    assert chairs == ("unlimited" if name == "policies" else 3)
    assert len((SCENARIOS / "policies.py").read_text().splitlines()) <= 40


@pytest.mark.parametrize("name", STUDIES)
def test_a_script_is_short_and_does_what_the_study_says(name, monkeypatch, tmp_path):
    source = (SCENARIOS / f"{name}.py").read_text()
    assert len(source.splitlines()) <= 40
    assert ast.get_docstring(ast.parse(source))
    asked = {}

    def fewer(scenarios, **options):
        asked.update(options)
        assert {key: scenario.override(SMALL) for key, scenario in scenarios.items()} == (
            study.scenarios
        )
        return results

    study, results = small(name)
    monkeypatch.setattr(sim, "run", fewer, raising=False)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(SCENARIOS / f"{name}.py"), run_name="__main__")
    folder = tmp_path / "results" / f"{name}_script"
    assert (folder / "metrics.csv").exists()
    assert (folder / "comparison.csv").exists()
    assert list((folder / "figures").glob("*.png"))
    assert asked["reference"] == study.reference


def test_the_booster_study_runs_under_both_sets_with_uncertain_parameters(monkeypatch, capsys):
    script = SCENARIOS / "boosters_uncertain.py"
    assert len(script.read_text().splitlines()) <= 40
    few = ["--draws", "2", "--replications", "2", "--days", "40", "--jobs", "1"]
    monkeypatch.setattr("sys.argv", [str(script), *few])
    runpy.run_path(str(script), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| trial"] * 5 + ["| community"] * 5


@pytest.mark.parametrize("calibration", ["trial", "community"])
def test_describe_says_the_assumptions_in_words(calibration):
    text = describe(sim.Scenario().override({"symptoms.calibration": calibration}))
    assert f"{calibration} calibration" in text
    for words in ("not medical advice", "Adaptive boosters", "3 chairs", "contradict each other"):
        assert words in text
    for entry in entries(sim.Scenario()):
        assert entry.path in text
