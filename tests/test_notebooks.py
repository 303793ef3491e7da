"""Every notebook runs from top to bottom and shows its figures; what it shows is kept, stripped.

Kept pictures are those of the full size (`make notebooks`); here a notebook is run at a small one.
"""

import base64
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import notebooks  # noqa: E402  (no package: its folder comes first)

PATHS = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))
SMALL = {
    "replications": 2, "days": 70, "people": 40, "draws": 2, "per_week": 2, "chairs": range(2, 4),
}  # fmt: skip
MOST = 1_500_000  # bytes of all notebooks together
WHERE = re.compile(r"/(?:home|root|tmp|work|usr|Users)/|[A-Z]:\\\\")


def read(path):
    return nbformat.read(path, as_version=4)


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(cell):
    return [one["data"]["image/png"] for one in cell.outputs if "image/png" in one.get("data", {})]


def check_figures(notebook):
    """A figure that does not show raises no error, so each cell that draws has its pictures."""
    drawing = [cell for cell in code_of(notebook) if "figures." in cell.source]
    assert drawing
    for cell in drawing:
        assert len(pictures(cell)) == cell.source.count("figures."), cell.source


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_and_draws_what_it_says(path, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # no process beside the kernel's
    found = notebooks.executed(path, SMALL)
    check_figures(found)
    assert not [one for cell in code_of(found) for one in cell.outputs if "ename" in one]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_a_notebook_shows_is_kept_and_nothing_else(path):
    kept = read(path)
    check_figures(kept)
    assert nbformat.writes(notebooks.stripped(kept)) + "\n" == path.read_text(encoding="utf-8")
    for cell in code_of(kept):
        assert cell.execution_count is None
        for one in cell.outputs:
            assert one.output_type in ("stream", "display_data", "execute_result")
            told = str(one.get("text", "")) + str(one.get("data", {}).get("text/plain", ""))
            assert not WHERE.search(told)
        for picture in pictures(cell):
            assert base64.b64decode(picture).startswith(b"\x89PNG")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_is_short_has_sizes_and_says_no_number_that_may_go_stale(path):
    notebook = read(path)
    assert 6 <= len(notebook.cells) <= 14
    (sizes,) = [c for c in notebook.cells if notebooks.PARAMETERS in c.metadata.get("tags", ())]
    assert "replications = " in sizes.source
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            words = re.sub(r"`[^`]*`", "", cell.source)
            assert not re.findall(r"\d", words), words
            assert len(words.split()) < 90


def test_the_notebooks_are_there_and_small_together():
    assert {path.stem for path in PATHS} == {
        "policy_comparison", "capacity", "dose_count", "evidence_and_uncertainty",
        "own_policy_and_measure",
    }  # fmt: skip
    assert sum(path.stat().st_size for path in PATHS) < MOST


def test_noise_is_stripped():
    shown = {"image/png": pictures(code_of(read(PATHS[0]))[-1])[0], "text/plain": "<Figure 1>"}
    table = {"text/html": "<div>\n<style scoped>\na {}\n</style>\n<table></table>"}
    cell = new_code_cell("x", execution_count=7, metadata={"tags": ["t"], "collapsed": True})
    cell.outputs = [
        new_output("stream", name="stderr", text="/home/me: slow"),
        new_output("stream", name="stdout", text="3 chairs\n"),
        new_output("display_data", data=shown, metadata={"image/png": {"width": 9}}),
        new_output("execute_result", data=table, execution_count=7),
    ]
    noisy = new_notebook(cells=[new_markdown_cell("a"), cell], metadata={"widgets": {}})
    kept = notebooks.stripped(noisy)
    assert set(kept.metadata) == {"kernelspec", "language_info"}
    after = kept.cells[1]
    assert (after.execution_count, after.metadata) == (None, {"tags": ["t"]})
    printed, drawn, told = after.outputs
    assert printed.text == "3 chairs\n"
    assert drawn.data == {"image/png": shown["image/png"]}
    assert told.data["text/html"] == "<div>\n<table></table>"
    assert told.execution_count is None
    assert notebooks.stripped(kept) == kept
    assert cell.execution_count == 7  # the one that was given is left as it is


def test_an_error_is_not_kept():
    cell = new_code_cell("x", outputs=[new_output("error", ename="E", evalue="v", traceback=[])])
    with pytest.raises(ValueError, match="E: v"):
        notebooks.stripped(new_notebook(cells=[cell]))
