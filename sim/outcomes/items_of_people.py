"""What single visits and patients cost: sessions, evaluations, medication, drug, misses, time."""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.clinic.clinic_table import ClinicTable
from sim.clinic.visit import DONE, IN_PROGRESS, NO_SHOW
from sim.outcomes.money import Entries, at_noon, entries_of, laid_together, midnights, priced
from sim.outcomes.reading import Reading
from sim.policy.orders import ROUTES
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, MINUTES_PER_HOUR, NEVER

_MINUTES_PER_MONTH = DAYS_PER_YEAR / 12 * MINUTES_PER_DAY
_TREATED = 2  # of `adverse` in the record: an episode that was treated with a drug


def _charged(route: str, clinic: ClinicTable) -> float:
    price: float = getattr(clinic.prices, route)
    return price


def _paid_for_drug(route: str, clinic: ClinicTable) -> float:
    price: float = getattr(clinic.prices.drug, route)
    return price


def sessions_by_route(reading: Reading) -> dict[str, Entries]:
    """What sessions are charged at when their infusions end, by every route there is."""
    return {route: _a_session(reading, route, partial(_charged, route)) for route in ROUTES}


def sessions(reading: Reading) -> Entries:
    """What all sessions are charged at."""
    return laid_together(sessions_by_route(reading).values())


def drug(reading: Reading) -> Entries:
    """What the clinic pays for drug and consumables, at home as well."""
    return laid_together(_a_session(reading, r, partial(_paid_for_drug, r)) for r in ROUTES)


def _a_session(reading: Reading, route: str, price: partial[float]) -> Entries:
    ended = reading.visits["infusion_end"][reading.infused & (reading.visits["route"] == route)]
    return entries_of(ended, priced(reading, ended, price))


def evaluations(reading: Reading) -> Entries:
    """What assessments and evaluations are charged at, when the patient comes."""
    came = reading.visits["arrived"]
    seen = reading.of_kind("assessment", "evaluation") & (reading.visits["status"] == DONE)
    when = came[seen & (came >= reading.begin)]
    return entries_of(when, priced(reading, when, lambda clinic: clinic.prices.evaluation))


def medication(reading: Reading) -> Entries:
    """Usual care by the day, and the drug of each treated episode of high blood pressure.

    Whoever begins an SSRI or SNRI takes it until the horizon, in treatment or not.
    """
    treated = reading.infused & (reading.visits["adverse"] == _TREATED)
    ended = reading.visits["infusion_end"][treated]
    drugs = priced(reading, ended, lambda clinic: clinic.prices.episode_treated)
    edges = midnights(reading)
    noons = at_noon(edges)
    months = _minutes_on_medication(reading, edges) / _MINUTES_PER_MONTH
    price = priced(reading, noons, lambda clinic: clinic.prices.medication_month)
    return laid_together([entries_of(ended, drugs), entries_of(noons, months * price)])


def _minutes_on_medication(reading: Reading, edges: Ints) -> Floats:
    """Sum over the patients of the minutes on usual care between neighbouring edges."""
    policy = reading.replication.scenario.policy
    if policy.usual_care == "never":
        return np.zeros(len(edges) - 1)
    began = reading.patients.referred
    if policy.usual_care == "after_discharge":
        began = np.where(reading.discharged == NEVER, reading.horizon, reading.discharged)
    began = np.sort(began[reading.present]).astype(float)
    so_far = np.concatenate([[0.0], np.cumsum(began)])
    many = np.searchsorted(began, edges, side="right")
    until: Floats = many * edges - so_far[many]  # minutes of all of them up to each edge
    return np.diff(until)


def misses(reading: Reading) -> Entries:
    """What a visit costs to which nobody came, at the minute for which it was booked."""
    booked = reading.visits["booked"]
    missed = (reading.visits["status"] == NO_SHOW) & (booked >= reading.begin)
    when = booked[missed & (booked < reading.horizon)]
    return entries_of(when, priced(reading, when, lambda clinic: clinic.prices.missed_visit))


def patient_time(reading: Reading) -> Entries:
    """What the way, the time at the clinic and an escort home are worth, when the patient comes.

    A dose at home and a remote rating take nothing. Who is there at the horizon stays until then,
    and who found no place to wait has come for nothing.
    """
    visits = reading.visits
    came = visits["arrived"]
    here = (came >= reading.begin) & (visits["kind"] != "rating") & ~at_home(reading)
    came, left = came[here], visits["left"][here]
    waits = (left == NEVER) & (visits["status"][here] == IN_PROGRESS)
    left = np.where(left == NEVER, np.where(waits, reading.horizon, came), left)
    escorted = visits["infusion_start"][here] != NEVER
    way = priced(reading, came, lambda clinic: clinic.prices.patients.travel_minutes)
    escort = priced(reading, came, lambda clinic: clinic.prices.patients.escort_minutes)
    hour = priced(reading, came, lambda clinic: clinic.prices.patients.hour)
    fare = priced(reading, came, lambda clinic: clinic.prices.patients.fare)
    hours = (way + (left - came) + escort * escorted) / MINUTES_PER_HOUR
    return entries_of(came, hours * hour + fare)


def at_home(reading: Reading) -> Bools:
    """Mark the doses that were taken at home: there was an infusion and no chair."""
    visits = reading.visits
    marked: Bools = (visits["infusion_start"] != NEVER) & (visits["chair"] == NEVER)
    return marked
