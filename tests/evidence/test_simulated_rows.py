"""Rows of attendance (witness: sessions written by hand, and a clinic where nobody is lost)."""

from types import SimpleNamespace

import numpy as np
import pytest

import sim
from handwritten import DAY
from sim.config.errors import ScenarioError
from sim.evidence.model_validation import computed, validate
from sim.evidence.moments import ProtocolMoment, read_times
from sim.evidence.objective import Objective
from sim.evidence.published import read_published
from sim.evidence.quantities import read_metric
from sim.evidence.simulated import attendance, rhythm_in, scenario_of, sessions_of
from sim.evidence.vocabulary import SIMULATED_SETTINGS
from sim.experiment.task import Task
from sim.units import NEVER

HEADER = "id,regimen,metric,time,value,low,high\n"
WRITTEN = [np.array(days, float) for days in ([0], [0, 3, 7], [0, 4, 9, 20], [0, 3])]


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("share stopping after the first session", 0.25),
        ("share finishing 3 sessions", 0.5),
        ("share not finishing 3 sessions", 0.5),
        ("share reaching session 4", 0.25),
        ("mean days to session 3", 8.0),
        ("median days to session 2", 3.0),
    ],
)
def test_sessions_are_counted(metric, value):
    assert attendance(WRITTEN, read_metric(metric), ()) == value


def test_nobody_has_no_answer():
    assert attendance([], read_metric("share finishing 3 sessions"), ()) is None
    assert attendance(WRITTEN, read_metric("mean days to session 9"), ()) is None


def test_a_rhythm_is_that_of_all_gaps_in_the_window():
    window = ProtocolMoment("start", 28, span=28)
    for days, rhythm in (
        ([0, 28, 35, 43, 50], "weekly"),
        ([0, 28, 42, 56], "fortnightly"),
        ([0, 28, 35, 49], "mixed"),
        ([0, 28, 55], "mixed"),
        ([0, 3, 30], ""),
    ):
        assert rhythm_in(np.array(days, float), window) == rhythm
    people = [np.array(days, float) for days in ([28, 35], [28, 42], [28, 42, 56], [0, 30])]
    for words, share in (("weekly", 1 / 3), ("every other week", 2 / 3), ("mixed", 0)):
        metric, times = read_metric(f"share on {words} dosing"), read_times("week 4 to 8", False)
        assert attendance(people, metric, times) == pytest.approx(share)


def test_sessions_are_the_infusions_of_starters_who_were_followed():
    ended = np.array([2.0, NEVER / DAY, 1.0, 9.0, 40.0]) * DAY
    run = SimpleNamespace(
        visits={"patient": np.array([0, 0, 1, 0, 2]), "infusion_end": ended.astype(int)},
        horizon=50 * DAY,
    )
    found = [days.tolist() for days in sessions_of(run, followed=20.0)]
    assert found == [[0.0, 7.0], [0.0]]  # the third starts too late to be followed
    assert [days.tolist() for days in sessions_of(run, 5.0)] == [[0.0], [0.0], [0.0]]


FAITHFUL = sim.Scenario().override(
    {
        "behaviour.withdrawal_share": 0.0, "behaviour.no_show_share": 0.0,
        "behaviour.first_no_show_share": 0.0, "behaviour.late_cancellation_share": 0.0,
        "clinic.hours": "always", "clinic.booking.kind": "none",
    }
)  # fmt: skip


def test_where_nobody_is_lost_all_finish_on_the_days_of_the_course(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(
        HEADER
        + "a,8 infusions twice weekly in a clinic,share finishing 8 sessions,,1,,\n"
        + "b,8 infusions twice weekly in a clinic,mean days to session 8,,24,,\n"
        + "c,8 infusions twice weekly in a clinic,share stopping after the first session,,0,,\n"
    )
    task = Task("trial", FAITHFUL, 1, 1, "{name}")
    found = computed(task, tuple(read_published(file)), 200)
    assert found[:3] == pytest.approx([1.0, 24.0, 0.0], abs=0.05)


def test_a_setting_is_named_in_the_population_and_changes_the_clinic(tmp_path, monkeypatch):
    monkeypatch.setitem(SIMULATED_SETTINGS, "nobody_stays", {"behaviour.withdrawal_share": 0.99})
    file = tmp_path / "rows.csv"
    text = HEADER.replace("id,", "id,population,") + (
        "a,starters nobody_stays,6 infusions in a clinic,share finishing 6 sessions,,0.5,,\n"
    )
    file.write_text(text)
    (row,) = read_published(file)
    assert row.people.setting == "nobody_stays"
    scenario = scenario_of(FAITHFUL, row.people, row.arms[0], 100, 365.0)
    assert scenario.behaviour.withdrawal_share == 0.99
    found = computed(Task("trial", FAITHFUL, 1, 1, "{name}"), (row,), 500)
    assert found[0] < 0.1
    file.write_text(
        text.replace(" in a clinic", "").replace("share finishing 6 sessions,", "response,24 h")
    )
    with pytest.raises(ScenarioError, match="a setting is for rows that are simulated"):
        read_published(file)


def test_the_draws_of_a_validation_leave_a_named_setting_what_it_is(tmp_path):
    """Witness: the shares of the drawn cohorts lie about that of the setting, not of `usual`."""
    file = tmp_path / "rows.csv"
    row = (
        "a,starters self_pay_clinic,6 infusions in a clinic,share not finishing 6 sessions,,0.5,0,1"
    )
    file.write_text(HEADER.replace("id,", "id,population,") + row + "\n")
    table = validate(
        file, people=2000, replications=2, draws=4, calibrations=["trial"], jobs=1
    ).table
    (found,) = table.to_dict("records")
    assert found["model_low_90"] > 0.35
    assert found["model_low_90"] < found["model"] + 0.05


def test_a_simulated_row_has_a_verdict_and_cannot_be_calibrated_to(tmp_path):
    file = tmp_path / "rows.csv"
    row = "a,6 infusions in a clinic,share finishing 6 sessions,12 months after the first,0.5,0,1\n"
    file.write_text(HEADER + row)
    table = validate(file, people=200, replications=2, jobs=1).table
    assert (table["verdict"] == "in band").all()
    with pytest.raises(ScenarioError, match="no clinic"):
        Objective("trial", targets=read_published(file), people=100)
