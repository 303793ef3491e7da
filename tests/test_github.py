"""Workflows, issue forms and hooks. Witnesses: the Makefile, the README and the files they name.

They run elsewhere; here it is only seen that nothing they call is missing.
"""

import re
import tomllib
from itertools import product
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
README = (ROOT / "README.md").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
OWN = {"actions/checkout", "actions/setup-python"}
KEEPS = {"actions/upload-artifact"}  # what a job has made
SECTIONS = {"input", "textarea", "dropdown", "checkboxes", "markdown"}


def read(path):
    """Read a workflow; YAML takes its `on` for a yes."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs():
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            yield pytest.param(job, id=f"{path.stem}-{name}")


def combinations(job):
    """Give every combination of a job's matrix, as names to values."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    listed = matrix.pop("include", [])
    full = [dict(zip(matrix, values, strict=True)) for values in product(*matrix.values())]
    return listed if listed and not matrix else full


def commands(job):
    """Give every command of a job, for every combination of its matrix."""
    for values in combinations(job):
        for step in job["steps"]:
            text = step.get("run", "")
            for name, value in values.items():
                text = text.replace(f"${{{{ matrix.{name} }}}}", str(value))
            yield from filter(None, text.splitlines())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_and_gives_way_to_a_later_one(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    assert workflow[True], "on"
    assert "secrets." not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("job", list(jobs()))
def test_a_job_ends_in_time_keeps_no_token_and_takes_packages_from_the_cache(job):
    assert 0 < job["timeout-minutes"] <= 90
    assert "permissions" not in job
    used = {step["uses"].partition("@")[0]: step["with"] for step in job["steps"] if "uses" in step}
    assert set(used) - KEEPS == OWN
    assert used["actions/checkout"]["persist-credentials"] is False
    python = used["actions/setup-python"]
    assert python["cache"] == "pip"
    for name in python["cache-dependency-path"].split():
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("job", list(jobs()))
def test_what_a_job_calls_is_there(job):
    called = list(commands(job))
    assert called
    for command in called:
        assert "matrix." not in command
        program, first, *rest = command.split()
        assert program in ("make", "python", "ketasim"), command
        if program == "make":
            assert first in TARGETS, command
        for word in rest:
            if "/" in word and "{{" not in word:
                assert (ROOT / word).is_file(), command


def test_every_system_runs_the_lines_that_the_readme_has_for_one_without_make():
    job = read(GITHUB / "workflows" / "tests.yml")["jobs"]["tests"]
    lines = [step["run"] for step in job["steps"] if "run" in step]
    for line in lines:
        assert line.partition(" --numprocesses")[0] in README.replace("\\", "/"), line
    systems = {values["os"].partition("-")[0] for values in combinations(job)}
    assert systems == {"ubuntu", "macos", "windows"}


def test_every_python_from_the_lowest_promised_on_is_tested():
    job = read(GITHUB / "workflows" / "tests.yml")["jobs"]["tests"]
    versions = job["strategy"]["matrix"]["python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={versions[0]}"
    first = int(versions[0].partition(".")[2])
    assert versions == [f"3.{first + number}" for number in range(len(versions))]


def test_the_weekly_seeds_reach_the_make_targets():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for job in read(GITHUB / "workflows" / "weekly.yml")["jobs"].values():
        for command in commands(job):
            for name in re.findall(r"(\w+)=", command):
                recipe = re.search(rf"^{command.split()[1]}:.*\n(\t.*\n)+", makefile, re.M)[0]
                assert f"$({name})" in recipe, command


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_for_something_and_each_question_has_a_name(path):
    form = read(path)
    assert form["name"]
    assert form["description"]
    names = [section["id"] for section in form["body"]]
    assert len(set(names)) == len(names) > 0
    for section in form["body"]:
        assert section["type"] in SECTIONS
        assert section["attributes"]["label"]


def test_a_report_of_a_fault_has_version_scenario_seed_and_what_was_expected():
    asked = {section["id"] for section in read(GITHUB / "ISSUE_TEMPLATE" / "bug.yml")["body"]}
    assert {"version", "scenario", "seed", "expected"} <= asked


def test_hooks_take_the_tools_of_the_project_and_download_nothing():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    for hook in config["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")
        assert "additional_dependencies" not in hook
