"""Commands and Python of docs/howto_long_studies.md, made small (witness: what they leave)."""

import re
import shlex
from pathlib import Path

import pytest

from commands_tried import SHORT, STUDY
from sim.experiment.folder import MANIFEST
from sim.experiment.ledger import count_parts
from sim.experiment.store import read_results

TEXT = (Path(__file__).parents[1] / "docs" / "howto_long_studies.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ketasim (.+toml.*)$", TEXT, flags=re.MULTILINE)
(PYTHON,) = re.findall(r"^```python\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
SMALLER = {"scenarios/boosters.toml": STUDY, "400": "1", "600": "2"}
VARIANTS = 5  # of the small study


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of one's own to give the commands in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_its_commands_go_on_from_one_another(here, ketasim):
    assert len(COMMANDS) == 3
    kept = []
    for command in COMMANDS:
        words = [SMALLER.get(word, word) for word in shlex.split(command)]
        status, _, err = ketasim(*words, *SHORT, "--no-figures", "--quiet")
        assert (status, err) == (0, "")
        kept.append(count_parts(here / "results" / "boosters"))
    assert kept == [0, VARIANTS, 2 * VARIANTS]  # the first has a folder of its own
    assert read_results(here / "results" / "boosters").replications == 2
    assert f"`ketasim rerun results/boosters/{MANIFEST}`" in TEXT
    status, out, _ = ketasim("rerun", here / "results" / "boosters" / MANIFEST, "--quiet")
    assert (status, out.startswith("The same bytes: ")) == (0, True)


def test_its_python_keeps_what_is_finished(here):
    small = PYTHON.replace("scenarios/boosters.toml", STUDY).replace("400", "1")
    small = small.replace('toml")', 'toml", {"run.days": 7})').replace("jobs=2", "jobs=1")
    exec(compile(small, "how-to", "exec"), {})
    assert count_parts(here / "results" / "boosters") == VARIANTS
