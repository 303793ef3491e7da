"""What the plain model is made of: visits, patients, durations, an appointment book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import exp, floor, log, prod
from typing import Any

import numpy as np
from scipy.optimize import brentq

from sim.model.scenario import Scenario

NEVER = -1
FOREVER = 10**9  # minutes
DAY = 24 * 60

Slot = tuple[int, int]  # day, and which slot of it
Gap = tuple[int, int, int]  # days after the session before, days late and early at most


@dataclass
class Visit:
    """One visit: what was ordered, and the minute of everything that happened."""

    patient: int
    visit: int
    kind: str
    due: int
    latest: int
    ordered: int
    interval_days: float = 0.0
    booked: int = NEVER
    arrived: int = NEVER
    seated: int = NEVER
    prepare_start: int = NEVER
    prepared: int = NEVER
    infusion_start: int = NEVER
    infusion_end: int = NEVER
    ready: int = NEVER
    discharge_start: int = NEVER
    left: int = NEVER
    chair_free: int = NEVER
    chair: int = NEVER
    nurse: int = NEVER
    prescriber: int = NEVER
    route: str = ""
    dose_mg_kg: float = 0.0
    bioavailability: float = 0.0
    rated_before: int = NEVER
    true_before: float = -1.0
    status: str = "ahead"
    adverse: int = NEVER
    wished: int = NEVER


@dataclass
class Relief:
    """Where the two states stand after an infusion, and where they would be without it."""

    since: int
    fast: float = 0.0
    slow: float = 0.0
    fast_before: float = 0.0
    slow_before: float = 0.0


@dataclass
class Patient:
    """One person's traits and state; times in days or minutes as in the model."""

    number: int
    referred: int
    untreated: float
    baseline: int
    age: float
    weight: float
    anxiety_type: int
    clearance: float
    responsiveness: float
    tau_fast: float
    tau_slow: float
    a_fast: float
    a_slow: float
    plasticity: float
    onset: float
    ceiling: float
    ptsd: bool
    chronic_pain: bool
    depression: bool
    benzodiazepine: bool
    benzodiazepine_high: bool
    preferred_time: float
    infusions_tolerated: int
    days_in_maintenance: float
    no_show_share: float
    first_no_show_share: float
    leaves: int  # when patience is at its end, or maintenance stopped
    drift: list[float]  # by day since referral
    lost: list[float]  # likewise, the share of relief that an episode of worsening takes
    states: list[Relief]  # before any infusion, and after each
    usual: list[Relief]  # the same visits at the usual exposure
    drug_share: float
    visits: int = 0
    infusions: int = 0
    last_infusion: int = NEVER
    in_maintenance: bool = False
    again_from: int = 0  # from when another appointment is wished for
    appointments: list[tuple[str, Slot]] = field(default_factory=list)  # to come, with their kind

    def relief(self, state: Relief, minute: int) -> float:
        """Give the relief of one course at a minute not before the newest infusion's end."""
        days = (minute - state.since) / DAY
        fast, slow = exp(-days / self.tau_fast), exp(-days / self.tau_slow)
        full = 1 - (1 - state.fast * fast) * (1 - state.slow * slow)
        without = 1 - (1 - state.fast_before * fast) * (1 - state.slow_before * slow)
        return self.ceiling * (full - exp(-days / self.onset) * (full - without))

    def score(self, minute: int) -> float:
        """Give the true score: the drug's own relief, and the part of being treated at all."""
        course = self.relief(self.states[-1], minute)
        usual = self.relief(self.usual[-1], minute)
        other = 1 - self.drug_share
        left = (1 - course) / (1 - other * course) * (1 - other * usual)
        day = (minute - self.referred) // DAY
        relief = (1 - left) * (1 - self.lost[day])
        return min(max(self.untreated * (1 - relief) + self.drift[day], 0.0), 21.0)

    def infused(self, minute: int, exposure: float, c50: float) -> None:
        """Let a dose count, at the end of its infusion, beside one of the usual exposure."""
        push = self.responsiveness * exposure * (1 + c50) / (exposure + c50)
        self.states.append(self.after(self.states[-1], minute, push))
        self.usual.append(self.after(self.usual[-1], minute, self.responsiveness))
        self.infusions += 1
        if not self.in_maintenance:
            self.leaves = FOREVER

    def after(self, state: Relief, minute: int, push: float) -> Relief:
        """Give the state of one course after an infusion."""
        days = (minute - state.since) / DAY
        fast = state.fast * exp(-days / self.tau_fast)
        slow = state.slow * exp(-days / self.tau_slow)
        slow_push = self.a_slow * push * (1 + self.plasticity * fast)
        after_fast = fast + (1 - fast) * (1 - exp(-self.a_fast * push))
        after_slow = slow + (1 - slow) * (1 - exp(-slow_push))
        return Relief(minute, after_fast, after_slow, fast, slow)

    def noons(self, horizon: int) -> tuple[int, int, int]:
        """Count the noons from referral to the horizon: all, below 10, in response."""
        noon = DAY // 2
        when = np.arange(-(-(self.referred - noon) // DAY) * DAY + noon, horizon, DAY)
        course, usual = self.course(self.states, when), self.course(self.usual, when)
        other = 1 - self.drug_share
        left = (1 - course) / (1 - other * course) * (1 - other * usual)
        relief = (1 - left) * (1 - np.array(self.lost[: len(when)]))
        score = np.clip(self.untreated * (1 - relief) + self.drift[: len(when)], 0, 21)
        responding = (score < 10) & (2 * score <= self.untreated)
        return len(when), int((score < 10).sum()), int(responding.sum())

    def course(self, states: list[Relief], when: Any) -> Any:
        """Give the relief of one course at many minutes."""
        since = np.array([state.since for state in states])
        row = np.searchsorted(since, when, side="right") - 1
        days = (when - since[row]) / DAY
        fast, slow = np.exp(-days / self.tau_fast), np.exp(-days / self.tau_slow)
        f, r, f_before, r_before = np.array(
            [(s.fast, s.slow, s.fast_before, s.slow_before) for s in states]
        )[row].T
        full = 1 - (1 - f * fast) * (1 - r * slow)
        without = 1 - (1 - f_before * fast) * (1 - r_before * slow)
        return self.ceiling * (full - np.exp(-days / self.onset) * (full - without))


def sampler(rng: np.random.Generator, duration: Any) -> Callable[[], int]:
    """Give a function that draws whole minutes, rounded half up."""
    if duration.kind == "constant":
        minutes = floor(duration.value + 0.5)
        return lambda: minutes
    if duration.kind == "triangular":
        low, mode, high = duration.low, duration.mode, duration.high
        return lambda: floor(rng.triangular(low, mode, high) + 0.5)
    offset, least = getattr(duration, "offset", 0.0), getattr(duration, "at_least", 0.0)
    if duration.kind == "normal" and duration.low is duration.high is None:
        centre, sd = duration.mean, duration.sd
        return lambda: floor(max(rng.normal(centre, sd) + offset, least) + 0.5)
    if duration.kind == "lognormal":
        mean, sigma = log(duration.median), duration.sigma
        return lambda: floor(max(rng.lognormal(mean, sigma) + offset, least) + 0.5)
    raise NotImplementedError(f"the plain model has no {duration.kind} durations")


def adverse_risks(events: Any) -> list[float]:
    """Give the risks of the first six infusions, which fall by a factor and give the course's."""

    def spared(first: float) -> float:
        return prod(1 - first * events.later_risk**number for number in range(6))

    first = brentq(lambda risk: 1 - events.episode_share - spared(risk), 0, 1)
    return [first * events.later_risk**number for number in range(6)]


class AppointmentBook:
    """How many sessions each slot of each day holds."""

    def __init__(self, week: list[tuple[int, int] | None], places: int, grid: int) -> None:
        self.week = week  # opening and closing minute by weekday, from the first day's on
        self.places = places
        self.grid = grid
        self.days: dict[int, list[int]] = {}

    def slots(self, day: int) -> list[int]:
        """Give the counts of one day, none when it is closed."""
        if day not in self.days:
            opening = self.week[day % 7]
            number = (opening[1] - opening[0]) // self.grid if opening else 0
            self.days[day] = [0] * number
        return self.days[day]

    def minute(self, slot: Slot) -> int:
        """Turn a slot into a minute."""
        return slot[0] * DAY + self.week[slot[0] % 7][0] + slot[1] * self.grid

    def find(self, length: int, reach: int, first: int, last: int, preferred: float) -> Slot | None:
        """Find the first day with a free start, and of its starts the one nearest `preferred`.

        Starts that leave no gaps, counted in sessions from opening or from the last start, come
        first; the last start is `reach` slots before closing.
        """
        for day in range(first, last + 1):
            slots = self.slots(day)
            starts = range(len(slots) - reach + 1)
            free = [start for start in starts if max(slots[start : start + length]) < self.places]
            if free:
                tight = [s for s in free if s % length == 0 or (starts[-1] - s) % length == 0]
                wanted = int(preferred * len(starts))
                return day, min(tight or free, key=lambda start: abs(start - wanted))
        return None

    def find_series(
        self, length: int, reach: int, first: int, last: int, gaps: list[Gap], preferred: float
    ) -> list[Slot] | None:
        """Find a start after which each later session fits its gap (days after, days late)."""
        while start := self.find(length, reach, first, last, preferred):
            series = [start]
            for days, late, _ in gaps:
                due = series[-1][0] + days
                found = self.find(length, reach, due, due + late, preferred)
                if found is None:
                    break
                series.append(found)
            else:
                return series
            first = start[0] + 1
        return None

    def add(self, slot: Slot, length: int, number: int = 1) -> None:
        """Enter an appointment, or strike it out with -1."""
        day, start = slot
        for place in range(start, start + length):
            self.days[day][place] += number


class Numbers:
    """Which chair or which nurse it is, as `simpy.Resource` does not say: the lowest free."""

    def __init__(self) -> None:
        self.free: list[int] = []
        self.unused = count(1)

    def take(self) -> int:
        """Give the lowest number that is free."""
        return heappop(self.free) if self.free else next(self.unused)

    def give_back(self, number: int) -> None:
        """Make a number free again."""
        heappush(self.free, number)


def check_covered(scenario: Scenario) -> None:
    """Refuse what the plain model does not cover."""
    policy, clinic, booking = scenario.policy, scenario.clinic, scenario.clinic.booking
    covered = (
        scenario.run.start_date.weekday() == 0
        and (scenario.referrals.kind, scenario.referrals.when) == ("poisson", "weekdays")
        and policy.assessment
        and policy.treatment.route == "iv"
        and policy.treatment.dose_mg is None
        and policy.evaluation.kind == "formal"
        and policy.evaluation.extend_by > 0
        and not policy.ratings.hours_after_infusion
        and clinic.hours != "always"
        and all(len(day) <= 1 for day in clinic.hours.week())
        and not (clinic.all_holidays() or clinic.closures)
        and clinic.is_steady
        and clinic.chairs_per_nurse_infusing in (None, clinic.chairs_per_nurse)
        and clinic.waiting_places == "unlimited"
        and clinic.maximum_caseload == "unlimited"
        and (booking.kind, booking.series, booking.priority) == ("slots", "together", "first_come")
        and not booking.ring_fenced
        and booking.overbook_per_day == 0
        and booking.lead_days > 0
        and booking.horizon_days != "unlimited"
        and scenario.behaviour.patience_days.kind == "exponential"
    )
    if not covered:
        raise NotImplementedError("the plain model covers the default model only: see its head")
