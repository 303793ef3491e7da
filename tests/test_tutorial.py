"""The tutorial does what it says. Witness: its own text, block after block, in an empty folder.

Commands are run without their figures, and that of capacity without the build-up over years that
comes after its answer; both have tests of their own.
"""

import shlex
import shutil
import sys
from pathlib import Path

import matplotlib
import pytest

from sim.cli import planning_extras
from sim.experiment.folder import DRAWN

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import tutorial_cells  # noqa: E402  (no package: its folder comes first)

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = tutorial_cells.blocks(PAGE)
LEFT_OUT = "..."


def pieces(seen):
    """Give the stretches of lines that must be printed one after the other."""
    kept = [[]]
    for line in seen.splitlines():
        if line.strip() == LEFT_OUT:
            kept.append([])
        elif not line.startswith("Figures: "):
            kept[-1].append(line.rstrip())
    return [piece for piece in kept if piece]


def lacks(seen, printed):
    """Give the first stretch that was not printed after the one before it; None if all were."""
    lines = [line.rstrip() for line in printed.splitlines()]
    lines = [line for line in lines if set(line) - {"─"} or not line]
    at = 0
    for piece in pieces(seen):
        places = range(at, len(lines) - len(piece) + 1)
        found = [place for place in places if lines[place : place + len(piece)] == piece]
        if not found:
            return piece
        at = found[0] + len(piece)
    return None


def test_every_block_prints_what_stands_below_it(ketasim, tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(planning_extras, "filled", lambda *_: [])
    matplotlib.use("agg")
    names = {}
    for block in BLOCKS:
        if not block.run:
            continue
        printed = ""
        if block.file:
            Path(block.file).write_text(block.code, encoding="utf-8")
        elif block.language == "python":
            exec(compile(block.code, "tutorial", "exec"), names)
            printed = capsys.readouterr().out
        else:
            program, *arguments = shlex.split(block.code)
            assert program == "ketasim"
            status, printed, said = ketasim(*arguments, "--no-figures", "--jobs", "1")
            assert status == 0, said
        assert block.seen is None or lacks(block.seen, printed) is None, block.code
    for picture in ("course", "tradeoff", "mine"):
        assert Path("results", f"{picture}.png").stat().st_size > 10_000


def test_the_tutorial_has_blocks_of_every_sort_and_says_what_most_print():
    run = [block for block in BLOCKS if block.run]
    assert {block.language for block in run} == {"sh", "toml", "python"}
    assert sum(block.seen is not None for block in run) >= 8
    assert all(block.file for block in run if block.language == "toml")


def test_the_pictures_that_it_shows_are_some_that_commands_draw():
    shown = [Path(name) for name in tutorial_cells.shown(PAGE)]
    assert shown
    made = [block.code for block in BLOCKS if block.language == "sh"]
    for path in shown:
        assert path.stem in DRAWN
        assert any(f"--out {path.parents[1].as_posix()}" in code for code in made)


@pytest.mark.parametrize("printed", ["a\nb\nd\n", "c\na\nb\n", ""])
def test_what_is_not_printed_would_be_found(printed):
    assert lacks("a\nb\n...\nc\n", "x\na\nb  \ny\nc\n") is None
    assert lacks("a\nb\n...\nc\n", printed) is not None


def test_the_site_runs_what_is_to_be_run_and_nothing_else():
    cells = tutorial_cells.as_notebook(PAGE)
    assert cells.count("{code-cell}") == (
        1 + sum(block.run for block in BLOCKS) + len(tutorial_cells.shown(PAGE))
    )
    assert "tutorial_room.call('python3" not in cells
    assert "SoonerWhenWorse" in cells
