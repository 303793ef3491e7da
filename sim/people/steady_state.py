"""The steady state of the caseload: in closed form, and as the people who make it up.

With referrals at rate r, of whom a share s enters maintenance and stays for an exponential time of
mean tau, the caseload in maintenance tends to r s tau (Little's law), and a new clinic has reached
the share 1 - exp(-t / tau) of it after a time t.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import exp, inf, log, log1p

import numpy as np

from sim.people.behaviour import Behaviour
from sim.people.cohort import Cohort, chosen, drawn
from sim.people.population import Population
from sim.people.rates import When, at_random, minutes_at, shares_of_week
from sim.people.start import SPREAD_DAYS, SteadyState
from sim.streams import THERE, Purpose, Streams
from sim.symptoms.parameters import Symptoms
from sim.units import MINUTES_PER_DAY

LONGEST_DAYS = 36500  # a hundred years of referrals are looked back upon, and no more
SPREAD = SPREAD_DAYS * MINUTES_PER_DAY


def mean_stay_days(behaviour: Behaviour) -> float:
    """Mean time in maintenance, tau, in days; inf when nobody ever stops."""
    share = behaviour.stopping_share
    return behaviour.stopping_days / -log1p(-share) if share else inf


def share_reached(behaviour: Behaviour, days: float) -> float:
    """Share of the steady state's caseload that a new clinic has after so many days."""
    return 1 - exp(-days / mean_stay_days(behaviour))


def days_until(behaviour: Behaviour, share: float) -> float:
    """Days after which a new clinic has this share of the steady state's caseload."""
    return mean_stay_days(behaviour) * -log(1 - share)


def expected_in_maintenance(
    behaviour: Behaviour, per_week: float, entering: float, days: float = inf
) -> float:
    """Expected number in maintenance so many days after opening, by default in the steady state.

    `entering` is the share of the referred who enter maintenance. Places are taken to be enough,
    and stopping (`behaviour.stopping_share`) to be the only way out.
    """
    caseload = per_week / 7 * entering * mean_stay_days(behaviour)
    return caseload * share_reached(behaviour, days)


def already_there(
    start: SteadyState,
    per_week: float,
    when: When,
    population: Population,
    symptoms: Symptoms,
    behaviour: Behaviour,
    streams: Streams,
    start_date: date,
) -> Cohort:
    """People referred before the start date who may still be in treatment on it.

    Their minutes count from the beginning of the history. Those referred before it are referred
    within its first days instead, on the same day of the week, and stay for what is left of their
    time: they stop when they would have stopped. The n-th person back from the start date is the
    same for any rate.
    """
    days = -(-min(days_until(behaviour, start.reached), LONGEST_DAYS) // 7) * 7
    days = max(int(days), start.history_days)
    daily = per_week * shares_of_week(when, start_date, -days, days)
    back = at_random(streams, float(daily.sum()), Purpose.REFERRAL_GAP)
    positions = daily.sum() - back
    minutes = minutes_at(positions[positions > 0][::-1], daily, when, -days)[::-1]
    people = drawn(population, symptoms, behaviour, streams, minutes)
    history = start.history_days * MINUTES_PER_DAY
    begun = minutes + history
    moved = np.where(begun < 0, -(begun // SPREAD) * SPREAD, 0)  # whole weeks, as SPREAD is
    stays = people.days_in_maintenance - moved / MINUTES_PER_DAY
    referred = begun + moved
    here = (stays > 0) & (referred + stays * MINUTES_PER_DAY + SPREAD >= history)
    order = np.flatnonzero(here)
    order = order[np.argsort(referred[order], kind="stable")]
    people = replace(people, key=people.key + THERE, referred=referred, days_in_maintenance=stays)
    return chosen(people, order)
