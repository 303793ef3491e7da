"""The record as pandas tables, for notebooks and for Parquet files."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.outcomes.reading import NOT_YET, Reading
from sim.people.named_populations import POPULATIONS
from sim.people.population import AnxietyTypes
from sim.scales import GAD7_LOWEST
from sim.units import NEVER

MINUTES_OR_NUMBERS = (
    "booked", "arrived", "seated", "prepare_start", "prepared", "infusion_start", "infusion_end",
    "ready", "discharge_start", "left", "chair_free", "chair", "nurse", "prescriber",
    "rated_before",
)  # fmt: skip


def visits_table(reading: Reading) -> pd.DataFrame:
    """Give one row a visit; minutes since the start date, <NA> for what has not happened."""
    table = pd.DataFrame(reading.visits)
    for name in MINUTES_OR_NUMBERS:
        table[name] = table[name].astype("Int64").mask(table[name] == NEVER)
    table["true_before"] = table["true_before"].where(table["true_before"] >= GAD7_LOWEST)
    table.insert(0, "replication", reading.replication.replication)
    return table


def patients_table(reading: Reading) -> pd.DataFrame:
    """Give one row a patient: traits as drawn, and what became of them."""
    table = pd.DataFrame(reading.patients.columns()).drop(columns="key")
    names = np.array(AnxietyTypes.names())
    table["anxiety_type"] = names[reading.patients.anxiety_type]
    table["population"] = np.array(POPULATIONS)[reading.patients.population]
    days = reading.days
    who = reading.visits["patient"][reading.infused].astype(int)
    table["infusions"] = pd.Series(who).value_counts().reindex(table.index, fill_value=0)
    for name, values in (
        ("first_infusion", reading.first_infusion),
        ("discharged", reading.discharged),
        ("infusions_to_response", reading.first_response),
        ("response_day", days.response),
        ("relapse_day", days.relapse),
    ):
        table[name] = pd.Series(values, dtype="Int64").mask(values == NOT_YET)
    table["days_followed"] = days.observed
    table["days_below_10"] = days.below_10
    table["days_in_response"] = days.in_response
    events = reading.discharges
    reasons = pd.Series(events["reason"], index=events["patient"].astype(int), dtype=object)
    table["discharge_reason"] = reasons.reindex(table.index)
    table.insert(0, "patient", range(len(table)))
    table.insert(0, "replication", reading.replication.replication)
    return table
