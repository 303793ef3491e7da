"""The table `[behaviour]`: who leaves treatment and when, and who keeps appointments.

`Attendance` throws the dice, keyed: who comes to a booked visit, how late, who puts it off, and who
comes again. A named setting (`sim.people.settings`) settles what a file leaves out.
"""

from __future__ import annotations

from math import log
from typing import Any, Literal

import numpy as np
from scipy.special import betaincinv

from sim.arrays import Floats, Ints
from sim.config.value import Value, parameter
from sim.distributions import Duration, Exponential, Normal
from sim.people.settings import (
    SETTINGS,
    USUAL_SETTING,
    Leaving,
    SettingName,
    leaving,
    settings_in_words,
)
from sim.streams import PerUse, Purpose, Streams
from sim.units import minutes_of

Fate = Literal["comes", "misses", "calls_off"]

UNTIL_AGAIN_DAYS = (15.0, 42.0)
"""Days until those come again who do not within two weeks."""


class Attendance:
    """The dice of all patients; each throw is of (patient, how many appointments before)."""

    __slots__ = (
        "_again",
        "_behaviour",
        "_delay",
        "_fate",
        "_put_off",
        "late_minutes",
        "notice_minutes",
        "numbers",
    )

    def __init__(self, behaviour: Behaviour, streams: Streams) -> None:
        def late(uniform: Floats) -> Floats:
            minutes: Floats = behaviour.lateness_minutes.quantile(uniform)
            return minutes.clip(0.0)

        self._behaviour = behaviour
        self.numbers = behaviour.in_force()
        self.notice_minutes = minutes_of(behaviour.cancellation_notice_days)
        self._fate = PerUse(streams, Purpose.ATTENDANCE, _same, whole=False)
        self._again = PerUse(streams, Purpose.REBOOKING, _same, whole=False)
        self._delay = PerUse(streams, Purpose.REBOOKING_DELAY, _same, whole=False)
        self._put_off = PerUse(streams, Purpose.POSTPONING, _same, whole=False)
        self.late_minutes = PerUse(streams, Purpose.LATENESS, late)

    def fate(self, patient: int, number: int, missing: float, staying: bool) -> Fate:
        """Whether somebody whose share of missed visits is `missing` comes to this one.

        Who is `staying` in maintenance misses only visits that are booked again: the others are
        missed by those who have stopped, which is settled elsewhere.
        """
        if staying:
            missing *= self._behaviour.rebooked_share
        throw = self._fate.real(patient, number)
        if throw < missing:
            return "misses"
        called_off = throw < missing + (1 - missing) * self._behaviour.late_cancellation_share
        return "calls_off" if called_off else "comes"

    def comes_again(self, patient: int, number: int) -> bool:
        """Whether a visit missed outside maintenance is booked again."""
        return self._again.real(patient, number) < self._behaviour.rebooked_share

    def days_until_again(self, patient: int, number: int) -> float:
        """How long after it the next appointment is wished for: at once, or in some weeks."""
        soon = self._behaviour.rebooked_within_2_weeks_share
        throw = self._delay.real(patient, number)
        if throw < soon:
            return 0.0
        low, high = UNTIL_AGAIN_DAYS
        return low + (high - low) * (throw - soon) / (1 - soon)

    def days_put_off(self, patient: int, number: int) -> float:
        """How many days later than booked somebody wishes to come: exponential, 0 for most."""
        share = self.numbers.postponed_share
        if not share or (throw := self._put_off.real(patient, number)) >= share:
            return 0.0
        return -log(throw / share) * self.numbers.postponed_days


def _same(uniform: Floats) -> Floats:
    return uniform


def _by_setting(name: str, meaning: str, unit: str, **bounds: float) -> Any:
    """Declare a parameter that follows the named setting unless it is given."""
    source, grade = USUAL_SETTING[name].source, USUAL_SETTING[name].grade
    said = f"{meaning}; left out, as the setting says: {settings_in_words(name)}"
    return parameter(None, said, unit=unit, source=source, grade=grade, **bounds)


_VISITS = "Sparr 1993, 1,620 psychiatric visits"


class Behaviour(Value):
    """Drop-out by a constant hazard, patience, and attendance at booked visits.

    Somebody who has stopped maintenance simply does not come to the next appointment: stopping and
    the missed visit that is never made up are one process, so those still in maintenance who miss
    one always come again.
    """

    setting: SettingName = parameter(
        "usual", f"the named setting that settles what is left out below: {', '.join(SETTINGS)}"
    )
    withdrawal_share: float | None = _by_setting(
        "withdrawal_share", "withdraw in a course of `withdrawal_course` infusions: for "
        "tolerability, or for another reason that the setting has", "share", ge=0, lt=1,
    )  # fmt: skip
    withdrawal_course: int = parameter(
        6, "length of the course that share belongs to", unit="infusions", source="McInnes 2022",
        grade="B", ge=1, le=60,
    )  # fmt: skip
    withdrawal_without_response: int | None = _by_setting(
        "withdrawal_without_response", "as so many an infusion of induction counts while the "
        "newest rating since the first is no response: a factor on the hazard of withdrawing",
        "multiplier", ge=1, le=60,
    )  # fmt: skip
    first_stopping_share: float | None = _by_setting(
        "first_stopping_share", "stop after the first infusion, beside those who withdraw",
        "share", ge=0, le=1,
    )  # fmt: skip
    stopping_share: float = parameter(
        0.33,
        "stop maintenance within `stopping_days`; a missed visit is how it shows",
        unit="share",
        source="Sakurai 2020 n=85",
        grade="B",
        ge=0,
        lt=1,
    )
    stopping_days: float = parameter(
        395, "time that share belongs to (13 months)", unit="days", source="Sakurai 2020 n=85",
        grade="B", gt=0, le=36500,
    )  # fmt: skip
    stopping_without_response: float | None = _by_setting(
        "stopping_without_response", "factor on the hazard of stopping maintenance while the "
        "newest rating, by visit or asked for, is no response", "multiplier", ge=1, le=100,
    )  # fmt: skip
    missed_rating_share: float = parameter(
        0.15, "remote ratings that a policy asks for and nobody sends", unit="share",
        source="assumption (none found)", grade="D", ge=0, le=1,
    )  # fmt: skip
    no_show_share: float = parameter(
        0.088, "booked visits that are missed without a word, mean over people", unit="share",
        source=_VISITS, grade="B", ge=0, lt=1,
    )  # fmt: skip
    first_no_show_share: float = parameter(
        0.31, "likewise of the first assessment", unit="share",
        source="academic psychiatry clinic", grade="C", ge=0, lt=1,
    )  # fmt: skip
    no_show_concentration: float = parameter(
        5.0, "how alike people are in this: the beta distribution's a + b of their own shares",
        source="assumption", grade="D", gt=0, le=1e6,
    )  # fmt: skip
    rebooked_share: float = parameter(
        0.711, "missed visits that are booked again; the others are lost to follow-up",
        unit="share", source=_VISITS, grade="B", gt=0, le=1,
    )  # fmt: skip
    rebooked_within_2_weeks_share: float = parameter(
        0.733, "of those, as soon as the clinic can (the others after 15 to 42 days)", unit="share",
        source=_VISITS + "; the delay beyond two weeks assumed", grade="B", ge=0, le=1,
    )  # fmt: skip
    late_cancellation_share: float = parameter(
        0.05, "booked visits called off at short notice and booked again; the slot is free again",
        unit="share", source="assumption (none found)", grade="D", ge=0, lt=1,
    )  # fmt: skip
    cancellation_notice_days: float = parameter(
        1.0, "how long before the visit they are called off", unit="days", source="assumption",
        grade="D", ge=0, le=60,
    )  # fmt: skip
    postponed_share: float | None = _by_setting(
        "postponed_share", "booked visits put off as soon as the day is known; the slot is free "
        "again", "share", ge=0, le=0.9,
    )  # fmt: skip
    postponed_days: float | None = _by_setting(
        "postponed_days", "by how long, at least to the day after: mean of an exponential", "days",
        gt=0, le=3650,
    )  # fmt: skip
    lateness_minutes: Duration = parameter(
        Normal(mean=-10.0, sd=9.8, at_least=0.0),
        "how late people come to a booked visit; who comes early waits for the appointed time",
        unit="minutes",
        source="Cerruti 2023 (84 % check in before their time, most by 10 minutes), secondary",
        grade="C",
    )
    patience_days: Duration = parameter(
        Exponential(mean=180.0),
        "from referral until those still without a first infusion leave the waiting list, at a "
        "GAD-7 of 15",
        unit="days",
        source="assumption (none found)",
        grade="D",
    )
    patience_per_point: float = parameter(
        0.97, "factor on it for each point of the rated baseline above 15: the more severe look "
        "for help elsewhere sooner", unit="per point", source="assumption", grade="D", gt=0, le=2,
    )  # fmt: skip

    def in_force(self) -> Leaving:
        """Give the numbers of the setting, in which those given here replace its own."""
        given = {
            name: value for name in USUAL_SETTING if (value := getattr(self, name)) is not None
        }
        return leaving(self.setting)._replace(**given)


NOT_IN_THIS_LIFE = 10**6  # infusions or days: a drop-out that never comes
PATIENCE_AT = 15  # points


def infusions_tolerated(behaviour: Behaviour, uniform: Floats) -> Ints:
    """After how many infusions of induction each person withdraws: geometric, at least 1.

    The highest uniforms are of those who stop after the first for another reason.
    """
    numbers = behaviour.in_force()
    stays = 1 - numbers.first_stopping_share
    uniform = np.divide(uniform, stays, out=np.ones_like(uniform), where=uniform < stays)
    stops = uniform >= 1
    if numbers.withdrawal_share == 0:
        return np.where(stops, 1, NOT_IN_THIS_LIFE)
    hazard = -np.log1p(-numbers.withdrawal_share) / behaviour.withdrawal_course
    tolerated = np.ceil(-np.log(uniform) / hazard)
    whole: Ints = np.clip(tolerated, 1, NOT_IN_THIS_LIFE).astype(np.int64)
    return whole


def days_in_maintenance(behaviour: Behaviour, uniform: Floats) -> Floats:
    """How long after maintenance began each person stops it, in days: exponential."""
    share = behaviour.stopping_share
    if share == 0:
        return np.full(len(uniform), float(NOT_IN_THIS_LIFE))
    hazard = -np.log1p(-share) / behaviour.stopping_days
    days: Floats = np.minimum(-np.log(uniform) / hazard, NOT_IN_THIS_LIFE)
    return days


def no_show_shares(behaviour: Behaviour, mean: float, uniform: Floats) -> Floats:
    """Share of booked visits each person misses: beta, Beta(m k, (1 - m) k), by quantile."""
    if mean == 0:
        return np.zeros(len(uniform))
    k = behaviour.no_show_concentration
    shares: Floats = np.clip(betaincinv(mean * k, (1 - mean) * k, uniform), 0.0, 1.0)
    return shares


def days_of_patience(behaviour: Behaviour, uniform: Floats, baseline: Ints) -> Floats:
    """How long after referral each person waits for a first infusion, in days."""
    factor = behaviour.patience_per_point ** (baseline - float(PATIENCE_AT))
    days = np.maximum(behaviour.patience_days.quantile(uniform), 0.0) * factor
    result: Floats = np.minimum(days, NOT_IN_THIS_LIFE)
    return result
