"""Which parameters a choice can rest on, singly and in groups, and what knowing them is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.arrays import Floats
from sim.economics.knowing import KnownValue, columns_of, worth_knowing
from sim.economics.priced import Terms
from sim.economics.sampled import Sampled
from sim.symptoms.calibrations import PATHS

EVPPI = (
    "wtp", "parameter", "kind", "parameters", "basis", "evppi", "chance", "chance_of_all",
    "more_than_chance",
)  # fmt: skip
CALIBRATION = "calibration (joint posterior)"
_BY_PREFIX = {  # the longest that fits
    "economics.utilities.": "utilities",
    "economics.lost_work.": "lost work",
    "clinic.prices.": "prices",
    "clinic.adverse_events.": "adverse events",
    "clinic.": "clinic",
    "behaviour.": "behaviour",
    "symptoms.routes.": "routes",
    "symptoms.": "symptoms besides the calibration",
    "population.": "people",
}
_CHARGED = ("payer", "societal")
_COUNTS_IN = {  # perspectives in which a price counts at all; the longest prefix that fits
    "economics.lost_work.": ("societal",),
    "clinic.prices.patients.": ("societal",),
    "clinic.prices.chair_year": ("provider",),
    "clinic.prices.nurse_hour": ("provider",),
    "clinic.prices.prescriber_hour": ("provider",),
    "clinic.prices.missed_visit": ("provider",),
    "clinic.prices.drug.": ("provider",),
    "clinic.prices.": _CHARGED,
}


def counts(path: str, terms: Terms) -> bool:
    """Tell whether a parameter can touch costs in this perspective, or QALYs by this mapping."""
    if path.startswith("economics.utilities."):
        return path.startswith(f"economics.utilities.{terms.utility}.")
    found = [prefix for prefix in _COUNTS_IN if path.startswith(prefix)]
    return not found or terms.perspective in _COUNTS_IN[max(found, key=len)]


def group_of(path: str) -> str:
    """Name the group of a parameter; those of the calibration are drawn together, as one."""
    if path in PATHS.values():
        return CALIBRATION
    found = [prefix for prefix in _BY_PREFIX if path.startswith(prefix)]
    return _BY_PREFIX[max(found, key=len)] if found else path.partition(".")[0]


def singles_and_groups(
    parameters: Mapping[str, Floats], terms: Terms
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Give the single parameters and the groups of several, (draws, parameters) of each."""
    paths = [path for path in parameters if counts(path, terms)]
    singles = {
        path: columns_of(parameters, [path]) for path in paths if group_of(path) != CALIBRATION
    }
    members: dict[str, list[str]] = {}
    for path in paths:
        members.setdefault(group_of(path), []).append(path)
    groups = {
        name: columns_of(parameters, own)
        for name, own in members.items()
        if len(own) > 1 or name == CALIBRATION
    }
    return singles, groups


def evppi_table(
    of: Sampled, parameters: Mapping[str, Floats], terms: Terms, thresholds: Sequence[float]
) -> tuple[pd.DataFrame, list[str]]:
    """Value every parameter and group at every threshold; name those that draws are too few for.

    Chance is that of parameters permuted: `chance` of the row's own, `chance_of_all` of the largest
    among all single parameters, or among all groups.
    """
    rows, left_out = [], []
    asked = zip(("parameter", "group"), singles_and_groups(parameters, terms), strict=True)
    for kind, groups in asked:
        for wtp in thresholds:
            known, without = worth_knowing(of.net_benefit(wtp), groups)
            rows += [_row(wtp, kind, one) for one in known]
            left_out += [name for name in without if name not in left_out]
    table = pd.DataFrame(rows, columns=list(EVPPI))
    order = table.sort_values(["wtp", "kind"], ascending=[True, True], kind="stable")
    return order.reset_index(drop=True), left_out


def _row(wtp: float, kind: str, one: KnownValue) -> tuple[object, ...]:
    return (
        wtp, one.parameter, kind, one.size, one.shape, one.value, one.chance, one.chance_of_all,
        one.more_than_chance,
    )  # fmt: skip
