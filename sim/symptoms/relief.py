"""Relief: the dose that arrives, two states between infusions, several sources, and the score.

**Two states**, fast and slow, in closed form. With t days since the newest infusion ended:

    F(t) = F0 exp(-t / tau_fast)            R(t) = R0 exp(-t / tau_slow)
    at an infusion of impulse j
        F <- F + (1 - F) (1 - exp(-a_fast j))
        R <- R + (1 - R) (1 - exp(-a_slow j (1 + p F_before)))
    relief   E = Emax (1 - (1 - F) (1 - R))
    onset    E = w E_with + (1 - w) E_without the newest dose, w = 1 - exp(-t / tau_onset)

The next dose completes the onset of the one before. p is the plasticity window (default 0).

**Several sources**, and how they combine: the drug, being treated at all, an SSRI.

    E_total = 1 - (1 - E_drug) (1 - E_ns) (1 - E_ssri)

The two states are calibrated to the *open-label total* of IV infusions. Let E be that course at the
doses given, and E_ref the same visits at the reference exposure. With f the drug-specific share,

    E_ns   = (1 - f) E_ref                              independent of dose and route
    E_drug = 1 - (1 - E) / (1 - (1 - f) E)

so that at the reference dose the total is exactly the calibrated E, a placebo (dose 0, same visits)
has (1 - f) of it, and nothing needs to be fitted anew. E_ns rises with visits and fades as the
calibrated course does. Source for f: Murrough 2013, Singh 2016 (docs/evidence.md, caution 2).

    E_ssri = Emax_ssri (1 - exp(-t / tau_ssri)),  t days since usual care began
"""

from __future__ import annotations

from math import exp, floor, log, log1p, sqrt
from typing import Any, NamedTuple, TypeVar

from sim.scales import GAD7_HIGHEST, GAD7_LOWEST
from sim.units import MINUTES_PER_DAY

Number = Any  # a float, or an array of them
T = TypeVar("T", float, Any)

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


class Kinetics(NamedTuple):
    """What shapes one person's relief; times in days, the rest without unit."""

    a_fast: float
    a_slow: float
    tau_fast: float
    tau_slow: Any  # one number, or an array over patients
    ceiling: Any  # Emax, 0..1
    plasticity: float = 0.0


class State(NamedTuple):
    """Where relief stands just after an infusion ended, with and without that infusion."""

    since: int  # minute at which the newest infusion ended
    fast: float = 0.0
    slow: float = 0.0
    fast_before: float = 0.0
    slow_before: float = 0.0
    onset_days: float = 1.0


def together(ceiling: T, fast: T, slow: T) -> T:
    """Relief of the two states together, E = Emax (1 - (1 - F)(1 - R))."""
    return ceiling * (1 - (1 - fast) * (1 - slow))


def left(kinetics: Kinetics, state: State, minute: int) -> tuple[float, float, float]:
    """Days since the newest infusion, and the shares left of the fast and of the slow state."""
    days = (minute - state.since) / MINUTES_PER_DAY
    return days, exp(-days / kinetics.tau_fast), exp(-days / kinetics.tau_slow)


def relief(kinetics: Kinetics, state: State, minute: int) -> float:
    """Relief (0..1) of one patient at a minute not before `state.since`."""
    return relief_left(kinetics.ceiling, state, *left(kinetics, state, minute))


def relief_left(
    ceiling: float, state: State, days: float, fast_left: float, slow_left: float
) -> float:
    """Relief so many days after the newest infusion, with so much left of either state."""
    _, fast, slow, fast_before, slow_before, onset_days = state
    full = ceiling * (1 - (1 - fast * fast_left) * (1 - slow * slow_left))
    without = ceiling * (1 - (1 - fast_before * fast_left) * (1 - slow_before * slow_left))
    return full - exp(-days / onset_days) * (full - without)


def infused(
    kinetics: Kinetics, state: State, minute: int, impulse: float, onset_days: float
) -> State:
    """Give the state just after an infusion of this impulse that ended at this minute."""
    _, fast_left, slow_left = left(kinetics, state, minute)
    return infused_left(kinetics, state, minute, fast_left, slow_left, impulse, onset_days)


def infused_left(
    kinetics: Kinetics,
    state: State,
    minute: int,
    fast_left: float,
    slow_left: float,
    impulse: float,
    onset_days: float,
) -> State:
    """Give the state just after an infusion, with so much left of either state before it."""
    fast = state.fast * fast_left
    slow = state.slow * slow_left
    slow_push = kinetics.a_slow * impulse * (1 + kinetics.plasticity * fast)
    return State(
        minute,
        fast + (1 - fast) * (1 - exp(-kinetics.a_fast * impulse)),
        slow + (1 - slow) * (1 - exp(-slow_push)),
        fast,
        slow,
        onset_days,
    )


def of_drug(course: Number, drug_share: float) -> Number:
    """The drug's own relief E_drug, from the open-label course E at the doses given."""
    return 1 - (1 - course) / (1 - (1 - drug_share) * course)


def non_specific(reference: Number, drug_share: float) -> Number:
    """Relief by being treated, E_ns, from the same visits at the reference exposure."""
    return (1 - drug_share) * reference


def infusions(course: Number, reference: Number, drug_share: float) -> Number:
    """Relief of infusions: the drug's own and the non-specific part together."""
    bare = (1 - course) / (1 - (1 - drug_share) * course)
    return 1 - bare * (1 - (1 - drug_share) * reference)


def with_usual_care(relief: Number, usual_care: Number) -> Number:
    """Relief with an SSRI or SNRI on top."""
    return 1 - (1 - relief) * (1 - usual_care)


def usual_care(ceiling: float, tau_days: float, days: float) -> float:
    """Relief by an SSRI or SNRI begun so many days ago; none before."""
    return ceiling * (1 - exp(-days / tau_days)) if days > 0 else 0.0


def true_score(untreated: float, relief: float, drift: float) -> float:
    """True GAD-7, S = S0 (1 - E) + D, clipped to 0..21."""
    return min(max(untreated * (1 - relief) + drift, 0.0), 21.0)


def rated_score(true: float, noise: float) -> int:
    """Rated GAD-7: the true score plus rating noise, rounded half up, clipped to 0..21."""
    return min(max(floor(true + noise + 0.5), GAD7_LOWEST), GAD7_HIGHEST)
