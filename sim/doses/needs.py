"""What each person of a cohort needs: infusions to response and remission, and boosters.

No clinic and no events: everybody is infused on the days of a pattern and rated 24 h after each
infusion, all of a cohort at once. Relief, drift and noise are those of a simulated run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, cycle, islice, pairwise

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model import without_clinic as cohort_course
from sim.people.cohort import Cohort, kinetics_of
from sim.people.fluctuation import Fluctuation
from sim.policy.induction import PATTERNS
from sim.policy.regimen import Treatment
from sim.scales import REMISSION_BELOW, is_remission, is_response, response_held
from sim.symptoms.parameters import Symptoms
from sim.symptoms.relief import (
    Dose,
    Kinetics,
    State,
    infusions,
    rated_score,
    relief_left,
    true_score,
    with_own_course,
    without_tolerance,
)
from sim.symptoms.trajectory import Segments, relief_at, segments
from sim.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

INFUSION_MINUTES = 40  # from the start of an infusion to its end (trials)
RATED_AFTER = 24 * MINUTES_PER_HOUR  # minutes from the end of an infusion to its rating
QUESTIONS = ("response_rated", "response_latent", "remission_rated", "remission_latent")
SHORTEST_INTERVAL = 3.0
LONGEST_INTERVAL = 182.0
NO_INTERVAL = 0.0
"""The interval of a person whom even boosters every `SHORTEST_DAYS` do not keep well."""

SCAN_DAYS = np.geomspace(SHORTEST_INTERVAL, LONGEST_INTERVAL, 64)
SCAN_DAYS[[0, -1]] = SHORTEST_INTERVAL, LONGEST_INTERVAL  # exactly
_HALVINGS = 36  # of a step of the scan: to 1e-9 days


@dataclass(frozen=True, eq=False)
class Case:
    """Who is treated, how relief comes in them, and with what; a factor changes one of these."""

    cohort: Cohort
    symptoms: Symptoms
    treatment: Treatment


@dataclass(frozen=True, eq=False)
class Chance:
    """Drift and rating noise in points at each rating, shape (patients, ratings).

    With them what comes by itself then: the share of relief that is lost, and relief of its own.
    """

    drift: Floats
    noise: Floats
    own_course: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, eq=False)
class Needs:
    """One number a person: by question the infusions needed (0: never), and the interval."""

    infusions: dict[str, Ints]
    interval: Floats  # days; NO_INTERVAL, or LONGEST_INTERVAL for those who could go longer


def infusion_days(pattern: str | tuple[int, ...], infusions: int) -> Ints:
    """Give the day of each infusion, from 0, of a pattern that goes on as long as needed.

    A list of days goes on with its last gap; a list of one day goes on weekly.
    """
    if isinstance(pattern, str):
        gaps: list[int] = list(islice(cycle(PATTERNS[pattern]), infusions - 1))
    else:
        given = [later - day for day, later in pairwise(pattern)] or [7]
        gaps = (given + given[-1:] * infusions)[: infusions - 1]
    return np.array([0, *accumulate(gaps)], dtype=np.int64)


def rating_minutes(days: Ints) -> Ints:
    """Give the minute of each rating: 24 h after an infusion, or when the next begins if sooner."""
    starts = days * MINUTES_PER_DAY
    after = starts + INFUSION_MINUTES + RATED_AFTER
    after[:-1] = np.minimum(after[:-1], starts[1:])
    return after


def chance(fluctuation: Fluctuation, patients: int, days: Ints) -> Chance:
    """Look up drift and noise of the ratings of people who were all referred at minute 0."""
    on = (rating_minutes(days) // MINUTES_PER_DAY).tolist()
    days_of = [fluctuation.on(day, patients) for day in on]
    drift, noise = (np.stack(columns, axis=1) for columns in zip(*days_of, strict=True))
    if not fluctuation.own_course:
        return Chance(drift, noise)
    own = zip(*(fluctuation.own_on(day, patients) for day in on), strict=True)
    lost, gained = (np.stack(columns, axis=1) for columns in own)
    return Chance(drift, noise, (lost, gained))


def kinetics(case: Case) -> Kinetics:
    """Give what shapes relief, with arrays over patients where they differ."""
    return kinetics_of(case.cohort, case.symptoms)


def case_exposures(case: Case) -> Floats:
    """Exposure x of each person to one infusion of the treatment: 1 is 0.5 mg/kg IV, typical."""
    return cohort_course.exposures(case.cohort, case.symptoms, case.treatment)


def both(case: Case) -> tuple[tuple[Kinetics, Dose], tuple[Kinetics, Dose]]:
    """Kinetics and dose: of what is given, and of the reference that E_ns follows."""
    how = kinetics(case)
    given = cohort_course.dose_given(case.cohort, case.symptoms, case.treatment)
    reference = cohort_course.reference_dose(case.cohort, case.symptoms)
    return (how, given), (without_tolerance(how), reference)


def segments_of(case: Case, days: Ints) -> Segments:
    """Infuse everybody on these days, from minute 0, with the case's own dose."""
    return _segments(*both(case)[0], days)


def _segments(how: Kinetics, dose: Dose, days: Ints) -> Segments:
    people, number = len(how.ceiling), len(days)
    ends = np.tile(days * MINUTES_PER_DAY + INFUSION_MINUTES, people)
    who = np.repeat(np.arange(people), number)
    onset = np.full(people * number, dose.onset_days)
    return segments(how, who, ends, np.repeat(dose.impulse, number), onset)


def relief_after_each(case: Case, days: Ints) -> Floats:
    """Latent relief at the rating after each infusion, shape (patients, infusions)."""
    who, when = np.arange(len(case.cohort))[:, None], rating_minutes(days)[None, :]
    actual, reference = (
        relief_at(how, _segments(how, dose, days), who, when) for how, dose in both(case)
    )
    relief: Floats = infusions(actual, reference, case.cohort.drug_share[:, None])
    return relief


def ratings(untreated: Floats, relief: Floats, happened: Chance) -> Ints:
    """Rate true scores, S0 (1 - E) + drift with noise: whole points, shape (patients, ratings)."""
    true = true_score(untreated[:, None], relief, happened.drift)
    score: Ints = rated_score(true, happened.noise)
    return score


def needs(case: Case, days: Ints, happened: Chance) -> Needs:
    """Answer every question for every person of a case."""
    cohort = case.cohort
    relief = relief_after_each(case, days)
    if happened.own_course is not None:
        relief = with_own_course(relief, *happened.own_course)
    scores = ratings(cohort.untreated, relief, happened)
    reached = {
        "response_rated": is_response(scores, cohort.baseline[:, None]),
        "response_latent": response_held(relief),
        "remission_rated": is_remission(scores),
        "remission_latent": cohort.untreated[:, None] * (1 - relief) < REMISSION_BELOW,
    }
    return Needs({name: first(reached[name]) for name in QUESTIONS}, longest_interval(case))


def first(reached: Bools) -> Ints:
    """Count the infusions until each person first reaches something; 0 if never."""
    count: Ints = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, 0)
    return count


def relief_before_booster(case: Case) -> Callable[[Floats], Floats]:
    """Relief just before the next booster, in the periodic steady state of equal intervals T.

    With f = exp(-T / tau_fast), r = exp(-T / tau_slow) and just before a booster F and R:
        q_F = exp(-a_fast j)                     F = f (1 - q_F) / (1 - f q_F)
        q_R = exp(-a_slow j (1 + p F))           R = r (1 - q_R) / (1 - r q_R)
    where tolerance leaves of j the share 1 / (1 + k U), with U = u / (1 - u) units before each
    booster, u = exp(-T / tau_tolerance);
    less what of the newest dose has not set in: exp(-T / tau_onset) (E - E without that dose).
    So for the dose given and for the reference dose, which combine as in `symptoms.sources`.
    Gives a function of the interval of each person, in days.
    """
    share = case.cohort.drug_share
    actual, reference = (_steady(how, dose) for how, dose in both(case))

    def before(interval: Floats) -> Floats:
        relief: Floats = infusions(actual(interval), reference(interval), share)
        return relief

    return before


def _steady(how: Kinetics, dose: Dose) -> Callable[[Floats], Floats]:
    """Relief just before the next booster of one dose, by the formulae above."""
    usual = dose.impulse, np.exp(-how.a_fast * dose.impulse)

    def before(interval: Floats) -> Floats:
        push, fast_kept = usual
        if how.tolerance:
            kept = np.exp(-interval / how.tolerance_days)
            push = push / (1 + how.tolerance * kept / (1 - kept))
            fast_kept = np.exp(-how.a_fast * push)
        fast_left, slow_left = np.exp(-interval / how.tau_fast), np.exp(-interval / how.tau_slow)
        fast = fast_left * (1 - fast_kept) / (1 - fast_left * fast_kept)
        slow_kept = np.exp(-how.a_slow * push * (1 + how.plasticity * fast))
        slow = slow_left * (1 - slow_kept) / (1 - slow_left * slow_kept)
        steady = State(0, fast, slow, fast * fast_left, slow * slow_left)
        waiting = np.exp(-interval / dose.onset_days)
        relief: Floats = relief_left(how.ceiling, steady, 1.0, 1.0, waiting)
        return relief

    return before


def longest_interval(case: Case) -> Floats:
    """Longest interval, 3 to 182 days, at which relief never falls below 0.50, for each person.

    Of the treatment's relief: what comes and goes by itself (`symptoms.own_course`) is left out.

    A scan finds the last step at whose start the response is held (an onset as slow as the oral
    one, or tolerance, could let relief rise with the interval at first), then bisection finds the
    day. Boosters more often than that keep well too, but in a few people (5 of 1,000) at the very
    bounds of tolerance (k = 10, recovered from in 5 days).
    """
    before, people = relief_before_booster(case), len(case.cohort)
    held = np.array([response_held(before(np.full(people, days))) for days in SCAN_DAYS])
    last = len(SCAN_DAYS) - 1 - held[::-1].argmax(axis=0)
    low, high = SCAN_DAYS[last], SCAN_DAYS[np.minimum(last + 1, len(SCAN_DAYS) - 1)]
    found = _bisected(lambda days: response_held(before(days)), low, high)
    return np.where(held.any(axis=0), found, NO_INTERVAL)


def _bisected(holds: Callable[[Floats], Bools], low: Floats, high: Floats) -> Floats:
    """Close in, from below, on where something that holds at `low` no longer does."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        still = holds(middle)
        low, high = np.where(still, middle, low), np.where(still, high, middle)
    return low
