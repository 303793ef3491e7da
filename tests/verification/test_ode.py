"""The closed form of relief against scipy's solve_ivp, infusion by infusion, to 1e-8.

The witness integrates the rates of change: between infusions the two states decay and the onset
completes; at an infusion the pulse dF/ds = a j (1 - F) lasts from s = 0 to 1. Tolerance decays
between infusions, too, and divides the impulse.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sim.symptoms.relief import Kinetics, State, infused, relief
from sim.symptoms.trajectory import relief_at, segments
from sim.units import MINUTES_PER_DAY

CLOSE = 1e-8


def integrated(rates, start, span, at=None):
    found = solve_ivp(rates, span, start, t_eval=at, method="LSODA", rtol=1e-12, atol=1e-14)
    assert found.success
    return found.y


def pulse(kinetics, fast, slow, impulse):
    """The two states after an infusion that finds them at `fast` and `slow`."""
    push = kinetics.a_slow * impulse * (1 + kinetics.plasticity * fast)

    def rates(_, y):
        return [kinetics.a_fast * impulse * (1 - y[0]), push * (1 - y[1])]

    return integrated(rates, [fast, slow], (0, 1))[:, -1]


def decay(kinetics, onset_days, states, days):
    """F, R, both without the newest dose, tolerance, what is left of the onset, at rising days."""

    def rates(_, y):
        fast, slow = kinetics.tau_fast, kinetics.tau_slow
        recovers, sets_in = -y[4] / kinetics.tolerance_days, -y[5] / onset_days
        return [-y[0] / fast, -y[1] / slow, -y[2] / fast, -y[3] / slow, recovers, sets_in]

    return integrated(rates, [*states, 1.0], (0, days[-1]), days)


def course(kinetics, minutes, impulses, onset_days, steps):
    """Minutes and relief at some steps after each infusion, up to the next one's end."""
    fast = slow = units = 0.0
    for minute, later, impulse in zip(
        minutes, [*minutes[1:], minutes[-1] + 90 * MINUTES_PER_DAY], impulses, strict=True
    ):
        with_it = pulse(kinetics, fast, slow, impulse / (1 + kinetics.tolerance * units))
        when = np.unique(np.linspace(0, later - minute, steps).astype(np.int64))
        states = [*with_it, fast, slow, units + 1]
        y = decay(kinetics, onset_days, states, when / MINUTES_PER_DAY)
        full = kinetics.ceiling * (1 - (1 - y[0]) * (1 - y[1]))
        bare = kinetics.ceiling * (1 - (1 - y[2]) * (1 - y[3]))
        yield minute + when[:-1], (full + y[5] * (bare - full))[:-1]
        fast, slow, units = y[0, -1], y[1, -1], y[4, -1]


def persons(number=6):
    rng = np.random.default_rng(20)
    for person in range(number):
        kinetics = Kinetics(
            a_fast=rng.uniform(0.2, 0.6),
            a_slow=rng.uniform(0.2, 0.6),
            tau_fast=rng.uniform(3, 7),
            tau_slow=rng.uniform(10, 200),
            ceiling=rng.uniform(0.3, 0.95),
            plasticity=0.0 if person % 2 else rng.uniform(0.5, 3),
        )
        gaps = rng.integers(1, 40, size=7) * MINUTES_PER_DAY + rng.integers(0, 480, size=7)
        onset_days = [0.6 / 24, 1.5 / 24, 30 / 24][person % 3]
        yield kinetics, np.cumsum(gaps), rng.lognormal(0, 0.8, size=7), onset_days


@pytest.mark.parametrize(
    "person", list(persons()), ids=lambda person: f"onset {24 * person[3]:g} h"
)
@pytest.mark.parametrize("tolerance", [0.0, 0.3])
def test_the_state_of_one_patient_agrees_with_solve_ivp(person, tolerance):
    kinetics, minutes, impulses, onset_days = person
    kinetics = kinetics._replace(tolerance=tolerance, tolerance_days=60.0)
    state = State(since=0)
    pairs = zip(minutes, impulses, strict=True)
    for when, expected in course(kinetics, minutes, impulses, onset_days, 25):
        minute, impulse = next(pairs)
        state = infused(kinetics, state, int(minute), impulse, onset_days)
        found = [relief(kinetics, state, int(at)) for at in when]
        np.testing.assert_allclose(found, expected, rtol=0, atol=CLOSE)


@pytest.mark.parametrize("tolerance", [0.0, 0.3])
def test_the_trajectories_of_a_cohort_agree_with_solve_ivp(tolerance):
    people = list(persons())
    for plastic in (True, False):  # one plasticity holds for a whole cohort
        chosen = [person for person in people if (person[0].plasticity > 0) == plastic]
        shared = chosen[0][0]._replace(tolerance=tolerance, tolerance_days=60.0)
        cohort = shared._replace(
            tau_slow=np.array([person[0].tau_slow for person in chosen]),
            ceiling=np.array([person[0].ceiling for person in chosen]),
        )
        table = segments(
            cohort,
            np.repeat(np.arange(len(chosen)), 7),
            np.concatenate([person[1] for person in chosen]),
            np.concatenate([person[2] for person in chosen]),
            np.repeat([person[3] for person in chosen], 7),
        )
        for who, (own, minutes, impulses, onset_days) in enumerate(chosen):
            kinetics = shared._replace(tau_slow=own.tau_slow, ceiling=own.ceiling)
            for when, expected in course(kinetics, minutes, impulses, onset_days, 25):
                found = relief_at(cohort, table, np.full(len(when), who), when)
                np.testing.assert_allclose(found, expected, rtol=0, atol=CLOSE)


def test_a_decay_one_per_cent_too_slow_is_found_out():
    kinetics, minutes, impulses, onset_days = next(persons())
    state = State(since=0)
    when, expected = next(course(kinetics, minutes, impulses, onset_days, 25))
    wrong = kinetics._replace(tau_slow=1.01 * kinetics.tau_slow)
    state = infused(wrong, state, int(minutes[0]), impulses[0], onset_days)
    assert np.abs([relief(wrong, state, int(at)) for at in when] - expected).max() > CLOSE
