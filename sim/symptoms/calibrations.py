"""The two calibrations: joint sets of the parameters that were fitted together."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sim.config.value import Grade, parameter

CalibrationName = Literal["trial", "community"]


class Calibration(NamedTuple):
    """One joint set of the parameters that are fitted together; times in days."""

    a_fast: float
    a_slow: float
    tau_fast_days: float
    tau_slow_median_days: float
    sensitivity_sd: float  # sd of ln s
    durability_sd: float  # sd of ln tau_slow
    ceiling_mean: float  # mu_E, on the logit scale
    ceiling_sd: float  # sd_E, on the logit scale
    drug_share: float  # median f
    drug_share_sd: float  # sd of logit f
    worsening_per_year: float  # episodes, of those not in one
    lasting_share: float  # of the people


PATHS = {name: f"symptoms.{name}" for name in Calibration._fields} | {
    "worsening_per_year": "symptoms.own_course.worsening_per_year"
}
"""Where a scenario may give each of them itself, by dotted path."""

CALIBRATIONS: dict[str, Calibration] = {
    "trial": Calibration(
        0.40381, 0.46149, 5.4794, 32.179, 1.1531, 0.54068, 1.0385, 0.94651,
        0.42274, 1.0877, 0.62186, 0.12567,
    ),
    "community": Calibration(
        0.34994, 0.51649, 4.0838, 173.75, 0.56608, 0.43351, 1.3285, 1.9348,
        0.3932, 1.2332, 0.8482, 0.21908,
    ),
}  # fmt: skip
"""Best fits of `ketasim calibrate`; joint samples and limits: sim/evidence, docs/evidence.md."""


def fitted(
    name: str, meaning: str, unit: str = "", grade: Grade = "B", **bounds: float
) -> float | None:
    """Declare a parameter that follows the named calibration unless it is given."""
    named = ", ".join(f"{key} {getattr(fit, name):g}" for key, fit in CALIBRATIONS.items())
    value: float | None = parameter(
        None,
        f"{meaning}; left out, as the calibration says: {named}",
        unit=unit,
        source="joint fit to the targets of docs/evidence.md",
        grade=grade,
        **bounds,
    )
    return value
