"""The table `[start]`: who is there when the run begins, near the steady state or from a file.

With referrals at rate r, of whom a share s enters maintenance and stays for an exponential time of
mean tau, the caseload in maintenance tends to r s tau (Little's law), and a new clinic has reached
the share 1 - exp(-t / tau) of it after a time t. A file of those already there is refused with all
its faults at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import exp, inf, log, log1p
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from sim.arrays import Bools, Columns, Floats, Ints
from sim.config.errors import ScenarioError
from sim.config.named_files import state_of
from sim.config.value import Value, parameter
from sim.people.behaviour import Behaviour
from sim.people.cohort import Cohort, chosen, drawn
from sim.people.demand import When, at_random, minutes_at, shares_of_week
from sim.people.keys import keys_of
from sim.people.population import Population
from sim.people.tables.cells import CASELOAD, Cells, cells_of, told
from sim.people.tables.columns import COLUMNS, Column, choice, real, whole
from sim.people.tables.faults import Faults, Masks, faults_of, parsed
from sim.people.tables.patients import Table, labels_of, table_from
from sim.streams import THERE, Purpose, Streams
from sim.symptoms.parameters import Symptoms
from sim.units import MINUTES_PER_DAY

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


LONGEST_DAYS = 36500  # a hundred years of referrals are looked back upon, and no more
SPREAD = SPREAD_DAYS * MINUTES_PER_DAY


STAYS_DIFFER = (
    "behaviour.stopping_without_response is not 1, so how long people stay in maintenance depends "
    "on how they are rated, and no closed form says how many are there; leave it at 1"
)


def stays_differ(behaviour: Behaviour) -> bool:
    """Tell whether stays in maintenance depend on ratings, so no closed form has their mean."""
    return behaviour.in_force().stopping_without_response != 1 and bool(behaviour.stopping_share)


def mean_stay_days(behaviour: Behaviour) -> float:
    """Mean time in maintenance, tau, of who responds throughout, in days; inf if nobody stops."""
    share = behaviour.stopping_share
    return behaviour.stopping_days / -log1p(-share) if share else inf


def share_reached(behaviour: Behaviour, days: float) -> float:
    """Share of the steady state's caseload that a new clinic has after so many days."""
    return 1 - exp(-days / mean_stay_days(behaviour))


def days_until(behaviour: Behaviour, share: float) -> float:
    """Days after which a new clinic has this share of the steady state's caseload."""
    return mean_stay_days(behaviour) * -log(1 - share)


def expected_in_maintenance(
    behaviour: Behaviour, per_week: float, entering: float, days: float = inf
) -> float:
    """Expected number in maintenance so many days after opening, by default in the steady state.

    `entering` is the share of the referred who enter maintenance. Places are taken to be enough,
    and stopping (`behaviour.stopping_share`) to be the only way out.
    """
    caseload = per_week / 7 * entering * mean_stay_days(behaviour)
    return caseload * share_reached(behaviour, days)


def already_there(
    start: SteadyState,
    per_week: float,
    when: When,
    population: Population,
    symptoms: Symptoms,
    behaviour: Behaviour,
    streams: Streams,
    start_date: date,
) -> Cohort:
    """People referred before the start date who may still be in treatment on it.

    Their minutes count from the beginning of the history. Those referred before it are referred
    within its first days instead, on the same day of the week, and stay for what is left of their
    time: they stop when they would have stopped. The n-th person back from the start date is the
    same for any rate.
    """
    days = -(-min(days_until(behaviour, start.reached), LONGEST_DAYS) // 7) * 7
    days = max(int(days), start.history_days)
    daily = per_week * shares_of_week(when, start_date, -days, days)
    back = at_random(streams, float(daily.sum()), Purpose.REFERRAL_GAP)
    positions = daily.sum() - back
    minutes = minutes_at(positions[positions > 0][::-1], daily, when, -days)[::-1]
    people = drawn(population, symptoms, behaviour, streams, minutes)
    history = start.history_days * MINUTES_PER_DAY
    begun = minutes + history
    moved = np.where(begun < 0, -(begun // SPREAD) * SPREAD, 0)  # whole weeks, as SPREAD is
    stays = people.days_in_maintenance - moved / MINUTES_PER_DAY
    referred = begun + moved
    here = (stays > 0) & (referred + stays * MINUTES_PER_DAY + SPREAD >= history)
    order = np.flatnonzero(here)
    order = order[np.argsort(referred[order], kind="stable")]
    people = replace(people, key=people.key + THERE, referred=referred, days_in_maintenance=stays)
    return chosen(people, order)


STATES = ("maintenance", "waiting")
LONGEST_AGO = 36500  # days
SETTLED_DAYS = 42  # of the history, for the last of an induction and its evaluation at the least
NOT_HERE = ("referred", "infusions_tolerated", "days_in_maintenance")
"""Columns of a table of patients that say when people come and go: here that is the state's."""

OWN = (
    choice("state", "where the person stands at the start", STATES, required=True),
    whole("referred_days_ago", "when referred", "days", 1, LONGEST_AGO, required=True),
    whole("last_infusion_days_ago", "when last infused", "days", 1, LONGEST_AGO),
    real("interval_days", "from the last infusion to the next as booked", "days", 3.5, 365),
    whole("infusions", "so far, the induction's among them", "infusions", 1, 10_000),
)
ALLOWED: dict[str, Column] = {
    column.name: column
    for column in (
        COLUMNS["patient"],
        *OWN,
        *(column for name, column in COLUMNS.items() if name not in ("patient", *NOT_HERE)),
    )
}
MAINTAINED = ("last_infusion_days_ago", "interval_days", "infusions")


@dataclass(frozen=True, eq=False)
class There:
    """The rows of a file that passed all checks, longest referred first."""

    table: Table
    waiting: Bools
    referred_ago: Ints  # days before the start date
    last_ago: Ints  # days before the start date; of those in maintenance
    interval: Floats  # days
    infusions: Ints

    def __len__(self) -> int:
        """Count the people."""
        return len(self.referred_ago)


def those_there(start: Caseload) -> There:
    """Read the file that says who is there; the same file is read once."""
    return _read(*state_of(start.file, CASELOAD), start.history_days)


@lru_cache(maxsize=16)
def _read(path: str, changed: int, size: int, history_days: int) -> There:
    cells = cells_of(path, CASELOAD)
    columns, known, found = parsed(cells, ALLOWED)
    found += faults_of(cells, columns, known, ALLOWED)
    if not found:
        found = _clashes(cells, columns, known, history_days)
    if found:
        raise ScenarioError(told(cells, CASELOAD, sorted(found), ALLOWED))
    keys = keys_of(labels_of(cells), "caseload")
    order = np.lexsort((keys, -columns["referred_days_ago"]))
    own = {
        name: columns.get(name, np.zeros(len(order)))[order]
        for name in ("state", "referred_days_ago", *MAINTAINED)
    }
    drawn = {name: column for name, column in columns.items() if name in COLUMNS}
    table = table_from(cells, drawn, {name: known[name] for name in drawn}, keys)
    return There(
        table.of(order),
        own["state"] == STATES.index("waiting"),
        own["referred_days_ago"].astype(np.int64),
        own["last_infusion_days_ago"].astype(np.int64),
        own["interval_days"].astype(float),
        own["infusions"].astype(np.int64),
    )


def _clashes(cells: Cells, columns: Columns, known: Masks, history_days: int) -> Faults:
    """Find what a state needs and has not, or has and cannot have; and times that cannot be."""
    found: Faults = []
    for row, number in enumerate(cells.numbers):
        maintained = columns["state"][row] == STATES.index("maintenance")
        for place, name in enumerate(MAINTAINED):
            there = name in known and bool(known[name][row])
            if maintained and not there:
                found.append((number, place, f"row {number}, {name} is empty; those in "
                              f"maintenance need it"))  # fmt: skip
            elif there and not maintained:
                found.append((number, place, f"row {number}, {name} is given, but the person is "
                              "still waiting"))  # fmt: skip
        if maintained and "last_infusion_days_ago" in columns and "infusions" in columns:
            found += _times(number, columns, row, history_days)
    return found


def _times(number: int, columns: Columns, row: int, history_days: int) -> Faults:
    referred, last, infusions = (
        int(columns[name][row])
        for name in ("referred_days_ago", "last_infusion_days_ago", "infusions")
    )
    if last + infusions > referred:
        return [
            (number, 9, f"row {number}, referred_days_ago = {referred} leaves no time for "
             f"{infusions} infusions up to {last} days ago, a day each")
        ]  # fmt: skip
    if last > history_days - SETTLED_DAYS:
        return [
            (number, 9, f"row {number}, last_infusion_days_ago = {last} lies before the history, "
             f"which can hold infusions up to {history_days - SETTLED_DAYS} days ago; raise "
             "start.history_days or leave the person out")
        ]  # fmt: skip
    return []
