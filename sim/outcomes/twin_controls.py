"""What is read of a twin as controls of a replication's measures, and of many further twins.

A control is named as the measure it is of. `demand` is beside each of them: how many infusions the
people would have without limits, which tells how full a clinic gets.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arrays import Floats, Ints
from sim.config.errors import ScenarioError
from sim.model.replication import recruited
from sim.model.scenario import Scenario
from sim.model.twin import Twin
from sim.model.twin_relief import TwinRelief
from sim.people.cohort import drawn
from sim.people.fluctuation import Fluctuation
from sim.people.jumps import Jumps
from sim.scales import is_day_below_10, is_day_in_response
from sim.streams import Streams
from sim.units import DAYS_PER_YEAR, first_noon

CONTROLLED = (
    "days_below_10",
    "days_in_response",
    "infusions_per_patient",
    "infusions_per_patient_year",
    "mean_gad7",
)
"""Measures of which a twin has something to say."""
DEMAND = "demand"
NOONS = 7
"""A twin is looked at on every seventh noon since referral, the fourth first."""
FIRST_FURTHER = 2**40
"""Replications from this number on are of twins alone; no study comes as far."""

PEOPLE_AT_ONCE = 15_000
"""About so many people are drawn together: more take memory, and no less time each."""

Controls = dict[str, Floats]
"""Each control by name, shape (replications,)."""


def why_no_twin(scenario: Scenario) -> str:
    """Say why a scenario's replications have no twin; nothing where they have."""
    if scenario.start.kind != "empty":
        return f'those already there (start.kind = "{scenario.start.kind}") have no twin'
    if scenario.population.file is not None:
        return "people of a table of one's own (population.file) are not drawn anew"
    if scenario.eras:
        return "a clinic that changes in mid-run (changes) has no twin"
    return ""


def controls_of(scenario: Scenario, seed: int, replication: int) -> Controls:
    """Give the controls of one replication: its own people and dice, shape (1,) each.

    Raises ScenarioError for a scenario without twins (`why_no_twin`).
    """
    _check(scenario)
    cohort = recruited(scenario, seed, replication)
    streams = Streams(seed, replication)
    twin = Twin(scenario, cohort, streams, Fluctuation(scenario.symptoms, cohort, streams))
    return _read(twin, np.zeros(len(cohort), np.int64), 1)


def further_controls(scenario: Scenario, seed: int, batch: int, twins: int) -> Controls:
    """Give the controls of `twins` further replications, which nothing is simulated of.

    Their people are drawn together and independent of those of any run; `batch` tells one draw from
    another. Raises ScenarioError likewise.
    """
    _check(scenario)
    run, first = scenario.run, FIRST_FURTHER + batch * twins
    referred = [
        scenario.referrals.minutes(Streams(seed, first + one), run.start_date, run.days)
        for one in range(twins)
    ]
    ends = np.cumsum([len(minutes) for minutes in referred])
    cuts = np.flatnonzero(np.diff(ends // PEOPLE_AT_ONCE)) + 1
    pieces = [
        _drawn_twins(scenario, Streams(seed, first + int(piece[0])), [referred[i] for i in piece])
        for piece in np.split(np.arange(twins), cuts)
    ]
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _drawn_twins(scenario: Scenario, streams: Streams, referred: list[Ints]) -> Controls:
    """Draw the people of several replications together, and read their controls."""
    group = np.repeat(np.arange(len(referred)), [len(minutes) for minutes in referred])
    minutes = np.concatenate(referred)
    order = np.argsort(minutes, kind="stable")  # people who come together have days together
    whom = scenario.population, scenario.symptoms, scenario.behaviour
    cohort = drawn(*whom, streams, minutes[order])
    twin = Twin(scenario, cohort, streams, Jumps(scenario.symptoms, cohort, streams))
    return _read(twin, group[order], len(referred))


def _check(scenario: Scenario) -> None:
    if why := why_no_twin(scenario):
        raise ScenarioError(f"There are no controls here: {why}.")


def _read(twin: Twin, group: Ints, groups: int) -> Controls:
    """Read the controls of each group of a twin's people; NaN where a group has nobody."""
    relief = twin.relief
    who, number, whole = _noons(twin.scenario, relief)
    score, untreated = relief.scores(who, number), twin.cohort.untreated[who]

    def total(of: Ints, values: Any = None) -> Floats:
        sums: Floats = np.bincount(group[of], values, groups).astype(float)
        return sums

    noons = total(who)
    infusions = total(relief.infused)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "days_below_10": DAYS_PER_YEAR * total(who, is_day_below_10(score)) / noons,
            "days_in_response": DAYS_PER_YEAR
            * total(who, is_day_in_response(score, untreated))
            / noons,
            "infusions_per_patient": infusions / np.bincount(group, minlength=groups),
            "infusions_per_patient_year": DAYS_PER_YEAR
            * infusions
            / np.bincount(group, whole, groups),
            "mean_gad7": total(who, score) / noons,
            DEMAND: infusions,
        }


def _noons(scenario: Scenario, relief: TwinRelief) -> tuple[Ints, Ints, Ints]:
    """Give whom to look at, at which noons since referral; and how many noons each one has."""
    first = first_noon(relief.cohort.referred)
    begin, days = first_noon(scenario.begins), first_noon(scenario.horizon)
    whole = np.maximum(days - np.maximum(first, begin), 0)
    offset = np.maximum(begin - first, 0)
    looks = (whole + NOONS // 2) // NOONS
    who = np.repeat(np.arange(len(looks)), looks)
    number = np.arange(len(who)) - np.repeat(np.cumsum(looks) - looks, looks)
    return who, offset[who] + NOONS * number + NOONS // 2, whole
