"""Witness: a fresh Python, asked what it has loaded; and a worker, asked the same."""

import subprocess
import sys

import pytest

HEAVY = ("pandas", "matplotlib", "pyarrow", "rich", "typer", "scipy.stats", "scipy.optimize")
"""What no worker needs to simulate, measure and send numbers home."""


def told_by(code):
    """Give the words that a fresh Python prints."""
    asked = [sys.executable, "-c", f"import sys\n{code}"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def loaded_by(code):
    """Give what a fresh Python has loaded once it has run a piece of code."""
    return told_by(f"{code}\nprint(*sys.modules)")


def test_a_worker_loads_none_of_what_it_does_not_need():
    assert not set(HEAVY) & loaded_by("import sim.experiment.task")


def test_a_task_is_done_without_loading_them_either():
    code = (
        "from sim.experiment.task import Task, simulate\n"
        "from sim.model.scenario import Scenario\n"
        "outcome = simulate(Task('a', Scenario().override({'run.days': 60}), 1, 1))\n"
        "assert outcome.measures['days_below_10'] > 0"
    )
    found = loaded_by(code)
    assert {"sim.model.replication", "numpy"} <= found
    assert not set(HEAVY) & found


def test_nor_does_a_process_of_several_load_what_its_parent_has():
    code = (
        "import pandas, matplotlib, pyarrow, rich, typer\n"
        "from sim.experiment.executors import execute\n"
        "from sim.experiment.task import Task, simulate\n"
        "from sim.model.scenario import Scenario\n"
        "def loaded(task):\n"
        "    simulate(task)\n"
        "    return sorted(sys.modules)\n"
        "scenario = Scenario().override({'run.days': 30})\n"
        "tasks = [Task('a', scenario, 1, number) for number in (1, 2)]\n"
        "found = execute(loaded, tasks, jobs=2).whole()\n"
        "print(*found[0], *found[1])"
    )
    found = told_by(code)
    assert {"sim.experiment.task", "joblib"} <= found
    assert not set(HEAVY) & found


@pytest.mark.parametrize("module", ["sim.cli.version", "sim.experiment.versions"])
def test_the_version_is_told_without_loading_the_model(module):
    found = loaded_by(f"import {module}")
    assert not {"numpy", "scipy", "pydantic", "sim.model.scenario"} & found


def test_one_replication_loads_no_tool_for_several():
    code = "import sim\nsim.run({'a': sim.Scenario().override({'run.days': 30})}, replications=1)"
    found = loaded_by(code)
    assert "sim.experiment.runner" in found
    assert "joblib" not in found
