"""Utilities (health-related quality of life, 1 is full health) from GAD-7, by named mappings.

A mapping is a table with its own parameters and a function of the true score. Those of the mapping
in force count (`economics.utility`); the others stand by for a comparison.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from sim.arrays import Floats
from sim.config.value import Grade, Value, parameter
from sim.scales import band_of

UtilityName = Literal["duong_2024", "allgulander_2006", "straight_line"]

DUONG = "Duong 2024 (ISPOR abstract, US NHWS 2022: EQ-5D-5L, adjusted)"
ALLGULANDER = "Allgulander 2006 (SF-6D) as in NICE CG113 (2011), table 17; band assigned here"
FITTED = "least squares through the means of Duong 2024 at 2, 7, 12, 18 points; ours"


def _of_band(value: float, band: str, source: str, grade: Grade) -> float:
    given: float = parameter(
        value, f"utility of a day with a GAD-7 {band}", unit="utility", source=source, grade=grade,
        ge=0, le=1,
    )  # fmt: skip
    return given


class Bands(Value):
    """One utility for each band of GAD-7; a worse band is never better than one before it."""

    below_5: float = _of_band(
        0.84, "below 5", f"{DUONG}; people below 10 without a diagnosis, n = 36,505", "C"
    )
    from_5: float = _of_band(0.80, "of 5 to 9", f"{DUONG}; n = 1,381", "B")
    from_10: float = _of_band(0.75, "of 10 to 14", f"{DUONG}; n = 1,100", "B")
    from_15: float = _of_band(0.66, "of 15 or more", f"{DUONG}; n = 1,080", "B")

    def of(self, score: Floats) -> Floats:
        """Give the utility at true scores, one or an array.

        Values drawn apart may cross; a band then has the utility of the better one that is lower.
        """
        given = (self.below_5, self.from_5, self.from_10, self.from_15)
        found: Floats = np.minimum.accumulate(np.array(given)).take(band_of(np.asarray(score)))
        return found


class StatesAsBands(Bands):
    """Likewise, by what people in trials of medication were: well for long, well, relapsed, ill."""

    below_5: float = _of_band(0.79, "below 5", f"{ALLGULANDER}: response without relapse", "C")
    from_5: float = _of_band(0.76, "of 5 to 9", f"{ALLGULANDER}: response", "C")
    from_10: float = _of_band(
        0.73, "of 10 to 14", f"{ALLGULANDER}: relapse following response", "C"
    )
    from_15: float = _of_band(0.63, "of 15 or more", f"{ALLGULANDER}: non-response", "C")


class StraightLine(Value):
    """So much is lost with every point of GAD-7, from the first one on; never outside 0 to 1."""

    at_0: float = parameter(
        0.872, "utility of a day with a GAD-7 of 0", unit="utility", source=FITTED, grade="C",
        ge=0, le=1,
    )  # fmt: skip
    lost_per_point: float = parameter(
        0.0112, "utility lost with each point of GAD-7", unit="utility per point", source=FITTED,
        grade="C", ge=0, le=1,
    )  # fmt: skip

    def of(self, score: Floats) -> Floats:
        """Give the utility at true scores, one or an array."""
        found: Floats = np.clip(self.at_0 - self.lost_per_point * np.asarray(score), 0.0, 1.0)
        return found


Mapping = Bands | StraightLine


class Utilities(Value):
    """The mappings by name."""

    duong_2024: Bands = parameter(Bands(), "by band, US adults with diagnosed anxiety (EQ-5D-5L)")
    allgulander_2006: StatesAsBands = parameter(
        StatesAsBands(), "by band, from what people in trials of medication were (SF-6D)"
    )
    straight_line: StraightLine = parameter(StraightLine(), "a straight line in GAD-7")
