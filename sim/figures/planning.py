"""A capacity answer: what met the targets, by what was varied; and all its figures, stored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.patches import Rectangle

from sim.figures import style
from sim.figures.estimates import finite, whiskers
from sim.figures.gallery import Each, save_all
from sim.figures.weeks import build_up, chair_plan
from sim.model.replication import replicate
from sim.outcomes.catalogue import unit
from sim.planning.answer import CapacityAnswer
from sim.planning.buildup import BuildUp
from sim.planning.ranges import NOUNS
from sim.planning.relaxing import relaxed_in_words
from sim.planning.targets import Target

JITTER = 0.18  # of a step: replications side by side
NOT_REACHED = "not reached"


@style.styled
def capacity_answer(answer: CapacityAnswer, figure: FigureBase | None = None) -> style.Panels:
    """Draw each target's quantity by the value varied, and the share that met all targets.

    Of an answer with a limit taken away, that is what is drawn. One dot is one replication; those
    that did not reach a quantity stand at the top edge.
    """
    shown = answer.otherwise or answer
    figure = figure or style.new_figure(3.6 * (1 + len(answer.targets)) + 0.6, 4.0)
    axes: style.Panels = style.panels(figure, 1, 1 + len(answer.targets))[0]
    rows = _of(shown.table, shown)
    for ax, target in zip(axes[:-1], answer.targets, strict=True):
        _quantity(ax, shown, rows, target)
    _share(axes[-1], shown, rows)
    for ax in axes:
        _value_axis(ax, shown, rows)
        style.finish(ax)
    without = f", with {relaxed_in_words(shown.relaxed)}" if shown.relaxed else ""
    style.heading(figure, f"What meets the targets, by {_axis(shown)}{without}")
    style.footnote(
        figure,
        "Dots: replications; squares: their mean with its 95 % interval; right: share of "
        "replications that met all targets with Wilson's 95 % interval. Values that clearly fail "
        "or pass have fewer replications (numbers in the right panel).",
    )
    return axes


def _of(table: pd.DataFrame, answer: CapacityAnswer) -> pd.DataFrame:
    found: pd.DataFrame = table[table["relaxed"] == relaxed_in_words(answer.relaxed)]
    return found


def _axis(answer: CapacityAnswer) -> str:
    path = answer.varied[0].path
    return NOUNS[path][1] if path in NOUNS else path


def _quantity(ax: Axes, answer: CapacityAnswer, rows: pd.DataFrame, target: Target) -> None:
    path, name = answer.varied[0].path, target.quantity
    dots = _of(answer.replications, answer)
    dots = dots[dots["quantity"] == name]
    x = dots[path].to_numpy(dtype=float) + _offsets(dots, _step(rows[path]))
    values = dots["value"].to_numpy(dtype=float)
    reached = np.isfinite(values)
    blue, red = style.COLOURS[0], style.COLOURS[1]
    ax.plot(x[reached], values[reached], "o", ms=3, mfc="none", mec=style.GREY, alpha=0.6)
    ax.axhline(target.bound, color=red, ls=(0, (6, 2)), lw=1.4)
    limits = [f"{name} lower", f"{name} upper"]
    means = finite(rows[[name, *limits]]).set_axis(["mean", "lower", "upper"], axis=1)
    ax.errorbar(rows[path], means["mean"], whiskers(means), color=blue, marker="s", capsize=2.5,
                lw=1.2)  # fmt: skip
    room = 1.12 if reached.all() else 1.3  # what was not reached is told above the target's words
    top = max([*values[reached], target.bound]) * room or 1.0
    ax.set_ylim(0, top)
    if not reached.all():
        ax.plot(x[~reached], np.full((~reached).sum(), 0.98 * top), "^", ms=4, color=style.GREY)
        ax.text(0.98, 0.93, f"▲ {NOT_REACHED}", transform=ax.transAxes, ha="right", va="top",
                fontsize=8, color=style.GREY)  # fmt: skip
    side, edge = ("bottom", -3) if target.upper else ("top", 3)
    ax.annotate(f"target {'≤' if target.upper else '≥'} {target.bound:g}", (1, target.bound),
                xycoords=("axes fraction", "data"), xytext=(-2, -edge), ha="right", va=side,
                textcoords="offset points", fontsize=8, color=red)  # fmt: skip
    ax.set_ylabel(_label(target))
    ax.set_title(_title(target))


def _title(target: Target) -> str:
    words = style.title(target.name)
    if target.percentile is not None:
        words += f", P{target.percentile:g}"
    return style.wrapped(words, 30)


def _label(target: Target) -> str:
    known = unit(target.name)
    return known or target.name.rpartition("_")[2]


def _share(ax: Axes, answer: CapacityAnswer, rows: pd.DataFrame) -> None:
    path, red = answer.varied[0].path, style.COLOURS[1]
    shares = rows[["share", "lower", "upper"]].rename(columns={"share": "mean"})
    ax.errorbar(rows[path], shares["mean"], whiskers(shares), color=style.COLOURS[2], marker="o",
                capsize=2.5, ls="none", elinewidth=1.4)  # fmt: skip
    for row in rows.to_dict("records"):
        high = float(row["share"]) > 0.5
        ax.annotate(f"{row['met']}/{row['replications']}", (row[path], row["share"]),
                    xytext=(5, -4 if high else 4), textcoords="offset points", fontsize=7.5,
                    va="top" if high else "bottom", color=style.GREY)  # fmt: skip
    ax.axhline(answer.confidence, color=red, ls=(0, (6, 2)), lw=1.4)
    ax.annotate(f"asked for: {answer.confidence:g}", (0, answer.confidence), va="top",
                xycoords=("axes fraction", "data"), xytext=(3, -3), textcoords="offset points",
                fontsize=8, color=red)  # fmt: skip
    if answer.passing is not None:
        ax.axvspan(*_around(answer.passing[0][1], _step(rows[path])), color=style.COLOURS[2],
                   alpha=0.12, lw=0)  # fmt: skip
    ax.set(ylim=(-0.04, 1.06), ylabel="Share of replications")
    ax.set_title("All targets met")


def _around(value: float, step: float) -> tuple[float, float]:
    return value - 0.45 * step, value + 0.45 * step


def _step(values: pd.Series[Any]) -> float:
    distinct = np.unique(values.to_numpy(dtype=float))
    return float(np.diff(distinct).min()) if len(distinct) > 1 else 1.0


def _offsets(dots: pd.DataFrame, step: float) -> Any:
    """Spread the replications of a value evenly, by their number: no dice in a picture."""
    number = dots["replication"].to_numpy(dtype=float)
    return JITTER * step * (2 * ((number * 0.618) % 1) - 1)


def _value_axis(ax: Axes, answer: CapacityAnswer, rows: pd.DataFrame) -> None:
    words = _axis(answer)
    ax.set_xlabel(
        words[:1].upper() + words[1:] if words in dict(NOUNS.values()).values() else words
    )
    values = np.unique(rows[answer.varied[0].path].to_numpy(dtype=float))
    step = _step(rows[answer.varied[0].path])
    ax.set_xlim(values.min() - 0.7 * step, values.max() + 0.7 * step)
    if len(values) <= 12:
        ax.set_xticks(values, [f"{value:g}" for value in values])


@style.styled
def mix(answer: CapacityAnswer, ax: Axes | None = None) -> Axes:
    """Draw the share that met the targets by two capacities, with the cheapest mix framed.

    Cells that were not tried are filled as what they are taken to be: in each column those above a
    pass pass, the others fail.
    """
    if len(answer.varied) != 2:
        raise ValueError("a mix is of two varied capacities")
    shown = answer.otherwise or answer
    first, second = shown.varied
    ax = (
        ax
        or style.new_figure(
            1.6 + 0.62 * len(first.values), 1.8 + 0.5 * len(second.values)
        ).subplots()
    )
    rows = _of(shown.table, shown)
    shares, texts = _grid(rows, first.path, second.path, first.values, second.values)
    image = ax.imshow(shares, origin="lower", aspect="auto", cmap="cividis", vmin=0, vmax=1)
    for (row, column), text in np.ndenumerate(texts):
        dark = shares[row, column] < 0.55
        ax.text(column, row, text, ha="center", va="center", fontsize=7.5,
                color="white" if dark else "black")  # fmt: skip
    for row, column in zip(*np.nonzero(texts == ""), strict=True):
        ax.add_patch(_cell(column, row, fc="white", ec="none", alpha=0.55))
    if shown.passing is not None:
        (_, a), (_, b) = shown.passing
        place = first.values.index(a), second.values.index(b)
        ax.add_patch(_cell(*place, fill=False, ec=style.COLOURS[1], lw=2.4))
    ax.set_xticks(range(len(first.values)), [f"{value:g}" for value in first.values])
    ax.set_yticks(range(len(second.values)), [f"{value:g}" for value in second.values])
    named = [NOUNS.get(of.path, ("", of.path))[1] for of in (first, second)]
    ax.set(xlabel=named[0].capitalize(), ylabel=named[1].capitalize())
    ax.set_title(style.wrapped(f"Share of replications that met all targets, by {named[0]} and "
                              f"{named[1]}", 48))  # fmt: skip
    ax.grid(False)
    figure: Any = ax.get_figure()
    bar = figure.colorbar(image, ax=ax, shrink=0.8)
    bar.set_label("Share of replications", fontsize=8.5)
    bar.ax.tick_params(labelsize=8)
    style.finish(ax)
    style.footnote(ax, "Numbers: met of tried; without number: not tried (pale), as what its "
                   "column says. Frame: the cheapest mix.")  # fmt: skip
    return ax


def _grid(rows: pd.DataFrame, x: str, y: str, xs: Any, ys: Any) -> tuple[Any, Any]:
    """Fill a grid of shares and texts, the untried cells by what more and less must do."""
    shares = np.full((len(ys), len(xs)), np.nan)
    texts = np.full(shares.shape, "", dtype=object)
    passes = np.zeros(shares.shape, dtype=bool)
    for row in rows.to_dict("records"):
        place = ys.index(row[y]), xs.index(row[x])
        shares[place] = row["share"]
        texts[place] = f"{row['met']}/{row['replications']}"
        passes[place] = row["verdict"] != "fails"
    for place in zip(*np.nonzero(np.isnan(shares)), strict=True):
        easier = passes[: place[0], place[1]].any()
        shares[place] = 1.0 if easier else 0.0
    return shares, texts


def _cell(column: int, row: int, **form: Any) -> Rectangle:
    return Rectangle((column - 0.5, row - 0.5), 1, 1, **form)


def draw_capacity(
    answer: CapacityAnswer, filling: BuildUp | None, folder: Path, each: Each = nullcontext
) -> list[Path]:
    """Draw the answer, the build-up and a week of the chair plan as PNG files in a folder."""
    found = draw_answer(answer, folder, each)
    return found if filling is None else [*found, *draw_build_up(filling, folder, each)]


def draw_answer(answer: CapacityAnswer, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw the answer and a week of the chair plan with the value found."""
    figures: dict[str, Callable[[], Any]] = (
        {"capacity": partial(capacity_answer, answer)}
        if len(answer.varied) == 1
        else {"mix": partial(mix, answer)}
    )
    shown = answer.otherwise or answer
    if (point := shown.passing or shown.failing) is not None:
        scenario, seed = shown.tried(point).scenario, answer.manifest["seed"]
        figures["chair_plan"] = lambda: chair_plan(replicate(scenario, seed))
    return save_all(figures, folder, each)


def draw_build_up(filling: BuildUp, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw how a new clinic fills."""
    return save_all({"build_up": partial(build_up, filling)}, folder, each)
