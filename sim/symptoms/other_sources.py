"""What changes symptoms beside infusions: an SSRI or SNRI, and what comes and goes by itself.

A course of one's own is two processes of two states each, by day (`sim.people.two_states`), off
where the rate is 0. How the sources combine stands in `sim.symptoms.relief`.
"""

from __future__ import annotations

from typing import Literal

from sim.config.value import Value, parameter
from sim.symptoms.calibrations import fitted

USUAL_CARE_LOGITS = {"resistant": -2.35, "first_line": 0.45}


class UsualCare(Value):
    """Relief by an SSRI or SNRI (`policy.usual_care`)."""

    kind: Literal["resistant", "first_line"] = parameter(
        "resistant",
        "people whom earlier treatment failed, or people treated for the first time",
        source="Patterson 2016, 6 RCTs; NICE CG113 network meta-analysis",
    )
    ceiling_mean: float | None = parameter(
        None,
        "logit of the median ceiling of relief; left out, as fitted: "
        f"resistant {USUAL_CARE_LOGITS['resistant']:g} (mean relief 0.10 at 8 weeks, the specific "
        f"effect alone), first line {USUAL_CARE_LOGITS['first_line']:g} (rated response of 0.58 at "
        "8 weeks, placebo response included)",
        source="Patterson 2016: SMD -0.32; NICE CG113: response 0.58 at 8 weeks",
        grade="B",
        ge=-10,
        le=10,
    )
    ceiling_sd: float = parameter(
        1.0,
        "spread between persons, sd of the logit",
        source="assumption",
        grade="D",
        ge=0,
        le=10,
    )
    tau_days: float = parameter(
        21.0,
        "time constant of its onset (full effect in 8-12 weeks)",
        unit="days",
        source="assumption from 'weeks', 14-35",
        grade="D",
        gt=0,
        le=365,
    )

    def logit(self) -> float:
        """Give the logit of the median ceiling in force."""
        return USUAL_CARE_LOGITS[self.kind] if self.ceiling_mean is None else self.ceiling_mean


class OwnCourse(Value):
    """What comes and goes by itself: episodes of worsening under treatment, natural remission."""

    worsening_per_year: float | None = fitted(
        "worsening_per_year", "episodes of worsening a year, of those not in one; 0 is none",
        "per year", ge=0, le=365,
    )  # fmt: skip
    worsening_days: float = parameter(
        60.0, "mean length of such an episode", unit="days", source="assumption", grade="D", ge=1,
        le=3650,
    )  # fmt: skip
    worsening_depth: float = parameter(
        0.8, "share of the relief that is lost in it", unit="share", source="assumption", grade="D",
        ge=0, le=1,
    )  # fmt: skip
    remission_per_year: float = parameter(
        0.0, "natural remissions a year, of those ill, with or without treatment; 0 is none",
        unit="per year", source="off, as it competes with `lasting_share`; generalised anxiety: "
        "0.38 in 5 years (Yonkers 2000, 10.1192/bjp.176.6.544)", grade="C", ge=0, le=365,
    )  # fmt: skip
    remission_days: float = parameter(
        2500.0, "mean length of a natural remission", unit="days",
        source="0.45 recurred in 12 years (Bruce 2005, 10.1176/appi.ajp.162.6.1179)", grade="C",
        ge=1, le=36500,
    )  # fmt: skip
    remission_depth: float = parameter(
        0.7, "share of the untreated score that is gone in it", unit="share", source="assumption",
        grade="D", ge=0, le=1,
    )  # fmt: skip
