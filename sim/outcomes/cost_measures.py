"""Measures of what treatment costs and what health it gains, by item and by perspective.

A total is the sum of its items, added in the order of the table below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from sim.outcomes.items_of_clinic import chairs_used, idle, overtime_extra, staff_used
from sim.outcomes.items_of_people import (
    drug,
    evaluations,
    medication,
    misses,
    patient_time,
    sessions,
)
from sim.outcomes.measures import Measure, share
from sim.outcomes.money import Entries
from sim.outcomes.reading import Reading
from sim.welfare.economics_table import Perspective

ENTRIES_OF: Mapping[str, Callable[[Reading], Entries]] = MappingProxyType(
    {
        "sessions": sessions,
        "evaluations": evaluations,
        "medication": medication,
        "staff": staff_used,
        "chairs": chairs_used,
        "overtime_extra": overtime_extra,
        "drug": drug,
        "missed_visits": misses,
        "idle": idle,
        "patient_time": patient_time,
    }
)
"""What makes the entries of each item; `lost_work` is a tally of days (`sim.outcomes.worth`)."""
LOST_WORK = "lost_work"
ITEMS_OF: Mapping[Perspective, tuple[str, ...]] = MappingProxyType(
    {
        "payer": ("sessions", "evaluations", "medication"),
        "provider": ("staff", "chairs", "overtime_extra", "drug", "missed_visits", "idle"),
        "societal": ("sessions", "evaluations", "medication", LOST_WORK, "patient_time"),
    }
)
"""What each perspective adds up; a clinic's own costs are no part of the societal one, as what is
charged stands for them."""
_OF_CLINIC = ("overtime_extra", "idle")  # of everybody together, and of nobody alone


def _total(item: str, reading: Reading) -> float:
    if item == LOST_WORK:
        return float(reading.worth.work_lost.sum())
    found = reading.once(ENTRIES_OF[item]).total(reading)
    return max(0.0, found) if item == "idle" else found  # no less than nothing, by rounding


def _patients(reading: Reading) -> float:
    return float(reading.present.sum())


def _item(item: str, reading: Reading) -> float | None:
    return share(_total(item, reading), _patients(reading))


def _cost(perspective: Perspective, reading: Reading) -> float | None:
    items = [_item(item, reading) for item in ITEMS_OF[perspective]]
    known = [item for item in items if item is not None]
    return sum(known) if known else None


def _qalys(reading: Reading) -> float | None:
    return share(reading.worth.qalys.sum(), _patients(reading))


def _gained(reading: Reading) -> float | None:
    worth = reading.worth
    return share((worth.qalys - worth.qalys_untreated).sum(), _patients(reading))


def _net_benefit(reading: Reading) -> float | None:
    """None of some of the patients where the costs are the clinic's."""
    economics = reading.replication.scenario.economics
    perspective = economics.perspective
    gained = _gained(reading)
    if gained is None or (perspective == "provider" and reading.everybody is not reading):
        return None
    cost = _cost(perspective, reading)
    return None if cost is None else economics.willingness_to_pay * gained - cost


_PER_PATIENT = "per patient who was in treatment or referred in the run, discounted"
_SOURCES = "record, clinic.prices and economics"


def _measured(
    name: str, what: str, read: Callable[[Reading], float | None], people: bool
) -> Measure:
    return Measure(
        f"{name}_cost_per_patient", "dollars", "none", f"{what}; {_PER_PATIENT}", _SOURCES,
        "service", read, of_people=people,
    )  # fmt: skip


def _of_item(item: str, what: str) -> Measure:
    return _measured(item, what, partial(_item, item), item not in _OF_CLINIC)


def _of_perspective(perspective: Perspective, what: str) -> Measure:
    read = partial(_cost, perspective)
    return _measured(perspective, what, read, not set(_OF_CLINIC) & set(ITEMS_OF[perspective]))


COSTS = (
    _of_perspective("payer", "what is charged for sessions and evaluations (US$), and medication"),
    _of_item("sessions", "price (US$) of all sessions by route, doses at home included"),
    _of_item("evaluations", "price (US$) of all assessments and evaluations"),
    _of_item(
        "medication",
        "price (US$) of an SSRI or SNRI from the day on which the policy begins it, and of the "
        "drug for treated episodes of high blood pressure",
    ),
    _of_perspective(
        "provider",
        "what the clinic costs (US$): chairs and staff, used, idle or beyond the rota, drug and "
        "missed visits",
    ),
    _of_item(
        "staff",
        "wages (US$) of the minutes that visits took of nurses and prescribers; who is watched "
        "takes a share of a nurse",
    ),
    _of_item(
        "chairs",
        "cost (US$) of the minutes of opening hours in which chairs were taken (turnover included)",
    ),
    _of_item("overtime_extra", "what overtime costs beyond the usual wage (US$)"),
    _of_item("drug", "what the clinic pays for drug and consumables of all sessions (US$)"),
    _of_item("missed_visits", "what missed visits cost (US$) beside what then stands idle"),
    _of_item(
        "idle",
        "cost (US$) of chairs and staff that are paid for and not used; 0 of what has no limit",
    ),
    _of_perspective("societal", "what is charged, medication, lost work and patients' time (US$)"),
    _of_item(
        LOST_WORK, "work lost to anxiety (US$), by the band of the true GAD-7 at noon each day"
    ),
    _of_item(
        "patient_time",
        "time and money (US$) for the way to the clinic, the time there, and an escort home after "
        "a session",
    ),
    Measure(
        "qalys_per_patient",
        "QALYs",
        "higher",
        "quality-adjusted life years from referral to the horizon, by the utility of the true "
        f"GAD-7 at noon each day (economics.utility), {_PER_PATIENT}",
        _SOURCES,
        "service",
        _qalys,
        words="QALYs per patient",
    ),
    Measure(
        "qalys_gained_per_patient",
        "QALYs",
        "higher",
        "by how many these are more than the same people's on the same days, had nobody been "
        "infused",
        _SOURCES,
        "service",
        _gained,
        signed=True,
        words="QALYs gained per patient",
    ),
    Measure(
        "net_benefit_per_patient",
        "dollars",
        "higher",
        "willingness to pay (economics.willingness_to_pay, US$ a QALY) times the QALYs gained, "
        "less the cost in the perspective of the scenario (economics.perspective), all of it: of "
        "the societal one, work that would be lost without treatment as well is not taken off",
        _SOURCES,
        "service",
        _net_benefit,
        signed=True,
    ),
)
