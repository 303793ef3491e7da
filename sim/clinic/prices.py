"""The table `[clinic.prices]`: what a session is charged at, and what the clinic itself costs."""

from __future__ import annotations

from sim.config.value import Grade, Value, parameter

GUIDES = "US price guides"


def _price(dollars: float, what: str, source: str = GUIDES, grade: Grade = "C") -> float:
    value: float = parameter(
        dollars, what, unit="US$", source=source, grade=grade, ge=0, le=1_000_000
    )
    return value


WAGES = "US Bureau of Labor Statistics (about 2023)"


class Prices(Value):
    """US$ charged a session by route (drug, chair and staff are in it), and costs of capacity."""

    iv: float = _price(600, "an intravenous session")
    im: float = _price(450, "an intramuscular session")
    sc: float = _price(450, "a subcutaneous session", "as intramuscular, assumed", "D")
    intranasal: float = _price(750, "an intranasal session", GUIDES + " (esketamine)")
    sublingual: float = _price(150, "a dose by lozenge")
    oral: float = _price(150, "a dose by mouth", "as the lozenge, assumed", "D")
    evaluation: float = _price(225, "an assessment or an evaluation")
    chair_year: float = parameter(
        10_000, "a chair for a year: room, recliner and monitor", unit="US$ per year",
        source="assumption", grade="D", ge=0, le=10_000_000,
    )  # fmt: skip
    nurse_hour: float = parameter(
        41, "a nurse's hour: the median wage, without what else an employer pays",
        unit="US$ per hour", source=WAGES, grade="C", ge=0, le=10_000,
    )  # fmt: skip
    prescriber_hour: float = parameter(
        61, "a prescriber's hour: the median wage of a nurse practitioner, likewise",
        unit="US$ per hour", source=WAGES, grade="C", ge=0, le=10_000,
    )  # fmt: skip
    overtime_factor: float = parameter(
        1.5, "an hour of overtime costs so many times an hour", unit="times",
        source="usual in the US; assumed for all staff", grade="D", ge=1, le=10,
    )  # fmt: skip
