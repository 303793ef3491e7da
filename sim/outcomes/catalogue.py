"""The catalogue: every outcome measure by name. A new measure is one function and one entry."""

from __future__ import annotations

from sim.outcomes.attendance import ATTENDANCE
from sim.outcomes.bounds import BOUNDS
from sim.outcomes.capacity import CAPACITY
from sim.outcomes.clinical import CLINICAL
from sim.outcomes.economic import ECONOMIC
from sim.outcomes.measures import Measure
from sim.outcomes.service import SERVICE

CATALOGUE: dict[str, Measure] = {
    measure.name: measure
    for measure in (*CLINICAL, *BOUNDS, *SERVICE, *ATTENDANCE, *CAPACITY, *ECONOMIC)
}
