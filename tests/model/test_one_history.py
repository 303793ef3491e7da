"""One history, several futures: what happened before a change is the same, bit for bit.

Witness: `histories.py`, which reads a record up to a minute with loops of its own. Twenty pairs of
random scenarios here; `make futures` compares a hundred.
"""

import numpy as np
import pytest

import sim
from clinic.checker import House, at_once, overlaps, people, rows_of, utilisation
from model.histories import compared, differences, history
from sim.model.history import AS_IN_THE_FILE
from sim.outcomes.by_week import clinic_by_week
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading

DAY = 1440
NEVER = -1
PAIRS, PARTS = 20, 4
BUSY = sim.Scenario().override({"run.days": 80, "referrals.per_week": 9})


def faults_of(run):
    """Say what could not have happened: chairs taken twice, people lost, too many seated."""
    house, scenario = House(run.scenario), run.scenario
    visits, gone = rows_of(run.visits), rows_of(run.discharges)
    proper = [row for row in visits if row["kind"] != "rating"]
    yield from people(house, visits, proper, gone, run)
    yield from utilisation(run)
    here = [row for row in proper if row["seated"] >= house.opens]
    for what, end in (("chair", "chair_free"), ("prescriber", "left")):
        spells = [
            (row[what], row["seated"], house.horizon if row[end] == NEVER else row[end])
            for row in here
            if row[what] != NEVER
        ]
        for one, other in overlaps(spells):
            yield f"{what} is taken twice at once: {one}, {other}"
        busy = at_once([spell[1:] for spell in spells])
        for _, begin, finish in spells:
            held = [scenario, *(era.scenario for era in scenario.eras if era.minute <= begin)]
            number = getattr(held[-1].clinic, f"{what}s")
            if finish > begin and isinstance(number, int) and busy(begin) > number:
                yield f"more than {number} {what}s are taken in minute {begin}"


@pytest.mark.parametrize("part", range(PARTS))
def test_two_scenarios_that_differ_from_a_day_on_have_one_history(part):
    parted = 0
    for number in range(part, PAIRS, PARTS):
        found, different, other = compared(number)
        assert not [f"scenario {number}: {difference}" for difference in found]
        assert not [f"scenario {number}: {fault}" for fault in faults_of(other)]
        parted += different
    assert parted >= 3, "and futures that differ"


def test_a_difference_would_be_found():
    """Witness: the same comparison a week after the change, and with another seed before it."""
    changed = BUSY.override({"changes": [{"day": 40, "clinic.chairs": 1}]})
    one, other = sim.replicate(BUSY, 1), sim.replicate(changed, 1)
    assert not list(differences(history(one, 40 * DAY), history(other, 40 * DAY)))
    assert list(differences(history(one, 47 * DAY), history(other, 47 * DAY)))
    assert list(differences(history(one, 40 * DAY), history(sim.replicate(BUSY, 2), 40 * DAY)))


@pytest.mark.parametrize("changes", [(), ({"day": 30, "clinic.booking.infusions_per_day": 3},)])
def test_no_more_sessions_are_booked_on_a_day_than_there_is_drug_for(changes):
    """Witness: the appointments held at each moment, day by day, from the change on."""
    first = 30 if changes else 0
    limit = {} if changes else {"clinic.booking.infusions_per_day": 3}
    run = sim.replicate(BUSY.override({"changes": list(changes), **limit}), 1)
    rows = rows_of(run.appointments)
    sessions = [row for row in rows if row["kind"] in ("induction", "booster")]
    full = 0
    for day in range(first, 80):
        there = [row for row in sessions if row["start"] // DAY == day]
        for one in there:
            when = max(one["made"], first * DAY)
            if NEVER < one["ended"] <= when:
                continue
            held = sum(row["made"] <= when and not NEVER < row["ended"] <= when for row in there)
            assert held <= 3
            full += held == 3
    assert full > 20


def everything(run):
    tables = (run.visits, run.appointments, run.discharges, run.patients.columns())
    reading = Reading(run)
    told = [repr(column.tolist()) for table in tables for column in table.values()]
    return [*told, repr(measure(reading)), repr(clinic_by_week(reading))]


@pytest.mark.parametrize(
    "nothing",
    [
        {"clinic.chairs": 3, "clinic.hours.friday": "09:00-17:00"},
        {"policy.boosters": {"kind": "adaptive"}, "referrals.per_week": 9},
        {"clinic.waiting_places": 1000},  # never reached: the books are made anew all the same
        {"clinic.prices.iv": 600.0},
    ],
    ids=lambda nothing: next(iter(nothing)),
)
def test_a_change_that_changes_nothing_gives_the_bytes_of_none(nothing):
    same = BUSY.override({"changes": [{"day": 40, **nothing}]})
    plain, changed = everything(sim.replicate(BUSY, 1)), everything(sim.replicate(same, 1))
    if "clinic.waiting_places" in nothing:  # then blocked_share has a meaning, and is 0
        assert plain[:-2] == changed[:-2]
    else:
        assert plain == changed


@pytest.mark.parametrize("kind", ["steady_state", "file"])
def test_the_day_counts_from_the_start_date_whatever_came_before(kind):
    start = {"kind": kind, "history_days": 182}
    if kind == "file":
        start["file"] = "scenarios/demand/caseload.csv"
    warm = BUSY.override({"run.days": 40, "start": start, "referrals.per_week": 1.0})
    changed = warm.override({"changes": [{"date": "2026-01-25", "policy.boosters.kind": "none"}]})
    (era,) = changed.eras
    assert era.minute == warm.opens + 20 * DAY
    one, other = sim.replicate(warm, 1), sim.replicate(changed, 1)
    assert not list(differences(history(one, era.minute), history(other, era.minute)))
    by_rule = (other.visits["kind"] == "booster") & (other.visits["why"] != AS_IN_THE_FILE)
    ordered = other.visits["ordered"][by_rule]
    assert ordered.max() < era.minute < one.visits["ordered"].max()


def test_the_same_people_meet_the_same_dice_in_every_future():
    """A chair apart: the same people are referred, and the n-th infusion takes as long."""
    changed = BUSY.override({"changes": [{"day": 40, "clinic.chairs": 2}]})
    one, other = sim.replicate(BUSY, 1), sim.replicate(changed, 1)
    for name, column in one.patients.columns().items():
        assert np.array_equal(column, getattr(other.patients, name)), name

    def minutes(run):
        rows = np.flatnonzero(run.visits["infusion_end"] != NEVER)
        rows = rows[np.lexsort((run.visits["infusion_end"][rows], run.visits["patient"][rows]))]
        use, found = {}, {}
        for row in rows:
            who = int(run.visits["patient"][row])
            use[who] = use.get(who, -1) + 1
            stages = run.visits["prepared"][row] - run.visits["prepare_start"][row]
            found[who, use[who]] = int(stages)
        return found

    ours, theirs = minutes(one), minutes(other)
    both = ours.keys() & theirs.keys()
    assert len(both) > 100
    assert {key: ours[key] for key in both} == {key: theirs[key] for key in both}
