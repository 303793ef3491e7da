"""Where people are by weeks since referral: waiting, in treatment, or gone, and why they went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import FigureBase
from matplotlib.patches import Patch

from sim.arrays import Floats
from sim.experiment.results import Results
from sim.figures import style
from sim.outcomes.whereabouts import DISCHARGED, IN_CARE

SEEN_LEAST = 20
"""People followed so long in a replication, on average: below that an area ends."""
MOST_PANELS = 12
"""Scenarios that are drawn: the reference and the first others."""
_SLIVER = 0.02  # share that a reason must come to in some scenario, or it is one of the others
_OTHERS = "other reasons"
_MOST_REASONS = 7
_WORDS = {
    "waiting": "waiting to be seen",
    "assessed": "assessed, waiting for the first infusion",
    "induction": "in the induction",
    "evaluated": "evaluated, or induction extended",
    "maintenance": "in maintenance",
}
_LOOKS = {  # colour and hatch: told apart in grey as well
    "maintenance": ("#0072B2", ""),
    "evaluated": ("#5FA6D3", "...."),
    "induction": ("#9CCBE8", ""),
    "assessed": ("#F7E3A1", "xxxx"),
    "waiting": ("#FBF3D5", ""),
}
_GONE = (  # reasons in the order of the legend
    ("#D55E00", "////"), ("#E8E8E8", ""), ("#CC79A7", "\\\\\\\\"), ("#B8B8B8", "...."),
    ("#009E73", "----"), ("#F2F2F2", "xxxx"), ("#7F7F7F", ""), ("#FFFFFF", "oo"),
)  # fmt: skip
_LABEL = 30  # letters in a line
_TITLE = 24  # likewise of a panel's name


@style.styled
def pathways(results: Results, figure: FigureBase | None = None) -> style.Panels:
    """Draw where people are by weeks since referral, as areas that add up to all: a panel each.

    Everyone referred in the run counts in the weeks to which they are followed, and leaves the
    denominator after them. Areas end where fewer than `SEEN_LEAST` people per replication are
    followed so long (in a study that never has so many, at its end). Up to `MOST_PANELS` scenarios.
    """
    names = _chosen(results)
    shares = {name: _shares(results, name) for name in names}
    reasons = _reasons(shares.values())
    kept = [state for state in IN_CARE if any(part[state].any() for part in shares.values())]
    columns = min(len(names), 2 if len(names) <= 4 else 3)
    rows = -(-len(names) // max(1, columns))
    height = 1.3 + rows * (3.2 if rows == 1 else 2.2 if rows < 4 else 1.8)
    figure = figure or style.new_figure(10.0 if columns > 1 else 8.5, height)
    axes = style.panels(figure, rows, columns, sharex=True, sharey=True)
    for ax, name in zip(axes.flat, names, strict=False):
        _areas(ax, shares[name], kept, reasons)
        ax.set_title(style.wrapped(style.spoken(name), _TITLE))
    for ax in axes.flat[len(names) :]:
        ax.set_axis_off()
    for ax in axes[-1]:
        ax.set_xlabel("Weeks since referral")
    for ax in axes.flat[max(0, len(names) - columns) : len(names)]:
        ax.set_xlabel("Weeks since referral")
        ax.tick_params(labelbottom=True)
    for ax in axes[:, 0]:
        ax.set_ylabel("People referred (%)")
    _legend(figure, kept, reasons)
    style.heading(figure, "From referral to discharge, and why treatment ends")
    style.footnote(figure, _note(results, names))
    return axes


def _chosen(results: Results) -> list[str]:
    """Choose the scenarios that have a panel, in the order of the study."""
    found = [name for name in results.names if name in set(results.pathways["scenario"])]
    first = [results.reference, *(name for name in found if name != results.reference)]
    wanted = set(first[:MOST_PANELS] if results.reference in found else found[:MOST_PANELS])
    return [name for name in found if name in wanted]


def _shares(results: Results, name: str) -> pd.DataFrame:
    """Give the shares of those followed to each week, by state: the mean over replications."""
    table = results.pathways[results.pathways["scenario"] == name]
    states = [column for column in table if column in IN_CARE or _is_reason(column)]
    counts = table.groupby("week")[states].sum()
    seen = counts.sum(axis=1) / results.replications
    enough = seen >= SEEN_LEAST
    shown = counts[enough] if enough.any() else counts[seen > 0]
    return shown.div(shown.sum(axis=1), axis=0)


def _is_reason(column: object) -> bool:
    return str(column).startswith(DISCHARGED)


def _reasons(shares: Any) -> list[str]:
    """Order the reasons worth an area of their own by their largest share; the rest are others."""
    largest: dict[str, float] = {}
    for part in shares:
        for column in filter(_is_reason, part):
            largest[column] = max(largest.get(column, 0.0), float(part[column].max()))
    known = sorted((c for c in largest if largest[c] > 0), key=lambda c: (-largest[c], c))
    told = [c for c in known if largest[c] >= _SLIVER][:_MOST_REASONS]
    return [*told, _OTHERS] if len(told) < len(known) else told


def _areas(ax: Axes, part: pd.DataFrame, kept: Sequence[str], reasons: Sequence[str]) -> None:
    """Stack the areas: in treatment from below, then who waits, then the reasons."""
    weeks = part.index.to_numpy(dtype=float)
    low: Floats = np.zeros(len(weeks))
    for state, (colour, hatch) in _order(kept, reasons):
        if state == _OTHERS:
            rest = [c for c in part if _is_reason(c) and c not in reasons]
            share = part[rest].sum(axis=1).to_numpy(dtype=float)
        else:
            share = part[state].to_numpy(dtype=float) if state in part else np.zeros(len(weeks))
        form: Any = {"facecolor": colour, "hatch": hatch, "edgecolor": _ink(colour), "lw": 0.4}
        ax.fill_between(weeks, low, low + share, **form)
        low = low + share
    last = float(weeks.max(initial=0.0))
    ax.set(ylim=(0, 1), xlim=(0, last or 1.0))
    style.in_per_cent(ax.yaxis, symbol="")
    ax.grid(visible=False)
    style.finish(ax)
    if len(weeks) < 2:
        style.empty(ax, "nobody is followed for a week")


def _order(kept: Sequence[str], reasons: Sequence[str]) -> list[tuple[str, tuple[str, str]]]:
    """Give states and looks from the lowest area up."""
    stay = [(state, _LOOKS[state]) for state in reversed(IN_CARE) if state in kept]
    return [*stay, *zip(reasons, _GONE, strict=False)]


def _ink(colour: str) -> str:
    """Give the colour of a hatch: dark on pale, pale on dark."""
    red, green, blue = to_rgb(colour)
    return "#FFFFFF" if 0.3 * red + 0.6 * green + 0.1 * blue < 0.55 else "#4D4D4D"


def _legend(figure: FigureBase, kept: Sequence[str], reasons: Sequence[str]) -> None:
    """List the areas in their order on the page, the uppermost first."""
    handles = []
    for state, (colour, hatch) in reversed(_order(kept, reasons)):
        words = _WORDS.get(state) or f"discharged: {style.spoken(state.removeprefix(DISCHARGED))}"
        form: Any = {"facecolor": colour, "hatch": hatch, "edgecolor": _ink(colour), "lw": 0.4}
        handles.append(Patch(label=style.wrapped(words, _LABEL), **form))
    figure.legend(handles=handles, loc="outside right upper", fontsize=8, handleheight=1.4)


def _note(results: Results, names: Sequence[str]) -> str:
    count = results.replications
    sample = "One replication" if count == 1 else f"All people of {count} replications together"
    said = (
        f"{sample}. Of those followed to each week: who is referred late leaves the denominator, "
        "so that late weeks are those of the people referred first. Areas end below "
        f"{SEEN_LEAST} people per replication, where there are so many."
    )
    if len(names) < len(results.names):
        said += f" Drawn are {len(names)} of {len(results.names)} scenarios."
    return said


def has_pathways(results: Results) -> bool:
    """Tell whether somebody referred in the run is followed for a week or more."""
    table = results.pathways
    return not table.empty and bool((table["week"] > 0).any())


PATHWAY_FIGURES: style.OfResults = {"pathways": (pathways, has_pathways)}
