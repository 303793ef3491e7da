"""What a choice of the best found: the facts that its sentence and its tables tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.arrays import Floats
from sim.model.scenario import Scenario
from sim.study.value_table import Aim


@dataclass(frozen=True, eq=False)
class Choice:
    """What was asked, what was simulated, and which variant is the best."""

    scenarios: Mapping[str, Scenario]
    aim: Aim
    delta: float | None  # in the measure's unit; OCBA may do without
    confidence: float
    procedure: str
    at_most: int  # replications of each variant (KN)
    budget: int | None  # replications in all (OCBA)
    values: Mapping[str, Floats]  # those that the procedure may have looked at
    left: tuple[str, ...]  # still in when it ended
    eliminated: Mapping[str, int]  # after so many replications
    finished: bool  # by the procedure's own rule
    most: int | None = None  # replications of each that KN can take at most
    why: str = ""  # it is not finished: "interrupted", "spent" or "alike"
    interrupted_because: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def best(self) -> str | None:
        """The variant that was chosen: the first of equals, none unless the procedure ended."""
        return self.left[0] if self.finished else None

    @property
    def interrupted(self) -> bool:
        """Whether the work was ended from outside."""
        return self.why == "interrupted"
