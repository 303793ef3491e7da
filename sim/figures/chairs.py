"""What capacity does: use, waits and outcomes by number of chairs, and the clinic week by week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.experiment.results import Results
from sim.figures import style
from sim.figures.estimates import estimates, medians_told, whiskers
from sim.study.beside import STANDS_ON, untreated_beside

LOOP = (  # a full clinic delays infusions, symptoms come back meanwhile, and fill it further
    "chair_utilisation",
    "clinic_wait_first_infusion_days",
    "booster_delay_days",
    "relapses_per_responder_year",
    "days_below_10",
    "days_in_response",
)
USE = (  # a measure, and the upper percentile drawn with it
    ("chair_utilisation", None),
    ("clinic_wait_first_infusion_days", "clinic_wait_first_infusion_days_p90"),
    ("booster_delay_days", "booster_delay_days_p95"),
)


@style.styled
def closed_loop(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw by chairs, in six panels, how a full clinic and symptoms drive each other."""
    figure = figure or style.new_figure(9.5, 5.6)
    axes = style.panels(figure, 2, 3)
    for ax, measure in zip(axes.flat, LOOP, strict=True):
        by_chairs(results, measure, ax)
        ax.set_ylabel(style.unit_label(measure))
    _only_below(axes)
    _legend(figure, axes[0, 0])
    style.heading(figure, "The closed loop: waits, relapses and days well by number of chairs")
    note = f"{_note(results, LOOP)} {untreated_beside(results.summary(STANDS_ON))}"
    style.footnote(figure, note.rstrip())
    return axes


@style.styled
def utilisation_and_waits(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw chair utilisation, wait for the first infusion and booster delay by number of chairs.

    The waits have a second line, dashed with open markers: the percentile that the title names.
    """
    figure = figure or style.new_figure(9.5, 3.6)
    axes: style.Panels = style.panels(figure, 1, len(USE))[0]
    for ax, (measure, upper) in zip(axes, USE, strict=True):
        by_chairs(results, measure, ax)
        if upper is not None and estimates(results, upper)["mean"].notna().any():
            by_chairs(results, upper, ax, second=True)
            tail = style.title(upper).rpartition(" ")[2]
            ax.set_title(f"{style.title(measure)}\nmean, and {tail} (dashed)")
        else:
            ax.set_title(style.title(measure))
        ax.set_ylabel(style.unit_label(measure))
    _legend(figure, axes[0])
    style.heading(figure, "Use of the chairs, and waits, by number of chairs")
    shown = [name for pair in USE for name in pair if name is not None]
    style.footnote(figure, _note(results, shown))
    return axes


@style.styled
def by_chairs(
    results: Results, measure: str, ax: Axes | None = None, *, second: bool = False
) -> Axes:
    """Draw one measure by `clinic.chairs`, one line for each set of scenarios alike but for chairs.

    `second` adds the measure to axes that have one already: dashed, with open markers.
    """
    ax = ax or style.new_figure(6, 4).subplots()
    found = estimates(results, measure)
    places = chair_places(results)
    groups = alike_but_for_chairs(results)
    for look, (label, names) in zip(style.looks(groups).values(), groups.items(), strict=True):
        x = [places[_chairs(results, name)] for name in names]
        _line(ax, found.loc[names], x, look, label, second)
    ax.set_xticks(list(places.values()), ["∞" if n == "unlimited" else str(n) for n in places])
    ax.set_xlim(min(places.values(), default=0) - 0.4, max(places.values(), default=1) + 0.4)
    limited = all(isinstance(chairs, int) for chairs in places)
    ax.set(xlabel="Chairs" if limited else "Chairs (∞: unlimited)", ylabel=style.label(measure))
    ax.set_title(style.wrapped(style.title(measure), 32))
    style.in_per_cent(ax.yaxis, measure)
    style.finish(ax)
    if not found["mean"].notna().any():
        style.empty(ax)
    elif not (found < 0).any(axis=None):
        ax.set_ylim(0, None, auto=None)  # from zero: a modest effect looks modest
    return ax


def _line(
    ax: Axes, found: pd.DataFrame, x: list[float], look: style.Look, label: str, second: bool
) -> None:
    face, line = ("white", (0, (2, 2))) if second else (look.colour, "-")
    form: Any = {"color": look.colour, "marker": look.marker, "mfc": face, "ls": line}
    ax.errorbar(x, found["mean"], whiskers(found), capsize=2.5, elinewidth=1.2, label=label, **form)


def chair_places(results: Results) -> dict[int | str, float]:
    """Give each number of chairs of a study its place on the axis; "unlimited" stands last."""
    found = {_chairs(results, name) for name in results.scenarios}
    numbers = sorted(chairs for chairs in found if isinstance(chairs, int))
    places: dict[int | str, float] = {chairs: float(chairs) for chairs in numbers}
    beyond = numbers[-1] + max(1.0, 0.2 * (numbers[-1] - numbers[0])) if numbers else 1.0
    return places | {str(chairs): beyond for chairs in found if not isinstance(chairs, int)}


def _chairs(results: Results, name: str) -> int | str:
    return results.scenarios[name].clinic.chairs


def alike_but_for_chairs(results: Results) -> dict[str, list[str]]:
    """Sort scenarios into lines: those of a line differ in chairs only, and are ordered by them.

    Where no two scenarios have the same chairs they are one line, whatever else changes with them.
    """
    places = chair_places(results)
    names = sorted(results.scenarios, key=lambda name: places[_chairs(results, name)])
    if len({_chairs(results, name) for name in names}) == len(names):
        return {"": names}
    groups = _alike(results, names)
    labels = [_common(members) or members[0] for members in groups]
    return dict(zip(_distinct(labels), groups, strict=True))


def _alike(results: Results, names: Sequence[str]) -> list[list[str]]:
    """Group the scenarios that are equal once their chairs are."""
    same = {n: results.scenarios[n].override({"clinic.chairs": "unlimited"}) for n in names}
    groups = ([m for m in names if same[m] == same[n]] for n in names)
    return [group for name, group in zip(names, groups, strict=True) if group[0] == name]


def _note(results: Results, measures: Sequence[str]) -> str:
    """Say what the intervals rest on, and whether a line shows more than the effect of chairs."""
    note = f"{style.sample_note(results.replications)} {medians_told(results, measures)}".rstrip()
    lines = alike_but_for_chairs(results).values()
    mixed = any(len(_alike(results, names)) > 1 for names in lines)
    return f"{note} Not only the chairs differ: see the scenarios." if mixed else note


def _common(names: Sequence[str]) -> str:
    """Keep the words that all names have: "adaptive" of adaptive_2_chairs, adaptive_3_chairs."""
    shared = set.intersection(*(set(name.split("_")) for name in names)) - {"chairs", "chair"}
    return " ".join(word for word in names[0].split("_") if word in shared)


def _distinct(labels: Sequence[str]) -> list[str]:
    return [x if labels.count(x) == 1 else f"{x} ({n})" for n, x in enumerate(labels, 1)]


def _only_below(axes: style.Panels) -> None:
    """Name the x axis of the lowest row only: the panels above have the same one."""
    for ax in axes[:-1].flat:
        ax.set_xlabel("")


def _legend(figure: FigureBase, ax: Axes) -> None:
    handles, labels = ax.get_legend_handles_labels()
    if len(handles) > 1:
        figure.legend(handles, labels, loc="outside right upper")


def varies_chairs(results: Results) -> bool:
    """Tell whether the scenarios differ in their number of chairs."""
    return len(chair_places(results)) > 1


CLINIC_FIGURES: style.OfResults = {
    "utilisation_and_waits": (utilisation_and_waits, varies_chairs),
    "closed_loop": (closed_loop, varies_chairs),
}
