"""The notebooks, run from top to bottom and kept with what they show: `make notebooks`.

What is kept is the same whoever runs them: no execution counts, times, paths or versions, and
pictures of 256 colours, so that all notebooks together stay small.
"""

from __future__ import annotations

import base64
import io
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PARAMETERS = "parameters"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT = ("image/png", "text/html", "text/plain")
DPI = 80
COLOURS = 256
STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
LONGEST = 86_400  # seconds: a slow machine is no fault of a notebook's


def executed(path: Path, sizes: Mapping[str, object] | None = None) -> Any:
    """Run a notebook in its folder; `sizes` stand in place of those of its parameters."""
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if PARAMETERS in cell.metadata.get("tags", ()):
            named = set(re.findall(r"^(\w+) = ", cell.source, re.MULTILINE))
            given = [f"{name} = {size!r}" for name, size in (sizes or {}).items() if name in named]
            cell.source = "\n".join([cell.source, *given])
    client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}})
    client.timeout, client.startup_timeout, client.iopub_timeout = None, LONGEST, LONGEST
    client.execute()
    return notebook


def stripped(notebook: Any) -> Any:
    """Give a notebook with its outputs and without what differs from run to run."""
    kept = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    kept["metadata"] = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    for number, cell in enumerate(kept["cells"]):
        tags = cell["metadata"].get("tags")
        cell["id"], cell["metadata"] = f"cell-{number:02d}", {"tags": tags} if tags else {}
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
            cell["outputs"] = [one for output in cell["outputs"] for one in _output(output)]
    return nbformat.from_dict(kept)  # type: ignore[no-untyped-call]


def _output(output: Any) -> list[dict[str, Any]]:
    """Keep what was printed and shown, each on its own."""
    kind = output["output_type"]
    if kind == "stream":
        return [] if output["name"] != "stdout" else [dict(output)]
    if kind == "error":
        raise ValueError(f"{output['ename']}: {output['evalue']}")
    data = {name: _shown(name, output["data"][name]) for name in KEPT if name in output["data"]}
    if "image/png" in data:
        data = {"image/png": data["image/png"]}
    one = {"output_type": kind, "metadata": {}, "data": data}
    return [one | ({"execution_count": None} if kind == "execute_result" else {})]


def _shown(name: str, content: str) -> str:
    if name == "image/png":
        return _small(content)
    return STYLE.sub("", content)


def _small(picture: str) -> str:
    """Give a picture in few colours, without what its maker wrote beside them."""
    found = Image.open(io.BytesIO(base64.b64decode(picture)))
    if found.mode == "P" and not found.info:
        return picture
    few = found.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    sink = io.BytesIO()
    few.save(sink, "PNG", optimize=True)
    return base64.b64encode(sink.getvalue()).decode() + "\n"


def main(names: list[str]) -> None:
    """Run the notebooks named, or all of them, and keep what they show."""
    with tempfile.TemporaryDirectory() as config:
        (Path(config) / "matplotlibrc").write_text(f"figure.dpi: {DPI}\n", encoding="utf-8")
        os.environ["MPLCONFIGDIR"] = config
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            if not names or path.stem in names:
                kept = stripped(executed(path))
                nbformat.write(kept, path)  # type: ignore[no-untyped-call]
                print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
