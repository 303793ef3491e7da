"""Commands and Python of docs/howto_export.md, on a small run (witness: what they leave)."""

import re
import shlex
from pathlib import Path

import sim
from sim.events.event_log import (
    EVENT_COLUMNS,
    STAYS_AWAY,
    TURNOVER_OF_CHAIR,
    event_table,
    recorded,
)
from sim.events.formats import BUPAR_COLUMNS, FORMATS
from sim.model.scenario import Scenario

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "howto_export.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ketasim (.+)$", TEXT, flags=re.MULTILINE)
(PYTHON,) = re.findall(r"^```python\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
SMALL = [
    "--replications",
    "2",
    "--set",
    "run.days=14",
    "--set",
    "referrals.per_week=2",
    "--jobs",
    "1",
    "--no-figures",
    "--quiet",
]
SMALLER = {"scenarios/base.toml": str(ROOT / "scenarios" / "base.toml"), "102": "1",
           "714:715": "9"}  # fmt: skip


def test_its_commands_and_its_python_run(tmp_path, monkeypatch, ketasim, capsys):
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        words = [SMALLER.get(word, word) for word in shlex.split(command)]
        more = {"run": SMALL, "animate": ["--every", "120"]}.get(words[0], [])
        status, _, err = ketasim(*[word for word in words if word], *more)
        assert (status, err) == (0, ""), command
    made = {file.name for file in (tmp_path / "results" / "base" / "exports").iterdir()}
    assert made == {
        "base-r1.html",
        "base-all.csv",
        "written.json",
        *(f"base-r1{ending}" for ending in FORMATS.values()),
    }
    exec(compile(PYTHON.replace("730", "14"), "how-to", "exec"), {})
    assert "chair_1" in capsys.readouterr().out


def test_every_format_column_and_activity_is_told():
    run = sim.replicate(Scenario().override({"run.days": 60}), seed=1)
    table = event_table(recorded(run))
    for name in FORMATS:
        assert f"--format {name}" in TEXT
    for name in EVENT_COLUMNS:
        assert f"`{name}`" in TEXT, name
    for activity in {*table["activity"], *STAYS_AWAY.values(), TURNOVER_OF_CHAIR}:
        assert f"`{activity}`" in TEXT, activity


def test_the_lines_of_r_name_columns_that_are_there():
    named = re.findall(r'\b\w+ = "(\w+)"', TEXT.partition("```r")[2].partition("```")[0])
    assert len(named) == 6
    assert set(named) <= set(BUPAR_COLUMNS)
