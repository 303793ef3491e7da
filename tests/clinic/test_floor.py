"""The clinic's floor minute by minute (witness: an own plain loop over a list of events)."""

from datetime import date
from heapq import heapify, heappop, heappush
from itertools import pairwise
from random import Random

import numpy as np
import pytest

import sim
from sim.clinic.clinic import Clinic
from sim.clinic.staffing import Nurses
from sim.clinic.visit import VisitRow
from sim.clock import Clock
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.policy.orders import Order, Prescription
from sim.streams import Streams

MONDAY = date(2026, 1, 5)
PEOPLE = 30
LONG = {
    f"clinic.session.{stage}_minutes": {"kind": "uniform", "low": low * 10_000, "high": high * 1e4}
    for stage, low, high in (
        ("prepare", 1, 5), ("infuse", 5, 10), ("monitor", 1, 15), ("discharge", 1, 4),
        ("turnover", 1, 2),
    )
}  # fmt: skip
"""Stages of thousands of minutes, so that no two of them end in the same one by chance."""
SEATED, PREPARE_START, PREPARED, INFUSION_END, READY, DISCHARGE_START, LEFT, CHAIR_FREE = (
    "seated", "prepare_start", "prepared", "infusion_end", "ready", "discharge_start", "left",
    "chair_free",
)  # fmt: skip
STAGES = (SEATED, PREPARE_START, PREPARED, INFUSION_END, READY, DISCHARGE_START, LEFT, CHAIR_FREE)
NEXT = dict(pairwise(STAGES))


def simulated(changes, arrivals):
    """The visits of people who come for an infusion in these minutes."""
    table = sim.Scenario().override({**LONG, "clinic.booking.kind": "walk_in", **changes}).clinic
    clock, visits = Clock(), []
    clinic = Clinic(clock, table, MONDAY, Streams(3, 1))

    def come(number, minute):
        yield clock.now + minute
        yield from clinic.infusion(number, 0, visits[number])

    for number, minute in enumerate(arrivals):
        order = Order("induction", 0, 0, Prescription("iv", 0.0))  # of dose 0: no adverse events
        visits.append(VisitRow(number, 1, order, 0))
        clock.begin(come(number, minute))
    clock.run()
    return visits


def plain(chairs, nurses, infusing, monitoring, arrivals, lengths):
    """What happens to each of them: everything is counted anew after every event."""
    events = [(minute, number, "comes") for number, minute in enumerate(arrivals)]
    heapify(events)
    times = [{} for _ in arrivals]
    outside, waiting = [], []  # for a chair; for a nurse, with the stage that she begins

    def now_in(first, last):
        return sum(first in time and last not in time for time in times)

    def can_begin(stage):
        hands = now_in(PREPARE_START, PREPARED) + now_in(DISCHARGE_START, LEFT) < nurses
        begun = now_in(PREPARE_START, INFUSION_END) + (stage == PREPARE_START)
        taken = begun * monitoring + now_in(INFUSION_END, LEFT) * infusing
        return hands and (stage == DISCHARGE_START or taken <= nurses * infusing * monitoring)

    def reach(number, stage, minute):
        times[number][stage] = minute
        if stage == SEATED:
            waiting.append((number, PREPARE_START))
        elif stage == READY:
            waiting.append((number, DISCHARGE_START))
        elif stage != CHAIR_FREE:
            heappush(events, (minute + lengths[number][stage], number, NEXT[stage]))

    while events:
        minute, number, what = heappop(events)
        if what == "comes":
            outside.append(number)
        else:
            reach(number, what, minute)
        while outside and now_in(SEATED, CHAIR_FREE) < chairs:
            reach(outside.pop(0), SEATED, minute)
        while (first := next((one for one in waiting if can_begin(one[1])), None)) is not None:
            waiting.remove(first)
            reach(*first, minute)
    return [tuple(time[stage] for stage in STAGES) for time in times]


def lengths_of(visit):
    """How long each stage took, by the stage at its beginning; waiting for a nurse aside."""
    return {
        stage: getattr(visit, following) - getattr(visit, stage)
        for stage, following in NEXT.items()
        if stage not in (SEATED, READY)
    }


@pytest.mark.parametrize("nurses", [1, 2, 3])
@pytest.mark.parametrize(
    ("infusing", "monitoring"), [(1, 1), (2, 2), (3, 3), (1, 2), (1, 3), (2, 3)]
)
@pytest.mark.parametrize("booked", [False, True])
def test_a_plain_loop_gives_the_same_minutes(nurses, infusing, monitoring, booked):
    dice = Random(f"{nurses} {infusing} {monitoring}")
    chairs = nurses * monitoring + dice.choice([0, 1])
    arrivals = sorted(dice.randrange(PEOPLE * 25_000 // nurses) for _ in range(PEOPLE))
    if booked:  # as many at a time as there are chairs, on a grid
        arrivals = [number // chairs * 150_000 for number in range(PEOPLE)]
    visits = simulated(
        {
            "clinic.chairs": chairs, "clinic.nurses": nurses, "clinic.hours": "always",
            "clinic.chairs_per_nurse": monitoring, "clinic.chairs_per_nurse_infusing": infusing,
        },
        arrivals,
    )  # fmt: skip
    seen = [tuple(getattr(visit, stage) for stage in STAGES) for visit in visits]
    lengths = [lengths_of(visit) for visit in visits]
    assert seen == plain(chairs, nurses, infusing, monitoring, arrivals, lengths)
    begun = [visit.prepare_start for visit in visits]
    assert sum(a < b for a, b in zip(arrivals, begun, strict=True)) > PEOPLE / 4, "nobody waits"


@pytest.fixture(scope="module")
def one_nurse_for_three():
    changes = {"run.days": 120, "clinic.nurses": 1, "clinic.chairs_per_nurse": 3}
    return sim.replicate(sim.Scenario().override(changes), seed=1)


def test_one_nurse_who_may_watch_three_has_three_infused_at_once_at_times(one_nurse_for_three):
    visits = one_nurse_for_three.visits
    rows = (visits["chair"] != -1) & (visits["infusion_end"] != -1)
    begins, ends = visits["infusion_start"][rows], visits["infusion_end"][rows]
    at_once = [(begins <= minute).sum() - (ends <= minute).sum() for minute in begins]
    assert max(at_once) == 3


def test_with_one_nurse_for_three_the_wait_for_her_is_short_and_nobody_stays_overnight(
    one_nurse_for_three,
):
    """Before, she could treat one at a time: two hours and more, and people stayed overnight."""
    visits = one_nurse_for_three.visits
    rows = (visits["chair"] != -1) & (visits["left"] != -1)
    waits = (visits["prepare_start"] - visits["arrived"])[rows]
    assert waits.mean() < 20
    assert (visits["arrived"][rows] // 1440 == visits["left"][rows] // 1440).all()
    measures = measure(Reading(one_nurse_for_three))
    assert measures["wait_in_clinic_minutes"] == pytest.approx(waits.mean())


@pytest.mark.parametrize("nurses", [1, 2, 3])
@pytest.mark.parametrize(("infusing", "monitoring"), [(1, 1), (2, 2), (3, 3), (1, 3), (2, 3)])
def test_the_book_plans_as_many_as_the_nurses_can_have_infused_at_once(
    nurses, infusing, monitoring
):
    clinic = (
        sim.Scenario()
        .override(
            {
                "clinic.chairs": 20, "clinic.nurses": nurses, "clinic.chairs_per_nurse": monitoring,
                "clinic.chairs_per_nurse_infusing": infusing,
            }
        )
        .clinic
    )  # fmt: skip
    staff = Nurses(Clock(), nurses, clinic.nurse_shares())
    held = 0
    while nurse := staff.take():
        staff.leave(nurse)
        held += 1
    planned = clinic.planned_places("chairs", clinic.calendar(MONDAY), 0, 9 * 60)
    assert planned == held == nurses * infusing


def test_waits_in_the_clinic_end_when_the_nurse_begins_and_not_at_the_chair():
    """One nurse, one patient at a time: who sits in a chair still waits for her."""
    scenario = sim.Scenario().override(
        {
            "run.days": 40, "clinic.nurses": 1, "clinic.chairs_per_nurse": 1,
            "clinic.booking.kind": "walk_in",
        }
    )  # fmt: skip
    replication = sim.replicate(scenario, seed=1)
    visits = replication.visits
    rows = (visits["chair"] != -1) & (visits["prepare_start"] != -1)
    waits = visits["prepare_start"][rows] - visits["arrived"][rows]
    assert (visits["seated"][rows] < visits["prepare_start"][rows]).any()
    measures = measure(Reading(replication))
    assert measures["wait_in_clinic_minutes"] == pytest.approx(waits.mean())
    assert measures["wait_in_clinic_minutes_p95"] == pytest.approx(np.quantile(waits, 0.95))
