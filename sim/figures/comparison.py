"""Policies against one another: paired differences, and what an infusion buys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.arrays import Floats
from sim.experiment.results import Results
from sim.figures import style
from sim.figures.estimates import estimates, finite, whiskers
from sim.figures.labels import label_points
from sim.outcomes.catalogue import CATALOGUE, headline_among
from sim.outcomes.measures import DAYS_WELL
from sim.study.beside import STANDS_ON, UNTREATED, untreated_beside
from sim.study.paired import compare

Numbers = Floats
SIGNIFICANT = 0.05
UNDERLAY = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
PRICE = "infusions_per_patient"
TRADEOFF_NOTE = (
    "Grey line: joins scenarios that no other beats with both fewer infusions and more days. "
    "All treat the same patients, so differences are usually surer than these bars: see the forest."
)


@style.styled
def forest(
    results: Results,
    figure: FigureBase | None = None,
    *,
    measures: Sequence[str] | None = None,
    reference: str | None = None,
) -> style.Panels:
    """Draw paired differences against the reference with 95 % intervals, one panel per measure.

    Measures are the headline ones found in the results unless named. A filled marker is
    significant after Holm's adjustment; the tinted side is the better one.
    """
    measures = list(measures) if measures is not None else headline(results)
    table = compare(results, reference, measures)
    reference = reference or results.reference or ""
    columns = min(4, max(1, len(measures)))
    rows = max(1, -(-len(measures) // columns))
    others = [name for name in results.names if name != reference]
    size = (max(6.0, 1.6 + 2.2 * columns), 1.3 + rows * (0.85 + 0.19 * len(others)))
    figure = figure or style.new_figure(*size)
    axes = style.panels(figure, rows, columns, sharey=True)
    for ax, measure in zip(axes.flat, measures, strict=False):
        _differences(ax, table[table["measure"] == measure], measure, others, results)
    for ax in axes.flat[len(measures) :]:
        ax.set_axis_off()
    style.heading(figure, f'Difference from "{style.spoken(reference)}" on the same patients')
    note = _forest_note(results.replications, bool((table["method"] == "sign").any()))
    style.footnote(figure, note)
    return axes


@style.styled
def differences(
    results: Results, measure: str, ax: Axes | None = None, *, reference: str | None = None
) -> Axes:
    """Draw one measure's paired differences against the reference: one panel of `forest`."""
    ax = ax or style.new_figure(6, 3.5).subplots()
    table = compare(results, reference, [measure])
    reference = reference or results.reference
    others = [name for name in results.names if name != reference]
    _differences(ax, table[table["measure"] == measure], measure, others, results)
    return ax


def headline(results: Results) -> list[str]:
    """List the catalogue's headline measures that these results have, in the catalogue's order.

    Without the course of the untreated, which is the same whatever is done, and without a
    percentile whose mean is there, so that twelve panels are enough.
    """
    found = set(results.metrics["measure"]) - {UNTREATED, "wait_in_clinic_minutes_p95"}
    return headline_among(found)


def _forest_note(replications: int, ranked: bool) -> str:
    words = (
        " Words: pairs in which the scenario is higher, where some were not reached."
        if ranked
        else ""
    )
    if replications < 2:
        return f"{style.sample_note(replications)} Tinted: the better side.{words}"
    return (
        f"{replications} paired replications; bars: 95 % intervals; "
        f"filled: p < 0.05 after Holm's adjustment over scenarios; tinted: the better side.{words}"
    )


def _differences(
    ax: Axes, table: pd.DataFrame, measure: str, others: Sequence[str], results: Results
) -> None:
    looks = style.looks(results.names)
    named = table.set_index("scenario").reindex(list(others))
    drawn = finite(named[["difference", "lower", "upper", "p_adjusted"]])
    for place, (name, row) in enumerate(drawn.iterrows()):
        _difference(ax, place, row, looks[str(name)].colour, _ranked(named.iloc[place]))
    ax.axvline(0, color=style.GREY, lw=1)
    ax.set_ylim(len(others) - 0.4, -0.6)  # the first scenario on top
    ax.set_yticks(range(len(others)), [style.wrapped(style.spoken(name), 30) for name in others])
    ax.grid(visible=False, axis="y")
    _limits(ax, drawn)
    _tint(ax, measure)
    ax.set_title(style.wrapped(style.title(measure), 25))
    ax.set_xlabel(style.difference_unit(measure))
    style.in_per_cent(ax.xaxis, measure, symbol="")
    style.finish(ax)


def _ranked(row: pd.Series[Any]) -> str:
    """Say what stands in place of a mean difference that does not exist."""
    if row["method"] != "sign":
        return "undefined"
    return f"higher in {row['higher']} of {row['replications'] + row['not_reached']}"


def _difference(ax: Axes, place: int, row: pd.Series[float], colour: str, instead: str) -> None:
    if np.isnan(row["difference"]):
        form: Any = {"ha": "right", "va": "center", "fontsize": 8, "bbox": UNDERLAY}
        ax.text(0.97, place, instead, transform=ax.get_yaxis_transform(), **form)
        return
    if not np.isnan(row["lower"]):
        ax.plot([row["lower"], row["upper"]], [place, place], color=colour, lw=2)
    filled = row["p_adjusted"] < SIGNIFICANT
    face = colour if filled else "white"
    ax.plot(row["difference"], place, "o", color=colour, mfc=face, mew=1.5, ms=5)


def _limits(ax: Axes, drawn: pd.DataFrame) -> None:
    """Show zero and every interval with a margin; a panel of zeros or of nothing gets -1 to 1."""
    values = drawn[["difference", "lower", "upper"]].to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    margin = 0.08 * (high - low) or 1.0
    ax.set_xlim(low - margin, high + margin)
    ax.locator_params(axis="x", nbins=4)


def _tint(ax: Axes, measure: str) -> None:
    """Tint the side of zero on which a scenario does better than the reference."""
    low, high = ax.get_xlim()
    better = {"higher": (0.0, high), "lower": (low, 0.0)}
    direction = CATALOGUE[measure].direction if measure in CATALOGUE else "none"
    if direction in better:
        ax.axvspan(*better[direction], color=style.BETTER, alpha=0.09, lw=0, zorder=0)


@style.styled
def tradeoff(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw what infusions buy: days below 10, and days in response, against infusions per patient.

    Both definitions stand side by side because the ranking of policies changes with the choice.
    """
    figure = figure or style.new_figure(9.5, 4.6)
    axes: style.Panels = style.panels(figure, 1, len(DAYS_WELL))[0]
    style.heading(figure, "What infusions buy: days well per referred patient-year")
    untreated = untreated_beside(results.summary(STANDS_ON))
    note = f"{style.sample_note(results.replications)} {TRADEOFF_NOTE} {untreated}"
    style.footnote(figure, note.rstrip())
    drawn = [
        _against_infusions(results, gain, ax) for ax, gain in zip(axes, DAYS_WELL, strict=True)
    ]
    for ax, points in zip(axes, drawn, strict=True):  # once the layout of all panels is known
        _write_names(ax, *points)
    return axes


@style.styled
def against_infusions(results: Results, measure: str, ax: Axes | None = None) -> Axes:
    """Draw one measure against infusions per patient, a labelled point with bars per scenario."""
    ax = ax or style.new_figure(6, 4.5).subplots()
    _write_names(ax, *_against_infusions(results, measure, ax))
    return ax


def _against_infusions(
    results: Results, measure: str, ax: Axes
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the points and bars; give the estimates (x, y) of the scenarios that have both."""
    x, y = (estimates(results, name) for name in (PRICE, measure))
    defined = x["mean"].notna() & y["mean"].notna()
    x, y = x[defined], y[defined]
    ax.set_title(style.title(measure))
    ax.set(xlabel=style.label(PRICE), ylabel=style.unit_label(measure))
    style.in_per_cent(ax.yaxis, measure)
    style.finish(ax)
    if x.empty:
        style.empty(ax)
        return x, y
    _frontier(ax, x["mean"].to_numpy(dtype=float), y["mean"].to_numpy(dtype=float), measure)
    looks = style.looks(results.names)
    for name in x.index:
        _point(ax, x.loc[[name]], y.loc[[name]], looks[name], style.spoken(name))
    ax.margins(0.14)
    ax.autoscale_view()
    return x, y


def _write_names(ax: Axes, x: pd.DataFrame, y: pd.DataFrame) -> None:
    if not x.empty:
        points = np.column_stack([x["mean"], y["mean"]])
        label_points(ax, points, [style.spoken(name) for name in x.index], _bars(x, y))


def _point(ax: Axes, x: pd.DataFrame, y: pd.DataFrame, look: style.Look, label: str) -> None:
    form: Any = {
        "color": look.colour,
        "marker": look.marker,
        "ms": 7,
        "capsize": 2,
        "elinewidth": 1.2,
    }
    ax.errorbar(x["mean"], y["mean"], whiskers(y), whiskers(x), ls="none", label=label, **form)


def _frontier(ax: Axes, cost: Numbers, gain: Numbers, measure: str) -> None:
    """Join the points that no other beats on both counts, in order of infusions.

    A measure without a better side has no such points.
    """
    direction = CATALOGUE[measure].direction if measure in CATALOGUE else "none"
    if direction == "none":
        return
    worse = -1 if direction == "lower" else 1
    order = np.lexsort((-worse * gain, cost))
    best = [i for n, i in enumerate(order) if all(worse * gain[i] > worse * gain[order[:n]])]
    ax.plot(cost[best], gain[best], color="#BFBFBF", lw=1.2, zorder=1)


def _bars(x: pd.DataFrame, y: pd.DataFrame) -> Numbers:
    """Give each point's two bars as rectangles: left, bottom, right, top (no interval: a point)."""
    (xm, xl, xu), (ym, yl, yu) = (
        (t["mean"], t["lower"].fillna(t["mean"]), t["upper"].fillna(t["mean"])) for t in (x, y)
    )
    level, upright = np.column_stack([xl, ym, xu, ym]), np.column_stack([xm, yl, xm, yu])
    return np.vstack([level, upright])


def compares(results: Results) -> bool:
    """Tell whether several scenarios stand against a reference on some headline measure."""
    return results.reference is not None and len(results.names) > 1 and bool(headline(results))


def trades(results: Results) -> bool:
    """Tell whether several scenarios have both a price in infusions and a gain in days."""
    found = set(results.metrics["measure"])
    gains = {"days_below_10", "days_in_response"}
    return len(results.names) > 1 and "infusions_per_patient" in found and bool(gains & found)


COMPARISON_FIGURES: style.OfResults = {"tradeoff": (tradeoff, trades), "forest": (forest, compares)}
