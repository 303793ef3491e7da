"""Forty random clinics, always the same, read by a checker of its own; `make clinics` reads 200."""

import re
from dataclasses import replace

import numpy as np
import pytest

from clinic.checker import counted, faults
from clinic.random_clinics import clinic
from sim.model.replication import replicate
from sim.model.scenario import Scenario

CLINICS, PARTS = 40, 8


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_in_the_record_of_a_random_clinic_could_not_have_happened(part):
    for number in range(part, CLINICS, PARTS):
        record = replicate(clinic(1, number), number)
        assert not [f"clinic {number}: {fault}" for fault in faults(record)]


FENCED = Scenario().override(
    {
        "run.days": 60,
        "referrals.per_week": 8.0,
        "clinic.maximum_caseload": 15,
        "clinic.booking.ring_fenced": [{"kind": "induction", "places": 1, "release_days": "never"}],
    }
)


@pytest.fixture(scope="module")
def record():
    return replicate(FENCED, 1)


def spoilt(record, table, **columns):
    """Give the record with some cells of a table changed: place and value by column."""
    changed = {name: values.copy() for name, values in getattr(record, table).items()}
    for name, (place, value) in columns.items():
        changed[name][place] = value
    return replace(record, **{table: changed})


def seated(record):
    return np.flatnonzero((record.visits["seated"] != -1) & (record.visits["chair"] != -1))


def test_a_record_as_it_was_has_no_faults(record):
    assert list(faults(record)) == []
    assert counted(record)["appointments in a book with fences"] > 200


def twice_in_a_chair(record):
    first = seated(record)[0]
    at, chair = (record.visits[name][first] for name in ("seated", "chair"))
    other = seated(record)[5]
    return spoilt(record, "visits", seated=(other, at + 1), chair=(other, chair))


def in_two_places(record):
    rows = seated(record)
    who = record.visits["patient"][rows[0]]
    own = [row for row in rows if record.visits["patient"][row] == who]
    return spoilt(record, "visits", arrived=(own[1], record.visits["arrived"][own[0]] + 1))


def out_of_order(record):
    return spoilt(record, "visits", infusion_end=(seated(record)[0], 1))


def an_appointment_lost(record):
    done = np.flatnonzero(record.appointments["end"] == "done")[0]
    without = {name: np.delete(values, done) for name, values in record.appointments.items()}
    return replace(record, appointments=without)


def at_night(record):
    return spoilt(record, "appointments", start=(3, record.appointments["start"][3] + 720))


def moved_into_a_fence(record):
    """Boosters, as they are called here, take the places of inductions."""
    kinds = record.appointments["kind"].copy()
    kinds[kinds == "induction"] = "booster"
    return replace(record, appointments=record.appointments | {"kind": kinds})


def beyond_the_caseload(record):
    return replace(record, discharges={n: v[:0] for n, v in record.discharges.items()})


def one_more_nurse_than_there_are(record):
    """All who were prepared one after the other at once."""
    rows = seated(record)[:3]
    at = int(record.visits["prepare_start"][rows].min())
    nurses = np.arange(1, 4)
    return spoilt(record, "visits", prepare_start=(rows, at), nurse=(rows, nurses + 50))


SPOILT = {
    twice_in_a_chair: "chair .* is taken twice",
    in_two_places: "is in two places at once",
    out_of_order: "out of order",
    an_appointment_lost: "has no appointment",
    at_night: "does not lie in open hours",
    moved_into_a_fence: "breaks a fence",
    beyond_the_caseload: "was admitted in .* beyond 15 people",
    one_more_nurse_than_there_are: "nurses do .* tasks|taken twice",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_the_checker_finds_what_could_not_have_happened(spoil, record):
    """Each spoils a sound record in one way."""
    found = " / ".join(faults(spoil(record)))
    assert re.search(SPOILT[spoil], found), found[:500]
