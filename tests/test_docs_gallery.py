"""The gallery shows every figure. Witness: the list of figures in `sim.figures`.

The scripts are run when the pages are built; here they are read, and one is run.
"""

import ast
import inspect
import re
import runpy
import sys
from pathlib import Path

import matplotlib
import pytest

import sim

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import figure_scraper  # noqa: E402  (no package: its folder comes first)

GALLERY = ROOT / "docs" / "gallery"
SCRIPTS = sorted(GALLERY.glob("*/plot_*.py"))
FIGURES = {name for name in sim.figures.__all__ if inspect.isfunction(getattr(sim.figures, name))}
NOT_ONE_FIGURE = {"draw_all", "save"}  # these draw, or keep, what others are
OF_DOSES = {"needed", "boosters", "by_group", "factor"}
INNER = {  # what a figure is drawn of and `sim` does not name
    "prediction": {"sim.policy.predictive", "sim.study.prediction"},
    "build_up": {"sim.planning.buildup"},
}


def figure_of(path):
    return path.stem.removeprefix("plot_")


def test_every_figure_has_a_script_and_every_script_a_figure():
    found = [figure_of(path) for path in SCRIPTS]
    assert len(set(found)) == len(found)
    assert set(found) == FIGURES - NOT_ONE_FIGURE | OF_DOSES


def test_every_group_has_a_heading_and_a_place_in_the_order():
    config = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    groups = re.search(r"^GROUPS = (\(.*?\))$", config, re.M)[1]
    assert set(ast.literal_eval(groups)) == {path.parent.name for path in SCRIPTS}
    assert all((GALLERY / group / "README.rst").is_file() for group in ast.literal_eval(groups))


@pytest.mark.parametrize("path", SCRIPTS, ids=figure_of)
def test_a_script_asks_says_how_to_read_it_and_draws_its_figure(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    title, line, _, *text = ast.get_docstring(tree).splitlines()
    assert set(line) == {"="}
    assert len(line) == len(title)
    told = " ".join(text)
    assert "?" in told or figure_of(path) in ("against_infusions", "differences", "by_chairs")
    assert 2 <= len(re.findall(r"[.?](?=\s|$)", told)) <= 5
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert figure_of(path) in called
    from_sim = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    inner = {name for name in from_sim if name.startswith("sim.")}
    assert inner == INNER.get(figure_of(path), set())


def test_a_script_draws_and_what_it_draws_is_found(tmp_path):
    matplotlib.use("agg")
    (path,) = (path for path in SCRIPTS if figure_of(path) == "chair_plan")
    names = runpy.run_path(str(path))
    found = [figure_scraper.first_of(value) for value in names.values()]
    (drawn,) = {axes.figure for axes in found if axes is not None}
    assert sim.figures.save(drawn.axes[0], tmp_path / "x.png").stat().st_size > 10_000
