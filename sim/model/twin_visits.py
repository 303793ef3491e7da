"""When the people of a twin come: appointments without limits, kept or missed by their own dice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.clinic.booking_rules import Slots
from sim.model.scenario import Scenario
from sim.model.twin_relief import minutes_each
from sim.people.cohort import Cohort
from sim.people.patient import FOREVER
from sim.people.who_comes import UNTIL_AGAIN_DAYS
from sim.policy.orders import Gap
from sim.streams import PATIENTS, USES, Purpose, Streams
from sim.units import MINUTES_PER_DAY, NEVER

LAST_BEFORE_CLOSING = 120
"""Minutes before closing at which the last appointment of a day begins."""


class Window(NamedTuple):
    """How many days early and late an infusion of a series may be, and the gaps after it."""

    early_days: int
    late_days: int
    series: tuple[Gap, ...]


class TwinVisits:
    """Where everybody stands; `now` is the minute of each one's newest visit, or of referral."""

    def __init__(self, scenario: Scenario, cohort: Cohort, streams: Streams) -> None:
        people = len(cohort)
        self.numbers = scenario.behaviour.in_force()
        self.now: Ints = cohort.referred.copy()
        self.leaves: Ints = cohort.referred + minutes_each(cohort.patience_days)
        self._cohort, self._behaviour = cohort, scenario.behaviour
        self._horizon = scenario.horizon
        self._dice = _Dice(streams.of(cohort.key), people)
        self._appointments = np.zeros(people, np.int64)  # that could be kept or missed
        self._put_off = np.zeros(people, np.int64)
        self._held = np.full((people, 1), FOREVER)  # midnights of a series booked together
        self._place = np.zeros(people, np.int64)  # of the next one held
        rules = scenario.clinic.booking
        self._lead_days = rules.lead_days if isinstance(rules, Slots) else None
        self._open, self._begins, self._span = _days_of(scenario)

    def attended(
        self,
        who: Ints,
        due: Ints,
        window: Window | None = None,
        first: bool = False,
        staying: bool = False,
    ) -> Ints:
        """Give those who come to what is due, before the horizon; `now` is then when they come.

        `who` and `due` have shape (people,). `first` says that it is the first visit of all,
        `staying` that they are in maintenance, where whoever misses a visit comes again.
        """
        came, rows, wished = np.full(len(who), NEVER), np.arange(len(who)), due.copy()
        not_before = np.zeros(len(who), np.int64)
        while len(rows):
            people = who[rows]
            booked = self._booked(people, due[rows], wished[rows], not_before[rows], window)
            there = (self.leaves[people] > booked) & (booked < self._horizon)
            rows, booked = rows[there], booked[there]
            if self._lead_days is None:
                came[rows] = booked
                break
            comes, lost, again, known = self._fate(who[rows], booked, first, staying)
            came[rows[comes]] = booked[comes]
            self.now[who[rows]] = np.where(comes, booked, np.maximum(known, self.now[who[rows]]))
            left = ~comes & ~lost
            rows = rows[left]
            wished[rows] = not_before[rows] = again[left]
        who = who[came != NEVER]
        self.now[who] = came[came != NEVER]
        return who

    def strike_out(self, who: Ints) -> None:
        """Hold no appointment for these people any more."""
        self._held[who] = FOREVER

    def _booked(
        self, who: Ints, due: Ints, wished: Ints, not_before: Ints, window: Window | None
    ) -> Ints:
        """Give the minute of everybody's next appointment: one held, or the first open day."""
        if self._lead_days is None:
            return np.maximum(wished, self.now[who])
        soonest = self.now[who] // MINUTES_PER_DAY + self._lead_days
        day = self._opening(np.maximum(wished // MINUTES_PER_DAY, soonest))
        if window is not None:
            day = self._of_series(who, day, due, not_before, window)
        share = self._cohort.preferred_time[who] * self._span[day]
        return day * MINUTES_PER_DAY + self._begins[day] + share.astype(np.int64)

    def _of_series(self, who: Ints, day: Ints, due: Ints, not_before: Ints, window: Window) -> Ints:
        """Give the days held for those who have one that fits, and book the others a series."""
        width = len(window.series) + 1
        if self._held.shape[1] < width:
            more = np.full((len(self._held), width - self._held.shape[1]), FOREVER)
            self._held = np.append(self._held, more, axis=1)
        place = np.minimum(self._place[who], self._held.shape[1] - 1)
        held = np.where(self._place[who] == place, self._held[who, place], FOREVER)
        due_day = due // MINUTES_PER_DAY
        early = np.maximum(due_day - window.early_days, -(-not_before // MINUTES_PER_DAY))
        fits = (early <= held) & (held <= due_day + window.late_days)
        day = np.where(fits, held, day)
        new, at = who[~fits], day[~fits]
        self._held[new] = FOREVER
        for number, gap in enumerate((None, *window.series)):
            at = self._opening(at + gap.days) if gap else at
            self._held[new, number] = at
        self._place[new] = 0
        self._place[who] += 1
        return day

    def _opening(self, day: Ints) -> Ints:
        """Give the first open day from each day on."""
        return self._open[np.minimum(day, len(self._open) - 1)]

    def _fate(
        self, who: Ints, booked: Ints, first: bool, staying: bool
    ) -> tuple[Bools, Bools, Ints, Ints]:
        """Throw who comes, who is lost, from when the others wish again, and when it is known."""
        behaviour, use = self._behaviour, self._appointments[who]
        today = booked // MINUTES_PER_DAY * MINUTES_PER_DAY
        again, off, lost = today + MINUTES_PER_DAY, self._put_offs(who), np.zeros(len(who), bool)
        again = np.maximum(again, today + minutes_each(off))
        self._appointments[who] += off == 0
        missing = self._cohort.first_no_show_share if first else self._cohort.no_show_share
        share = missing[who] * (behaviour.rebooked_share if staying else 1.0)
        throw = self._dice(Purpose.ATTENDANCE, who, use)
        misses = (off == 0) & (throw < share)
        calls_off = (off == 0) & ~misses
        calls_off &= throw < share + (1 - share) * behaviour.late_cancellation_share
        rows = np.flatnonzero(misses)
        again[rows] += minutes_each(self._days_until_again(who[rows], use[rows]))
        if not staying:
            throw = self._dice(Purpose.REBOOKING, who[rows], use[rows])
            lost[rows] = throw >= behaviour.rebooked_share
        notice = minutes_each(behaviour.cancellation_notice_days)
        known = np.where(off > 0, self.now[who], np.where(misses, booked, booked - notice))
        return ~(misses | calls_off) & (off == 0), lost, again, known

    def _put_offs(self, who: Ints) -> Floats:
        """Throw by how many days everybody puts the visit off: 0 for most."""
        share, mean = self.numbers.postponed_share, self.numbers.postponed_days
        if not share:
            return np.zeros(len(who))
        throw = self._dice(Purpose.POSTPONING, who, self._appointments[who] + self._put_off[who])
        days = np.where(throw < share, -np.log(np.minimum(throw / share, 1.0)) * mean, 0.0)
        self._put_off[who] += days > 0
        return days

    def _days_until_again(self, who: Ints, use: Ints) -> Floats:
        soon, (low, high) = self._behaviour.rebooked_within_2_weeks_share, UNTIL_AGAIN_DAYS
        throw = self._dice(Purpose.REBOOKING_DELAY, who, use)
        beyond = low + (high - low) * (throw - soon) / max(1 - soon, 1e-12)
        return np.where(throw < soon, 0.0, beyond)


class _Dice:
    """Uniforms by (person, k-th use), as `sim.per_use.RealPerUse` finds them, of many at a time."""

    def __init__(self, streams: Streams, people: int) -> None:
        self._streams = streams
        self._chunks = range(-(-people // PATIENTS))
        self._drawn: dict[tuple[Purpose, int], Floats] = {}

    def __call__(self, purpose: Purpose, who: Ints, use: Ints) -> Floats:
        found, block = np.empty(len(who)), use // USES
        for one in range(int(block.min(initial=0)), int(block.max(initial=-1)) + 1):
            rows = np.flatnonzero(block == one)
            if len(rows):
                found[rows] = self._block(purpose, one)[who[rows], use[rows] % USES]
        return found

    def _block(self, purpose: Purpose, block: int) -> Floats:
        if (purpose, block) not in self._drawn:
            drawn = [self._streams.uniforms(purpose, chunk, block) for chunk in self._chunks]
            self._drawn[purpose, block] = np.concatenate(drawn)
        return self._drawn[purpose, block]


def _days_of(scenario: Scenario) -> tuple[Ints, Ints, Ints]:
    """Give by day: the first open day from it on, when it opens, and the minutes to choose from.

    Days run a little beyond the horizon, where all that matters is that they are beyond.
    """
    calendar = scenario.clinic.calendar(scenario.first_day)
    days = scenario.horizon // MINUTES_PER_DAY + 1
    hours = [calendar.opening(day) for day in range(days)]
    first_open, following = np.full(days + 1, days), days
    for day in reversed(range(days)):
        following = day if hours[day] else following
        first_open[day] = following
    begins = np.array([*(opening[0] if opening else 0 for opening in hours), 0])
    closes = np.array([*(opening[1] if opening else 0 for opening in hours), 0])
    return first_open, begins, np.maximum(closes - begins - LAST_BEFORE_CLOSING, 0)
