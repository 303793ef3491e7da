"""What capacity is worth in money: what its limits cost, and what an hour more would bring.

Every clinic treats the same people on the same draws, so what it gains over the clinic as it is is
paired. Net benefit is willingness to pay times QALYs minus costs in one perspective, of the whole
clinic and for a year. What is lifted or added is free of charge to the payer: what it gains is the
most that it may cost. The provider's costs hold what is paid for chairs and staff, idle or not;
but what has no limit is never idle, so where a limit is lifted they are counted as used, in both
clinics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Floats
from sim.clinic.clinic_table import STAFF
from sim.config.errors import ScenarioError
from sim.experiment.executors import Progress
from sim.experiment.runner import run
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.outcomes.measures import Measure
from sim.outcomes.reading import Reading
from sim.planning import relaxing
from sim.planning.beginning import check_stays_as_it_is
from sim.planning.costs import WEEKS_PER_YEAR
from sim.planning.margins import NOW, additions
from sim.planning.ranges import weekly_hours
from sim.planning.relaxing import OPENING_HOURS
from sim.stats.intervals import holm, paired
from sim.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.results import Results

EVERYTHING = "no limit, and twice the opening hours"
GAINED = [
    "scenario", "quantity", "willingness_to_pay", "difference", "lower", "upper", "p_value",
    "p_adjusted", "replications",
]  # fmt: skip
_PER_HOUR = [
    "added_hours", "difference_per_hour", "lower_per_hour", "upper_per_hour", "price_per_hour",
]  # fmt: skip
_PEOPLE, _DAYS = "people_counted", "patient_days_in_response"


@dataclass(frozen=True, eq=False)
class CapacityWorth:
    """What every limit costs a clinic and its patients in a year, and what an hour more brings."""

    results: Results
    perspective: str
    thresholds: tuple[float, ...]
    limits: pd.DataFrame  # scenario, quantity, willingness_to_pay, difference with limits
    hours: pd.DataFrame  # the same of one more of each, also per hour, beside what an hour costs


def worth_of_capacity(
    scenario: Scenario,
    thresholds: Sequence[float] | None = None,
    perspective: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: JobsWanted = None,
    progress: Progress | None = None,
) -> CapacityWorth:
    """Simulate the clinic as it is, without each of its limits and all, and with one more of each.

    Thresholds (money a QALY) and perspective are those of `[economics]` unless given. Raises
    ScenarioError for a clinic that changes in mid-run.
    """
    check_stays_as_it_is(scenario)
    perspective = perspective or scenario.economics.perspective
    wanted = tuple(thresholds or (scenario.economics.willingness_to_pay,))
    lifted, more = dict(_lifted(scenario)), dict(additions(scenario))
    scenarios = {NOW: scenario, **lifted} | {name: changed for name, (changed, _) in more.items()}
    results = run(
        scenarios, replications, seed, jobs, progress, reference=NOW, name="worth", by=(),
        measures=_OF_ALL,
    )  # fmt: skip
    gains = {
        name: _gains(results, name, perspective, wanted, as_used=name in lifted)
        for name in scenarios if name != NOW
    }  # fmt: skip
    return CapacityWorth(
        results, perspective, wanted, _limits(gains, lifted),
        _hours(gains, {name: added for name, (_, added) in more.items()}, scenario),
    )  # fmt: skip


def in_every_replication(results: Results, cost: str) -> Any:
    """Give values by replication, measure and scenario; refuse those without costs or QALYs."""
    table: Any = results.metrics.pivot(index="replication", columns=["measure", "scenario"])
    wide = table["value"]
    columns = [
        (measure, name) for measure in (cost, "qalys_per_patient") for name in results.scenarios
    ]
    known = wide.reindex(columns=columns).notna().all(axis=1)
    if not known.all():
        raise ScenarioError(
            f"nobody was referred in {int((~known).sum())} of {len(known)} replications, so they "
            "have no costs and QALYs a patient; simulate longer, or more referrals."
        )
    return wide


def _people(reading: Reading) -> float:
    return float(reading.present.sum())


def _days(reading: Reading) -> float:
    return float(reading.days.in_response.sum())


_OF_ALL = (
    Measure(
        "people_counted", "patients", "none", "people whom costs and QALYs are of", "record",
        "service", _people,
    ),
    Measure(
        "patient_days_in_response", "days", "higher", "days in response of all of them together",
        "record", "clinical", _days,
    ),
)  # fmt: skip


def _lifted(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """Give the scenario without each limit, and without all; opening hours are doubled."""
    limits = list(relaxing.relaxable(scenario, ()))
    if relaxing.hours_can_grow(scenario, ()):
        limits.append(OPENING_HOURS)
    for name in limits:
        yield relaxing.relaxed_in_words([name]), relaxing.without(scenario, [name])
    if len(limits) > 1:
        yield EVERYTHING, relaxing.without(scenario, limits)


def _gains(
    results: Results, name: str, perspective: str, thresholds: Sequence[float], as_used: bool
) -> list[dict[str, Any]]:
    """Pair a clinic with the one as it is: a row a quantity, of the whole clinic and a year.

    With `as_used` the provider's costs leave out what stands idle.
    """
    wide = in_every_replication(results, f"{perspective}_cost_per_patient")
    table = results.scenarios[NOW].run
    years = (table.days - table.warm_up) / DAYS_PER_YEAR

    def of_the_clinic(measure: str, scenario: str) -> Floats:
        values = wide[measure][scenario].to_numpy()
        if measure != _DAYS:
            values = values * wide[_PEOPLE][scenario].to_numpy()
        return np.asarray(values / years, dtype=float)

    def gained(measure: str) -> tuple[Floats, Floats]:
        return of_the_clinic(measure, name), of_the_clinic(measure, NOW)

    qalys, cost = gained("qalys_per_patient"), gained(f"{perspective}_cost_per_patient")
    if as_used and perspective == "provider":
        unused = gained("idle_cost_per_patient")
        cost = (cost[0] - unused[0], cost[1] - unused[1])
    values: list[tuple[str, float, tuple[Floats, ...]]] = [
        ("net_benefit", limit, tuple(limit * q - c for q, c in zip(qalys, cost, strict=True)))
        for limit in thresholds
    ]
    values += [("qalys", nan, qalys), ("cost", nan, cost), ("days", nan, gained(_DAYS))]
    rows = []
    for quantity, limit, (changed, now) in values:
        found = paired(changed, now)
        rows.append(
            {
                "scenario": name, "quantity": quantity, "willingness_to_pay": limit,
                "difference": found.difference, "lower": found.lower, "upper": found.upper,
                "p_value": found.p_value, "replications": found.n,
            }
        )  # fmt: skip
    return rows


def _limits(gains: Mapping[str, list[dict[str, Any]]], lifted: Mapping[str, Scenario]) -> Any:
    import pandas as pd

    rows = [row for name in lifted for row in gains[name]]
    return _adjusted(pd.DataFrame(rows, columns=GAINED))


def _adjusted(table: Any) -> Any:
    """Allow for several clinics being compared with the one as it is, quantity by quantity."""
    for _, rows in table.groupby(["quantity", "willingness_to_pay"], dropna=False):
        known = rows["p_value"].dropna()
        table.loc[known.index, "p_adjusted"] = holm(known.to_numpy(dtype=float))
    return table


def _hours(
    gains: Mapping[str, list[dict[str, Any]]], added: Mapping[str, float], scenario: Scenario
) -> Any:
    """Divide what one more of each gains by the hours it adds in a year."""
    import pandas as pd

    rows = []
    for name, weekly in added.items():
        yearly, price = weekly * WEEKS_PER_YEAR, _price(name, scenario)
        for row in gains[name]:
            each = {
                f"{limit}_per_hour": nan if row[limit] is None else row[limit] / yearly
                for limit in ("difference", "lower", "upper")
            }
            rows.append({**row, "added_hours": weekly, **each, "price_per_hour": price})
    return _adjusted(pd.DataFrame(rows, columns=[*GAINED, *_PER_HOUR]))


def _price(name: str, scenario: Scenario) -> float:
    """Give what an hour of one more costs the provider, by the scenario's prices.

    An opening hour is that of the nurses and prescribers on duty; chairs are paid by the year.
    """
    clinic = scenario.clinic
    if name == "1 more chair":
        return clinic.prices.chair_year / (weekly_hours(scenario) * WEEKS_PER_YEAR)
    for staff in STAFF:
        if name == f"1 more {staff[:-1]}":
            return clinic.prices.wage(staff)
    return sum((clinic.staffed(staff) or 0) * clinic.prices.wage(staff) for staff in STAFF)
