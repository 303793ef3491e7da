"""Figures of costs against QALYs: the plane, acceptability curves, and the efficient line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.arrays import Floats
from sim.economics.cost_effectiveness import CostEffectiveness
from sim.economics.incremental import EFFICIENT
from sim.figures import style
from sim.figures.cost_bars import budget_by_year, costs_by_item, worth_of_knowing
from sim.figures.gallery import Each, save_all
from sim.figures.labels import label_points

_MOST_CURVES = len(style.COLOURS)
_MOST_CLOUDS = 12
_ROUND = np.linspace(0, 2 * np.pi, 73)
_SPREAD = 2.448  # 95 % of a two-dimensional normal lie within so many standard deviations
_LEAST_SHOWN = 0.02
THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")


@style.styled
def plane(
    table: pd.DataFrame, ax: Axes | None = None, *, wtp: Sequence[float] = (), currency: str = "US$"
) -> Axes:
    """Draw differences of cost and QALYs from the reference: a cloud of draws for each scenario.

    `table` is plane.csv. An ellipse holds 95 % of a cloud if it is normal; the mark is its mean.
    Above a dashed line a gain costs more than that willingness to pay (`wtp`).
    """
    ax = ax or style.new_figure(7.4, 5.6).subplots()
    names = list(dict.fromkeys(table["scenario"]))
    looks, base = style.looks(names), _reference_of(table)
    compared = [name for name in names if name != base]
    means, texts = [], []
    for name in compared:
        rows = table[table["scenario"] == name]
        cloud = rows[["difference_qalys", "difference_cost"]].to_numpy(dtype=np.float64)
        look = looks[name]
        if len(compared) <= _MOST_CLOUDS:
            ax.plot(*cloud.T, look.marker, color=look.colour, ms=2.6, mew=0, alpha=0.35, zorder=2)
            ax.plot(*_ellipse(cloud), color=look.colour, ls=look.line, lw=1.1, zorder=3)
        means.append(cloud.mean(axis=0))
        texts.append(style.spoken(name))
        ax.plot(*means[-1], look.marker, color=look.colour, mec="white", mew=0.8, ms=8, zorder=4)
    ax.axhline(0, color=style.GREY, lw=1, zorder=1)
    ax.axvline(0, color=style.GREY, lw=1, zorder=1)
    ax.margins(0.09)
    against = style.spoken(base or "the reference")
    ax.set_title(style.wrapped(f"Cost and QALYs against {against}", 60), pad=14)
    ax.set_xlabel("QALYs gained a patient")
    ax.set_ylabel(f"Additional cost a patient ({currency})")
    ax.yaxis.set_major_formatter(THOUSANDS)
    style.finish(ax)
    _thresholds(ax, wtp, currency)
    clouds = "dots are draws, ellipses hold 95 %; " if len(compared) <= _MOST_CLOUDS else ""
    below = " Below a dashed line a scenario is better than the reference." if wtp else ""
    words = f"{clouds}large marks are expected values.{below}"
    style.footnote(ax, words[:1].upper() + words[1:])
    if means:
        points = np.array(means)
        label_points(ax, points, texts, np.hstack([points, points]))
    return ax


def _reference_of(table: pd.DataFrame) -> str | None:
    """Name whose differences are all 0 by the table: the first such scenario."""
    whole = table.dropna(subset=["difference_cost", "difference_qalys"])
    still = whole.groupby("scenario", sort=False)[["difference_cost", "difference_qalys"]].apply(
        lambda rows: bool((rows == 0).to_numpy().all())
    )
    found = [str(name) for name, is_still in still.items() if is_still]
    return found[0] if found else None


def _ellipse(cloud: Floats) -> Floats:
    """Give the outline of the ellipse of a normal law with the cloud's mean and spread."""
    if len(cloud) < 3:
        return np.tile(cloud.mean(axis=0), (2, 1)).T
    values, vectors = np.linalg.eigh(np.cov(cloud.T))
    axes = vectors * np.sqrt(np.maximum(values, 0))
    outline: Floats = cloud.mean(axis=0)[:, None] + _SPREAD * axes @ np.array(
        [np.cos(_ROUND), np.sin(_ROUND)]
    )
    return outline


def _thresholds(ax: Axes, wtp: Sequence[float], currency: str) -> None:
    """Draw a line through 0 for each threshold, as far as the axes go, named at its upper end."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    before = low - high  # where the last label at the right edge stands
    for one in sorted(wtp):
        ends = [x for x in (left, right, *((low / one, high / one) if one else ()))
                if left <= x <= right and low - 1e-9 <= one * x <= high + 1e-9]  # fmt: skip
        if len(ends) > 1 and right > left:
            x = np.array([min(ends), max(ends)])
            ax.plot(x, one * x, zorder=1, **style.CUT_OFF)
            at_top = one * x[1] > low + 0.93 * (high - low)
            gap = 0.035 * (high - low)
            lift = 0.0 if at_top else max(0.0, before + gap - one * float(x[1]))
            before = before if at_top else one * float(x[1]) + lift
            ax.annotate(
                f"{one:,.0f}", (float(x[1]), float(one * x[1]) + lift),
                xytext=(0, 2) if at_top else (3, 0), textcoords="offset points", fontsize=7.5,
                color=style.GREY, ha="center" if at_top else "left",
                va="bottom" if at_top else "center", annotation_clip=False,
            )  # fmt: skip
    ax.set(xlim=(left, right), ylim=(low, high))


@style.styled
def acceptability_curves(
    table: pd.DataFrame, ax: Axes | None = None, *, wtp: Sequence[float] = (), currency: str = "US$"
) -> Axes:
    """Draw the probability of being best by willingness to pay, and whom one would choose.

    `table` is acceptability.csv. The thick line is the frontier: the probability of the scenario
    with the highest expected net benefit, which need not be the likeliest to be best. Of many
    scenarios those that are ever likely are drawn.
    """
    ax = ax or style.new_figure(7.4, 4.4).subplots()
    names = list(dict.fromkeys(table["scenario"]))
    looks = style.looks(names)
    wide = table.pivot(index="wtp", columns="scenario", values="probability_best")[names]
    peaks = wide.max().sort_values(ascending=False, kind="stable")
    best = table[table["best"].astype(bool)].drop_duplicates("wtp")
    likely = set(names)
    if len(names) > _MOST_CURVES:  # whom one would choose somewhere, then the likeliest
        chosen = list(dict.fromkeys([*best["scenario"], *peaks.index[peaks >= _LEAST_SHOWN]]))
        likely = set(chosen[: max(_MOST_CURVES, best["scenario"].nunique())])
    for name in names:
        own = best[best["scenario"] == name]
        if len(own):
            known = wide[name].where(wide.index.isin(own["wtp"]))
            ax.plot(known.index, known, color=looks[name].colour, lw=6, alpha=0.35,
                    solid_capstyle="round", zorder=2)  # fmt: skip
            if len(own) == 1:
                ax.plot(own["wtp"], own["probability_best"], "o", color=looks[name].colour, ms=7,
                        alpha=0.35, mew=0)  # fmt: skip
        if name in likely:
            ax.plot(wide.index, wide[name], color=looks[name].colour, ls=looks[name].line, lw=1.6,
                    label=style.wrapped(style.spoken(name), 30), zorder=3)  # fmt: skip
    for place, one in enumerate(sorted(wtp)):
        ax.axvline(one, zorder=1, **style.CUT_OFF)
        ax.annotate(f"{one:,.0f}", (one, 1), xycoords=("data", "axes fraction"),
                    xytext=(0, 2 + 9 * (place % 2)),
                    textcoords="offset points", fontsize=7.5, color=style.GREY, ha="center",
                    va="bottom")  # fmt: skip
    ax.set(ylim=(-0.02, 1.02), xlim=(float(wide.index.min()), float(wide.index.max())))
    style.in_per_cent(ax.yaxis)
    ax.xaxis.set_major_formatter(THOUSANDS)
    ax.set_title("Which is best, and how surely", pad=24)
    ax.set_xlabel(f"Willingness to pay ({currency} a QALY)")
    ax.set_ylabel("Probability of being best")
    style.finish(ax)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8)
    left_out = len(names) - len(likely)
    more = f" {left_out} scenarios that are less often best are left out." if left_out else ""
    style.footnote(
        ax,
        "Share of draws in which a scenario has the highest net benefit. Thick: the one with the "
        f"highest expected net benefit.{more}",
    )
    return ax


@style.styled
def efficient_line(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw expected costs against QALYs, and the line of those that no other or mix dominates.

    `table` is economics.csv. Beside a name stands its ratio: what a QALY more costs than with the
    next cheaper one on the line. Hollow are the dominated.
    """
    ax = ax or style.new_figure(7.4, 5.0).subplots()
    looks, texts = style.looks(table["scenario"]), []
    currency = str(table["currency"].iloc[0])
    for row in table.to_dict("records"):
        look, on = looks[row["scenario"]], row["status"] in (EFFICIENT, "")
        ax.plot(row["qalys"], row["cost"], look.marker, color=look.colour,
                mfc=look.colour if on else "white", mew=1.5, ms=7.5, zorder=3)  # fmt: skip
        ratio = "" if np.isnan(row["icer"]) else f" ({row['icer']:,.0f})"
        texts.append(style.spoken(row["scenario"]) + ratio)
    line = table[table["status"] == EFFICIENT].sort_values("cost", kind="stable")
    ax.plot(line["qalys"], line["cost"], color=style.GREY, lw=1.4, zorder=1)
    ax.margins(0.16)
    ax.set_title("Expected cost and QALYs")
    ax.set_xlabel("QALYs a patient")
    ax.set_ylabel(f"Cost a patient ({currency})")
    ax.yaxis.set_major_formatter(THOUSANDS)
    style.finish(ax)
    style.footnote(
        ax,
        "Filled and joined: the efficient line. Hollow: dominated by another, or by a mix of two. "
        f"In brackets: {currency} for a QALY more than the one before on the line.",
    )
    points = table[["qalys", "cost"]].to_numpy(dtype=np.float64)
    label_points(ax, points, texts, np.hstack([points, points]))
    return ax


def economics_drawn(answer: CostEffectiveness) -> dict[str, Callable[[], Any]]:
    """Give what draws each figure that an answer has something for, by the name of its file."""
    words: Any = {"wtp": answer.thresholds, "currency": answer.terms.currency}
    found: dict[str, Callable[[], Any]] = {"cost_items": partial(costs_by_item, answer.cost_items)}
    if len(answer.of.names) > 1:
        found |= {
            "frontier": partial(efficient_line, answer.economics),
            "plane": partial(plane, answer.plane, **words),
            "acceptability": partial(acceptability_curves, answer.acceptability, **words),
        }
        if len(answer.evppi) and (answer.evppi["evppi"] > 0).any():
            found["evppi"] = partial(worth_of_knowing, answer.evppi, currency=answer.terms.currency)
    if len(answer.found.budget):
        found["budget"] = partial(
            budget_by_year, answer.budget_impact, perspective=answer.terms.perspective
        )
    return found


def draw_economics(answer: CostEffectiveness, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw the figures of costs against QALYs into a folder."""
    return save_all(economics_drawn(answer), folder, each)
