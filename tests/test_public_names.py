"""`sim` names all that a user needs. Witness: every piece of Python in README and how-tos."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SCRIPTS = sorted([*(ROOT / "scenarios").glob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")])
CODE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def pieces(page):
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".py":
        return [ast.parse(text)]
    if page.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        return [ast.parse("".join(cell["source"])) for cell in cells]
    return [ast.parse(code) for code in CODE.findall(text)]


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def named(tree):
    """Names taken from `sim`: sim.run, from sim import Order."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "sim":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "sim":
            yield node.attr


def test_every_public_name_is_there_and_listed():
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    assert len(set(sim.__all__)) == len(sim.__all__)
    assert dir(sim) == sorted(sim.__all__)


def test_the_checker_knows_every_public_name():
    source = ast.parse(Path(sim.__file__).read_text())
    names = {
        alias.asname or alias.name
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim")
        for alias in node.names
    }
    elsewhere = {"write": "write_results", "sentences": "dose_sentences"}
    names = {elsewhere.get(name, name) for name in names} | {"figures"}
    assert names == set(sim.__all__) - {"__version__"}


@pytest.mark.parametrize("page", [*PAGES, *SCRIPTS], ids=lambda page: page.name)
def test_pages_scripts_and_notebooks_import_from_sim_alone_and_only_what_it_names(page):
    for tree in pieces(page):
        inner = [name for name in imported(tree) if name.startswith("sim.")]
        assert not inner, "users need no name from inside the package"
        assert set(named(tree)) <= set(sim.__all__)


def test_there_are_scripts_and_notebooks_to_read():
    assert {path.suffix for path in SCRIPTS} == {".py", ".ipynb"}
    assert any(pieces(path) for path in SCRIPTS if path.suffix == ".ipynb")


def test_the_package_can_be_imported_by_the_name_it_is_installed_by():
    import ketasim

    assert ketasim is sim
    code = "from ketasim import Scenario; import ketasim; print(ketasim.run.__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["sim.experiment.runner"]


def test_importing_sim_imports_nothing_else():
    asked = "import sys, sim; print(*(m for m in sys.modules if m.startswith('sim.')))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_page_on_policies_does_what_it_says(capsys):
    """Every piece of the page in order, as one program; its own assertion is checked too."""
    page = next(page for page in PAGES if page.stem == "howto_policy")
    codes = [
        code for code in CODE.findall(page.read_text(encoding="utf-8")) if "Mine()" not in code
    ]
    names = {}
    for code in codes:
        exec(compile(code, page.name, "exec"), names)
    said = capsys.readouterr().out
    assert "step back" in said
    assert "boosted_share" in said
    assert len(codes) == 3
