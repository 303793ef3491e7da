"""One patient's truth: relief, scores and ratings, and how long treatment is borne."""

from __future__ import annotations

from collections.abc import Iterator

from sim.people.cohort import Cohort
from sim.people.fluctuation import Fluctuation
from sim.symptoms.dose import exposure, impulse, personal_bioavailability
from sim.symptoms.parameters import Calibration, Symptoms
from sim.symptoms.scores import rated_score, true_score
from sim.symptoms.state import Kinetics, State, infused, relief
from sim.units import MINUTES_PER_DAY, minutes_of

HOURS_PER_DAY = 24
FOREVER = 2**60  # a minute that no run reaches


def patients(cohort: Cohort, symptoms: Symptoms, fluctuation: Fluctuation) -> Iterator[Patient]:
    """Wake the patients of a cohort one after another, in order of referral."""
    fit = symptoms.calibrated()
    for number in range(len(cohort)):
        yield Patient(number, cohort, symptoms, fit, fluctuation)


class Patient:
    """What happens inside one person; the pathway tells it of infusions."""

    __slots__ = (
        "_bioavailability_z",
        "_clearance",
        "_fluctuation",
        "_kinetics",
        "_pushes",
        "_responsiveness",
        "_state",
        "_stays_days",
        "_symptoms",
        "_tolerated",
        "_untreated",
        "baseline",
        "infusions",
        "leaves",
        "number",
        "preferred_time",
        "referred",
        "weight",
    )

    def __init__(
        self,
        number: int,
        cohort: Cohort,
        symptoms: Symptoms,
        fit: Calibration,
        fluctuation: Fluctuation,
    ) -> None:
        self.number = number
        self.referred = int(cohort.referred[number])
        self.baseline = int(cohort.baseline[number])
        self.weight = float(cohort.weight[number])
        self.preferred_time = float(cohort.preferred_time[number])
        self.infusions = 0
        self.leaves = FOREVER  # minute at which maintenance is stopped
        self._untreated = float(cohort.untreated[number])
        self._clearance = float(cohort.clearance[number])
        self._responsiveness = float(cohort.responsiveness[number])
        self._bioavailability_z = float(cohort.bioavailability_z[number])
        self._tolerated = int(cohort.infusions_tolerated[number])
        self._stays_days = float(cohort.days_in_maintenance[number])
        self._symptoms = symptoms
        self._pushes: dict[tuple[str, float], tuple[float, float, float]] = {}
        self._fluctuation = fluctuation
        self._kinetics = Kinetics(
            fit.a_fast,
            fit.a_slow,
            fit.tau_fast_days,
            float(cohort.tau_slow[number]),
            float(cohort.ceiling[number]),
            symptoms.plasticity,
        )
        self._state = State(since=self.referred)

    def relief(self, minute: int) -> float:
        """Relief (0..1) at a minute not before the newest infusion's end."""
        return relief(self._kinetics, self._state, minute)

    def scores(self, minute: int) -> tuple[float, int]:
        """True and rated GAD-7 at a minute, both in points."""
        day = (minute - self.referred) // MINUTES_PER_DAY
        drift = self._fluctuation.drift(self.number, day)
        true = true_score(self._untreated, self.relief(minute), drift)
        return true, rated_score(true, self._fluctuation.noise(self.number, day))

    def bioavailability(self, route: str) -> float:
        """Share of a dose by this route that reaches this person's circulation."""
        table = self._symptoms.route(route)
        return personal_bioavailability(
            table.bioavailability, table.bioavailability_cv, self._bioavailability_z
        )

    def infused(self, ended: int, route: str, dose_mg_kg: float) -> float:
        """Feel an infusion: the dose counts at its end; gives the bioavailability."""
        key = route, dose_mg_kg
        if key not in self._pushes:
            self._pushes[key] = self._push_of(route, dose_mg_kg)
        push, onset_days, bioavailability = self._pushes[key]
        self._state = infused(self._kinetics, self._state, ended, push, onset_days)
        self.infusions += 1
        return bioavailability

    def _push_of(self, route: str, dose_mg_kg: float) -> tuple[float, float, float]:
        """Impulse, days of onset and bioavailability of a prescription in this person."""
        symptoms, bioavailability = self._symptoms, self.bioavailability(route)
        x = exposure(dose_mg_kg, bioavailability, self._clearance, symptoms.reference_clearance)
        onset_days = symptoms.route(route).onset_hours / HOURS_PER_DAY
        return impulse(self._responsiveness, x, symptoms.c50), onset_days, bioavailability

    def withdraws(self) -> bool:
        """Whether the induction has become too much."""
        return self.infusions >= self._tolerated

    def enters_maintenance(self, minute: int) -> None:
        """Start the time after which this person stops maintenance, once."""
        if self.leaves == FOREVER:
            self.leaves = minute + minutes_of(self._stays_days)
