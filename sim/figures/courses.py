"""The courses of symptoms: the mean of everyone referred, and single patients one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.lines import Line2D

from sim.arrays import Bools, Floats, Ints
from sim.experiment.results import Results
from sim.figures import style
from sim.figures.estimates import band, bands
from sim.model.replication import Replication
from sim.policy.orders import INFUSIONS
from sim.scales import GAD7_HIGHEST, WELL_BELOW
from sim.units import MINUTES_PER_DAY, NEVER

_FEWEST = 20  # patients a replication: a mean over fewer is one person's course, not a policy's
_MOST_LINES = 30
"""Scenarios of which more would be one ribbon."""
MARK_EVERY = 12  # weeks from one marker of a line to the next
_MARKS = {  # whether it is a booster: colour, marker and name of an infusion
    False: ("#0072B2", "v", "infusion of an induction"),
    True: ("#D55E00", "^", "booster"),
}


@style.styled
def mean_scores(results: Results, ax: Axes | None = None, *, untreated: bool = True) -> Axes:
    """Draw the mean GAD-7 by week since referral, one line and 95 % band per scenario.

    Everyone referred counts, also who waits or never starts. A line ends where fewer than 20
    patients per replication were followed so long. `untreated` adds the same patients' course
    without any treatment.
    """
    ax = ax or style.new_figure(7.5, 4.5).subplots()
    table = _followed(results.courses)
    looks = style.looks(results.names)
    drawn = bands(table, "day", "gad7")
    for number, (name, look) in enumerate(looks.items()):
        _band(ax, drawn[drawn["scenario"] == name], look, style.spoken(name), number)
    if drawn.empty:
        style.empty(ax)
    if untreated and "gad7_untreated" in table:
        _untreated(ax, table)
    ax.axhline(WELL_BELOW, label=f"cut-off at {WELL_BELOW}", **style.CUT_OFF)
    ax.set(xlabel="Weeks since referral", ylabel="Mean GAD-7 (points)", xlim=(0, None))
    ax.set_title("Mean GAD-7 of everyone referred")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
    note = "Late weeks are those of the patients referred first."
    style.footnote(ax, f"{style.sample_note(results.replications, 'bands')} {note}")
    style.finish(ax)
    return ax


def _followed(courses: pd.DataFrame) -> pd.DataFrame:
    """Keep the weeks that enough patients were followed to; all of them when none were."""
    if "patients" not in courses:
        return courses
    mean = courses.groupby(["scenario", "day"])["patients"].transform("mean")
    return courses[mean >= _FEWEST] if (mean >= _FEWEST).any() else courses


def _band(ax: Axes, drawn: pd.DataFrame, look: style.Look, label: str, number: int) -> None:
    weeks = drawn["day"].to_numpy(dtype=float) / 7
    mean = drawn["mean"].to_numpy(dtype=float)
    band(ax, weeks, drawn, look.colour)
    markers: Any = {"marker": look.marker, "markevery": (2 + 2 * number, MARK_EVERY)}
    ax.plot(weeks, mean, color=look.colour, ls=look.line, label=label, ms=4.5, **markers)


def _untreated(ax: Axes, table: pd.DataFrame) -> None:
    """Draw the course without treatment once: it is the same in every scenario of a study."""
    first = table[table["scenario"] == table["scenario"].iloc[0]] if len(table) else table
    drawn = bands(first, "day", "gad7_untreated")
    ax.plot(drawn["day"] / 7, drawn["mean"], color="#A6A6A6", lw=1.2, label="without treatment")


@dataclass(frozen=True)
class Lived:
    """One run as its patients lived it, in days since each one's referral."""

    scores: Floats  # true GAD-7 once a day, shape (patients, days); NaN after the end of the run
    patient: Ints  # one entry an infusion: whose
    day: Floats  # when it began
    booster: Bools  # whether it was a booster

    def infusions(self, patient: int, *, booster: bool) -> Floats:
        """Days since referral of one patient's infusions, either boosters or the others."""
        mine: Floats = self.day[(self.patient == patient) & (self.booster == booster)]
        return mine


@style.styled
def patients(
    results: Results,
    figure: FigureBase | None = None,
    *,
    scenarios: Sequence[str] | None = None,
    numbers: Sequence[int] | None = None,
    replication: int = 1,
    weeks: int = 52,
) -> style.Panels:
    """Draw single patients' daily true GAD-7 with every infusion marked: a row per patient.

    A column per scenario, so that one row shows the same person under several policies: at most
    three, the reference among them, unless named. `numbers` are patients of the record; without
    them three are taken who needed few, middling and many infusions. In a run in which nobody is
    followed for so many weeks, half of the longest that anybody is are shown.
    """
    shown = list(scenarios) if scenarios is not None else few(results)
    runs = _known([seen(results.replicate(name, replication), weeks) for name in shown])
    chosen = list(numbers) if numbers is not None else typical(runs)
    size = (1.2 + 2.9 * max(1, len(shown)), 1.3 + 1.45 * max(1, len(chosen)))
    figure = figure or style.new_figure(*size)
    shape = (max(1, len(chosen)), max(1, len(shown)))
    axes = style.panels(figure, *shape, sharex=True, sharey=True)
    for row, patient in zip(axes, chosen, strict=False):
        for ax, run in zip(row, runs, strict=False):
            _patient(ax, run, patient)
        row[0].set_ylabel(f"Patient {patient}\nGAD-7")
    for ax, name in zip(axes[0], shown, strict=False):
        ax.set_title(style.spoken(name))
    for ax in axes[-1]:
        ax.set_xlabel("Weeks since referral")
    _key(figure)
    what = "The same patients under different policies" if len(shown) > 1 else "Single patients"
    style.heading(figure, f"{what} (replication {replication})")
    return axes


def few(results: Results) -> list[str]:
    """Pick the reference and the first and last scenario of a study, in its order.

    Only those that can be simulated again: all but a stored one with an object of the user's own.
    """
    names = [name for name in results.names if name in results.scenarios]
    picked = {results.reference, *names[:1], *names[-1:]}
    return [name for name in names if name in picked]


def _known(runs: list[Lived]) -> list[Lived]:
    """Cut courses that nobody was followed to the end of."""
    if not runs or not len(runs[0].scores) or np.isfinite(runs[0].scores[:, -1]).any():
        return runs
    longest = int(np.isfinite(runs[0].scores).sum(axis=1).max())
    days = 7 * max(1, longest // 14)
    return [replace(run, scores=run.scores[:, :days]) for run in runs]


def typical(runs: Sequence[Lived], rows: int = 3) -> list[int]:
    """Pick patients followed for all the weeks shown whom every run treated at least once.

    They are spread over the number of infusions in the last run: few, middling, many. Fewer are
    found in a short run, none in an empty one.
    """
    if not runs:
        return []
    counts = [np.bincount(run.patient, minlength=len(run.scores)) for run in runs]
    fit = np.isfinite(runs[0].scores[:, -1]) & (np.min(counts, axis=0) > 0)
    found = np.flatnonzero(fit)
    ranked = found[np.argsort(counts[-1][found], kind="stable")]
    places = (len(ranked) * np.linspace(0.15, 0.85, rows)).astype(int)
    return [int(patient) for patient in dict.fromkeys(ranked[places])] if len(ranked) else []


def seen(run: Replication, weeks: int) -> Lived:
    """Read the weeks after every patient's referral from one replication."""
    visits: dict[str, Any] = dict(run.visits)
    given = (visits["infusion_start"] != NEVER) & np.isin(visits["kind"], list(INFUSIONS))
    patient, start, kind = (visits[name][given] for name in ("patient", "infusion_start", "kind"))
    days = (start - run.patients.referred[patient]) / MINUTES_PER_DAY
    return Lived(run.trajectory(np.arange(7 * weeks) + 0.5), patient, days, kind == "booster")


def _patient(ax: Axes, run: Lived, patient: int) -> None:
    """Draw one panel: the daily score, and above it a triangle for every infusion."""
    score = run.scores[patient]
    ax.plot(np.arange(len(score)) / 7, score, color="#8C8C8C", lw=0.9)
    ax.axhline(WELL_BELOW, **style.CUT_OFF)
    for booster, (colour, marker, _) in _MARKS.items():
        week = run.infusions(patient, booster=booster) / 7
        ax.plot(week, np.full(len(week), GAD7_HIGHEST + 2), marker, color=colour, ms=4)
    ax.set(ylim=(0, GAD7_HIGHEST + 4), yticks=(0, 5, 10, 15, 20), xlim=(0, len(score) / 7))
    style.finish(ax)


def _key(figure: FigureBase) -> None:
    """Explain the marks once for all panels."""
    lines = [Line2D([], [], color="#8C8C8C", lw=0.9), Line2D([], [], **style.CUT_OFF)]
    names = ["true GAD-7, once a day", f"cut-off at {WELL_BELOW}"]
    for colour, marker, name in _MARKS.values():
        lines.append(Line2D([], [], color=colour, marker=marker, ls="none", ms=5))
        names.append(name)
    figure.legend(lines, names, loc="outside lower left", ncols=4)


def has_courses(results: Results) -> bool:
    """Tell whether anybody was followed for a week, without which there is no course to draw."""
    return not results.courses.empty and bool(results.courses["day"].max() > 0)


def _has_few_courses(results: Results) -> bool:
    """Tell whether the lines of all scenarios can be told apart in one panel."""
    return has_courses(results) and len(results.names) <= _MOST_LINES


COURSE_FIGURES: style.OfResults = {
    "mean_scores": (mean_scores, _has_few_courses),
    "patients": (patients, has_courses),
}
