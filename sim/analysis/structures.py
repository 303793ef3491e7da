"""A structure to compare the model with: a third state that consolidates, and lasts.

    at an infusion of impulse j    C <- C + (1 - C) (1 - exp(-a_c j R_before))
    between infusions              C(t) = C0 exp(-t / 365 d)
    relief                         E = Emax (1 - (1 - F)(1 - R)(1 - C))

What an infusion finds of slow relief it makes lasting, so a single one consolidates nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.cohort_course import Bools, CohortCourse, Dose, Floats, Ints
from sim.people.cohort import Cohort
from sim.people.fluctuation import Fluctuation
from sim.symptoms.parameters import Symptoms
from sim.units import MINUTES_PER_DAY

LASTING_DAYS = 365.0


class ConsolidatingCourse(CohortCourse):
    """The relief of a cohort with a third state, whose gain is `consolidation`."""

    def __init__(
        self, cohort: Cohort, symptoms: Symptoms, fluctuation: Fluctuation, consolidation: float
    ) -> None:
        super().__init__(cohort, symptoms, fluctuation)
        self._gain = consolidation
        zero = np.zeros(len(cohort))
        self.moments = [self.moments[0]._replace(more=(zero, zero))]

    def infuse(self, dose: Dose, ended: int | Ints, whom: Bools | None = None) -> None:
        """Infuse everybody: as without the third state, and consolidate."""
        assert whom is None
        before = self.moments[-1]
        super().infuse(dose, ended)
        kept = np.exp(-(ended - before.since) / MINUTES_PER_DAY / LASTING_DAYS)
        newest, pushes = self.moments[-1], (dose.push, self._reference.push)
        lasting = []
        for old, stand, push in zip(before.more, newest[1:3], pushes, strict=True):
            held = old * kept
            lasting.append(held + (1 - held) * (1 - np.exp(-self._gain * push * stand.slow_before)))
        self.moments[-1] = newest._replace(more=tuple(lasting))

    def dose_relief(self, at: Any, days: Any, left: Any, more: Any) -> Floats:
        """Relief of one dose with the third state."""
        bare = super().dose_relief(at, days, left, None)
        lasting = more * np.exp(-days / LASTING_DAYS)
        relief: Floats = self.kinetics.ceiling - (self.kinetics.ceiling - bare) * (1 - lasting)
        return relief
