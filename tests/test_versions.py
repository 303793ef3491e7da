"""The versions promised are those tested. Witness: the file that `make lowest` installs from."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import sim

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BOUNDS = dict(bound.split(">=") for bound in PROJECT["dependencies"])


def test_the_version_is_written_once_and_what_cites_it_says_the_same():
    assert "version" not in PROJECT
    assert "version" in PROJECT["dynamic"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == sim.__version__
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1]
    assert newest == sim.__version__


def pins(name):
    lines = (ROOT / name).read_text().splitlines()
    return {
        n.lower(): v for n, v in re.findall(r"^([\w.-]+)==(\S+)$", "\n".join(lines), re.MULTILINE)
    }


def number(version):
    parts = [int(part) for part in version.split(".")]
    return (*parts, 0, 0)[:3]


@pytest.mark.parametrize("package", BOUNDS)
def test_every_lower_bound_is_the_lowest_version_tested(package):
    assert number(BOUNDS[package]) == number(pins("constraints-lowest.txt")[package])
    assert number(BOUNDS[package]) <= number(pins("constraints.txt")[package])


def test_continuous_integration_runs_the_lowest_and_the_newest_versions():
    commands = (ROOT / ".ci" / "run").read_text().splitlines()
    (together,) = (line.split() for line in commands if line.startswith("make --jobs"))
    assert together[-4:] == ["lint", "test", "lowest", "newest"]
    assert "--constraint constraints-lowest.txt" in (ROOT / "Makefile").read_text()
