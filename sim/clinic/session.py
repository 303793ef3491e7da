"""One infusion session in minutes: prepare, infuse, monitor until ready, discharge, turnover.

Adverse events lengthen monitoring: a rise of blood pressure during or after an infusion.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.arrays import Floats
from sim.config.value import Grade, Value, parameter
from sim.distributions import GRID, Constant, Duration, Lognormal, Triangular
from sim.units import MINUTES_PER_DAY, half_up

_LONGEST = 2 * MINUTES_PER_DAY
"""Minutes from which on no length of a session is told from another: no day has room for it."""

PREPARE = Triangular(low=10, mode=15, high=25)
MONITOR = Lognormal(median=35.5, sigma=0.66, offset=-40, at_least=20)
TURNOVER = Triangular(low=5, mode=10, high=15)


class Session(Value):
    """The stages of an infusion session; a stage of 0 minutes is left out."""

    prepare_minutes: Duration = parameter(
        PREPARE, "seated and prepared, a nurse one to one", unit="minutes",
        source="clinic pages; spread assumed", grade="C",
    )  # fmt: skip
    infuse_minutes: Duration = parameter(
        Constant(value=40), "the infusion, watched by a nurse", unit="minutes",
        source="trials (40 min)", grade="A",
    )  # fmt: skip
    monitor_minutes: Duration = parameter(
        MONITOR,
        "watched after the infusion's end until ready: ready a log-normal time after dosing began "
        "(hence the 40 minutes taken off), at least 20 minutes after its end",
        unit="minutes",
        source="pooled TRANSFORM: > 90 % ready at 90 min",
        grade="B",
    )
    discharge_minutes: Duration = parameter(
        Constant(value=10), "discharged, a nurse one to one", unit="minutes", source="assumption",
        grade="D",
    )  # fmt: skip
    turnover_minutes: Duration = parameter(
        TURNOVER, "the chair is made ready for the next patient", unit="minutes",
        source="clinic pages; spread assumed", grade="D",
    )  # fmt: skip

    @cache  # noqa: B019
    def planned_minutes(self) -> float:
        """Mean time that a session holds a chair, adverse events aside."""
        return float(sum(getattr(self, name).expectation() for name in type(self).model_fields))

    @property
    def is_monitored(self) -> bool:
        """Whether patients are monitored at all after the infusion."""
        return self.monitor_minutes != Constant(value=0)

    @cache  # noqa: B019 - a value, of which a run knows a handful
    def length_quantile(self, share: float, extra: int = 0, risk: float = 0.0) -> int:
        """Give the whole minutes within which a share of sessions is over: the patient has left.

        Turnover and waiting for a nurse are left out; with probability `risk` monitoring takes
        `extra` minutes more. The stages' shares by whole minute (over 20,000 quantiles each) are
        convolved, so the result is the same on every call and within a minute of exact, but for
        the longest 1 in 10,000, and for LONGEST or more, which no day has room for.
        Raises ValueError unless 0 < share < 1.
        """
        if not 0 < share < 1:
            raise ValueError(f"a share of sessions lies between 0 and 1, and not at {share:g}")
        shares = np.zeros(extra + 1)
        shares[0] += 1 - risk
        shares[extra] += risk
        for name in ("prepare", "infuse", "monitor", "discharge"):
            shares = np.convolve(shares, _by_minute(getattr(self, f"{name}_minutes")))
        return int(np.searchsorted(np.cumsum(shares), share - 1e-12))


def _by_minute(duration: Duration) -> Floats:
    """Give the share of draws that take 0, 1, 2 ... whole minutes; the last, LONGEST or more."""
    minutes = half_up(duration.quantile(GRID).clip(0, _LONGEST))
    return np.bincount(minutes) / len(GRID)


def _watched(minutes: int, source: str, grade: Grade) -> Duration:
    value: Duration = parameter(
        Lognormal(median=35.5, sigma=0.66, at_least=minutes),
        f"watched after its end until ready: a log-normal time, at least {minutes} minutes",
        unit="minutes", source=source, grade=grade,
    )  # fmt: skip
    return value


def _taken(minutes: int, what: str) -> Duration:
    value: Duration = parameter(
        Constant(value=minutes), what, unit="minutes", source="assumption", grade="D"
    )
    return value


_AN_HOUR = "pooled TRANSFORM (esketamine): > 90 % ready at 90 min; the hour assumed"


class Injected(Session):
    """The stages of an injection: short, and watched at least an hour."""

    infuse_minutes: Duration = _taken(2, "the injection")
    monitor_minutes: Duration = _watched(60, _AN_HOUR, "C")


class Swallowed(Session):
    """The stages of a dose by mouth, without a needle: watched at least an hour."""

    prepare_minutes: Duration = _taken(10, "seated and prepared, a nurse one to one")
    infuse_minutes: Duration = _taken(5, "swallowed, watched by a nurse")
    monitor_minutes: Duration = _watched(60, _AN_HOUR, "C")


class Lozenge(Swallowed):
    """The stages of a lozenge: likewise, but longer in the mouth."""

    infuse_minutes: Duration = _taken(15, "in the mouth, watched by a nurse")


class Sprayed(Swallowed):
    """The stages of a nasal spray: likewise, but watched at least two hours."""

    infuse_minutes: Duration = _taken(15, "sprayed, watched by a nurse")
    monitor_minutes: Duration = _watched(120, "esketamine label: at least 2 h", "B")


class RouteSessions(Value):
    """The stages of a session by the other routes; `session` itself is intravenous.

    Each route has stages of its own, and keeps them where some of the others are given.
    """

    im: Injected = parameter(Injected(), "intramuscular: injected, watched at least an hour")
    sc: Injected = parameter(Injected(), "subcutaneous: injected, watched at least an hour")
    intranasal: Sprayed = parameter(Sprayed(), "intranasal: sprayed, watched at least two hours")
    sublingual: Lozenge = parameter(
        Lozenge(), "lozenge taken in the clinic, watched at least an hour"
    )
    oral: Swallowed = parameter(Swallowed(), "swallowed in the clinic, watched at least an hour")


COURSE = 6
"""Infusions of the course over which the share was counted."""


class AdverseEvents(Value):
    """Episodes of high blood pressure; each infusion is a throw of its own.

    The risk falls by a constant factor from infusion to infusion and no further after the sixth.
    There is none without monitoring (a stage of 0 minutes) and none from a dose of 0 (placebo).
    """

    episode_share: float = parameter(
        0.443, "patients with an episode in a course of six infusions; 0 for none", unit="share",
        source="Rodrigues 2022 (90 of 203)", grade="B", ge=0, lt=1,
    )  # fmt: skip
    later_risk: float = parameter(
        0.8, "risk at an infusion as a share of that at the one before, up to the sixth",
        unit="share", source="esketamine, n = 928: most in the first week; the number assumed",
        grade="D", gt=0, le=1,
    )  # fmt: skip
    treated_share: float = parameter(
        0.12, "episodes that are treated with a drug", unit="share",
        source="Rodrigues 2022 (11 of 90 patients)", grade="B", ge=0, le=1,
    )  # fmt: skip
    extra_minutes: int = parameter(
        20, "an episode lengthens monitoring by so much", unit="minutes", source="assumption",
        grade="D", ge=0, le=480,
    )  # fmt: skip

    def risk(self, use: int) -> float:
        """Give the risk of an episode at the k-th infusion (from 0).

        p_k = p_0 later_risk^k with 1 - (1 - p_0) ... (1 - p_5) = episode_share.
        """
        fallen: float = self.later_risk ** min(use, COURSE - 1)
        return _first_risk(self.episode_share, self.later_risk) * fallen

    def lasting_risk(self) -> float:
        """Give the risk from the sixth infusion on, which most sessions of a clinic have."""
        return self.risk(COURSE - 1)

    def planned_minutes(self) -> float:
        """Give the mean minutes that episodes add to a session from the sixth infusion on."""
        return self.lasting_risk() * self.extra_minutes


@cache
def _first_risk(share: float, factor: float) -> float:
    """Find the first infusion's risk that makes the whole course's, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        free = 1.0
        for use in range(COURSE):
            free *= 1 - middle * factor**use
        low, high = (middle, high) if 1 - free < share else (low, middle)
    return (low + high) / 2 if share else 0.0
