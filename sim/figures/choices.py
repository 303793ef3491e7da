"""Figures of a choice among variants: how far each is behind the best, and the Pareto front."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.figures import style
from sim.figures.gallery import Each, save_all
from sim.figures.labels import label_points
from sim.study.pareto import ParetoAnswer
from sim.study.ranking import BestAnswer
from sim.study.ranking_words import probability_in_words
from sim.study.value_table import Aim


@style.styled
def behind_the_best(answer: BestAnswer, ax: Axes | None = None) -> Axes:
    """Draw each variant's paired difference from the leader, and its probability of being best."""
    table, measure = answer.table, answer.aim.measure
    ax = ax or style.new_figure(7.2, 1.9 + 0.34 * len(table)).subplots()
    looks = style.looks(table["scenario"])
    for place, row in enumerate(table.to_dict("records")):
        _behind(ax, place, row, looks[row["scenario"]])
    ax.axvline(0, color=style.GREY, lw=1)
    if answer.delta is not None:
        edge = -answer.delta if answer.aim.largest else answer.delta
        ax.axvline(edge, **style.CUT_OFF)
        ax.text(edge, -0.75, "delta", ha="center", va="bottom", fontsize=8, color=style.GREY)
    names = [style.spoken(name) for name in table["scenario"]]
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(len(table) - 0.4, -0.7)
    ax.grid(visible=False, axis="y")
    leader = style.spoken(str(table["leader"].iloc[0]))
    chosen = "the best" if answer.finished else "ahead so far, no answer yet"
    ax.set_title(f"{style.title(measure)}: difference from {leader} ({chosen})", pad=16)
    ax.set_xlabel(style.difference_unit(measure, 60))
    style.in_per_cent(ax.xaxis, measure, symbol="")
    style.finish(ax)
    style.footnote(
        ax,
        "Paired on the same patients, over the replications that both have; bars: 95 % intervals, "
        "not widened for the choosing. Right: probability of being the best, by a bootstrap.",
    )
    return ax


def _behind(ax: Axes, place: int, row: dict[Any, Any], look: style.Look) -> None:
    leads = row["scenario"] == row["leader"]
    far = 0.0 if leads else row["difference"]
    if not np.isnan(row["difference_lower"]):
        ends = [row["difference_lower"], row["difference_upper"]]
        ax.plot(ends, [place, place], color=look.colour, lw=2)
    face = look.colour if row["status"] not in ("eliminated", "not the best") else "white"
    ax.plot(far, place, look.marker, color=look.colour, mfc=face, mew=1.5, ms=6)
    share = row["probability_best"]
    told = "" if np.isnan(share) else _in_signs(share)
    at = ax.get_yaxis_transform()
    ax.text(1.01, place, told, transform=at, va="center", fontsize=8.5)


def _in_signs(share: float) -> str:
    return probability_in_words(share).replace("below ", "<").replace("above ", ">")


@style.styled
def pareto_front(answer: ParetoAnswer, figure: FigureBase | None = None) -> style.Panels:
    """Draw each two of the measures against each other: a labelled point a variant.

    Filled points are on the front of all measures; under two measures a line joins them.
    """
    pairs = list(combinations(answer.aims, 2))
    figure = figure or style.new_figure(4.8 * min(3, len(pairs)) + 1.2, 4.6 * -(-len(pairs) // 3))
    axes = style.panels(figure, -(-len(pairs) // 3), min(3, len(pairs)))
    style.heading(figure, "Pareto front: filled points are beaten by no other")
    style.footnote(figure, _note(answer))
    for ax, (x, y) in zip(axes.ravel(), pairs, strict=False):
        _points(ax, answer.table, x, y)
    for ax in axes.ravel()[len(pairs) :]:
        ax.set_axis_off()
    for ax, (x, y) in zip(axes.ravel(), pairs, strict=False):  # once the layout is known
        _names(ax, answer.table, x, y)
    return axes


def _note(answer: ParetoAnswer) -> str:
    told = style.sample_note(answer.replications)
    if answer.replications > 1:
        told += " Variants share their patients, so they differ more surely than the bars suggest."
    if answer.table["probability_on_front"].notna().all():
        told += " In brackets: probability of being on the front, by a paired bootstrap."
    return told


def _points(ax: Axes, table: pd.DataFrame, x: Aim, y: Aim) -> None:
    looks = style.looks(table["scenario"])
    for row in table.to_dict("records"):
        look = looks[row["scenario"]]
        at = row[x.measure], row[y.measure]
        across = [row[f"{x.measure} {end}"] for end in ("lower", "upper")]
        up = [row[f"{y.measure} {end}"] for end in ("lower", "upper")]
        if not np.isnan([*across, *up]).any():
            ax.plot(across, [at[1]] * 2, color=look.colour, lw=1, alpha=0.6)
            ax.plot([at[0]] * 2, up, color=look.colour, lw=1, alpha=0.6)
        face = look.colour if row["on_front"] else "white"
        ax.plot(*at, look.marker, color=look.colour, mfc=face, mew=1.5, ms=7)
    for axis, aim in ((ax.xaxis, x), (ax.yaxis, y)):
        better = "more is better" if aim.largest else "less is better"
        axis.set_label_text(f"{style.label(aim.measure)}\n{better}")
        style.in_per_cent(axis, aim.measure)
    front = table[table["on_front"]].sort_values(x.measure)
    if len(_measures(table)) == 2:
        ax.plot(front[x.measure], front[y.measure], zorder=1, **style.CUT_OFF)
    ax.margins(0.16)
    style.finish(ax)


def _measures(table: pd.DataFrame) -> list[str]:
    return [name.removesuffix(" lower") for name in table.columns if name.endswith(" lower")]


def _names(ax: Axes, table: pd.DataFrame, x: Aim, y: Aim) -> None:
    texts = []
    for name, share in zip(table["scenario"], table["probability_on_front"], strict=True):
        told = "" if np.isnan(share) else f" ({_in_signs(share)})"
        texts.append(style.spoken(name) + told)
    points = table[[x.measure, y.measure]].to_numpy(dtype=float)
    sides = [(f"{aim.measure} {end}", aim.measure) for end in ("lower", "upper") for aim in (x, y)]
    bars = np.stack(
        [table[limit].fillna(table[mean]).to_numpy(dtype=float) for limit, mean in sides], axis=1
    )
    across, up = bars.copy(), bars.copy()
    across[:, [1, 3]] = points[:, [1]]
    up[:, [0, 2]] = points[:, [0]]
    label_points(ax, points, texts, np.vstack([across, up]))


def draw_best(answer: BestAnswer, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw the figure of a choice into a folder."""
    return save_all({"best": partial(behind_the_best, answer)}, folder, each)


def draw_pareto(answer: ParetoAnswer, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw the figure of a Pareto front into a folder."""
    return save_all({"pareto": partial(pareto_front, answer)}, folder, each)
