"""A results folder as one page of HTML: nothing on it is fetched, and nothing on it is a script."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.names import visible
from sim.config.writing import unwritable
from sim.experiment.folder import DRAWN, add_file
from sim.experiment.log import LOG
from sim.experiment.store import read_manifest
from sim.figures.embedded import drawn_inside, picture_inside
from sim.figures.style import spoken
from sim.page.answers import answer_of
from sim.page.assumed import assumptions, first_of, origin, sources, what_differs
from sim.page.captions import caption_of
from sim.page.content import PageAnswer, ReadFolder, TextTable
from sim.page.two_runs import answer_beside
from sim.report.assumptions import CAUTIONS, NOT_ADVICE

REPORT = "report.html"
LARGEST_PAGE = 2_000_000
"""Of a page; pictures for which there is no room are named instead."""
_MARK, _HEAD = b'content="ketasim"', 1000
_NEEDED = ("great_tables", "jinja2")


def write_report(
    folder: str | Path, beside: str | Path | None = None, out: str | Path | None = None
) -> Path:
    """Write the page of a results folder, whole or not at all; give its path.

    `beside` is a second folder of a run or a comparison. `out` is the file; default: report.html in
    the folder. Raises ScenarioError for a folder of no or of another kind, and where the extra
    `report` is not installed.
    """
    check_installed()
    target = Path(out) if out is not None else Path(folder) / REPORT
    _check_replaceable(target)
    text = report_text(folder, beside)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(target, fault) from fault
    add_file(target.parent, target.name, lambda part: part.write_text(text, encoding="utf-8"))
    return target


def _check_replaceable(target: Path) -> None:
    """Refuse to write over what is no report."""
    if target.is_dir():
        raise ScenarioError(f"{target}: this is a folder; give the name of a file, as page.html.")
    if not target.exists():
        return
    try:
        ours = _MARK in target.read_bytes()[:_HEAD]
    except OSError as fault:
        raise unwritable(target, fault) from fault
    if not ours:
        raise ScenarioError(
            f"{target}: this file is no report of ketasim, so it is not written over; remove it, "
            "or give another name with --out."
        )


def check_installed() -> None:
    """Refuse to go on without the packages of the extra `report`."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ScenarioError(
            f"A report needs {' and '.join(missing)}, which is not installed; "
            "pip install 'ketasim[report]' installs all that it needs."
        )


def report_text(folder: str | Path, beside: str | Path | None = None) -> str:
    """Give the page of a results folder as text."""
    told = _opened(Path(folder))
    with _as_written_in(told.folder):
        answer, scenarios = answer_of(told), told.scenarios
    second = None
    if beside is not None:
        with _as_written_in(Path(beside)):
            second = answer_beside(told, _opened(Path(beside)))
    first = first_of(told)
    parts: dict[str, Any] = {
        "title": spoken(visible(str(told.manifest.get("name") or told.folder.resolve().name))),
        "answer": answer,
        "beside": second,
        "cautions": [*_of_the_work(told), *answer.cautions],
        "tables": _tables(answer.grids, "t"),
        "tables_beside": _tables(second.grids if second else (), "b"),
        "assumptions": assumptions(told),
        "assumed_of": spoken(first) if first is not None and len(scenarios) > 1 else "",
        "differs": _tables([grid] if (grid := what_differs(told)) else (), "d"),
        "sources": _tables([grid] if (grid := sources(told)) else (), "s"),
        "evidence": CAUTIONS,
        "origin": origin(told.manifest),
        "not_advice": NOT_ADVICE,
        "again": told.folder.resolve().name,
    }
    room = LARGEST_PAGE - len(_filled(parts | {"pictures": [], "left_out": []}).encode())
    pictures, left_out = _pictures(told, answer, room)
    return _filled(parts | {"pictures": pictures, "left_out": left_out})


def _opened(folder: Path) -> ReadFolder:
    return ReadFolder(folder, read_manifest(folder))


@contextmanager
def _as_written_in(folder: Path) -> Iterator[None]:
    """Refuse a folder whose manifest or tables are not as ketasim wrote them."""
    try:
        yield
    except ScenarioError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise ScenarioError(
            f"{folder}: the manifest or a table is not as ketasim wrote it "
            f"({type(fault).__name__}: {fault}); run again."
        ) from fault


def _of_the_work(told: ReadFolder) -> Iterator[str]:
    """Say what the work behind the page lacks."""
    manifest = told.manifest
    if manifest.get("interrupted"):
        why = manifest.get("interrupted_because") or "it was interrupted"
        yield f"The work was not finished ({why}); this is what there is of it."
    if missing := manifest.get("missing"):
        yield f"There was no room for {', '.join(map(str, missing))}."
    lost = [name for name in manifest.get("scenarios", {}) if name not in told.scenarios]
    if lost:
        yield (
            f"{', '.join(map(spoken, lost))}: made with an object of one's own, which a folder "
            "only names; its assumptions cannot be told."
        )


def _pictures(
    told: ReadFolder, answer: PageAnswer, room: int
) -> tuple[list[dict[str, str]], list[str]]:
    """Draw or read the figures in their order while there is room; name the others."""
    found: list[dict[str, str]] = []
    left_out: list[str] = []
    for name in _in_order(told.folder, answer):
        inner = _picture(told, answer, name)
        size = len(inner.encode()) + 500
        if not inner or size > room:
            left_out.append(f"{name}.png")
            continue
        room -= size
        found.append({"name": name, "caption": caption_of(name), "inner": inner})
    return found, left_out


def _picture(told: ReadFolder, answer: PageAnswer, name: str) -> str:
    """Draw or read a figure; nothing where that fails, as the rest does not hang on it."""
    words = caption_of(name)
    try:
        if name in answer.drawn:
            return drawn_inside(answer.drawn[name], name, words)
        return picture_inside(told.folder / "figures" / f"{name}.png", words)
    except Exception as fault:
        LOG.warning("no figure %s: %s: %s", name, type(fault).__name__, fault)
        return ""


def _in_order(folder: Path, answer: PageAnswer) -> list[str]:
    there = [name for name in DRAWN if (folder / "figures" / f"{name}.png").is_file()]
    return list(dict.fromkeys([*answer.drawn, *there]))


def _tables(grids: Sequence[TextTable], begin: str) -> list[str]:
    return [_table(grid, f"{begin}{number}") for number, grid in enumerate(grids, 1)]


def _table(grid: TextTable, name: str) -> str:
    """Write a table as HTML; every text in it is shown as it is."""
    import pandas as pd
    from great_tables import GT

    keys = [f"c{number}" for number in range(len(grid.columns))]
    rows = [[visible(cell, keep="\n") for cell in row] for row in grid.rows]
    table = pd.DataFrame(rows, columns=keys, dtype=object)
    made = GT(table, rowname_col="c0", id=name).tab_header(title=grid.title)
    labels = dict(zip(keys, (visible(text, keep="\n") for text in grid.columns), strict=True))
    made = made.cols_label(None, **labels).tab_stubhead(label=labels["c0"])
    if grid.note:
        made = made.tab_source_note(grid.note)
    html: str = made.tab_options(table_font_names=["inherit"]).as_raw_html()
    return html


def _filled(parts: dict[str, Any]) -> str:
    from jinja2 import Environment, StrictUndefined

    source = (files("sim") / "page" / "page.html.jinja").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source).render(**parts)
