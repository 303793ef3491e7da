"""What one more buys: a chair, a nurse, a prescriber, an hour a day, and no limits at all.

Every clinic treats the same people on the same draws, so differences from the clinic as it is are
paired. Days are per referred patient-year. The last scenario has no limit of chairs, nurses and
prescribers: its difference is the size of the loop, what a full clinic takes from its patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.executors import Progress
from sim.experiment.runner import run
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.measures import DAYS_WELL
from sim.planning import relaxing
from sim.planning.answer import DAYS
from sim.planning.beginning import ClinicAge, begun_at, checked_age, time_in_words
from sim.planning.ranges import WEEKLY_HOURS, at, weekly_hours
from sim.study.paired import compare

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.results import Results

NOW, LIMITLESS = "as it is", "unlimited"
HOUR_A_DAY = "1 more hour a day"
_GAINS = (
    *DAYS_WELL,
    "clinic_wait_first_infusion_days",
    "booster_delay_days",
)
_LOOP = ("infusions_per_patient", "relapses_per_responder_year", *_GAINS)
_REPLICATIONS = 10


@dataclass(frozen=True, eq=False)
class Margins:
    """Differences from the clinic as it is, and what they are per hour a week that is added."""

    results: Results
    hours: Mapping[str, float]  # added chair-, nurse-, prescriber- or opening hours a week
    table: pd.DataFrame  # scenario, added_hours, measure, difference and per_hour with limits
    loop: pd.DataFrame  # measure, unit, as it is, unlimited, difference with limits
    when: ClinicAge

    @property
    def sentence(self) -> str:
        """Say which addition gains most days in response for an hour, and how large the loop is."""
        rows = self.table[self.table["measure"] == "days_in_response"]
        told = _best(rows, self.results.scenarios[NOW], self.results.replications)
        return f"{told} {self._loop_told()} This is {_time(self)}."

    def _loop_told(self) -> str:
        row = self.loop[self.loop["measure"] == "days_in_response"].iloc[0]
        lost, low, high = row[["difference", "lower", "upper"]].to_numpy(dtype=float)
        limits = f" ({low:.1f} to {high:.1f})" if low == low else ""
        return (
            f"The same people without any limit of chairs, nurses and prescribers would have "
            f"{abs(lost):.1f}{limits} {'more' if lost >= 0 else 'fewer'} days in response per "
            "patient-year."
        )


def margins(
    scenario: Scenario,
    replications: int = _REPLICATIONS,
    seed: int | None = None,
    jobs: JobsWanted = None,
    when: str = "steady",
    days: int = DAYS,
    progress: Progress | None = None,
) -> Margins:
    """Simulate the clinic as it is, with one more of each capacity, and without limits."""
    moment = checked_age(when)
    now = begun_at(scenario, moment, days)
    more = dict(additions(now))
    scenarios = {NOW: now} | {name: changed for name, (changed, _) in more.items()}
    scenarios[LIMITLESS] = relaxing.without(now, relaxing.relaxable(now, ()))
    results = run(scenarios, replications, seed, jobs, progress, reference=NOW, name="margins")
    hours = {name: added for name, (_, added) in more.items()}
    compared = compare(results)
    return Margins(results, hours, _per_hour(compared, hours), _loop(results, compared), moment)


def additions(scenario: Scenario) -> Iterator[tuple[str, tuple[Scenario, float]]]:
    """Give each addition with the hours a week it adds."""
    weekly = weekly_hours(scenario)
    for name, path in relaxing.CAPACITIES.items():
        number = relaxing.staff_of(scenario.clinic, name)
        if number is not None:
            changed = scenario.override({**relaxing.staff_as_it_is(scenario), path: number + 1})
            yield f"1 more {name[:-1]}", (changed, weekly)
    if relaxing.hours_can_grow(scenario, ()):
        open_days = sum(minutes > 0 for minutes in scenario.clinic.open_minutes())
        longer = at(scenario, {WEEKLY_HOURS: weekly + open_days})
        yield HOUR_A_DAY, (longer, float(open_days))


def _per_hour(compared: pd.DataFrame, hours: Mapping[str, float]) -> pd.DataFrame:
    """Divide each paired difference, and its limits, by the hours a week that were added."""
    chosen = compared["scenario"].isin(list(hours)) & compared["measure"].isin(_GAINS)
    rows = compared[chosen][["scenario", "measure", "unit", "difference", "lower", "upper"]]
    added = rows["scenario"].map(hours).astype(float)
    table = rows.assign(added_hours=added, p_adjusted=compared["p_adjusted"])
    for name in ("difference", "lower", "upper"):
        table[f"{name}_per_hour"] = table[name] / added
    order = {name: place for place, name in enumerate(hours)}
    by = table["scenario"].map(order)
    return table.assign(order=by).sort_values("order", kind="stable").drop(columns="order")


def _loop(results: Results, compared: pd.DataFrame) -> pd.DataFrame:
    means = results.summary(_LOOP).pivot(index="measure", columns="scenario", values="mean")
    rows = compared[(compared["scenario"] == LIMITLESS) & compared["measure"].isin(_LOOP)]
    table = rows[["measure", "unit", "difference", "lower", "upper", "p_adjusted"]]
    for place, name in enumerate((NOW, LIMITLESS), 2):
        table.insert(place, name, table["measure"].map(means[name]))
    return table.reset_index(drop=True)


def _best(rows: pd.DataFrame, scenario: Scenario, replications: int) -> str:
    found = rows.dropna(subset=["difference_per_hour"]).to_dict("records")
    if not found:
        return "There is nothing to add to this clinic."
    best = max(found, key=lambda row: float(row["difference_per_hour"]))
    sure = float(best["lower"]) > 0
    told = (
        f"{best['scenario'][:1].upper()}{best['scenario'][1:]} buys most: "
        f"{best['difference']:.1f} days in response per patient-year "
        f"({best['lower']:.1f} to {best['upper']:.1f}, {replications} replications), "
        f"{best['difference_per_hour']:.2f} for each of its {best['added_hours']:g} hours a week"
    )
    return told + ("." if sure else "; that is not told apart from nothing.")


def _time(margins: Margins) -> str:
    now = margins.results.scenarios[NOW]
    return time_in_words(now, margins.when, now.run.days - now.run.warm_up)
