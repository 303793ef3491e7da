"""Witness: a user's command line, on the results folder of a small clinic."""

import pytest

import sim
from sim.model.scenario import Scenario

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = Scenario().override({"run.days": 90})
    scenarios = {"base": base, "none": base.override({"policy.boosters": {"kind": "none"}})}
    folder = tmp_path_factory.mktemp("results") / "study"
    return sim.write_results(sim.run(scenarios, replications=2, jobs=1, reference="none"), folder)


def test_a_patients_story_is_printed_and_drawn_next_to_the_run(folder, ketasim):
    status, out, _ = ketasim("explain", folder, "--patient", 3)
    assert status == 0
    assert out.startswith("Patient 3, aged ")
    drawn = folder / "figures" / "patient-3-r1-none.png"
    assert out.splitlines()[-1] == f"Figure: {drawn}"
    assert drawn.read_bytes().startswith(PNG)


def test_scenario_and_replication_can_be_chosen(folder, ketasim):
    chosen = ("--replication", 2, "--scenario", "base")
    _, out, _ = ketasim("explain", folder, "--patient", 3, *chosen)
    assert (folder / "figures" / "patient-3-r2-base.png").exists()
    assert out != ketasim("explain", folder, "--patient", 3)[1]


def test_why_different_tells_where_two_scenarios_part(folder, ketasim):
    status, out, _ = ketasim("explain", folder, "--patient", 3, "--why-different", "base", "none")
    assert status == 0
    assert "“base” and “none”" in out
    assert (folder / "figures" / "patient-3-r1-base-vs-none.png").exists()


def test_without_a_figure_nothing_is_written(folder, ketasim):
    _, out, _ = ketasim("explain", folder, "--patient", 7, "--no-figure")
    assert "Figure" not in out
    assert not list((folder / "figures").glob("patient-7-*"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--patient", 999], "patients are 0 to"),
        (["--patient", -2], "patients are 0 to"),
        (["--patient", 1, "--replication", 3], "replications 1 to 2"),
        (["--patient", 1, "--scenario", "bass"], 'Did you mean "base"'),
        (["--patient", 1, "--why-different", "base", "nune"], 'Did you mean "none"'),
    ],
)
def test_what_there_is_not_is_one_paragraph_and_exit_status_2(folder, ketasim, arguments, says):
    status, out, err = ketasim("explain", folder, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("ketasim: ")
    assert says in err


def test_a_folder_without_results_is_refused(tmp_path, ketasim):
    status, _, err = ketasim("explain", tmp_path, "--patient", 1)
    assert status == 2
    assert "no results folder" in err


def test_a_figure_that_cannot_be_written_leaves_the_story(folder, ketasim):
    other = folder.parent / "other"
    other.mkdir()
    for file in folder.glob("*.*"):
        (other / file.name).write_bytes(file.read_bytes())
    (other / "figures").write_text("")
    status, out, err = ketasim("explain", other, "--patient", 3)
    assert status == 2  # not all that was asked for is there
    assert out.startswith("Patient 3")
    assert "ketasim: no figure: " in err
