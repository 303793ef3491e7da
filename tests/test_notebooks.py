"""Every notebook runs from top to bottom, shows its figures, and is kept without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
A_DAY = 86_400  # seconds: a slow machine is no fault of a notebook's
FEWER = "\nreplications = 2"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")
def test_a_notebook_runs_and_draws_what_it_says(path):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "kept without outputs"
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source += FEWER
    asked = sum("figures." in cell.source for cell in notebook.cells if cell.cell_type == "code")
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, resources=resources)
    client.timeout, client.startup_timeout, client.iopub_timeout = None, A_DAY, A_DAY
    client.execute()
    pictures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    assert asked > 0
    assert len(pictures) >= asked, "a figure that does not show raises no error"
    errors = [o for cell in notebook.cells for o in cell.get("outputs", ()) if "ename" in o]
    assert not errors


def test_the_notebooks_are_there():
    assert {path.stem for path in NOTEBOOKS} >= {"dose_count", "policy_comparison"}
