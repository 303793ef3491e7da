"""What a calibration may fit: priors, and the structures that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Literal

from scipy.special import expit, logit

from sim.symptoms.calibrations import Calibration, CalibrationName


@dataclass(frozen=True)
class Prior:
    """What was believed of a parameter before the targets; normal on some scale."""

    centre: float  # the median
    sd: float  # on that scale
    law: Literal["log-normal", "normal", "logit-normal"] = "log-normal"

    def inward(self, x: float) -> float:
        """Give the value at so many standard deviations from the centre."""
        if self.law == "normal":
            return self.centre + self.sd * x
        if self.law == "logit-normal":
            return float(expit(logit(self.centre) + self.sd * x))
        return self.centre * exp(self.sd * x)

    def outward(self, value: float) -> float:
        """Give how many standard deviations a value is from the centre."""
        if self.law == "normal":
            return (value - self.centre) / self.sd
        if self.law == "logit-normal":
            return float(logit(value) - logit(self.centre)) / self.sd
        return log(value / self.centre) / self.sd


COMMON = {
    "a_fast": Prior(0.4, 0.7),
    "a_slow": Prior(0.3, 0.7),
    "tau_fast_days": Prior(5, 0.5),
    "sensitivity_sd": Prior(0.9, 0.5),
    "durability_sd": Prior(0.5, 0.4),
    "ceiling_mean": Prior(1.1, 0.6, "normal"),
    "ceiling_sd": Prior(1.2, 0.5),
    "drug_share": Prior(0.5, 0.7, "logit-normal"),
    "drug_share_sd": Prior(1.0, 0.7),
    "worsening_per_year": Prior(0.4, 1.0),
    "lasting_share": Prior(0.2, 1.0, "logit-normal"),
}
PRIORS: dict[CalibrationName, dict[str, Prior]] = {
    "trial": COMMON | {"tau_slow_median_days": Prior(25, 0.6)},
    "community": COMMON | {"tau_slow_median_days": Prior(70, 0.7)},
}
"""The priors of docs/evidence.md."""

MORE_PRIORS = {
    "plasticity": Prior(1.0, 1.5),  # wide: from hardly any (0.05) to twenty-fold
    "consolidation": Prior(0.05, 1.5),
    "tolerance": Prior(0.05, 1.5),
    "remission_per_year": Prior(0.1, 0.7),  # 0.38 in 5 years, see its parameter
}
"""Priors of what a structure may have beyond a calibration, by name."""

HELD = {
    "a_fast": 0.0, "tau_fast_days": 5.0, "drug_share": 0.6, "drug_share_sd": 0.0,
    "worsening_per_year": 0.0, "lasting_share": 0.0,
}  # fmt: skip
"""What a parameter of the calibrations is held at where a structure does without it.

A drug's share of 0.6 is that of Murrough 2013 and Singh 2016, which was assumed before it was
fitted.
"""


@dataclass(frozen=True)
class Structure:
    """The calibrations' parameters without some, which are held, and with others."""

    name: str
    title: str
    without: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    @property
    def fitted(self) -> tuple[str, ...]:
        """Name what is fitted, in order."""
        return (*(n for n in Calibration._fields if n not in self.without), *self.more)

    @property
    def held(self) -> dict[str, float]:
        """Give what is held, by name."""
        return {name: HELD[name] for name in self.without}

    def priors(self, which: CalibrationName) -> dict[str, Prior]:
        """Give the priors of what is fitted, in order."""
        known = PRIORS[which] | MORE_PRIORS
        return {name: known[name] for name in self.fitted}


_AFTERWARDS = ("drug_share", "drug_share_sd", "worsening_per_year", "lasting_share")

STRUCTURES = {
    structure.name: structure
    for structure in (
        Structure("two_states", "two states", _AFTERWARDS),
        Structure("afterwards", "and worsening, placebo response", ("lasting_share",)),
        Structure("lasting", "and a share whose relief lasts (default)"),
        Structure(
            "natural",
            "or natural remission instead",
            ("lasting_share",),
            ("remission_per_year",),
        ),
        Structure("one_state", "the default with the slow state only", ("a_fast", "tau_fast_days")),
        Structure("plasticity", "the default with a plasticity window", (), ("plasticity",)),
        Structure("consolidation", "the default with consolidation", (), ("consolidation",)),
        Structure("tolerance", "the default with tolerance", (), ("tolerance",)),
    )
}
DEFAULT_STRUCTURE = "lasting"
