"""On which uncertain parameters an answer rests: tornado, Morris' screening, Sobol' indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.patches import Patch

from sim.figures import style
from sim.figures.gallery import Each, save_all
from sim.figures.otherwise import alternatives_forest, two_way_map
from sim.figures.quantity_panels import OneQuantity, parts_of, shared_note, told_number
from sim.sensitivity.found_words import parameter_in_words
from sim.sensitivity.indices import OF_CHANCE
from sim.sensitivity.one_at_a_time import APART, NO_CHANGE
from sim.sensitivity.screening import BY_CHANCE, MATTERS, NO_EFFECT

_MOST_ROWS = 15  # bars of one panel; of several as many together
_FEWEST = 6
_LABEL = 44  # letters of a line beside the axis
_LOW: Any = {"color": style.COLOURS[4], "hatch": "////"}
_HIGH: Any = {"color": style.COLOURS[0], "hatch": ""}


@style.styled
def tornado(
    table: pd.DataFrame, figure: FigureBase | None = None, *, measures: Sequence[str] | None = None
) -> style.Panels:
    """Draw what each parameter changes at its 5 % and 95 % quantile, the widest swing first.

    `table` is that of `sim.what_matters` (tornado.csv). A panel a measure, of a study a variant and
    measure; thin lines are paired 95 % intervals of the change at each end.
    """
    parts = parts_of(table, measures)
    shown = [_first(part.rows[part.rows["told"] != NO_CHANGE], len(parts)) for part in parts]
    figure, axes = _panels(figure, shown)
    for ax, part, rows in zip(axes.flat, parts, shown, strict=False):
        for place, row in enumerate(rows.to_dict("records")):
            _swing(ax, place, row)
        base = told_number(part.rows["base"].iloc[0], part.measure)
        labels = [_with_ends(row) for row in rows.to_dict("records")]
        _finished(ax, part, labels, f"{part.title}: change from {base}")
        ax.axvline(0, color=style.GREY, lw=1)
    handles = [
        Patch(facecolor=_LOW["color"], hatch=_LOW["hatch"], edgecolor="white", label="at its 5 %"),
        Patch(facecolor=_HIGH["color"], edgecolor="white", label="at its 95 %"),
        Patch(facecolor="white", edgecolor=style.GREY, label="not told from chance"),
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    style.heading(figure, "What each parameter changes")
    style.footnote(figure, _tornado_note(table, parts, shown))
    return axes


def _swing(ax: Axes, place: int, row: dict[Any, Any]) -> None:
    for end, look, above in (("low", _LOW, -1), ("high", _HIGH, 1)):
        change, limits = (
            row[f"change_{end}"],
            [row[f"change_{end}_{at}"] for at in ("lower", "upper")],
        )
        filled = row["told"] in (APART, "")
        face = look["color"] if filled else "white"
        edge = "white" if filled else look["color"]
        at = place + 0.2 * above
        ax.barh(
            at, change, height=0.36, facecolor=face, edgecolor=edge, hatch=look["hatch"], lw=0.8
        )
        if np.isfinite(limits).all():
            ax.plot(limits, [at, at], color="black", lw=0.9)


def _with_ends(row: dict[Any, Any]) -> str:
    unit = f" {row['parameter_unit']}" if isinstance(row["parameter_unit"], str) else ""
    ends = f"{row['low_5']:.3g} to {row['high_95']:.3g}{unit.rstrip()}"
    return _label(str(row["parameter"]), ends)


def _label(name: str, more: str = "") -> str:
    words = style.spoken(parameter_in_words(name) if "." in name else name)
    whole = f"{words} ({more})" if more else words
    if len(whole) <= _LABEL or not more:
        return style.wrapped(whole, _LABEL)
    return f"{style.wrapped(words, _LABEL)}\n({more})"


def _tornado_note(
    table: pd.DataFrame, parts: Sequence[OneQuantity], shown: Sequence[pd.DataFrame]
) -> str:
    each = int(table["replications"].max()) if len(table) else 0
    begin = f"Paired on {each} replications; thin lines: 95 % intervals."
    if each < 2:
        begin = "One replication: no intervals, so nothing is told from chance."
    if not parts:
        return begin
    many, still = len(parts[0].rows), int((parts[0].rows["told"] == NO_CHANGE).sum())
    left = f" Drawn: {len(shown[0])} of {many} parameters; {still} change nothing."
    holm = " Hollow: not told from chance by Holm over the parameters." if each > 1 else ""
    return f"{begin}{holm}{left}{shared_note(table, parts)}"


@style.styled
def screening(
    table: pd.DataFrame, figure: FigureBase | None = None, *, measures: Sequence[str] | None = None
) -> style.Panels:
    """Draw Morris' mean absolute effect of each parameter, and what chance alone would make of it.

    `table` is that of `sim.what_matters` (morris.csv). At the right sigma over mu*: large where a
    parameter's effect depends on the others, or on chance.
    """
    parts = parts_of(table, measures)
    shown = [_first(part.rows[part.rows["verdict"] != NO_EFFECT], len(parts)) for part in parts]
    figure, axes = _panels(figure, shown)
    for ax, part, rows in zip(axes.flat, parts, shown, strict=False):
        for place, row in enumerate(rows.to_dict("records")):
            _effect(ax, place, row)
        _finished(ax, part, [_with_ends(row) for row in rows.to_dict("records")], part.title)
        ax.set_xlim(left=0)
        if len(rows):
            ax.text(1.01, -0.75, "sigma / mu*", transform=ax.get_yaxis_transform(), fontsize=7.5,
                    color=style.GREY, va="center")  # fmt: skip
    handles = [
        Patch(facecolor=style.COLOURS[0], label="matters"),
        Patch(facecolor="white", edgecolor=style.COLOURS[0], label="little, or not told"),
        Patch(facecolor="#BFBFBF", label="chance alone"),
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    style.heading(figure, "Screening: mean effects (mu*)")
    style.footnote(figure, _screening_note(table, parts, shown))
    return axes


def _effect(ax: Axes, place: int, row: dict[Any, Any]) -> None:
    filled = row["verdict"] in (MATTERS, "")
    blue = style.COLOURS[0]
    ax.barh(
        place, row["mu_star"], height=0.62, facecolor=blue if filled else "white", edgecolor=blue
    )
    if np.isfinite(row["chance"]) and row["chance"] > 0:
        ax.barh(place, min(row["chance"], row["mu_star"]), height=0.24, color="#BFBFBF",
                edgecolor="white")  # fmt: skip
    ax.plot([row["mu_star_lower"], row["mu_star_upper"]], [place] * 2, color="black", lw=0.9)
    if row["mu_star"] > 0:
        ax.text(1.01, place, f"{row['sigma'] / row['mu_star']:.2f}", va="center", fontsize=8,
                transform=ax.get_yaxis_transform())  # fmt: skip


def _screening_note(
    table: pd.DataFrame, parts: Sequence[OneQuantity], shown: Sequence[pd.DataFrame]
) -> str:
    if not len(table):
        return ""
    many, each = (int(table[name].max()) for name in ("trajectories", "replications"))
    note = (
        f"{many} trajectories of {each} replication{'s' if each > 1 else ''}. An effect is the "
        "change from the 5 % to the 95 % quantile; thin lines: 95 % intervals over trajectories."
    )
    rows = parts[0].rows
    still, chance = ((rows["verdict"] == kind).sum() for kind in (NO_EFFECT, BY_CHANCE))
    note += f" Drawn: {len(shown[0])} of {len(rows)} parameters; no effect at all: {still}"
    note += f"; none told from chance: {chance}." if each > 1 else "."
    return note + shared_note(table, parts)


@style.styled
def indices(
    table: pd.DataFrame, figure: FigureBase | None = None, *, measures: Sequence[str] | None = None
) -> style.Panels:
    """Draw first-order and total Sobol' indices of each group, and of chance as a bar of its own.

    `table` is that of `sim.what_matters` (sobol.csv).
    """
    parts = parts_of(table, measures)
    figure, axes = _panels(figure, [part.rows for part in parts])
    for ax, part in zip(axes.flat, parts, strict=False):
        labels = []
        for place, row in enumerate(part.rows.to_dict("records")):
            _index(ax, place, row)
            many = int(row["parameters"])
            labels.append(_label(str(row["input"]), f"{many} parameters" if many > 1 else ""))
        _finished(ax, part, labels, part.title)
        ax.set_xlabel("Share of the variance of one replication (%)")
        style.in_per_cent(ax.xaxis, symbol="")
        ax.set_xlim(min(0, ax.get_xlim()[0]), max(1.0, ax.get_xlim()[1]))
        ax.axvline(0, color=style.GREY, lw=1)
    blue = style.COLOURS[0]
    handles = [
        Patch(facecolor=blue, label="by itself (first order)"),
        Patch(facecolor="white", edgecolor=blue, hatch="////", label="with interactions (total)"),
        Patch(facecolor=style.GREY, label="chance"),
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    style.heading(figure, "Where the variance comes from")
    samples = int(table["samples"].max()) if len(table) else 0
    style.footnote(
        figure,
        f"Sobol' indices from {samples} samples; thin lines: 95 % intervals by a bootstrap, which "
        "may reach beyond 0 and 1. Chance is the number of the replication, as one more input."
        f"{shared_note(table, parts)}",
    )
    return axes


def _index(ax: Axes, place: int, row: dict[Any, Any]) -> None:
    colour = style.GREY if row["input"] == OF_CHANCE else style.COLOURS[0]
    for name, at, form in (
        ("first", place - 0.19, {"facecolor": colour}),
        ("total", place + 0.19, {"facecolor": "white", "edgecolor": colour, "hatch": "////"}),
    ):
        value = row["first_order" if name == "first" else "total"]
        ax.barh(at, value, height=0.34, **form)  # type: ignore[arg-type]
        ax.plot([row[f"{name}_lower"], row[f"{name}_upper"]], [at, at], color="black", lw=1)


def _first(rows: pd.DataFrame, panels: int) -> pd.DataFrame:
    """Give as many of the first rows as have room beside so many panels."""
    return rows.head(max(_FEWEST, _MOST_ROWS if panels == 1 else 2 * _MOST_ROWS // panels))


def _panels(
    figure: FigureBase | None, shown: Sequence[pd.DataFrame]
) -> tuple[FigureBase, style.Panels]:
    heights = [max(1, len(rows)) for rows in shown] or [1]
    size = 1.3 + sum(0.75 + 0.34 * height for height in heights)
    figure = figure or style.new_figure(8.2, size)
    axes = style.panels(figure, len(heights), 1, gridspec_kw={"height_ratios": heights})
    if not shown:
        style.empty(axes[0, 0])
    return figure, axes


def _finished(ax: Axes, part: OneQuantity, labels: Sequence[str], title: str) -> None:
    ax.set_title(style.wrapped(title, 58), fontsize=9)
    ax.grid(visible=False, axis="y")
    if not labels:
        style.empty(ax, "nothing changes it")
        return
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.set_xlabel(style.difference_unit(part.measure, 70))
    style.in_per_cent(ax.xaxis, part.measure, symbol="")
    style.finish(ax)


_DRAWN: dict[str, tuple[str, Callable[..., Any]]] = {
    "tornado": ("tornado", tornado),
    "morris": ("screening", screening),
    "sobol": ("indices", indices),
    "alternatives": ("alternatives", alternatives_forest),
    "map": ("two_way_map", two_way_map),
}


def sensitivity_figures(method: str, table: pd.DataFrame) -> dict[str, Callable[[], Any]]:
    """Give what draws the figure of a method's table, by the name of its file."""
    name, draw = _DRAWN[method]
    return {name: partial(draw, table)} if len(table) else {}


def draw_sensitivity(method: str, table: pd.DataFrame, folder: Path, each: Each) -> list[Path]:
    """Draw the figure of a sensitivity analysis into a folder."""
    return save_all(sensitivity_figures(method, table), folder, each)
