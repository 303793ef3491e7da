"""What a scenario does in groups of people: a forest of differences within and between groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from sim.config.errors import ScenarioError, nearest
from sim.experiment.results import Results
from sim.figures import style
from sim.figures.comparison import UNDERLAY, headline
from sim.study.subgroup_effects import EVERYONE, subgroup_effects

_Rows = dict[tuple[str, str], dict[str, Any]]
_Labels = Sequence[tuple[tuple[str, str] | None, str]]
_WHOLE = (EVERYONE, EVERYONE)
_ROW, _AROUND, _ENDS = 0.17, 0.55, 1.5  # inches: a row, a panel without its rows, both ends
_PAGE = 8.0  # inches of height, which panels fill unless scenarios are named
_LABEL = 30  # letters of a name in a line


@style.styled
def subgroup_forest(
    results: Results,
    figure: FigureBase | None = None,
    *,
    measure: str | None = None,
    reference: str | None = None,
    scenarios: Sequence[str] | None = None,
) -> style.Panels:
    """Draw paired differences from the reference within each group, and between the groups.

    A row of panels a scenario: on the left the difference of everybody (diamond) and of each
    group, on the right by how much a group's differs from the first group's of its split. Needs
    results by groups (`by`). A group that is too small in some replication is named, not drawn.
    """
    reference = reference or results.reference
    if results.subgroups.empty or len(results.names) < 2:
        raise ScenarioError(
            "A forest by groups needs two scenarios or more, split by groups: run them with "
            '--by severity, or sim.run(..., by="severity").'
        )
    measure = measure or (told_by_group(results) or [str(results.subgroups["measure"].iloc[0])])[0]
    table = subgroup_effects(results, measure, reference)
    others = [name for name in results.names if name != reference]
    labels = _labels(table[table["scenario"] == others[0]])
    panel = _AROUND + _ROW * len(labels)
    fitting = max(1, int((_PAGE - _ENDS) // panel))
    shown = others[:fitting] if scenarios is None else _known(scenarios, results.names)
    shown = [name for name in shown if name != reference]
    size = (9.5, _ENDS + len(shown) * panel)
    figure = figure or style.new_figure(*size)
    axes = style.panels(figure, max(1, len(shown)), 2, sharex="col", sharey=True)
    looks = style.looks(results.names)
    for row, name in zip(axes, shown, strict=False):
        records: Any = table[table["scenario"] == name].to_dict("records")
        part = {(one["by"], one["group"]): one for one in records}
        _effects(row[0], part, labels, looks[name].colour, results.replications)
        _contrasts(row[1], part, labels, looks[name].colour)
        row[0].set_title(style.wrapped(style.spoken(name), _LABEL + 6))
    axes[0, 0].set_ylim(len(labels) - 0.4, -0.6)
    axes[0, 0].set_yticks(range(len(labels)), [text for _, text in labels])
    unit = style.difference_unit(measure)
    for ax, what in zip(axes[-1], ("Within the group", "Minus the first group"), strict=True):
        ax.set_xlabel(f"{what}\n({unit})")
        ax.tick_params(labelbottom=True)
    for ax in axes.flat:
        _finish(ax, measure)
    told = f'{style.title(measure)}: difference from "{style.spoken(str(reference))}" by group'
    style.heading(figure, told)
    style.footnote(figure, _note(results, shown, others))
    return axes


def _known(scenarios: Sequence[str], names: Sequence[str]) -> list[str]:
    for name in scenarios:
        if name not in names:
            raise ScenarioError(f'There is no scenario "{name}" here.{nearest(name, names)}')
    return list(scenarios)


def _labels(part: pd.DataFrame) -> list[tuple[tuple[str, str] | None, str]]:
    """Give the rows from the top: the key of a row and its label; a split's name has no key."""
    found: list[tuple[tuple[str, str] | None, str]] = [(_WHOLE, "Everybody")]
    last = EVERYONE
    for by, group, people in part[["by", "group", "patients"]].itertuples(index=False):
        if by == EVERYONE:
            continue
        if by != last:
            found.append((None, f"by {style.spoken(by)}:"))
            last = by
        found.append(((by, group), f"{style.wrapped(style.spoken(group), _LABEL)} ({people:.0f})"))
    return found


def _effects(
    ax: Axes,
    part: _Rows,
    labels: _Labels,
    colour: str,
    replications: int,
) -> None:
    for place, (key, _) in enumerate(labels):
        if key is None:
            continue
        row = part[key]
        if row["missing"]:
            _say(ax, place, f"no value in {row['missing']} of {replications}")
            continue
        marker = "D" if key == _WHOLE else "o"
        _bar(ax, place, [row[name] for name in ("difference", "lower", "upper")], colour, marker)
    whole = part[_WHOLE]["difference"]
    if np.isfinite(whole):
        ax.axvline(whole, color=colour, lw=0.9, ls=(0, (1.5, 1.5)), zorder=0)


def _contrasts(
    ax: Axes,
    part: _Rows,
    labels: _Labels,
    colour: str,
) -> None:
    first = {by for (by, _), row in part.items() if row["against"]}
    if not first:
        _say(ax, len(labels) // 2, "no two groups of a split have values", "center")
        return
    for place, (key, _) in enumerate(labels):
        if key is None or key == _WHOLE:
            continue
        row = part[key]
        if row["against"]:
            told = [row[name] for name in ("contrast", "contrast_lower", "contrast_upper")]
            _bar(ax, place, told, colour, "s")
        elif not row["missing"] and key[0] in first:
            _say(ax, place, "the first group", "center")


def _bar(ax: Axes, place: int, told: list[float], colour: str, marker: str) -> None:
    mean, lower, upper = told
    if np.isfinite(lower) and np.isfinite(upper):
        ax.plot([lower, upper], [place, place], color=colour, lw=2)
    ax.plot([mean], [place], marker, color=colour, mfc="white", mew=1.5, ms=5)


def _say(ax: Axes, place: int, text: str, where: str = "right") -> None:
    x = {"right": 0.98, "center": 0.5}[where]
    form: Any = {"ha": where, "va": "center", "fontsize": 7.5, "color": style.GREY}
    ax.text(x, place, text, transform=ax.get_yaxis_transform(), bbox=UNDERLAY, **form)


def _finish(ax: Axes, measure: str) -> None:
    ax.axvline(0, color=style.GREY, lw=1)
    ax.grid(visible=False, axis="y")
    if not ax.dataLim.width > 0:
        ax.set_xlim(-1, 1)
    ax.margins(x=0.08)
    ax.locator_params(axis="x", nbins=5)
    style.in_per_cent(ax.xaxis, measure, symbol="")
    style.finish(ax)


def _note(results: Results, shown: Sequence[str], others: Sequence[str]) -> str:
    count = results.replications
    said = ["One replication: no intervals."]
    if count > 1:
        said = [
            f"{count} paired replications; bars: 95 % intervals, not adjusted for their number."
        ]
        said.append("Whether groups differ is told by the right panel alone.")
    said.append(
        "Dotted: everybody. In brackets: people per replication. A group that is too small in a "
        "replication, or has no value there, is not drawn."
    )
    if len(shown) < len(others):
        said.append(f"Drawn are {len(shown)} of {len(others)} scenarios: name others to see them.")
    return " ".join(said)


def told_by_group(results: Results) -> list[str]:
    """List headline measures that these results have by group with some value."""
    found = results.subgroups.dropna(subset=["value"])
    with_values = set(found["measure"])
    return [name for name in headline(results) if name in with_values]


def compares_groups(results: Results) -> bool:
    """Tell whether several scenarios stand against a reference, with some measure by groups."""
    against = results.reference is not None and len(results.names) > 1
    return against and not results.subgroups.empty and bool(told_by_group(results))


GROUP_FIGURES: style.OfResults = {"subgroup_forest": (subgroup_forest, compares_groups)}
