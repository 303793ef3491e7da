"""Adverse events that lengthen monitoring: a rise of blood pressure during or after an infusion."""

from __future__ import annotations

from functools import cache

from sim.config.value import Value, parameter
from sim.streams import PerUse, Purpose, Streams

COURSE = 6
"""Infusions of the course over which the share was counted."""

NONE, EPISODE, TREATED = 0, 1, 2
"""What the record's column `adverse` says of an infusion."""


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


class Episodes:
    """The throws of one replication, by (patient, k-th infusion)."""

    __slots__ = ("_risks", "_thrown", "_treated", "_treated_share")

    def __init__(self, events: AdverseEvents, streams: Streams) -> None:
        self._risks = [events.risk(use) for use in range(COURSE)]
        self._treated_share = events.treated_share
        self._thrown = PerUse(streams, Purpose.ADVERSE_EVENT, lambda uniform: uniform, whole=False)
        self._treated = PerUse(
            streams, Purpose.ADVERSE_TREATED, lambda uniform: uniform, whole=False
        )

    def __call__(self, patient: int, use: int) -> int:
        """Say NONE, EPISODE or TREATED."""
        if self._thrown.real(patient, use) >= self._risks[min(use, COURSE - 1)]:
            return NONE
        treated = self._treated.real(patient, use) < self._treated_share
        return TREATED if treated else EPISODE
