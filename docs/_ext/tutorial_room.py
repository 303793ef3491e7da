"""Where the tutorial's commands are run when the pages are built: a folder that is thrown away."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_SCENARIOS = Path(__file__).parents[2] / "scenarios"
_ROOM = tempfile.TemporaryDirectory()
shutil.copytree(_SCENARIOS, Path(_ROOM.name) / "scenarios")
os.chdir(_ROOM.name)


def call(line: str) -> None:
    """Run one `ketasim ...` line as a shell would, and print what it prints."""
    program, *arguments = shlex.split(line)
    assert program == "ketasim", line
    made = {**os.environ, "COLUMNS": "96"}
    done = subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=made,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{line}: status {done.returncode}\n{done.stderr}")
    print(done.stdout.rstrip())


def show(path: str) -> None:
    """Show a picture that a command has drawn."""
    from IPython.display import Image, display

    display(Image(path))


def only_what_is_printed() -> None:
    """Show what a block prints and draws, as a script does, and not the value of its last line."""
    from IPython import get_ipython

    get_ipython().ast_node_interactivity = "none"


def save(name: str, text: str) -> None:
    """Save a file that the page tells to write."""
    Path(name).write_text(text, encoding="utf-8")
