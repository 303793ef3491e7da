"""A regimen: phases in order of precedence; the first that has something to say is heard."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Protocol,
    Self,
    TypeAlias,
    runtime_checkable,
)

from pydantic import Field, model_validator

from sim.config.value import Value, parameter
from sim.policy.boosters import AdaptiveBoosters, NoBoosters
from sim.policy.chart import Chart
from sim.policy.evaluation import FormalEvaluation, NoEvaluation
from sim.policy.induction import FixedInduction
from sim.policy.kinds import kinds_of
from sim.policy.orders import Discharge, Order, Prescription
from sim.policy.own import Own
from sim.policy.relapse import NoReinduction
from sim.units import MINUTES_PER_DAY

Decision = Order | Discharge | None


@runtime_checkable
class Phase(Protocol):
    """Anything that reads a chart and orders: a built-in policy, or an object of a user's own."""

    def next_order(self, chart: Chart) -> Decision:
        """Give the next order, a discharge, or None to leave the word to the next phase."""


if TYPE_CHECKING:  # which kinds there are is known when the program runs
    InductionKind: TypeAlias = Any
    EvaluationKind: TypeAlias = Any
    RelapseKind: TypeAlias = Any
    BoosterKind: TypeAlias = Any
else:
    InductionKind = kinds_of("induction")
    EvaluationKind = kinds_of("evaluation")
    RelapseKind = kinds_of("relapse")
    BoosterKind = kinds_of("boosters")

USUAL_DOSES: dict[str, tuple[float, str]] = {
    "iv": (0.5, "mg/kg"),
    "im": (1.0, "mg/kg"),
    "sc": (1.0, "mg/kg"),
    "intranasal": (75.0, "mg"),
    "sublingual": (100.0, "mg"),
    "oral": (100.0, "mg"),
}
"""Usual dose by route (ASKP equivalence table; Glue 2018; grade B)."""

NOT_AT_HOME = ("iv", "im", "sc")


class Treatment(Value):
    """The route and the dose of every infusion."""

    route: Literal["iv", "im", "sc", "intranasal", "sublingual", "oral"] = parameter(
        "iv", "route of administration"
    )
    home: bool = parameter(
        False, "taken at home: no chair, no nurse, rated remotely (for the lozenge or oral)"
    )
    placebo: bool = parameter(
        False, "the same visits without the drug: only the non-specific part of the relief"
    )
    dose_mg_kg: float | None = parameter(
        None, "dose by body weight; left out, it is the route's usual dose (0.5 IV)",
        unit="mg/kg", source="ASKP equivalence table; Glue 2018", grade="B", gt=0, le=20,
    )  # fmt: skip
    dose_mg: float | None = parameter(
        None, "or a dose that is the same for everybody", unit="mg",
        source="ASKP equivalence table; Glue 2018", grade="B", gt=0, le=2000,
    )  # fmt: skip

    @model_validator(mode="after")
    def _one_dose(self) -> Self:
        if self.home and self.route in NOT_AT_HOME:
            raise ValueError(f"home = true is not for route {self.route}: it needs a clinic")
        if self.dose_mg_kg is not None and self.dose_mg is not None:
            raise ValueError("give dose_mg_kg or dose_mg, not both")
        return self

    def for_weight(self, kg: float) -> Prescription:
        """Write the prescription of a patient of this body weight."""
        if self.placebo:
            return Prescription(self.route, 0.0, self.home)
        if self.dose_mg_kg is not None:
            return Prescription(self.route, self.dose_mg_kg, self.home)
        if self.dose_mg is not None:
            return Prescription(self.route, self.dose_mg / kg, self.home)
        dose, unit = USUAL_DOSES[self.route]
        return Prescription(self.route, dose if unit == "mg/kg" else dose / kg, self.home)


class Ratings(Value):
    """Remote ratings by protocol: they need no visit, and no policy waits for them."""

    hours_after_infusion: tuple[Annotated[float, Field(gt=0, le=8760)], ...] = parameter(
        (),
        "rate so long after the end of each infusion, unless the next one comes first",
        unit="hours",
    )

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if list(self.hours_after_infusion) != sorted(set(self.hours_after_infusion)):
            raise ValueError("hours_after_infusion must rise from one to the next")
        return self


WITHIN_DAYS = 14  # from referral to the assessment that is aimed at


class Assessment(Value):
    """The first visit, to the prescriber."""

    def next_order(self, chart: Chart) -> Order | None:
        """Order it at referral, once."""
        if chart.count("assessment"):
            return None
        latest = chart.referred + WITHIN_DAYS * MINUTES_PER_DAY
        return Order("assessment", chart.referred, latest, why="a prescriber sees everybody first")


SILENT = (NoEvaluation, NoReinduction, NoBoosters)
"""Phases that never have anything to say need not be asked."""


class Regimen(Value):
    """The table `[policy]`: what is ordered for whom, from referral to discharge."""

    assessment: bool = parameter(
        True, "whether a prescriber sees everybody before the first infusion"
    )
    treatment: Treatment = Treatment()
    booster_treatment: Treatment | None = parameter(
        None, "route and dose of boosters; left out, as in the induction (a switch of route)"
    )
    usual_care: Literal["never", "from_referral", "after_discharge"] = parameter(
        "never",
        "an SSRI or SNRI, begun at referral (a comparator) or when treatment here ends "
        "(the refractory have had it: never)",
    )
    induction: InductionKind = FixedInduction()
    evaluation: EvaluationKind = FormalEvaluation()
    relapse: RelapseKind = NoReinduction()
    boosters: BoosterKind = AdaptiveBoosters()
    ratings: Ratings = Ratings()

    def phases(self) -> tuple[Phase, ...]:
        """Give the phases in order of precedence."""
        first = (Assessment(),) if self.assessment else ()
        others = (self.induction, self.evaluation, self.relapse, self.boosters)
        return (*first, *(phase for phase in others if not isinstance(phase, SILENT)))

    def heard(self, phase: Phase) -> Phase:
        """Have every word of a phase of the user's own read before it counts; not of others."""
        if isinstance(phase, Value):
            return phase
        named = ("induction", "evaluation", "relapse", "boosters")
        path = next((f"policy.{name}" for name in named if getattr(self, name) is phase), "")
        return Own(path, phase) if path else phase


def next_order(phases: tuple[Phase, ...], chart: Chart) -> Order | Discharge:
    """Ask the phases in order of precedence; when none has anything to say, treatment is over."""
    for phase in phases:
        if (decision := phase.next_order(chart)) is not None:
            return decision
    return Discharge("completed")
