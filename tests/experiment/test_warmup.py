"""`run.warmup_days = "auto"`. Witnesses: M/M/infinity, weekly tables, a fixed number of days."""

import json

import numpy as np
import pandas as pd
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.evidence.known_answers import SCENARIOS
from sim.experiment.warmup import truncations, warm_up_told
from sim.report.assumptions import describe
from sim.stats.mser import mser5

QUEUE = sim.read_scenario(SCENARIOS / "textbook_queue.toml").override(
    {"run.warmup_days": 0, "referrals.minutes_between": {"kind": "exponential", "mean": 2880}}
)
AUTO = QUEUE.override({"run.warmup_days": "auto", "run.days": 364})
FULL = {  # 10.5 a week come and stay for 20 days: so many leave, in the steady state
    "run.days": 560,
    "run.warmup_days": "auto",
    "clinic.chairs": "unlimited",
    "clinic.session.infuse_minutes": {"kind": "exponential", "mean": 28800},
    "referrals.minutes_between": {"kind": "exponential", "mean": 960},
}


@pytest.fixture(scope="module")
def filling():
    return sim.run({"queue": QUEUE.override(FULL)}, replications=10, seed=1, jobs=1)


@pytest.fixture(scope="module")
def short():
    two = {"one": AUTO, "two": AUTO.override({"clinic.chairs": 2})}
    return sim.run(two, replications=2, seed=1, jobs=1)


def test_a_queue_that_begins_empty_is_measured_without_bias(filling):
    """M/M/infinity: 10.5 a week leave in the steady state, and fewer while it fills."""
    (row,) = filling.summary(["infusions_per_week"]).itertuples()
    assert row.lower <= 10.5 <= row.upper
    # the same replications with all weeks: 10.5 (1 - 20 / 560) are expected of them
    each = filling.weeks.groupby("replication")["infusions"].mean()
    error = each.std(ddof=1) / np.sqrt(len(each))
    assert each.mean() + 2.26 * error < 10.5
    assert each.mean() == pytest.approx(10.5 * (1 - 20 / 560), abs=3 * error)


def test_the_warm_up_is_the_longest_of_the_series_and_is_told_in_the_manifest(filling):
    by_hand = {
        name: mser5(filling.weeks.groupby("week")[name].mean()).observations
        for name in ("infusions", "census", "waiting")
    }
    told = filling.manifest["warm_up"]
    assert told["days"] == 7 * max(by_hand.values()) == filling.scenarios["queue"].run.warmup_days
    found = told["found"]["queue"]
    assert {name: of["weeks"] for name, of in found.items()} == by_hand
    assert all(of["of"] == 80 for of in found.values())
    assert (told["method"], told["replications"]) == ("MSER-5", 10)
    assert filling.manifest["scenarios"]["queue"]["resolved"]["run"]["warmup_days"] == told["days"]
    said = warm_up_told(filling.manifest)
    assert said.startswith(f"The first {told['days']} days are not counted")
    assert f"people in treatment {by_hand['census']}" in said


def test_all_scenarios_that_ask_have_the_same_warm_up_and_others_keep_theirs():
    given = {"a": AUTO, "b": AUTO.override({"clinic.chairs": 2}),
             "c": QUEUE.override({"run.days": 364, "run.warmup_days": 3})}  # fmt: skip
    results = sim.run(given, replications=1, seed=4, jobs=1)
    days = [results.scenarios[name].run.warmup_days for name in given]
    assert days[0] == days[1] == results.manifest["warm_up"]["days"]
    assert days[2] == 3
    assert set(results.manifest["warm_up"]["found"]) == {"a", "b"}


def test_the_numbers_are_those_of_a_run_with_that_number_of_days(short):
    days = short.manifest["warm_up"]["days"]
    fixed = {name: of.override({"run.warmup_days": days}) for name, of in short.scenarios.items()}
    again = sim.run(fixed, replications=2, seed=1, jobs=1)
    pd.testing.assert_frame_equal(again.metrics, short.metrics)
    assert "warm_up" not in again.manifest
    assert warm_up_told(again.manifest) == ""


def test_the_processes_and_the_replications_of_the_run_settle_nothing(short):
    two = {"one": AUTO, "two": AUTO.override({"clinic.chairs": 2})}
    other = sim.run(two, replications=1, seed=1, jobs=2)
    assert other.manifest["warm_up"] == short.manifest["warm_up"]


def test_progress_counts_the_pilots_and_what_follows_as_one():
    told = []
    sim.run({"one": AUTO}, replications=2, seed=1, jobs=1, progress=lambda *at: told.append(at))
    assert {total for _, total in told} == {12}
    assert [done for done, _ in told] == [*range(11), *range(10, 13)]


def test_results_are_read_back_with_the_days(short, tmp_path):
    sim.write_results(short, tmp_path / "out")
    json.loads((tmp_path / "out" / "manifest.json").read_text())
    read = sim.read_results(tmp_path / "out")
    assert read.scenarios == short.scenarios
    assert read.replicate("one").scenario.run.warm_up == short.manifest["warm_up"]["days"]


def test_nothing_found_is_told_as_that():
    manifest = {"warm_up": {"days": 0, "method": "MSER-5", "replications": 10, "found": {
        "a": {"census": {"weeks": 0, "of": 60}}}}}  # fmt: skip
    assert warm_up_told(manifest) == (
        "All days are counted: the warm-up found by MSER-5 from 10 replications (weeks: people in "
        "treatment 0)."
    )


def test_series_are_averaged_before_they_are_cut():
    """Two noisy halves whose noise cancels: only the step is left."""
    rng = np.random.default_rng(1)
    noise, step = rng.standard_normal(100), np.repeat([0.0, 1.0], [20, 80])
    weeks = [dict.fromkeys(("infusions", "census", "waiting"), step + sign * noise)
             for sign in (1, -1)]  # fmt: skip
    assert {cut.observations for cut in truncations(weeks).values()} == {20}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"run.days": 349}, "MSER-5 needs 10 batches of 5 weeks, 350 days"),
        ({"referrals": {"kind": "cohort", "patients": 3, "over_days": 0}}, "has no steady state"),
    ],
)
def test_a_run_that_cannot_tell_is_refused_before_it_begins(changes, says, monkeypatch):
    monkeypatch.setattr("sim.experiment.warmup.execute", None)
    with pytest.raises(ScenarioError, match=r'scenario "x": run\.warmup_days') as fault:
        sim.run({"x": AUTO.override(changes)}, jobs=1)
    assert says in str(fault.value)


def test_a_clinic_that_still_fills_is_refused_with_what_was_found():
    filling = AUTO.override({**FULL, "run.days": 420,
                             "clinic.session.infuse_minutes.mean": 400_000})  # fmt: skip
    filling = filling.override({"referrals.minutes_between.mean": 2880})
    with pytest.raises(ScenarioError) as fault:
        sim.run({"x": filling}, replications=1, seed=1, jobs=1)
    for said in ("run.days = 420 is too short", "of 60 weeks of the ",
                 "more than half", "Raise run.days", 'start.kind = "steady_state"'):  # fmt: skip
        assert said in str(fault.value)


def test_whoever_needs_a_number_says_so():
    with pytest.raises(ScenarioError, match="needs a number of days"):
        sim.replicate(AUTO, seed=1)
    with pytest.raises(ScenarioError, match="needs a number of days"):
        sim.propagate({"x": AUTO}, draws=2, replications=2, jobs=1)
    with pytest.raises(ScenarioError, match="Give a number of days, or 0"):
        sim.capacity(AUTO, vary="clinic.chairs=1:2", targets=["wait_in_clinic_minutes <= 30"],
                     replications=2, jobs=1)  # fmt: skip
    assert "found before the run (MSER-5)" in " ".join(describe(AUTO).split())


def test_other_words_and_numbers_are_refused():
    for wrong in ("autos", -1, 1.5, True):
        with pytest.raises(ScenarioError, match='a whole number from 0 to 36500 or "auto"'):
            QUEUE.override({"run.warmup_days": wrong})
    with pytest.raises(ScenarioError, match="leaves nothing of days"):
        QUEUE.override({"run.days": 60, "run.warmup_days": 60})


def test_pilots_have_the_phases_of_the_run():
    """Every person of ten pilots and one replication is asked, and nobody else."""
    asked = []

    def phases(patient, usual):
        asked.append(patient.number)
        return usual

    results = sim.run({"x": AUTO}, replications=1, seed=1, jobs=1, phases=phases)
    people = [len(sim.replicate(results.scenarios["x"], 1, r).patients) for r in range(1, 11)]
    assert len(asked) >= sum(people) - 11  # who comes at the very end has no phases yet
    assert len(asked) <= sum(people) + people[0]


def test_a_ledger_knows_a_pilot_without_warm_up_as_the_replication_that_it_is(tmp_path):
    results = sim.run({"x": AUTO}, 10, 1, sim.Workers(1, ledger=tmp_path))
    assert results.manifest["warm_up"]["days"] == 0
    assert (
        len([path for path in (tmp_path / "ledger" / "tasks").rglob("*") if path.is_file()]) == 10
    )
