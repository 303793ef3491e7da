"""The tutorial does what it says. Witness: its own text, block after block, in an empty folder.

Commands are run without their figures, pages without theirs and the sources, and that of capacity
without the build-up over years that comes after its answer; workbook and animation are not made,
nothing is run until it is sure, and nothing is simulated twice. All that has tests of its own.
"""

import re
import shlex
import shutil
import sys
from pathlib import Path

import matplotlib
import pytest

import sim
from sim.cli import planning_extras
from sim.experiment import task
from sim.experiment.folder import DRAWN
from sim.page import one_page
from tests_of_pages import Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import tutorial_cells  # noqa: E402  (no package: its folder comes first)

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = tutorial_cells.blocks(PAGE)
LEFT_OUT = "..."
NOT_MADE = ("export", "animate")


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


def never_until(run):
    """Give what runs as `run` does, but not until it is sure: then the results before that."""
    newest = []

    def shorter(scenarios, until=None, **how):
        if until is None:
            newest[:] = [run(scenarios, **how)]
        else:
            assert sim.until(until)
            assert (newest[0].names, how.pop("reference")) == (list(scenarios), newest[0].reference)
            assert how == {"jobs": 1}
        return newest[0]

    return shorter


def once(replicate):
    """Give what simulates as `replicate` does, but the same replication of a scenario only once."""
    done = []

    def remembered(*asked):
        for before, replication in done:
            if before == asked:
                return replication
        done.append((asked, replicate(*asked)))
        return done[-1][1]

    return remembered


def typed(line, ketasim):
    """Run a line of shell and give what it printed."""
    program, name, *arguments = shlex.split(line)
    assert program == "ketasim"
    if name in NOT_MADE:
        return ""
    few = [] if name == "report" else ["--no-figures", "--jobs", "1"]
    status, printed, said = ketasim(name, *arguments, *few)
    assert status == 0, said
    return printed


def words_of(page):
    """Give the words of a page of HTML."""
    return Page(Path(page).read_text(encoding="utf-8")).text


@pytest.fixture
def followed(ketasim, tmp_path, monkeypatch, capsys):
    """Follow the tutorial in an empty folder; give each block with what it printed."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(planning_extras, "filled", lambda *_: [])
    monkeypatch.setattr(one_page, "sources", lambda _told: None)
    monkeypatch.setattr(one_page, "drawn_inside", lambda *_: "<svg></svg>")
    monkeypatch.setattr(task, "replicate", once(task.replicate))
    monkeypatch.setattr(sim, "run", never_until(sim.run))
    matplotlib.use("agg")
    names, done = {}, []
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
            printed = "".join(typed(line, ketasim) for line in block.code.splitlines())
        done.append((block, printed))
    return done


def test_every_block_does_what_the_page_says(followed):
    for block, printed in followed:
        assert block.seen is None or lacks(block.seen, printed) is None, block.code
    for picture in ("course", "tradeoff", "mine"):
        assert Path("results", f"{picture}.png").stat().st_size > 10_000

    of_chairs, page = words_of("results/first/report.html"), " ".join(PAGE.split())
    for on_the_page, in_the_tutorial in (
        ("-2.7 ±3.2 p=0.072", "2.7 ± 3.2 days fewer below 10 (p = 0.072: that could be luck)"),
        ("-2.7 ±1.5 p=0.010", "2.7 ± 1.5 days fewer in response (p = 0.010: hardly"),
    ):
        assert on_the_page in of_chairs
        assert in_the_tutorial in page
    of_own = words_of("results/own/report.html").partition("Sooner when worse against")[2]
    for said in ("0.290 (0.219 to 0.361) fewer infusions", "days in response (-4.6 to 1.5)"):
        assert said in of_own
    assert "0.290 infusions fewer each (0.219 to 0.361)" in page
    assert "no difference is found in days in response (-4.6 to 1.5)" in page

    kept = {path.name for path in Path("results/first").iterdir()} - {"report.html"}
    listed = PAGE.partition("| file | what is in it |")[2].partition("\n\n")[0]
    assert kept <= {name.strip("/") for name in re.findall(r"`([^`]+)`", listed)}


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
