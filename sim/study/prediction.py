"""How well the predictive policy knows the day of return, by the number of boosters it has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.replication import Replication
from sim.policy.chart import Chart, Visit
from sim.policy.orders import INFUSIONS, Prescription
from sim.policy.predictive import PredictiveBoosters
from sim.symptoms.trajectory import days_until_below
from sim.units import NEVER

if TYPE_CHECKING:
    import pandas as pd

_LONGEST_DAYS = 365.0
_SHORTEST_DAYS = 1.0


def predictions(replication: Replication, policy: PredictiveBoosters) -> pd.DataFrame:
    """Set the predicted day of return beside the true one, after every booster.

    The prediction reads the chart as it stood just after the booster, without the policy's bounds;
    the truth is the day on which the patient's own score, without drift, would reach the target if
    no other infusion followed (both at most 365, at least 1; the open-label course). Columns:
    patient, boosters, predicted_days, true_days.
    """
    import pandas as pd

    free = policy.model_copy(
        update={"shortest_days": _SHORTEST_DAYS, "longest_days": _LONGEST_DAYS}
    )
    truth = _true_days(replication, policy.target)
    rows = []
    for patient, rows_of in _visits_by_patient(replication).items():
        chart = Chart(0, int(replication.patients.baseline[patient]), Prescription("iv", 0.5))
        for row in rows_of:
            visit = _visit(replication, row)
            chart.add(visit)
            if visit.kind == "booster":
                rows.append(
                    {
                        "patient": patient,
                        "boosters": chart.count("booster"),
                        "predicted_days": free.interval(chart),
                        "true_days": truth[row],
                    }
                )
    return pd.DataFrame(rows, columns=["patient", "boosters", "predicted_days", "true_days"])


def accuracy(table: pd.DataFrame, followed: int = 12) -> pd.DataFrame:
    """Median absolute error in days and rank correlation, by the number of boosters seen.

    Of the people who had at least `followed` boosters, so that each number is about the same ones:
    those with many boosters are those whose symptoms return soon. Columns: boosters, people,
    median_error_days, rank_correlation; none for fewer than 20 people.
    """
    import pandas as pd

    most = table.groupby("patient")["boosters"].transform("max")
    table = table[(most >= followed) & (table["boosters"] <= followed)]
    told = []
    for boosters, group in table.groupby("boosters"):
        if len(group) < 20:
            continue
        miss = (group["predicted_days"] - group["true_days"]).abs()
        ranks = group[["predicted_days", "true_days"]].rank()
        told.append(
            {
                "boosters": boosters,
                "people": len(group),
                "median_error_days": float(miss.median()),
                "rank_correlation": float(ranks.corr().to_numpy()[0, 1]),
            }
        )
    return pd.DataFrame(told)


def _visits_by_patient(replication: Replication) -> dict[int, list[int]]:
    visits = replication.visits
    done = np.flatnonzero((visits["status"] == "done") & (visits["rated_before"] != NEVER))
    done = done[np.argsort(visits["arrived"][done], kind="stable")]
    found: dict[int, list[int]] = {}
    for row in done.tolist():
        found.setdefault(int(visits["patient"][row]), []).append(row)
    return found


def _visit(replication: Replication, row: int) -> Visit:
    visits = replication.visits
    kind = str(visits["kind"][row])
    minute = visits["infusion_start" if kind in INFUSIONS else "arrived"][row]
    return Visit(kind, int(minute), int(visits["rated_before"][row]))  # type: ignore[arg-type]


def _true_days(replication: Replication, target: float) -> dict[int, float]:
    """Days until the true score without drift reaches the target, by row of the visits."""
    visits, cohort = replication.visits, replication.patients
    rows = np.flatnonzero(visits["infusion_end"] != NEVER)
    rows = rows[np.lexsort((visits["infusion_end"][rows], visits["patient"][rows]))]
    who = visits["patient"][rows].astype(np.int64)
    table = replication.courses[0]
    at = np.flatnonzero(table.since >= 0)  # the segments that an infusion began, in this order
    level = 1 - target / np.maximum(cohort.untreated[who], 1e-9)
    days = np.zeros(len(rows))
    days[level <= 0] = _LONGEST_DAYS  # below the target without any relief
    some = np.flatnonzero(level > 0)
    days[some] = days_until_below(replication.kinetics, table, at[some], level[some])
    return dict(
        zip(rows.tolist(), np.clip(days, _SHORTEST_DAYS, _LONGEST_DAYS).tolist(), strict=True)
    )
