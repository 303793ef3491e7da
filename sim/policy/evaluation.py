"""Evaluation: did the induction work, and what follows from it."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.config.value import Value, parameter
from sim.policy.chart import Chart
from sim.policy.induction import in_series
from sim.policy.orders import Discharge, Gap, Order
from sim.scales import is_partial
from sim.units import MINUTES_PER_DAY


class FormalEvaluation(Value):
    """A rating by the prescriber: responders go on, partial responders get more, others leave."""

    phase: ClassVar[str] = "evaluation"
    kind: Literal["formal"] = "formal"
    after_days: int = parameter(
        1, "after the last infusion of the induction", unit="days", source="targets C4 and C5: "
        "24 h after the last", grade="B", ge=0, le=365,
    )  # fmt: skip
    late_days: int = parameter(
        7, "how many days later it may come", unit="days", source="assumption", grade="D", ge=0,
        le=365,
    )  # fmt: skip
    extend_by: int = parameter(
        2, "more infusions for partial responders (25-49 % better), once; 0 extends nobody",
        unit="infusions", source="assumption", grade="D", ge=0, le=20,
    )  # fmt: skip
    extend_every_days: int = parameter(
        3, "days between the infusions of the extension", unit="days", source="as the induction",
        grade="C", ge=1, le=60,
    )  # fmt: skip
    extend_late_days: int = parameter(
        7, "how many days later these may come", unit="days", source="assumption", grade="D",
        ge=0, le=60,
    )  # fmt: skip

    def describe(self) -> str:
        """Say the rule in a sentence."""
        extension = "nobody gets an extension"
        if self.extend_by:
            extension = f"25-49 % better get {self.extend_by} more infusions, once"
        return (
            f"Evaluated {self.after_days} day(s) after the last of them: at least 50 % better go "
            f"on, {extension}, the others are discharged to usual care."
        )

    def next_order(self, chart: Chart) -> Order | Discharge | None:
        """Evaluate after a series; extend a partial response once; discharge without response."""
        last = chart.last("induction", "evaluation")
        if last is None:
            return None
        if last.kind == "evaluation" and chart.responds(last):
            return None
        evaluations = chart.count("evaluation")
        if last.kind == "evaluation":
            if evaluations == 1 and self.extend_by and is_partial(last.rated, chart.baseline):
                return self._extension(chart, self.extend_by, "a partial response at evaluation")
            return Discharge("non-responder")
        if evaluations == 1:
            done = chart.count_since("induction", "evaluation")
            if done < self.extend_by:
                return self._extension(chart, self.extend_by - done, "the extension goes on")
        why = f"the {'extension' if evaluations else 'induction'} is complete"
        due = last.minute + self.after_days * MINUTES_PER_DAY
        return Order("evaluation", due, due + self.late_days * MINUTES_PER_DAY, why=why)

    def _extension(self, chart: Chart, infusions: int, why: str) -> Order:
        gap = Gap(self.extend_every_days, self.extend_late_days)
        return in_series(chart, gap, (gap,) * (infusions - 1), why)


class NoEvaluation(Value):
    """Nobody is evaluated: everybody goes on to boosters, whatever their response."""

    phase: ClassVar[str] = "evaluation"
    kind: Literal["none"] = "none"

    def describe(self) -> str:
        """Say the rule in a sentence."""
        return "Nobody is evaluated: everybody goes on."

    def next_order(self, chart: Chart) -> None:
        """Order nothing."""
        return
