"""What other assumptions change: a forest of alternatives, and a map over two parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.patches import Rectangle

from sim.figures import style
from sim.figures.quantity_panels import OneQuantity, parts_of, shared_note, told_number
from sim.sensitivity.found_words import parameter_in_words
from sim.sensitivity.one_at_a_time import APART, NO_CHANGE

_NAME = 30  # letters of an alternative in a line
_MOST_COLUMNS = 3


@style.styled
def alternatives_forest(
    table: pd.DataFrame, figure: FigureBase | None = None, *, measures: Sequence[str] | None = None
) -> style.Panels:
    """Draw what each alternative changes, on the same people, with paired 95 % intervals.

    `table` is that of `sim.what_matters` (alternatives.csv). A filled mark is a difference that is
    told from chance, by Holm over the alternatives.
    """
    parts = parts_of(table, measures)[:_MOST_COLUMNS] if measures is None else parts_of(
        table, measures
    )  # fmt: skip
    rows = [part.rows[part.rows["difference"].notna()] for part in parts]
    names = [style.wrapped(style.spoken(str(n)), _NAME) for n in (rows[0]["alternative"] if rows
             else [])]  # fmt: skip
    lines = sum(name.count("\n") + 1 for name in names)
    size = (2.4 + 2.6 * max(1, len(parts)), 1.9 + 0.27 * max(1, lines))
    figure = figure or style.new_figure(*size)
    axes = style.panels(figure, 1, max(1, len(parts)), sharey=True)
    for ax, part, mine in zip(axes.flat, parts, rows, strict=False):
        for place, row in enumerate(mine.to_dict("records")):
            _difference(ax, place, row)
        ax.axvline(0, color=style.GREY, lw=1)
        base = part.rows["mean"].iloc[0]
        ax.set_title(style.wrapped(f"{part.title}: change from {told_number(base, part.measure)}",
                                   30), fontsize=8.5)  # fmt: skip
        ax.set_xlabel(style.difference_unit(part.measure, 30))
        style.in_per_cent(ax.xaxis, part.measure, symbol="")
        ax.grid(visible=False, axis="y")
        style.finish(ax)
    if names:
        axes[0, 0].set_yticks(range(len(names)), names)
        axes[0, 0].set_ylim(len(names) - 0.4, -0.6)
    else:
        style.empty(axes[0, 0])
    style.heading(figure, "What other assumptions change")
    each = int(table["replications"].max()) if len(table) else 0
    said = f"Paired on {each} replications; bars: 95 % intervals; filled: told from chance (Holm)."
    if each < 2:
        said = "One replication: no intervals, so nothing is told from chance."
    style.footnote(figure, said + shared_note(table, parts))
    return axes


def _difference(ax: Axes, place: int, row: dict[Any, Any]) -> None:
    blue, limits = style.COLOURS[0], [row["difference_lower"], row["difference_upper"]]
    if np.isfinite(limits).all():
        ax.plot(limits, [place, place], color=blue, lw=1.6)
    face = blue if row["told"] == APART else "white"
    mark = "|" if row["told"] == NO_CHANGE else "o"
    ax.plot(row["difference"], place, mark, color=blue, mfc=face, mew=1.4, ms=5.5)


@style.styled
def two_way_map(
    table: pd.DataFrame, figure: FigureBase | None = None, *, measures: Sequence[str] | None = None
) -> style.Panels:
    """Draw means on a grid of two parameters; a dot marks cells told apart from the base.

    `table` is that of `sim.what_matters` (map.csv). A frame marks cells that are as the base is.
    """
    parts = parts_of(table, measures)
    counts = [len(set(table[f"value_{n}"])) for n in (1, 2)]
    columns = min(2, max(1, len(parts)))
    rows = max(1, -(-len(parts) // columns))
    size = (
        columns * max(3.6, 1.6 + 0.62 * counts[0]),
        1.1 + rows * max(2.6, 1.3 + 0.42 * counts[1]),
    )
    figure = figure or style.new_figure(*size)
    axes = style.panels(figure, rows, columns)
    for ax, part in zip(axes.flat, parts, strict=False):
        _grid(ax, figure, part)
    for ax in axes.flat[len(parts) :]:
        ax.set_axis_off()
    style.heading(figure, "Means over two parameters")
    each = int(table["replications"].max()) if len(table) else 0
    said = f"Means over {each} replications. Dot: differs from the base by more than chance (Holm)."
    if each < 2:
        said = "One replication: nothing is told from chance."
    style.footnote(figure, f"{said} Frame: the same as the base in all.{shared_note(table, parts)}")
    return axes


def _grid(ax: Axes, figure: FigureBase, part: OneQuantity) -> None:
    records = part.rows.to_dict("records")
    xs, ys = (sorted(set(part.rows[f"value_{n}"])) for n in (1, 2))
    means = np.full((len(ys), len(xs)), np.nan)
    for row in records:
        means[ys.index(row["value_2"]), xs.index(row["value_1"])] = row["mean"]
    image = ax.imshow(means, origin="lower", aspect="auto", cmap="cividis")
    low, high = np.nanmin(means), np.nanmax(means)
    for row in records:
        x, y = xs.index(row["value_1"]), ys.index(row["value_2"])
        dark = high == low or (row["mean"] - low) / (high - low) < 0.55
        mark = " •" if row["told"] == APART else ""
        ax.text(x, y, _short(row["mean"], part.measure) + mark, ha="center", va="center",
                fontsize=7.5, color="white" if dark else "black")  # fmt: skip
        if row["told"] == NO_CHANGE:
            corner = (x - 0.5, y - 0.5)
            ax.add_patch(Rectangle(corner, 1, 1, fill=False, ec=style.COLOURS[1], lw=2.2))
    for axis, values, path in ((ax.xaxis, xs, "path_1"), (ax.yaxis, ys, "path_2")):
        axis.set_ticks(range(len(values)), [f"{value:.4g}" for value in values])
        axis.set_label_text(style.wrapped(parameter_in_words(str(part.rows[path].iloc[0])), 34))
    ax.set_title(style.wrapped(part.title, 40), fontsize=9)
    ax.grid(visible=False)
    bar: Any = figure.colorbar(image, ax=ax, shrink=0.8)
    bar.set_label(style.unit_label(part.measure, 26), fontsize=8)
    style.in_per_cent(bar.ax.yaxis, part.measure)
    bar.ax.tick_params(labelsize=8)
    style.finish(ax)


def _short(value: float, measure: str) -> str:
    return told_number(value, measure).replace(" %", "")
