"""Booster policies as curves: days well at equal numbers of infusions, paired with fixed boosters.

Each kind of policy is swept over its main setting. Within a replication the fixed policies give a
curve of days against infusions per patient; every other policy is compared with that curve at its
own number of infusions (linear in between, nothing beyond the curve's ends). Differences of
replications are paired, so their intervals are t intervals over replications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Floats
from sim.outcomes.measures import DAYS_WELL
from sim.stats.intervals import t_interval

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.results import Results

_INFUSIONS = "infusions_per_patient_year"
ANCHORS = ("fixed", "none")  # kinds that make the curve


def boosters_kind(results: Results, scenario: str) -> str:
    """Name the kind of a scenario's boosters; an object of one's own by its class."""
    if scenario not in results.scenarios:
        return scenario.split("_")[0]
    boosters = results.scenarios[scenario].policy.boosters
    return str(getattr(boosters, "kind", type(boosters).__name__.lower()))


def frontier(results: Results) -> pd.DataFrame:
    """Compare every policy with the curve of the fixed ones, at equal infusions.

    Columns: scenario, kind, measure, infusions (mean per patient-year), days (mean per referred
    patient-year), difference from the curve with lower, upper (95 %), replications (those in which
    the policy's infusions lie within the curve).
    """
    import pandas as pd

    wide = results.metrics.pivot(
        index=["scenario", "replication"], columns="measure", values="value"
    )
    kinds = {name: boosters_kind(results, name) for name in results.names}
    rows = []
    for measure in DAYS_WELL:
        for name, kind in kinds.items():
            table = wide.loc[name]
            gains = _gains(wide, kinds, measure, name)
            told = t_interval(gains) if len(gains) else None
            rows.append(
                {
                    "scenario": name,
                    "kind": kind,
                    "measure": measure,
                    "infusions": float(table[_INFUSIONS].mean()),
                    "days": float(table[measure].mean()),
                    "difference": told.mean if told else np.nan,
                    "lower": told.lower if told and told.lower is not None else np.nan,
                    "upper": told.upper if told and told.upper is not None else np.nan,
                    "replications": len(gains),
                }
            )
    return pd.DataFrame(rows)


def _gains(wide: pd.DataFrame, kinds: dict[str, str], measure: str, name: str) -> Floats:
    """Days above the fixed curve in each replication in which they can be compared."""
    anchors = [other for other, kind in kinds.items() if kind in ANCHORS]
    found = []
    for replication, row in wide.loc[name].iterrows():
        curve = wide.loc[[(other, replication) for other in anchors]]
        infusions, days = curve[_INFUSIONS].to_numpy(), curve[measure].to_numpy()
        order = np.argsort(infusions)
        if infusions.min() <= row[_INFUSIONS] <= infusions.max():
            at_equal = np.interp(row[_INFUSIONS], infusions[order], days[order])
            found.append(float(row[measure]) - float(at_equal))
    return np.array(found)
