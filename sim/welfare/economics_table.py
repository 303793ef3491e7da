"""The table `[economics]`: perspective, willingness to pay, discounting, utilities, lost work.

It holds for a whole run: none of it changes in mid-run. Prices are in `[clinic.prices]`.
"""

from __future__ import annotations

from typing import Literal

from sim.arrays import Floats
from sim.config.value import Value, parameter
from sim.units import DAYS_PER_YEAR
from sim.welfare.lost_work import LostWork
from sim.welfare.utilities import Mapping, Utilities, UtilityName

Perspective = Literal["payer", "provider", "societal"]
_RATE = "a choice of the analyst's; 3 % by the US Second Panel (2016)"


class Economics(Value):
    """What is counted as a cost, and what health is worth."""

    perspective: Perspective = parameter(
        "payer", "whose costs the net benefit counts: what is charged (`payer`), what the clinic "
        "costs (`provider`), or what is charged and lost work and patients' time (`societal`)",
    )  # fmt: skip
    willingness_to_pay: float = parameter(
        100_000, "what a QALY is worth to who decides", unit="US$ (2024) per QALY",
        source="a choice of the decision maker's; Ross and Soeteman 2020 judge by "
        "50,000 to 150,000",
        ge=0, le=10_000_000,
    )  # fmt: skip
    discount_costs: float = parameter(
        0.03, "discount of costs, from the beginning of the measured time on",
        unit="share a year", source=_RATE, ge=0, le=1,
    )  # fmt: skip
    discount_qalys: float = parameter(
        0.03, "discount of QALYs, likewise", unit="share a year", source=_RATE, ge=0, le=1,
    )  # fmt: skip
    currency: str = parameter(
        "US$", "what the prices of the scenario are in: a label; nothing is converted",
        max_length=20,
    )  # fmt: skip
    price_year: int = parameter(
        2024, "year of the prices: a label; nothing is inflated", source="a choice of the "
        "analyst's: each price says its own year, most 2024", ge=1900, le=2999,
    )  # fmt: skip
    utility: UtilityName = parameter(
        "duong_2024", "the mapping from GAD-7 to utility that is in force",
    )  # fmt: skip
    utilities: Utilities = Utilities()
    lost_work: LostWork = LostWork()

    @property
    def mapping(self) -> Mapping:
        """The mapping in force."""
        mapping: Mapping = getattr(self.utilities, self.utility)
        return mapping


def discounted(rate: float, days: Floats) -> Floats:
    """Give what 1 is worth so many days after the beginning, at a rate a year."""
    factor: Floats = (1 + rate) ** (-days / DAYS_PER_YEAR)
    return factor
