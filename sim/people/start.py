"""The table `[start]`: who is there when the run begins."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sim.config.value import Value, parameter

SPREAD_DAYS = 84  # the longest-standing patients are referred within so many days of the history
SHORTEST_HISTORY = 182  # days: the spread, an induction, and the first boosters


def _history() -> Any:
    return parameter(
        364, "simulated before the start date, without limits of chairs, staff and slots; nothing "
        "of it is counted", unit="days", source="time for a caseload to come into its rhythm",
        grade="D", ge=SHORTEST_HISTORY, le=3640,
    )  # fmt: skip


class Empty(Value):
    """A new clinic, which nobody knows yet."""

    kind: Literal["empty"] = "empty"

    @property
    def history_days(self) -> int:
        """Nothing came before."""
        return 0


class SteadyState(Value):
    """The caseload of a clinic that has long been open and always had places enough."""

    kind: Literal["steady_state"] = "steady_state"
    history_days: int = _history()
    reached: float = parameter(
        0.99, "share of the steady state's caseload that is there: referrals are looked back upon "
        "for as long as it takes to build up so much of it", unit="share",
        source="1 - exp(-t / mean stay)", grade="D", ge=0.5, le=0.9999,
    )  # fmt: skip


class Caseload(Value):
    """The people of a file: in maintenance, or waiting for their first infusion."""

    kind: Literal["file"] = "file"
    file: str = parameter(
        ..., "those already there, one a row, CSV or Parquet, relative to this file; the columns "
        "are patient, state (maintenance or waiting), referred_days_ago, baseline, and for "
        "maintenance last_infusion_days_ago, interval_days and infusions", min_length=1,
    )  # fmt: skip
    history_days: int = _history()


Start = Annotated[Empty | SteadyState | Caseload, Field(discriminator="kind")]
