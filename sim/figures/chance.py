"""What is not known, and what is luck: the variance of a study under drawn parameters, in parts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.patches import Patch

from sim.experiment.uncertainty import Uncertain
from sim.figures import style
from sim.figures.gallery import Each, save_all
from sim.outcomes.catalogue import headline_among
from sim.study.beside import UNTREATED

_PARAMETERS: Any = {"facecolor": "#0072B2", "edgecolor": "white", "hatch": "////", "lw": 0}
_CHANCE: Any = {"facecolor": "#D9D9D9", "edgecolor": "white", "lw": 0}
_LABEL = 26  # letters of a name in a line
_MOST_COLUMNS = 3
_MOST_LINES = 24  # of all rows of panels that are drawn unless measures are named
_ROW = 0.24  # inches


@style.styled
def uncertainty(
    table: pd.DataFrame, figure: FigureBase | None = None, *, measures: Sequence[str] | None = None
) -> style.Panels:
    """Draw how much of the spread between replications is parameters, and how much is chance.

    `table` is that of `Uncertain.summary` (uncertainty.csv). A panel a measure (the headline ones
    unless named), a bar a scenario: the share of parameters with its 95 % interval, chance beside
    it, and in words the mean and the half-width that holds both. Of many scenarios the first
    measures are drawn.
    """
    names = list(dict.fromkeys(table["scenario"].astype(str)))
    labels = [style.wrapped(style.spoken(name), _LABEL) for name in names]
    lines = sum(label.count("\n") + 1 for label in labels)
    known = headline_drawn(table)
    fitting = known[: _MOST_COLUMNS * max(1, _MOST_LINES // max(1, lines))]
    measures = list(measures) if measures is not None else fitting
    columns = min(_MOST_COLUMNS, max(1, len(measures)))
    rows = max(1, -(-len(measures) // columns))
    size = (max(6.5, 2.0 + 2.9 * columns), 1.5 + rows * (0.55 + _ROW * lines))
    figure = figure or style.new_figure(*size)
    axes = style.panels(figure, rows, columns, sharex=True, sharey=True)
    for ax, measure in zip(axes.flat, measures, strict=False):
        _bars(ax, table[table["measure"] == measure], measure, names)
        ax.set_title(style.label(measure, 34), fontsize=8.5)
    for ax in axes.flat[len(measures) :]:
        ax.set_axis_off()
    axes[0, 0].set_ylim(len(names) - 0.4, -0.6)
    axes[0, 0].set_yticks(range(len(names)), labels)
    for ax in axes.flat[max(0, len(measures) - columns) : len(measures)]:
        ax.set_xlabel("Share of the variance (%)")
        ax.tick_params(labelbottom=True)
    handles = [Patch(label="parameters", **_PARAMETERS), Patch(label="chance", **_CHANCE)]
    figure.legend(handles=handles, loc="outside right upper")
    style.heading(figure, "What the spread between replications is made of")
    style.footnote(figure, _note(table))
    return axes


def _bars(ax: Axes, part: pd.DataFrame, measure: str, names: Sequence[str]) -> None:
    records: Any = part.to_dict("records")
    found = {str(row["scenario"]): row for row in records}
    for place, name in enumerate(names):
        row = found.get(name)
        if row is None:
            _say(ax, place, "no value in some replication", inside=True)
        elif not row["sd_parameters"] + row["sd_chance"] > 0:
            _say(ax, place, "the same in all", inside=True)
            _say(ax, place, _told(measure, row["mean"]))
        else:
            _bar(ax, place, row)
            _say(ax, place, _told(measure, row["mean"], row["half_width"]))
    ax.set(xlim=(0, 1))
    style.in_per_cent(ax.xaxis, symbol="")
    ax.grid(visible=False, axis="y")
    style.finish(ax)


def _bar(ax: Axes, place: int, row: dict[str, Any]) -> None:
    share = row["share_parameters"]
    ax.barh(place, share, height=0.62, **_PARAMETERS)
    ax.barh(place, 1 - share, left=share, height=0.62, **_CHANCE)
    ax.plot([row["share_lower"], row["share_upper"]], [place] * 2, color="white", lw=3.4)
    ax.plot([row["share_lower"], row["share_upper"]], [place] * 2, color="black", lw=1.4)


def _say(ax: Axes, place: int, text: str, *, inside: bool = False) -> None:
    where: Any = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": 7.5}
    ax.text(0.02 if inside else 1.02, place, text, ha="left", **where)


def _told(measure: str, mean: float, half_width: float = 0.0) -> str:
    """Write a mean with its half-width, to two digits of that; of shares in per cent."""
    factor, sign = (100.0, " %") if style.is_share(measure) else (1.0, "")
    mean, half_width = factor * mean, factor * half_width
    size = half_width or abs(mean) / 10 or 1.0
    digits = min(4, max(0, 1 - int(np.floor(np.log10(size)))))
    return f"{mean:.{digits}f}{f' ± {half_width:.{digits}f}' if half_width else ''}{sign}"


def _note(table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    draws, each = int(table["draws"].max()), int(table["replications"].max())
    return (
        f"{draws} draws of the parameters, {each} replications of each. Thin line: 95 % interval "
        f"of the share. ± holds the mean of {each} replications of another draw in 95 of 100 "
        "cases. More replications take chance away, and only better evidence the parameters."
    )


def headline_drawn(table: pd.DataFrame) -> list[str]:
    """List the headline measures of a table of uncertainty, but for the course of the untreated."""
    return headline_among(set(table["measure"]) - {UNTREATED})


def draw_uncertain(found: Uncertain, folder: Path, each: Each) -> list[Path]:
    """Draw what an uncertain study has something for, as PNG files in a folder."""
    table = found.summary()
    return save_all(
        {"uncertainty": partial(uncertainty, table)} if len(table) else {}, folder, each
    )
