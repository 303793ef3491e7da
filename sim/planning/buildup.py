"""How the need for chairs grows after opening: boosters of all who ever came, week by week.

Without limits of capacity nobody's course depends on anybody else's, so a clinic is the sum of the
courses of its patients, and its weeks follow exactly from the courses of one cohort:

    infusions(w) = lambda * sum over k <= w of m(k)         m(k): infusions in week k of a course
    variance     = lambda * sum over k <= w of E[c(k)^2]    Poisson referrals, lambda a week
    census(w)    = lambda * sum over k <= w of s(k)         s(k): share in treatment after week k

Several cohorts, all referred in one week, give m, s and their intervals; holidays are left out.
Beside it stands the closed form of Little's law, with people who stop after a mean time tau:

    infusions(t) = lambda * (n + e * s * v * tau * (1 - exp(-(t - t0) / tau)))

n infusions before maintenance, which a share e enters at t0, with v infusions a week in it. Of
these a share s stay until they stop; the others leave sooner (given up on, lost). An exponential
time cut short by something else has the mean s tau, whenever that comes. s, like e, n and v, is
taken from the courses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Floats
from sim.config.errors import ScenarioError
from sim.experiment.executors import Progress, execute
from sim.experiment.task import Task
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.people.referrals import Poisson
from sim.planning.cohort_courses import Courses, course_of_cohort, stay_weeks, without_a_clinic
from sim.stats.intervals import Interval, t_interval
from sim.stats.queues import mmc
from sim.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd


LEVEL = 0.95  # of the steady state, from which on the clinic counts as level
WEEKS_A_YEAR = 52
BAND = 1.959964  # standard deviations, for 95 % of weeks


@dataclass(frozen=True, eq=False)
class BuildUp:
    """The weeks of a new clinic without limits, what they level off at, and when."""

    weeks: pd.DataFrame  # week (from 1), infusions, census, with interval of the mean and band
    level: Interval | None  # infusions a week in the steady state; None if there is none
    closed_form: float  # the same by Little's law; infinite without drop-out
    level_week: int | None  # first week with at least 95 % of the level
    stay_years: float  # mean stay in maintenance by the drop-out hazard
    per_week: float  # referrals
    open_minutes: int  # a week
    session_minutes: float
    seasonal: bool = False  # whether `per_week` is a mean over the months
    courses: tuple[Courses, ...] = field(default=(), repr=False)

    def in_week(self, week: int) -> float:
        """Infusions in a week after opening (from 1), on average."""
        return float(self.weeks["infusions"].iloc[min(week, len(self.weeks)) - 1])

    def mean_of(self, begin: int, end: int) -> float:
        """Infusions a week on average after week `begin` and up to week `end`."""
        return float(self.weeks["infusions"].iloc[begin:end].mean())

    def load(self, infusions: float) -> float:
        """Chairs busy on average in opening hours, with so many infusions a week."""
        return infusions * self.session_minutes / self.open_minutes

    @property
    def sentence(self) -> str:
        """Say how the clinic fills, when it is level, and why last month misleads."""
        year = self.in_week(WEEKS_A_YEAR)
        told = (
            f"A new clinic fills for years: with enough of everything and {self._referred()} it "
            f"gives {self.in_week(13):.0f} infusions a week after 3 months and {year:.0f} after a "
            f"year ({self.load(year):.1f} chairs busy in all opening hours)"
        )
        if self.level is None:
            return told + ", and never levels off, as nobody ever stops maintenance."
        return (
            f"{told}, and {self._levelled()}; Little's law says {self.closed_form:.0f}. Last "
            "month's use at the end of year one is "
            f"{100 * year / self.level.mean:.0f} % of what is to come."
        )

    @property
    def sentence_when_open(self) -> str:
        """Say what a clinic that has people already is heading for: nothing of its first year."""
        told = f"With enough of everything {self._referred()} come"
        if self.level is None:
            return f"{told} to ever more infusions, as nobody ever stops maintenance."
        return (
            f"{told} to {self._levelled('of a clinic that opens empty ')}; Little's law says "
            f"{self.closed_form:.0f}."
        )

    def _referred(self) -> str:
        season = " (mean over the year)" if self.seasonal else ""
        return f"{self.per_week:g} referrals a week{season}"

    def _levelled(self, whose: str = "") -> str:
        assert self.level is not None
        level, limits = self.level.mean, ""
        if self.level.lower is not None and self.level.upper is not None:
            limits = f" ({self.level.lower:.0f} to {self.level.upper:.0f})"
        when = "" if self.level_week is None else (
            f", {100 * LEVEL:.0f} % of it {whose}after {self.level_week / WEEKS_A_YEAR:.1f} years"
        )  # fmt: skip
        what = " infusions a week" if whose else ""
        return f"{level:.0f}{limits}{what} once level ({self.load(level):.1f} chairs){when}"


def filling_of(
    scenario: Scenario,
    people: int = 120,
    replications: int = 4,
    seed: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
) -> BuildUp:
    """Work out the weeks after opening from cohorts of `people`, `replications` of them.

    Raises ScenarioError for referrals that are no steady Poisson stream. Those of a year that
    repeats itself are taken at their mean.
    """
    _steady(scenario)
    seed = scenario.run.seed if seed is None else seed
    alone = without_a_clinic(scenario, people)
    words = "{name}, cohort {replication}"
    tasks = [Task("build-up", alone, seed, r, words) for r in range(1, replications + 1)]
    outcomes = execute(course_of_cohort, tasks, jobs, progress).whole()
    return summed_courses(scenario, [outcomes[place] for place in range(replications)])


def _steady(scenario: Scenario) -> None:
    """Refuse referrals that do not stay the same from year to year."""
    asked = scenario.referrals
    why = (
        f'kind = "{asked.kind}"' if not isinstance(asked, Poisson)
        else f"growth_per_year = {asked.growth_per_year:g}" if asked.growth_per_year
        else "shocks" if asked.shocks
        else ""
    )  # fmt: skip
    if why:
        raise ScenarioError(
            f"referrals.{why}: the build-up of maintenance is of a steady stream; set "
            'referrals.kind = "poisson" without growth and shocks.'
        )


def summed_courses(scenario: Scenario, courses: list[Courses]) -> BuildUp:
    """Add the courses of all who were referred up to each week."""
    assert isinstance(scenario.referrals, Poisson)
    per_week, tau = scenario.referrals.usual_per_week(), stay_weeks(scenario)
    levels = [per_week * _level(c, tau) for c in courses]
    level = t_interval(levels, possible=(0.0, inf)) if tau < inf else None
    weeks = _weeks(courses, per_week, tau)
    reached = np.flatnonzero(weeks["infusions"] >= LEVEL * level.mean) if level else np.array([])
    clinic = scenario.clinic
    return BuildUp(
        weeks=weeks,
        level=level,
        closed_form=closed_form(courses, per_week, tau, inf),
        level_week=int(reached[0]) + 1 if len(reached) else None,
        stay_years=tau * 7 / DAYS_PER_YEAR,
        per_week=per_week,
        open_minutes=sum(clinic.open_minutes()),
        session_minutes=clinic.session_by(scenario.policy.treatment.route).planned_minutes(),
        seasonal=bool(scenario.referrals.seasonality),
        courses=tuple(courses),
    )


def closed_form(courses: list[Courses], per_week: float, tau: float, week: float) -> float:
    """Infusions a week by Little's law, `week` weeks after opening (infinite: once level)."""
    mean = {n: float(np.mean([getattr(c, n) for c in courses]))
            for n in ("before", "entering", "rate", "entered", "kept")}  # fmt: skip
    flow = mean["entering"] * mean["kept"] * mean["rate"]
    since = max(0.0, week - mean["entered"])
    grown = since if tau == inf else tau * (1 - (0.0 if since == inf else exp(-since / tau)))
    before = mean["before"] * min(1.0, week / mean["entered"]) if mean["entered"] else 0.0
    return per_week * (before + (flow * grown if flow else 0.0))


def erlang_c_table(build: BuildUp, infusions: float, chairs: list[int]) -> pd.DataFrame:
    """Give M/M/c's wait for a chair at a demand: chairs, load, utilisation, wait_minutes.

    People who come at random and wait for a chair in opening hours: infinite where the load is not
    below the chairs. Appointments and series of visits make people wait days where this says
    minutes.
    """
    import pandas as pd

    load, rate = build.load(infusions), infusions / build.open_minutes
    rows = [
        {
            "chairs": c,
            "load": load,
            "utilisation": load / c,
            "wait_minutes": mmc(rate, build.session_minutes, c).mean_wait if load < c else inf,
        }
        for c in chairs
    ]
    return pd.DataFrame(rows, columns=["chairs", "load", "utilisation", "wait_minutes"])


def _level(courses: Courses, tau: float) -> float:
    """Infusions a person in all: what was seen, and what the last year promises beyond it."""
    seen = float(courses.infusions.sum())
    if tau == inf:
        return inf
    last = float(courses.infusions[-WEEKS_A_YEAR:].mean()) * exp(-WEEKS_A_YEAR / 2 / tau)
    return seen + last * tau


def _weeks(courses: list[Courses], per_week: float, tau: float) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {"week": np.arange(1, len(courses[0].infusions) + 1)}
    for name, what, square in (
        ("infusions", "infusions", "squares"),
        ("census", "staying", "staying"),
    ):
        sums = per_week * np.cumsum([getattr(c, what) for c in courses], axis=1)
        variance = per_week * np.cumsum([getattr(c, square) for c in courses], axis=1).mean(axis=0)
        mean = sums.mean(axis=0)
        spread = BAND * np.sqrt(variance)
        columns |= _with_interval(name, sums)
        columns[f"{name}_band_lower"] = np.maximum(mean - spread, 0.0)
        columns[f"{name}_band_upper"] = mean + spread
    columns["closed_form"] = [
        closed_form(courses, per_week, tau, float(w)) for w in columns["week"]
    ]
    return pd.DataFrame(columns)


def _with_interval(name: str, sums: Floats) -> dict[str, Floats]:
    found = [t_interval(column, possible=(0.0, inf)) for column in sums.T]
    nothing = sqrt(len(sums) - 1) == 0
    return {
        name: np.array([i.mean for i in found]),
        f"{name}_lower": np.array([np.nan if nothing else i.lower for i in found], dtype=float),
        f"{name}_upper": np.array([np.nan if nothing else i.upper for i in found], dtype=float),
    }
