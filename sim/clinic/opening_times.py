"""When the clinic is open: the part of the table `[clinic]` from which its calendar is made."""

from __future__ import annotations

from datetime import date

from sim.clinic.holidays import holidays_of
from sim.clinic.hours import AROUND_THE_CLOCK, Always, Calendar, Hours, Openings
from sim.clinic.rota import Closure
from sim.config.value import Value, parameter

DEFAULT = "the default clinic: near binding for 4 referrals a week"


class OpeningTimes(Value):
    """Opening hours by weekday, holidays and closures."""

    hours: Hours | Always = parameter(
        Hours(), 'opening hours by weekday, or "always" (day and night)', source=DEFAULT, grade="D"
    )
    holidays: tuple[date, ...] = parameter((), "dates on which the clinic is closed", unit="dates")
    holidays_file: str | None = parameter(
        None, "more of them, from a list of public holidays (.ics or JSON), relative to this file"
    )
    closures: tuple[Closure, ...] = parameter(
        (), "holidays of several days, such as { first_day = 2026-08-03, last_day = 2026-08-14 }"
    )

    def calendar(self, start: date) -> Calendar:
        """Give the calendar of a run that starts on a date: hours, holidays and closures."""
        closures = [(closure.first_day, closure.last_day) for closure in self.closures]
        return Calendar(self.hours, start, self.all_holidays(), closures)

    def all_holidays(self) -> tuple[date, ...]:
        """Give the holidays of the list and of the file, if one is named."""
        return (*self.holidays, *(holidays_of(self.holidays_file) if self.holidays_file else ()))

    def open_minutes(self) -> tuple[int, ...]:
        """Give the minutes that each weekday is open, Monday first; holidays aside."""
        return tuple(sum(closes - opens for opens, closes in day) for day in self.week())

    def week(self) -> tuple[Openings, ...]:
        """Give the stretches in which each weekday is open, Monday first."""
        return AROUND_THE_CLOCK if self.hours == "always" else self.hours.week()
