"""The table `[clinic.prices]`: what is charged, what the clinic costs, and what patients give.

A unit says the currency and the year that its price is of; nothing is inflated or converted.
"""

from __future__ import annotations

from sim.config.value import Grade, Value, parameter

GUIDES = "US price guides, about 2024"
_ASSUMED = "assumption"


def _price(
    dollars: float, what: str, source: str = GUIDES, grade: Grade = "C", per: str = "",
    year: int = 2024, most: float = 1_000_000,
) -> float:  # fmt: skip
    value: float = parameter(
        dollars, what, unit=f"US$ ({year}){f' per {per}' if per else ''}", source=source,
        grade=grade, ge=0, le=most,
    )  # fmt: skip
    return value


def _assumed(dollars: float, what: str, per: str = "") -> float:
    return _price(dollars, what, _ASSUMED, "D", per)


WAGES = "US Bureau of Labor Statistics, May 2023"


class DrugPrices(Value):
    """What the clinic pays for drug and consumables of a session, by route."""

    iv: float = _price(
        30, "drug, line, bag and pump share of an infusion",
        "assumption: the drug itself costs a few US$, the rest is consumables", "D", "session",
    )  # fmt: skip
    im: float = _assumed(15, "drug and syringe of an injection into a muscle", "session")
    sc: float = _assumed(15, "drug and syringe of an injection under the skin", "session")
    intranasal: float = _price(
        240, "a nasal spray: esketamine",
        "Ross and Soeteman 2020 (abstract): 240 US$ a dose in 2015 US$, not inflated", "C",
        "session", 2015,
    )  # fmt: skip
    sublingual: float = _assumed(15, "a compounded lozenge", "dose")
    oral: float = _assumed(10, "a compounded dose by mouth", "dose")


class PatientPrices(Value):
    """What a visit to the clinic takes of the patient, and of who takes the patient home."""

    hour: float = _price(
        28.6, "an hour of a patient's or an escort's time: a fortieth of a week's earnings",
        "US Bureau of Labor Statistics, second quarter of 2024: 1,143 US$ a week", "C", "hour",
    )  # fmt: skip
    travel_minutes: float = parameter(
        37, "on the way, there and back", unit="minutes per visit",
        source="Ray 2015 (abstract, American Time Use Survey 2003-2010)", grade="B", ge=0, le=1440,
    )  # fmt: skip
    fare: float = _assumed(10, "fuel, fare or parking, there and back", "visit")
    escort_minutes: float = parameter(
        60, "of somebody who takes the patient home after a session in the clinic; 0 for nobody",
        unit="minutes per session", source=_ASSUMED + " (nobody drives after a session), 2024",
        grade="D", ge=0, le=1440,
    )  # fmt: skip


class Prices(Value):
    """What is charged a session by route (drug, chair and staff are in it), and what it costs."""

    iv: float = _price(600, "an intravenous session")
    im: float = _price(450, "an intramuscular session")
    sc: float = _price(450, "a subcutaneous session", "as intramuscular, assumed", "D")
    intranasal: float = _price(750, "an intranasal session", GUIDES + " (esketamine)")
    sublingual: float = _price(150, "a dose by lozenge")
    oral: float = _price(150, "a dose by mouth", "as the lozenge, assumed", "D")
    evaluation: float = _price(225, "an assessment or an evaluation")
    medication_month: float = _price(
        35, "an SSRI or SNRI as usual care, a month (policy.usual_care)",
        "US claims of 2003-2007 (abstract, PMC3266199): 420 US$ a year of drugs for anxiety", "C",
        "month", 2007,
    )  # fmt: skip
    episode_treated: float = _assumed(
        10, "the drug that a treated episode of high blood pressure takes", "episode"
    )
    chair_year: float = _price(
        10_000, "a chair for a year: room, recliner and monitor", _ASSUMED, "D", "year",
        most=10_000_000,
    )  # fmt: skip
    nurse_hour: float = _price(
        41, "a nurse's hour: the median wage, without what else an employer pays", WAGES, "C",
        "hour", 2023, most=10_000,
    )  # fmt: skip
    prescriber_hour: float = _price(
        61, "a prescriber's hour: the median wage of a nurse practitioner, likewise", WAGES, "C",
        "hour", 2023, most=10_000,
    )  # fmt: skip
    overtime_factor: float = parameter(
        1.5, "an hour of overtime costs so many times an hour", unit="times",
        source="usual in the US; assumed for all staff", grade="D", ge=1, le=10,
    )  # fmt: skip
    missed_visit: float = _assumed(
        15, "calls and booking anew after a visit that was missed; the chair and staff that stood "
        "ready are among what is idle", "missed visit",
    )  # fmt: skip
    drug: DrugPrices = DrugPrices()
    patients: PatientPrices = PatientPrices()

    def wage(self, staff: str) -> float:
        """Give the wage of an hour of nurses, or of prescribers."""
        by_hour = {"nurses": self.nurse_hour, "prescribers": self.prescriber_hour}
        return by_hour[staff]
