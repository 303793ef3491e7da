"""Uncertainty of the parameters beside chance (witness: single simulations, same values)."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

import sim
from sim.cli.commands import app
from sim.cli.uncertain import lines
from sim.config.errors import ScenarioError
from sim.experiment.uncertainty import Uncertain, drawing, joint_samples, propagate
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.stats.components import draws_to_know_share
from sim.symptoms.calibrations import Calibration

SMALL = sim.Scenario().override(
    {
        "run.days": 120,
        "referrals": {"kind": "cohort", "patients": 20, "over_days": 30},
        "clinic.chairs": "unlimited",
        "clinic.nurses": "unlimited",
    }
)
STUDY = {
    "none": SMALL.override({"policy.boosters": {"kind": "none"}}),
    "monthly": SMALL.override({"policy.boosters": {"kind": "fixed", "every_days": 28}}),
}


@pytest.fixture(scope="module")
def found():
    return propagate(STUDY, draws=3, replications=2, seed=5, jobs=1, reference="none")


def test_every_value_is_that_of_a_single_simulation_with_the_drawn_parameters(found):
    for draw in (1, 3):
        rows = found.parameters.query("scenario == 'monthly' and draw == @draw")
        changes = dict(zip(rows["path"], rows["value"].tolist(), strict=True))
        one = STUDY["monthly"].override(changes)
        number = (draw - 1) * 2 + 2
        expected = measure(Reading(sim.replicate(one, 5, number)))
        mine = found.metrics.query("scenario == 'monthly' and replication == @number")
        for name, value in zip(mine["measure"], mine["value"], strict=True):
            assert value == expected[name]


def test_a_draw_is_the_same_for_all_scenarios_and_the_replications_are_paired(found):
    wide = found.parameters.pivot(index=["draw", "path"], columns="scenario", values="value")
    assert (wide["none"] == wide["monthly"]).all()
    table = found.comparison()
    days = table[table["measure"] == "days_in_response"].iloc[0]
    values = found.metrics[found.metrics["measure"] == "days_in_response"]
    pairs = values.pivot(index=["draw", "replication"], columns="scenario", values="value")
    assert days["mean"] == pytest.approx((pairs["monthly"] - pairs["none"]).mean())


def test_the_same_bytes_come_from_any_number_of_processes(found):
    again = propagate(STUDY, draws=3, replications=2, seed=5, jobs=2, reference="none")
    for name, table in found.tables().items():
        assert table.to_csv() == again.tables()[name].to_csv()


def test_what_some_replication_did_not_reach_is_named_and_not_dropped_in_silence(found):
    metrics = found.metrics.copy()
    row = metrics.index[metrics["measure"] == "days_below_10"][0]
    metrics.loc[row, "value"] = np.inf
    missed = replace(found, metrics=metrics)
    assert set(missed.left_out) == {*found.left_out, "days_below_10"}
    text = told(missed)
    assert "Not told, as some replication did not reach or did not have it" in text
    assert "days below 10" in text


def made_up(draws, replications=4, parameters=3.0, chance=1.0, reference=None):
    """Two scenarios of which the better one gains 10 days in every draw."""
    dice = np.random.default_rng(4)
    rows = []
    for gain, scenario in enumerate(("base", "better")):
        drawn = dice.normal(0, parameters, draws)
        for draw in range(draws):
            for replication in range(replications):
                value = 100 + 50 * gain + drawn[draw] + dice.normal(0, chance)
                number = draw * replications + replication + 1
                rows.append((scenario, draw + 1, number, "days_below_10", value))
    columns = ["scenario", "draw", "replication", "measure", "value"]
    table = pd.DataFrame(rows, columns=columns)
    return Uncertain(table, pd.DataFrame(), draws, replications, reference)


def told(found):
    return " ".join(" ".join(lines(found)).split())


def test_five_draws_are_said_to_be_few_and_what_for_and_how_many_would_do():
    """Witness: the fewest for a factor of two by scipy's chi-square, 18."""
    text = told(made_up(5, parameters=30.0, reference="base"))
    assert "Caution: 5 draws are few for what follows." in text
    assert "known only to a factor of" in text
    assert "± is 55 % wider than with many draws" in text
    assert "in up to 52 % of further ones" in text
    fewest = next(
        draws for draws in range(2, 99)
        if np.divide(*np.sqrt(stats.chi2(draws - 1).ppf([0.975, 0.025]))) <= 2
    )  # fmt: skip
    assert f"{fewest} draws of 4 replications would do (--draws {fewest})." in text
    assert "The share of parameters is not known" not in text, "nearly all of it is parameters"


def test_what_all_draws_agree_in_is_only_spoken_of_where_differences_are():
    text = told(made_up(5))
    assert "Caution: 5 draws" in text
    assert "agree in" not in text


def test_many_draws_are_not_said_to_be_few():
    for found in (made_up(40), made_up(40, reference="base"), made_up(18, parameters=30.0)):
        assert "Caution" not in told(found)
    assert "Caution: 17 draws are few" in told(made_up(17, parameters=30.0))


def test_enough_draws_for_the_spread_may_be_too_few_for_the_shares():
    """As much parameters as chance, two replications: 36 draws would do (tests/stats)."""
    found = made_up(20, replications=2, parameters=1.0)
    table = found.summary()
    wide = table[table["share_upper"] - table["share_lower"] > 0.5]
    assert len(wide)
    text = told(found)
    assert "known only to a factor" not in text
    assert f"is not known to half of the scale in {len(wide)} of the 2 rows" in text
    needed = max(draws_to_know_share(share, 2, 0.5) for share in wide["share_parameters"])
    assert needed > 20
    assert f"{needed} draws of 2 replications would do (--draws {needed})." in text
    assert "Caution" not in told(made_up(80, replications=2, parameters=1.0))


def test_limits_stay_inside_the_possible(found):
    table = found.summary()
    shares = table[table["unit"] == "share"]
    assert len(shares)
    assert (shares["lower"] >= 0).all()
    assert (shares["upper"] <= 1).all()


def test_more_draws_leave_the_first_ones_as_they_are(found):
    chosen = drawing(STUDY, 5)
    for draw in range(3):
        rows = found.parameters.query("scenario == 'none' and draw == @draw + 1")
        values = chosen.values(draw) | chosen.joint(STUDY["none"], draw)
        assert dict(zip(rows["path"], rows["value"], strict=True)) == values


def test_what_one_scenario_sets_is_drawn_in_none_of_them():
    louder = {"quiet": SMALL, "loud": SMALL.override({"symptoms.rating_sd": 3.0})}
    paths = {entry.path for entry in drawing(louder, 1).entries}
    assert "symptoms.rating_sd" not in paths
    assert "symptoms.drift_sd" in paths
    assert "symptoms.rating_sd" in {entry.path for entry in drawing({"a": SMALL}, 1).entries}


def test_a_calibration_parameter_that_is_given_is_kept():
    own = SMALL.override({"symptoms.a_fast": 0.7})
    assert drawing({"own": own}, 1).scenario(own, 0).symptoms.a_fast == 0.7


@pytest.mark.parametrize("calibration", ["trial", "community"])
def test_joint_samples_are_used_row_by_row_each_before_any_again(calibration):
    scenario = SMALL.override({"symptoms.calibration": calibration})
    chosen, samples = drawing({"x": scenario}, 3), joint_samples(calibration)
    drawn = [Calibration(*chosen.joint(scenario, draw).values()) for draw in range(len(samples))]
    assert sorted(drawn) == sorted(samples)


def test_draws_of_a_distribution_have_its_quantiles():
    chosen = drawing({"x": SMALL}, 8)
    values = [chosen.values(draw)["symptoms.routes.im.bioavailability"] for draw in range(300)]
    witness = stats.beta(93, 7)
    assert np.mean(values) == pytest.approx(witness.mean(), abs=0.005)
    assert np.std(values) == pytest.approx(witness.std(), abs=0.004)


def test_one_replication_or_one_draw_cannot_tell_parameters_from_chance():
    for draws, replications in ((1, 4), (4, 1)):
        with pytest.raises(ScenarioError, match="cannot tell parameters from chance"):
            propagate(STUDY, draws=draws, replications=replications)


def test_a_command_runs_any_study_with_uncertain_parameters(tmp_path):
    (tmp_path / "base.toml").write_text(
        "[run]\ndays = 60\n[referrals]\nkind = 'cohort'\npatients = 8\nover_days = 0\n"
    )
    folder = tmp_path / "out"
    options = ["--uncertainty", "posterior", "--draws", "2", "--replications", "2", "--jobs", "1"]
    scenario = str(tmp_path / "base.toml")
    done = CliRunner().invoke(app, ["run", scenario, *options, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    assert "only better evidence can" in text
    assert "Caution: 2 draws are few" in text
    table = pd.read_csv(folder / "uncertainty.csv")
    assert {"share_parameters", "half_width_floor"} <= set(table.columns)
    assert json.loads((folder / "manifest.json").read_text())["draws"] == 2
    assert [file.name for file in (folder / "figures").iterdir()] == ["uncertainty.png"]
    for wrong in (["--uncertainty", "posteror"], [*options, "--keep", "visits"]):
        done = CliRunner().invoke(app, ["run", scenario, *wrong])
        assert isinstance(done.exception, ScenarioError)
