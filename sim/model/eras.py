"""What held when, for who reads a run that has changes: clinics, calendars, referrals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.clinic.clinic_table import ClinicTable
from sim.clinic.hours import Calendar, ChangingCalendar
from sim.model.scenario import Scenario
from sim.people.referrals import Poisson
from sim.streams import Streams
from sim.units import MINUTES_PER_DAY


class Stretch(NamedTuple):
    """From one minute up to another one table of the clinic holds."""

    begin: int
    end: int
    clinic: ClinicTable
    calendar: Calendar

    @property
    def span(self) -> Floats:
        """Its two ends."""
        return np.array([self.begin, self.end], dtype=float)


def stretches(scenario: Scenario, begin: int, end: int) -> list[Stretch]:
    """Give the clinic between two minutes, cut where it changes; one stretch without changes."""
    first = scenario.first_day
    edges = [begin, *(min(max(era.minute, begin), end) for era in scenario.eras), end]
    tables = [scenario.clinic, *(era.scenario.clinic for era in scenario.eras)]
    found = [
        Stretch(edges[place], edges[place + 1], table, table.calendar(first))
        for place, table in enumerate(tables)
    ]
    return [one for one in found if one.begin < one.end]


def calendar_of(scenario: Scenario) -> Calendar:
    """Give the calendar of a run, on the clock of the run."""
    first = scenario.first_day
    calendar = scenario.clinic.calendar(first)
    later = [
        (era.minute // MINUTES_PER_DAY, era.scenario.clinic.calendar(first))
        for era in scenario.eras
    ]
    return ChangingCalendar(calendar, later, first) if later else calendar


def each(scenario: Scenario) -> Iterator[Scenario]:
    """Give the scenario as it is at first, and as it is from each change on."""
    yield scenario
    yield from (era.scenario for era in scenario.eras)


def in_force(scenario: Scenario, minute: int) -> Scenario:
    """Give the scenario as it is at a minute."""
    found = scenario
    for era in scenario.eras:
        if era.minute <= minute:
            found = era.scenario
    return found


def expected_referrals(scenario: Scenario) -> float:
    """Expected number of referrals of a run."""
    law, run = scenario.referrals, scenario.run
    if isinstance(law, Poisson) and scenario.eras:
        return float(law.daily_through(run.start_date, run.days, later_laws(scenario)).sum())
    return law.expected(run.start_date, run.days)


def later_laws(scenario: Scenario) -> Sequence[tuple[int, Poisson]]:
    """Give the laws of referral that hold from some days after the start date on."""
    found = [(era.day, era.scenario.referrals) for era in scenario.eras]
    return [(day, law) for day, law in found if isinstance(law, Poisson)]


def referral_minutes(scenario: Scenario, streams: Streams) -> Ints:
    """Give the minutes since the start date at which people are referred."""
    law, run = scenario.referrals, scenario.run
    if isinstance(law, Poisson):
        return law.minutes(streams, run.start_date, run.days, later_laws(scenario))
    return law.minutes(streams, run.start_date, run.days)
