"""Relief: the dose that arrives, two states between infusions, several sources, and the score.

**Two states**, fast and slow, in closed form. With t days since the newest infusion ended:

    F(t) = F0 exp(-t / tau_fast)            R(t) = R0 exp(-t / tau_slow)
    at an infusion of impulse j
        F <- F + (1 - F) (1 - exp(-a_fast j))
        R <- R + (1 - R) (1 - exp(-a_slow j (1 + p F_before)))
    relief   E = Emax (1 - (1 - F) (1 - R))
    onset    E = w E_with + (1 - w) E_without the newest dose, w = 1 - exp(-t / tau_onset)

The next dose completes the onset of the one before. p is the plasticity window (default 0).

**Tolerance** (default 0): each infusion of the drug leaves one unit, which fades; with k the
tolerance per unit, an infusion that finds T of them has the impulse

    j / (1 + k T)            T(t) = T0 exp(-t / tau_tolerance)        at an infusion T <- T + 1

It is of the drug given: an infusion without the drug leaves none, and E_ref below knows none.

**Several sources**, and how they combine: the drug, being treated at all, an SSRI.

    E_total = 1 - (1 - E_drug) (1 - E_ns) (1 - E_ssri)

The two states are calibrated to the *open-label total* of IV infusions. Let E be that course at the
doses given, and E_ref the same visits at the reference exposure. With f the drug-specific share,

    E_ns   = (1 - f) E_ref                              independent of dose and route
    E_drug = 1 - (1 - E) / (1 - (1 - f) E)

so that at the reference dose the total is exactly the calibrated E (as long as there is no
tolerance), a placebo (dose 0, same visits) has (1 - f) of it, whatever f is. E_ns rises with visits
and fades as the calibrated course does. f differs between people and is fitted with the rest
(docs/evidence.md, "The two calibrations").

    E_ssri = Emax_ssri (1 - exp(-t / tau_ssri)),  t days since usual care began

**What comes by itself** (worsening as the calibration says, natural remission off unless asked
for): in an episode of worsening, B = 1, the share w of all relief is lost; in a natural remission,
N = 1, the share r of the untreated score is gone.

    E_seen = 1 - (1 - E_total (1 - w B)) (1 - r N)
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, log1p, sqrt
from typing import Any, NamedTuple

from sim.scales import clipped
from sim.units import MINUTES_PER_DAY, half_up

Number = Any  # a float, or an array of them: each formula stands here once, for both
Exp = Callable[[Any], Any]  # math.exp for one patient, np.exp for arrays

LONGEST_ONSET = 54 * log(2)
"""Onsets after which less of a dose waits than changes a relief: 2^-54 of it, below rounding."""

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
    tolerance: float = 0.0
    tolerance_days: float = 180.0


class State(NamedTuple):
    """Where relief stands just after an infusion ended, with and without that infusion.

    Of one patient, or of many: then each field is an array over them, or one value for all.
    """

    since: Number  # minute at which the newest infusion ended
    fast: Number = 0.0
    slow: Number = 0.0
    fast_before: Number = 0.0
    slow_before: Number = 0.0
    onset_days: Number = 1.0
    tolerance: Number = 0.0  # units; not counted where it changes nothing


class Dose(NamedTuple):
    """What one infusion brings: its impulse, and how soon it sets in."""

    impulse: Number
    onset_days: Number
    added: tuple[Number, Number] | None = None  # see `gains`; None: they depend on what is there


def together(ceiling: Number, fast: Number, slow: Number) -> Number:
    """Relief of the two states together, E = Emax (1 - (1 - F)(1 - R))."""
    return ceiling * (1 - (1 - fast) * (1 - slow))


def left(kinetics: Kinetics, state: State, minute: int) -> tuple[float, float, float]:
    """Days since the newest infusion, and the shares left of the fast and of the slow state."""
    days = (minute - state.since) / MINUTES_PER_DAY
    return days, exp(-days / kinetics.tau_fast), exp(-days / kinetics.tau_slow)


def waiting(days: float, onset_days: float) -> float | None:
    """Share of one patient's newest dose that has not set in; None where it is none any more."""
    return exp(-days / onset_days) if days < LONGEST_ONSET * onset_days else None


def relief(kinetics: Kinetics, state: State, minute: int) -> float:
    """Relief (0..1) of one patient at a minute not before `state.since`."""
    days, fast_left, slow_left = left(kinetics, state, minute)
    waits = waiting(days, state.onset_days)
    return float(relief_left(kinetics.ceiling, state, fast_left, slow_left, waits))


def relief_left(
    ceiling: Number, state: State, fast_left: Number, slow_left: Number, waiting: Number | None
) -> Number:
    """Relief with so much left of either state.

    `waiting` is the share of the newest dose that has not set in, exp(-t / tau_onset); None where
    nothing of it waits any more.
    """
    _, fast, slow, fast_before, slow_before, _, _ = state
    full = together(ceiling, fast * fast_left, slow * slow_left)
    if waiting is None:
        return full
    without = together(ceiling, fast_before * fast_left, slow_before * slow_left)
    return full - waiting * (full - without)


def gains(
    kinetics: Kinetics, impulse: Number, fast: Number = 0.0, exp: Exp = exp
) -> tuple[Number, Number]:
    """Shares of the missing fast and slow state that an infusion adds, with so much fast before."""
    slow_push = kinetics.a_slow * impulse * (1 + kinetics.plasticity * fast)
    return 1 - exp(-kinetics.a_fast * impulse), 1 - exp(-slow_push)


def dose_of(kinetics: Kinetics, impulse: Number, onset_days: Number, exp: Exp = exp) -> Dose:
    """Give a dose of this impulse, with what it adds if that is the same at every infusion."""
    same = kinetics.plasticity == 0 and kinetics.tolerance == 0
    return Dose(impulse, onset_days, gains(kinetics, impulse, exp=exp) if same else None)


def without_tolerance(kinetics: Kinetics) -> Kinetics:
    """Give what shapes E_ref: to being treated nobody becomes tolerant."""
    return kinetics._replace(tolerance=0.0) if kinetics.tolerance else kinetics


def weakened(
    kinetics: Kinetics, state: State, minute: Number, impulse: Number, exp: Exp = exp
) -> tuple[Number, Number]:
    """Impulse that tolerance leaves of an infusion, and the tolerance just after it."""
    if not kinetics.tolerance:
        return impulse, 0.0
    days = (minute - state.since) / MINUTES_PER_DAY
    before = state.tolerance * exp(-days / kinetics.tolerance_days)
    return impulse / (1 + kinetics.tolerance * before), before + (impulse > 0)


def infused(
    kinetics: Kinetics, state: State, minute: int, impulse: float, onset_days: float
) -> State:
    """Give the state of one patient just after an infusion that ended at this minute."""
    _, fast_left, slow_left = left(kinetics, state, minute)
    dose = Dose(impulse, onset_days)
    return infused_left(kinetics, state, minute, fast_left, slow_left, dose)


def infused_left(
    kinetics: Kinetics,
    state: State,
    minute: Number,
    fast_left: Number,
    slow_left: Number,
    dose: Dose,
    exp: Exp = exp,
) -> State:
    """Give the state just after an infusion, with so much left of either state before it."""
    fast, slow = state.fast * fast_left, state.slow * slow_left
    added: Any = dose.added
    tolerance: Number = 0.0
    if added is None:
        push, tolerance = weakened(kinetics, state, minute, dose.impulse, exp)
        added = gains(kinetics, push, fast, exp)
    fast_gain, slow_gain = added
    return State(
        minute,
        fast + (1 - fast) * fast_gain,
        slow + (1 - slow) * slow_gain,
        fast,
        slow,
        dose.onset_days,
        tolerance,
    )


def of_drug(course: Number, drug_share: Number) -> Number:
    """The drug's own relief E_drug, from the open-label course E at the doses given."""
    return 1 - (1 - course) / (1 - (1 - drug_share) * course)


def non_specific(reference: Number, drug_share: Number) -> Number:
    """Relief by being treated, E_ns, from the same visits at the reference exposure."""
    return (1 - drug_share) * reference


def infusions(course: Number, reference: Number, drug_share: Number) -> Number:
    """Relief of infusions: the drug's own and the non-specific part together."""
    bare = (1 - course) / (1 - (1 - drug_share) * course)
    return 1 - bare * (1 - (1 - drug_share) * reference)


def with_usual_care(relief: Number, usual_care: Number) -> Number:
    """Relief with an SSRI or SNRI on top."""
    return 1 - (1 - relief) * (1 - usual_care)


def usual_care(ceiling: Number, tau_days: float, days: Number, exp: Exp = exp) -> Number:
    """Relief by an SSRI or SNRI begun so many days ago, 0 or more."""
    return ceiling * (1 - exp(-days / tau_days))


def with_own_course(relief: Number, lost: Number, own: Number) -> Number:
    """Relief where `lost` = w B of it is lost in an episode, and `own` = r N comes by itself."""
    return 1 - (1 - relief * (1 - lost)) * (1 - own)


def true_score(untreated: Number, relief: Number, drift: Number) -> Number:
    """True GAD-7, S = S0 (1 - E) + D, clipped to 0..21."""
    return clipped(untreated * (1 - relief) + drift)


def rated_score(true: Number, noise: Number) -> Number:
    """Rated GAD-7: the true score plus rating noise, rounded half up, clipped to 0..21."""
    return clipped(half_up(true + noise))
