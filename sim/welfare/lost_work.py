"""What work is lost to anxiety, by GAD-7 band, and what a day of it is worth."""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats
from sim.config.value import Value, parameter
from sim.units import DAYS_PER_WEEK

IMPAIRED = (
    "Duong 2024 (ISPOR abstract, US NHWS 2022: WPAI) gives those with anxiety; that of people "
    "without it assumed (0.15 at work)"
)


def _impaired(value: float, band: str) -> float:
    given: float = parameter(
        value, f"share of work lost on a day with a GAD-7 {band}, above that of people below 5",
        unit="share", source=IMPAIRED, grade="D", ge=0, le=1,
    )  # fmt: skip
    return given


class LostWork(Value):
    """Absence, and less done while at work; a worse band never loses less than one before it."""

    from_5: float = _impaired(0.07, "of 5 to 9")
    from_10: float = _impaired(0.09, "of 10 to 14")
    from_15: float = _impaired(0.13, "of 15 or more")
    share_in_work: float = parameter(
        0.60, "people in paid work", unit="share",
        source="US employment-population ratio of 2024 (0.601), all adults", grade="C", ge=0, le=1,
    )  # fmt: skip
    earnings_per_week: float = parameter(
        1143, "what somebody in work earns a week", unit="US$ (2024) per week",
        source="US Bureau of Labor Statistics, second quarter of 2024: median of full-time workers",
        grade="C", ge=0, le=100_000,
    )  # fmt: skip

    def shares(self) -> Floats:
        """Give the share of work lost in each of the four bands."""
        given = (0.0, self.from_5, self.from_10, self.from_15)
        lost: Floats = np.maximum.accumulate(np.array(given))
        return lost

    def per_day(self) -> Floats:
        """Give what is lost on a calendar day in each of the four bands, mean of all people."""
        a_day = self.share_in_work * self.earnings_per_week / DAYS_PER_WEEK
        return self.shares() * a_day
