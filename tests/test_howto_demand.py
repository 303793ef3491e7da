"""The how-to on demand, as a reader would follow it (witness: the commands in it)."""

import re
import tomllib
from pathlib import Path

import pytest

import sim
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.report.assumptions import describe

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "howto_demand.md").read_text(encoding="utf-8")
FILES = re.findall(r"^ketasim run (\S+)$", TEXT, re.MULTILINE)


def test_the_how_to_runs_every_scenario_of_its_folder():
    folder = ROOT / "scenarios" / "demand"
    assert sorted(FILES) == sorted(
        f"scenarios/demand/{path.name}" for path in folder.glob("*.toml")
    )


@pytest.mark.parametrize("file", FILES)
def test_a_command_of_the_how_to_runs_and_is_described(file):
    scenario = sim.read_scenario(ROOT / file, {"run.days": 56})
    assert measure(Reading(sim.replicate(scenario, 1)))["referred"] > 5
    assert "Every parameter" in describe(scenario)


def test_the_toml_of_the_how_to_is_understood():
    for text in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL):
        table = tomllib.loads(text)
        for name in ("referrals", "start"):
            for key in table.get(name, {}):
                fields = {
                    field
                    for kind in (sim.Scenario.model_fields[name].annotation.__args__)
                    for field in kind.model_fields
                }
                assert key in fields
