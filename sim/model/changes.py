"""The table `[[changes]]`: from a day on something of the scenario is otherwise.

Until that day nobody knows of it, so two scenarios that differ in nothing but changes from a day on
have the same history until its first minute.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, ConfigDict, model_validator

from sim.clinic.booking_rules import NoBooking, Slots
from sim.clinic.clinic_table import RESOURCES, ClinicTable
from sim.config.errors import nearest
from sim.config.overrides import leaves, meet
from sim.config.value import Value, parameter
from sim.policy.regimen import Regimen

MAY_CHANGE = (
    "clinic.chairs",
    "clinic.nurses",
    "clinic.prescribers",
    "clinic.rota",
    "clinic.chairs_out",
    "clinic.staff_away",
    "clinic.hours",
    "clinic.holidays",
    "clinic.closures",
    "clinic.waiting_places",
    "clinic.maximum_caseload",
    "clinic.booking",
    "clinic.session",
    "clinic.sessions",
    "clinic.assessment_minutes",
    "clinic.evaluation_minutes",
    "clinic.adverse_events",
    "clinic.prices",
    "policy.treatment",
    "policy.booster_treatment",
    "policy.induction",
    "policy.evaluation",
    "policy.relapse",
    "policy.boosters",
    "policy.ratings",
    "referrals.per_week",
    "referrals.growth_per_year",
    "referrals.seasonality",
    "referrals.shocks",
    "behaviour.no_show_share",
    "behaviour.first_no_show_share",
    "behaviour.no_show_concentration",
    "behaviour.rebooked_share",
    "behaviour.rebooked_within_2_weeks_share",
    "behaviour.late_cancellation_share",
    "behaviour.cancellation_notice_days",
    "behaviour.postponed_share",
    "behaviour.postponed_days",
    "behaviour.lateness_minutes",
)
"""Paths that may change in mid-run, with all that is below them.

The rest is settled when a run begins (who the people are and how long they stay, what the drug
does), or is no matter of a day (seed, warm-up).
"""

_MOMENT = ("date", "day", "overrides")


class Frozen(dict[str, Any]):
    """A table that stays as it is, so that what holds it is a value: equal, and hashable."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def _frozen(content: Any) -> Any:
    if isinstance(content, Mapping):
        return Frozen({str(name): _frozen(inner) for name, inner in content.items()})
    return tuple(_frozen(entry) for entry in content) if isinstance(content, list) else content


class DatedChange(Value):
    """From the first minute of a day on these values hold; whatever stood there before, until then.

    Paths stand beside the date as in a study's variants: `"clinic.chairs" = 4`, or a nested table.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "patternProperties": {rf"^({'|'.join(sorted({p.split('.')[0] for p in MAY_CHANGE}))})"
                                  r"(\..+)?$": {}}
        }
    )  # fmt: skip

    inline: ClassVar[bool] = True

    date: datetime.date | None = parameter(None, "the first day on which it holds", unit="date")
    day: int | None = parameter(
        None, "or that day, counted from run.start_date, which is day 0", unit="days", ge=0,
        le=36500,
    )  # fmt: skip
    overrides: Annotated[Mapping[str, Any], AfterValidator(_frozen)] = parameter(
        {}, 'what holds from then on, by dotted path, such as { "clinic.chairs" = 4 }; the paths '
        "may as well stand beside the date"
    )  # fmt: skip

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, written: Any) -> Any:
        """Gather what stands beside the date: quoted paths as they are, tables down to values."""
        if not isinstance(written, Mapping):
            return written
        known = {name: written[name] for name in _MOMENT if name in written}
        if not isinstance(found := known.get("overrides", {}), Mapping):
            return known
        found = dict(found)
        for name, value in written.items():
            if name not in _MOMENT:
                found |= {name: value} if "." in name else dict(leaves(name, value))
        return known | {"overrides": found}

    @model_validator(mode="after")
    def _says_when_and_what(self) -> Self:
        if (self.date is None) == (self.day is None):
            raise ValueError("a change needs a date or a day, and not both")
        if not self.overrides:
            raise ValueError(
                'a change needs what is to change, by path, such as "clinic.chairs" = 4'
            )
        for path in self.overrides:
            if not any(f"{path}.".startswith(f"{allowed}.") for allowed in MAY_CHANGE):
                raise ValueError(_refused(path))
        return self

    def on_day(self, start: datetime.date) -> int:
        """Give the day on which it takes effect, counted from the start date."""
        if self.date is None:
            assert self.day is not None
            return self.day
        return (self.date - start).days


def _refused(path: str) -> str:
    table = path.split(".")[0]
    there = [allowed for allowed in MAY_CHANGE if allowed.split(".")[0] == table]
    meant = nearest(path, MAY_CHANGE)
    what = f"Of {table} these can" if there else "These can"
    return (
        f"{path} cannot change in mid-run.{meant} {what}, with all below them: "
        f"{', '.join(there or MAY_CHANGE)}"
    )


def by_day(
    changes: tuple[DatedChange, ...], start: datetime.date, days: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the days of a run on which something changes, in order, and what does on each.

    Raises ValueError for a day outside the run, and for two entries that set one path on one day.
    """
    found: dict[int, dict[str, Any]] = {}
    for place, change in enumerate(changes, 1):
        day = change.on_day(start)
        said = f"changes, entry {place}: {change.date or f'day {day}'}"
        if day == 0:
            raise ValueError(
                f"{said} is the first day of the run: what holds from then on is no change; write "
                "it into the scenario itself"
            )
        if not 0 < day < days:
            where = "before" if day < 0 else "after"
            last = start + datetime.timedelta(days=days - 1)
            raise ValueError(
                f"{said} is {where} the run, which goes from {start} to {last} (run.days = {days})"
            )
        there = found.setdefault(day, {})
        for path in change.overrides:
            if any(meet(path, other) for other in there):
                raise ValueError(f"{said} has two entries that set {path}; leave one")
        there |= change.overrides
    yield from sorted(found.items())


def why_impossible(
    clinic: ClinicTable, then: ClinicTable, policy: Regimen, by_then: Regimen
) -> str:
    """Say why one clinic and policy cannot become another in mid-run; nothing where they can."""
    if (clinic.hours == "always") != (then.hours == "always"):
        return 'clinic.hours cannot become "always", or cease to be so, in mid-run'
    for resource in RESOURCES:
        if (clinic.staffed(resource) is None) != (then.staffed(resource) is None):
            return f'clinic.{resource} cannot become "unlimited", or cease to be so, in mid-run'
    was, now = clinic.booking, then.booking
    if was.kind != now.kind:
        return "clinic.booking.kind cannot change in mid-run"
    if isinstance(was, Slots) and isinstance(now, Slots) and was.grid_minutes != now.grid_minutes:
        return "clinic.booking.grid_minutes cannot change in mid-run"
    if isinstance(was, NoBooking) and clinic.hours != then.hours:
        return 'clinic.hours are of no effect with clinic.booking.kind = "none"'
    if (policy.treatment.home, _boosters_at_home(policy)) != (
        by_then.treatment.home,
        _boosters_at_home(by_then),
    ):
        return "where a dose is taken (home) cannot change in mid-run"
    return ""


def _boosters_at_home(policy: Regimen) -> bool:
    return (policy.booster_treatment or policy.treatment).home
