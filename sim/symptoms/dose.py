"""How much of an infusion reaches the patient, and how hard it pushes."""

from __future__ import annotations

from math import exp, log, log1p, sqrt
from typing import Any

Number = Any  # a float, or an array of them

REFERENCE_MG_KG = 0.5  # intravenous, in the patient of typical clearance: exposure 1


def exposure(
    dose_mg_kg: Number, bioavailability: Number, clearance: Number, reference_clearance: float
) -> Number:
    """Exposure x = dose * F * (CL_ref / CL) / 0.5 mg/kg.

    Clearances in L/h per 70 kg (no allometry: the dose is per kg). 1 is 0.5 mg/kg intravenously
    in the typical patient. Source: Kamp 2020 for CL_ref.
    """
    return dose_mg_kg * bioavailability * (reference_clearance / clearance) / REFERENCE_MG_KG


def saturating(x: Number, c50: float) -> Number:
    """Dose response g(x) = x (1 + C50) / (x + C50), so that g(1) = 1 (Fava 2018, Salloum 2019)."""
    return x * (1 + c50) / (x + c50)


def impulse(responsiveness: Number, x: Number, c50: float) -> Number:
    """Push of one infusion, j = s m g(x); `responsiveness` is s m, with all moderators in it."""
    return responsiveness * saturating(x, c50)


def personal_bioavailability(mean: float, cv: float, z: float) -> float:
    """Bioavailability of one person: log-normal of this mean and CV at the normal z, at most 1."""
    if cv == 0:
        return mean
    variance = log1p(cv * cv)
    return min(1.0, exp(log(mean) - variance / 2 + sqrt(variance) * z))
