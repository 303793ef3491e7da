"""How long response lasts: the share free of relapse by time since response, policy by policy."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.transforms import ScaledTranslation, Transform, blended_transform_factory

from sim.experiment.results import Results
from sim.figures import style
from sim.figures.estimates import band, bands, bands_told, has_bands

FEWEST = 10
"""People at risk in a replication, on average: below that a curve ends."""
_LABEL = 28  # letters of a name in a line
_LINE = 0.15  # inches
_DAYS = 7
_STEPS = (1, 2, 4, 8, 13, 26, 52, 104, 260, 520)  # weeks from one number at risk to the next
_TICKS = 9


@style.styled
def relapse_free(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw the share free of relapse by weeks since response, with the numbers at risk below.

    One line and 95 % band a scenario: the mean over replications of each one's Kaplan-Meier curve,
    in which the horizon censors. A line ends where fewer than `FEWEST` people per replication are
    at risk on average, or in some replication nobody is.
    """
    table = at_risk_enough(results)
    looks = style.looks(results.names)
    labels = {name: style.wrapped(style.spoken(name), _LABEL) for name in looks}
    lines = sum(label.count("\n") + 1 for label in labels.values())
    below = 0.25 + _LINE * lines
    figure = figure or style.new_figure(8.0, 3.9 + below)
    axes: style.Panels = style.panels(
        figure, 2, 1, sharex=True, gridspec_kw={"height_ratios": [3.0, below]}
    )[:, 0]
    upper, lower = axes
    drawn = bands(table, "day", "free", (0.0, 1.0))
    last = float(drawn["day"].max()) / _DAYS if len(drawn) else 1.0
    for number, (name, look) in enumerate(looks.items()):
        _curve(upper, drawn[drawn["scenario"] == name], look, number, last)
        if has_bands(results):
            rows = drawn[drawn["scenario"] == name]
            band(upper, rows["day"].to_numpy(dtype=float) / _DAYS, rows, look.colour)
    if drawn.empty:
        style.empty(upper, f"fewer than {FEWEST} people per replication in response")
    upper.set(ylim=(0, 1.02), ylabel="Free of relapse (%)", xlim=(0, max(1.0, 1.02 * last)))
    style.in_per_cent(upper.yaxis, symbol="")
    upper.set_xlabel("Weeks since response")
    weeks = _weeks(last)
    upper.set_xticks(weeks)
    upper.tick_params(labelbottom=not drawn.empty)
    style.finish(upper)
    _at_risk(lower, table, looks, labels, weeks)
    style.heading(figure, "Time from response to relapse")
    style.footnote(figure, _note(results, table))
    return axes


def at_risk_enough(results: Results) -> pd.DataFrame:
    """Keep the weeks since response in which enough are at risk, up to the first without."""
    table = results.relapses
    counted = table.groupby(["scenario", "day"])["at_risk"]
    mean = counted.transform("sum") / results.replications
    enough = (mean >= FEWEST) & (counted.transform("size") == results.replications)
    return table[enough]


def _curve(ax: Axes, rows: pd.DataFrame, look: style.Look, number: int, last: float) -> None:
    every = max(1, round(last / 6))
    marks: Any = {"marker": look.marker, "markevery": (number % every, every), "ms": 4.5}
    weeks, mean = (rows[name].to_numpy(dtype=float) for name in ("day", "mean"))
    ax.plot(weeks / _DAYS, mean, color=look.colour, ls=look.line, **marks)


def _weeks(last: float) -> list[int]:
    """Give the weeks at which people at risk are counted: few enough to stand side by side."""
    step = next((step for step in _STEPS if last / step <= _TICKS), _STEPS[-1])
    return list(range(0, int(last) + 1, step))


def _at_risk(
    ax: Axes,
    table: pd.DataFrame,
    looks: dict[str, style.Look],
    labels: dict[str, str],
    weeks: list[int],
) -> None:
    """Write the mean number at risk of each scenario, a row each, with its line as the legend."""
    mean = table.groupby(["scenario", "day"])["at_risk"].mean()
    top = 0.0
    for name, look in looks.items():
        height = labels[name].count("\n") + 1
        place = top + height / 2
        top += height
        aside: Any = {"transform": _beside(ax), "clip_on": False}
        line: Any = {**aside, "color": look.colour}
        ax.plot([-0.66, -0.22], [place] * 2, ls=look.line, lw=1.5, **line)
        ax.plot([-0.44], [place], marker=look.marker, ms=4, **line)
        ax.text(-0.74, place, labels[name], ha="right", va="center", fontsize=8.5, **aside)
        for week in weeks:
            if (name, week * _DAYS) in mean.index:
                told = f"{mean[name, week * _DAYS]:.0f}"
                ax.text(week, place, told, ha="center", va="center", fontsize=8)
    ax.set_ylim(top, 0)
    ax.set_axis_off()
    ax.set_title("People at risk, per replication", fontsize=8.5, fontweight="normal")


def _beside(ax: Axes) -> Transform:
    """Give coordinates of inches from the left end of the axes, and of data upwards."""
    whole: Any = ax.get_figure(root=True)
    left: Any = ax.transAxes
    inches = whole.dpi_scale_trans + ScaledTranslation(0, 0, left)
    return blended_transform_factory(inches, ax.transData)


def _note(results: Results, table: pd.DataFrame) -> str:
    said = (
        f"{bands_told(results)} Kaplan-Meier: true relief of 0.50 at "
        "noon, until it first is below 0.30, of those referred in the run, whether treated or "
        "not; who is seen no longer is censored. A line ends where fewer than "
        f"{FEWEST} are at risk per replication, or nobody is in one of them."
    )
    missing = len(results.names) - table["scenario"].nunique()
    return f"{said} Without a line: {missing} with too few in response." if missing else said


def has_relapses(results: Results) -> bool:
    """Tell whether enough people come into response for a curve of any scenario."""
    return not results.relapses.empty and not at_risk_enough(results).empty


RELAPSE_FIGURES: style.OfResults = {"relapse_free": (relapse_free, has_relapses)}
