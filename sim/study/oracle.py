"""A booster policy that knows each patient's true parameters: a bound, never for practice."""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, sqrt
from typing import Literal

from sim.people.patient import Patient
from sim.policy.chart import Chart
from sim.policy.orders import Discharge, Order, Prescription
from sim.policy.regimen import Phase
from sim.scales import WELL_BELOW
from sim.units import MINUTES_PER_DAY

_INTERVALS = (7, 10, 14, 21, 28, 35, 42, 56, 84, 126, 182)  # days, to choose from
AHEAD_DAYS = 182
STEP_DAYS = 2


@dataclass(frozen=True)
class Oracle:
    """Gives each patient the interval that brings the most days well for its infusions.

    `worth` is what an infusion must bring, in days: the interval maximises expected days well minus
    `worth` times infusions over half a year, and people whom no interval helps that much get no
    boosters. It reads what no chart holds (sensitivity, durability, ceiling, untreated score; not
    the drift of days to come), so it bounds what learning the patient could gain. Pass the object
    as `policy.boosters`, which a file cannot name, and `foreseen` as `phases` of the run.
    """

    worth: float
    of: Literal["days_in_response", "days_below_10"] = "days_in_response"
    late_days: int = 7

    @property
    def kind(self) -> str:
        """Name the bound by what it maximises, as tables and figures show it."""
        return f"oracle_for_{self.of}"

    def next_order(self, chart: Chart) -> Order | Discharge | None:
        """Refuse: an oracle must know whom it treats."""
        raise TypeError("an oracle must know whom it treats: run it with phases=sim.foreseen")

    def describe(self) -> str:
        """Say the rule in a sentence."""
        return (
            f"A bound: each patient has the interval that brings the most "
            f"{self.of.replace('_', ' ')}, at {self.worth:g} days an infusion, known beforehand."
        )


def foreseen(patient: Patient, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
    """Tell every oracle among a patient's phases whom it treats; other phases stay as they are."""
    return tuple(
        Foresight(phase, patient) if isinstance(phase, Oracle) else phase for phase in phases
    )


class Foresight:
    """An oracle and its patient; the interval is worked out once, after the induction."""

    def __init__(self, oracle: Oracle, patient: Patient) -> None:
        self._oracle = oracle
        self._patient = patient
        self._interval: int | None = None  # days; 0 is no boosters

    def next_order(self, chart: Chart) -> Order | Discharge | None:
        """Order the next booster at this patient's interval, or end where none is worth it."""
        last = chart.last_infusion
        if last is None:
            return None
        if self._interval is None:
            self._interval = self._best(last.minute, chart.maintenance)
        if not self._interval:
            return Discharge("not worth it")
        due = last.minute + self._interval * MINUTES_PER_DAY
        latest = due + self._oracle.late_days * MINUTES_PER_DAY
        why = "the best interval for this patient, known beforehand"
        return Order("booster", due, latest, chart.maintenance, float(self._interval), why=why)

    def _best(self, now: int, dose: Prescription) -> int:
        """Try every interval in closed form; infusions of the half year count in full."""

        def value(interval: int) -> float:
            infusions = AHEAD_DAYS // interval if interval else 0
            return self._days_well(now, interval, dose) - self._oracle.worth * infusions

        return max((0, *_INTERVALS), key=value)

    def _days_well(self, now: int, interval: int, dose: Prescription) -> float:
        patient, before = self._patient, self._patient.standing
        well, next_infusion = 0.0, interval or AHEAD_DAYS + 1
        for day in range(STEP_DAYS, AHEAD_DAYS + 1, STEP_DAYS):
            while next_infusion < day:
                patient.infused(now + next_infusion * MINUTES_PER_DAY, dose.route, dose.dose_mg_kg)
                next_infusion += interval
            well += STEP_DAYS * self._chance(patient.relief(now + day * MINUTES_PER_DAY))
        patient.standing = before
        return well

    def _chance(self, relief: float) -> float:
        """Probability that a day with this relief is a good one, over the drift."""
        untreated = self._patient.untreated
        limit = float(WELL_BELOW)
        if self._oracle.of == "days_in_response":
            limit = min(limit, untreated / 2)
        margin = limit - untreated * (1 - relief)
        sd = max(self._patient.drift_sd, 1e-9)
        return 0.5 * (1 + erf(margin / sd / sqrt(2)))
