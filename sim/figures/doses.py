"""How many infusions, and how often: for a population, its groups, and one figure a factor."""

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
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator, PercentFormatter

from sim.doses.dose_count import BOOSTER, EVERYBODY, DoseCount
from sim.figures import style
from sim.figures.gallery import Each, save_all

READINGS = {"rated": "rated, with noise", "latent": "true, without noise"}
AIMS = {
    "response": "Response, of all infused",
    "remission": "Remission (GAD-7 below 5), of all infused",
}
TICKS = (3, 7, 14, 28, 56, 91, 182)  # days
STOPPED = "A series stops when it succeeds, or at the maximum of {n}."


@style.styled
def needed(
    answers: DoseCount, figure: FigureBase | None = None, *, group: str = EVERYBODY
) -> style.Panels:
    """Draw the share of a group that has reached response, and remission, by each infusion."""
    figure = figure or style.new_figure(9, 4.2)
    axes: style.Panels = style.panels(figure, 1, 2, sharey=True)[0]
    table = answers.counts[answers.counts["group"] == group]
    for ax, (aim, words) in zip(axes, AIMS.items(), strict=True):
        for reading, look in style.looks(READINGS).items():
            rows = _part(table, f"{aim}_{reading}", "reached_by")
            never = float(_part(table, f"{aim}_{reading}", "never")["mean"].iloc[0])
            label = f"{READINGS[reading]} (never: {100 * never:.0f} %)"
            _curve(ax, rows, look, label)
        _dressed_shares(ax, answers.maximum)
        ax.set_title(words)
        ax.legend(loc="lower right")
    axes[0].set_ylabel("reached so far (% of people)")
    style.heading(figure, f"Infusions needed: {group}")
    style.footnote(figure, _sample(answers))
    return axes


@style.styled
def boosters(answers: DoseCount, ax: Axes | None = None, *, group: str = EVERYBODY) -> Axes:
    """Draw the share of a group whose response a booster every so many days holds."""
    ax = ax or style.new_figure(6.8, 4.2).subplots()
    table = answers.counts[answers.counts["group"] == group]
    (look,) = style.looks([group]).values()
    _curve(ax, _part(table, BOOSTER, "kept_well_by"), look, "")
    _dressed_days(ax)
    ax.set_ylabel("kept well (% of people)")
    ax.set_title(f"Longest booster interval that keeps people well: {group}")
    none, longest = (
        100 * float(_part(table, BOOSTER, name)["mean"].iloc[0])
        for name in ("none_keeps", "longest_keeps")
    )
    text = (
        f"not even every 3 days: {none:.0f} % of people\n"
        f"every 182 days is enough: {longest:.1f} %\n"
        "well: relief of 0.50 or more before each booster"
    )
    ax.text(0.98, 0.96, text, transform=ax.transAxes, ha="right", va="top", color=style.GREY)
    return ax


@style.styled
def by_group(answers: DoseCount, figure: FigureBase | None = None) -> style.Panels:
    """Draw infusions to response and to remission, and the booster interval, of every group."""
    names = list(dict.fromkeys(answers.counts["group"]))
    figure = figure or style.new_figure(10, 1.6 + 0.3 * len(names))
    axes: style.Panels = style.panels(figure, 1, 3, sharey=True)[0]
    for ax, aim in zip(axes, AIMS, strict=False):
        for reading, look in style.looks(READINGS).items():
            rows = _part(answers.counts, f"{aim}_{reading}", "infusions").set_index("group")
            _dots(ax, rows.loc[names], ("mean", "lower", "upper"), [look] * len(names), reading)
        ax.set_title(f"Infusions to {aim}")
        ax.set_xlabel("infusions (mean)")
    _legend_of_readings(figure)
    rows = _part(answers.counts, BOOSTER, "median").set_index("group")
    looks = [style.looks(READINGS)["latent"]] * len(names)
    _dots(axes[2], rows.loc[names], ("mean", "lower", "upper"), looks, "latent")
    axes[2].set_title("Longest booster interval")
    axes[2].set_xlabel("days (middle person; 0: none keeps well)")
    axes[0].set_yticks(range(len(names)), names)
    axes[0].set_ylim(len(names) - 0.5, -0.5)
    style.heading(
        figure, "Groups of the population as they are (they differ in more than the name)"
    )
    style.footnote(figure, f"{STOPPED.format(n=answers.maximum)} {_sample(answers)}")
    return axes


@style.styled
def factor(answers: DoseCount, name: str, figure: FigureBase | None = None) -> style.Panels:
    """Draw what one factor shifts, on the same people: answers above, differences below."""
    about = answers.factors[name]
    levels = list(about.levels)
    figure = figure or style.new_figure(11, 5.4 + 0.28 * len(levels))
    heights = [3.0, 0.9 + 0.3 * len(levels)]
    axes = style.panels(figure, 2, 3, height_ratios=heights)
    table = answers.shifts[answers.shifts["factor"] == name]
    looks = style.looks(levels)
    for ax, (aim, words) in zip(axes[0], AIMS.items(), strict=False):
        for level in levels:
            rows = _part(table[table["level"] == level], f"{aim}_rated", "reached_by")
            _curve(ax, rows, looks[level], level)
        _dressed_shares(ax, answers.maximum)
        ax.set_title(style.wrapped(f"{words}, rated", 36))
    for level in levels:
        rows = _part(table[table["level"] == level], BOOSTER, "kept_well_by")
        _curve(axes[0, 2], rows, looks[level], level)
    _dressed_days(axes[0, 2])
    axes[0, 2].set_title("Booster interval that keeps well")
    axes[0, 0].set_ylabel("% of people")
    axes[0, 2].legend(loc="upper right", fontsize=7.5, handlelength=2.4, borderaxespad=0.2)
    _differences(axes[1], table, about.reference, levels, looks)
    style.heading(figure, f"{about.title}: the same people with only that changed")
    _legend_of_readings(figure)
    note = f"{about.note} {STOPPED.format(n=answers.maximum)} {_sample(answers)}"
    style.footnote(figure, note)
    return axes


def _differences(
    axes: style.Panels,
    table: pd.DataFrame,
    reference: str,
    levels: list[str],
    looks: dict[str, style.Look],
) -> None:
    """Draw each level's paired differences from the reference level, one panel a question."""
    numbers = ("difference", "difference_lower", "difference_upper")
    others = [level for level in levels if level != reference]
    own = [looks[level] for level in others]
    for ax, aim in zip(axes, AIMS, strict=False):
        for reading in READINGS:
            rows = _part(table, f"{aim}_{reading}", "infusions").set_index("level")
            _dots(ax, rows.loc[others], numbers, own, reading)
        ax.set_title(f"Infusions to {aim}")
        ax.set_xlabel("difference (infusions)")
    rows = _part(table, BOOSTER, "median").set_index("level")
    _dots(axes[2], rows.loc[others], numbers, own, "latent")
    axes[2].set_title("Longest booster interval")
    axes[2].set_xlabel("difference of the medians (days)")
    for ax in axes:
        ax.axvline(0, color=style.GREY, lw=1)
        ax.set_ylim(len(others) - 0.4, -0.6)
        ax.set_yticks(range(len(others)), [""] * len(others))
        _wide_enough(ax)
    axes[0].set_yticks(range(len(others)), [_broken(level) for level in others])
    axes[0].set_ylabel(f"against\n{_broken(reference)}")


def _broken(level: str) -> str:
    """Break a level's name before what stands in brackets or after a colon."""
    return level.replace(" (", "\n(").replace(": ", ":\n")


def _curve(ax: Axes, rows: pd.DataFrame, look: style.Look, label: str) -> None:
    """Draw means over `at` with their 95 % band."""
    x, mean = rows["at"].to_numpy(dtype=float), rows["mean"].to_numpy(dtype=float)
    lower, upper = (rows[name].to_numpy(dtype=float) for name in ("lower", "upper"))
    form: Any = {"color": look.colour, "ls": look.line, "marker": look.marker, "ms": 4}
    ax.plot(x, mean, label=style.wrapped(label, 34) or None, **form)
    if not np.isnan(lower).any():
        ax.fill_between(x, lower, upper, color=look.colour, alpha=0.2, lw=0)


def _dots(
    ax: Axes,
    rows: pd.DataFrame,
    numbers: tuple[str, str, str],
    looks: list[style.Look],
    reading: str,
) -> None:
    """Draw a point with its interval in each row: filled when rated, open when true."""
    shift = -0.14 if reading == "rated" else 0.14
    for place, (look, (_, row)) in enumerate(zip(looks, rows.iterrows(), strict=True)):
        middle, low, high = (float(row[name]) for name in numbers)
        if np.isnan(middle):
            continue
        if not np.isnan(low):
            ax.plot([low, high], [place + shift] * 2, color=look.colour, lw=1.8)
        face = look.colour if reading == "rated" else "white"
        form: Any = {"color": look.colour, "mfc": face, "mew": 1.4}
        ax.plot(middle, place + shift, look.marker, **form)
    ax.grid(visible=False, axis="y")
    style.finish(ax)


def _legend_of_readings(figure: FigureBase) -> None:
    """Explain filled and open points, above the panels and beside the heading."""
    form: Any = {"color": style.GREY, "marker": "o", "ls": "none", "mew": 1.4}
    points = [
        Line2D([], [], mfc=style.GREY if reading == "rated" else "white", label=words, **form)
        for reading, words in READINGS.items()
    ]
    figure.legend(handles=points, loc="outside upper right", ncols=2, fontsize=8.5)


def _wide_enough(ax: Axes) -> None:
    """Show zero and all intervals; where nothing moves, half a unit on either side."""
    low, high = ax.get_xlim()
    if high - low < 0.2:
        ax.set_xlim(-0.5, 0.5)
    ax.locator_params(axis="x", nbins=5)


def _dressed_shares(ax: Axes, most: int) -> None:
    ax.set_xlabel("infusions")
    ax.set_xticks(range(1, most + 1) if most <= 15 else range(0, most + 1, 5))
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    style.finish(ax)


def _dressed_days(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.set_xticks(TICKS, [str(days) for days in TICKS])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("one booster every so many days")
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    style.finish(ax)


def _part(table: pd.DataFrame, question: str, statistic: str) -> pd.DataFrame:
    return table[(table["question"] == question) & (table["statistic"] == statistic)]


def _sample(answers: DoseCount) -> str:
    people = f"{answers.people:,} people each"
    return f"{style.sample_note(answers.replications, 'bars and bands')} Cohorts of {people}."


def draw_dose_count(answers: DoseCount, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw every figure as a PNG file in a folder, which is made when it does not exist."""
    figures: dict[str, Callable[[], Any]] = {
        "infusions_needed": partial(needed, answers),
        "booster_interval": partial(boosters, answers),
        "groups": partial(by_group, answers),
    }
    figures |= {f"factor_{name}": partial(factor, answers, name) for name in answers.factors}
    return save_all(figures, folder, each)
