"""Visits whose every minute is foreseen: stages, turnover, blocking, talks, doses at home."""

from datetime import date

import pytest

from sim.clinic.clinic import Clinic
from sim.clinic.visit import VISIT_COLUMNS, VisitRow
from sim.clinic.waiting_list import Request
from sim.clock import Clock
from sim.model.scenario import Scenario
from sim.policy.orders import Order, Prescription
from sim.streams import Streams

MONDAY = date(2026, 1, 5)
STAGES = ("seated", "prepare_start", "prepared", "infusion_start", "infusion_end", "ready",
          "discharge_start", "left", "chair_free")  # fmt: skip
CONSTANT = {
    "clinic.nurses": "unlimited",
    "clinic.session.prepare_minutes": 10,
    "clinic.session.infuse_minutes": 40,
    "clinic.session.monitor_minutes": 20,
    "clinic.session.discharge_minutes": 5,
    "clinic.session.turnover_minutes": 15,
    "clinic.hours": "always",
    "clinic.booking.kind": "walk_in",
}


def clinic(changes):
    clock = Clock()
    table = Scenario().override(CONSTANT).override(changes).clinic
    return clock, Clinic(clock, table, MONDAY, Streams(1, 1))


def infused(changes, *minutes, route="iv", dose=0.0, until=10_000):
    """The rows of people who come for an infusion in these minutes; of dose 0 without events."""
    clock, place = clinic(changes)
    rows = []

    def come(number, minute):
        yield clock.now + minute
        yield from place.infusion(number, 0, rows[number])

    for number, minute in enumerate(minutes):
        order = Order("induction", 0, 0, Prescription(route, dose))
        rows.append(VisitRow(number, 1, order, 0))
        clock.begin(come(number, minute))
    clock.run(until=until)
    return rows


def test_the_stages_of_a_session_follow_each_other_and_the_chair_is_made_ready_last():
    (row,) = infused({}, 100)
    assert [getattr(row, stage) for stage in STAGES] == [
        100,
        100,
        110,
        110,
        150,
        170,
        170,
        175,
        190,
    ]
    assert (row.chair, row.nurse, row.status, row.adverse) == (1, 1, "done", 0)


def test_of_a_visit_that_was_only_ordered_nothing_has_happened():
    row = VisitRow(3, 1, Order("assessment", 10, 20), 5)
    ordered = {
        "patient": 3,
        "visit": 1,
        "kind": "assessment",
        "due": 10,
        "latest": 20,
        "ordered": 5,
    }
    ordered |= dict.fromkeys(("interval_days", "dose_mg_kg", "bioavailability"), 0.0)
    ordered |= {"route": "", "status": "ahead", "why": ""}
    assert {name: getattr(row, name) for name in ordered} == ordered
    assert {getattr(row, name) for name in set(VISIT_COLUMNS) - set(ordered)} == {None}


def test_who_still_waits_in_the_chair_has_not_been_prepared():
    """One nurse, with the first patient until 110; the run ends at 105."""
    rows = infused({"clinic.nurses": 1, "clinic.chairs": 2}, 100, 101, until=105)
    assert [row.seated for row in rows] == [100, 101]
    assert [row.prepare_start for row in rows] == [100, None]


def test_the_chair_is_free_for_the_next_one_when_it_has_been_made_ready():
    rows = infused({"clinic.chairs": 1}, 100, 101)
    assert [row.seated for row in rows] == [100, 190]
    quick = infused({"clinic.chairs": 1, "clinic.session.turnover_minutes": 0}, 100, 101)
    assert [row.seated for row in quick] == [100, 175]
    assert [row.chair_free for row in quick] == [row.left for row in quick]


def test_stages_of_no_minutes_are_left_out():
    none = {f"clinic.session.{stage}_minutes": 0 for stage in ("prepare", "monitor", "discharge")}
    (row,) = infused(none, 100)
    assert [getattr(row, stage) for stage in STAGES] == [
        100,
        100,
        100,
        100,
        140,
        140,
        140,
        140,
        155,
    ]


def test_with_no_clinic_in_the_way_an_infusion_begins_at_once():
    (row,) = infused({"clinic.booking": {"kind": "none"}}, 100)
    assert [getattr(row, stage) for stage in STAGES] == [
        100,
        100,
        100,
        100,
        140,
        160,
        160,
        165,
        180,
    ]


def test_another_route_has_stages_of_its_own():
    (row,) = infused({"clinic.sessions.im.infuse_minutes": 3}, 100, route="im")
    assert row.infusion_end - row.infusion_start == 3


@pytest.mark.parametrize(
    ("places", "statuses"),
    [
        (0, ["done", "blocked", "blocked", "blocked"]),
        (1, ["done", "done", "blocked", "blocked"]),
        (2, ["done", "done", "done", "blocked"]),
        ("unlimited", ["done"] * 4),
    ],
)
def test_who_finds_no_place_to_wait_is_blocked(places, statuses):
    changes = {"clinic.chairs": 1, "clinic.waiting_places": places}
    rows = infused(changes, 100, 101, 102, 103)
    assert [row.status for row in rows] == statuses
    assert all(row.seated is None for row in rows if row.status == "blocked")


def test_an_episode_lengthens_the_watch_of_whoever_has_a_dose_and_is_watched():
    sure = {"clinic.adverse_events.episode_share": 0.999, "clinic.adverse_events.later_risk": 0.05}
    (row,) = infused(sure, 100, dose=0.5)
    assert row.adverse in (1, 2)
    assert row.ready - row.infusion_end == 20 + 20
    for without in (
        infused(sure, 100, dose=0.0),
        infused({"clinic.adverse_events.episode_share": 0.0}, 100, dose=0.5),
        infused(sure | {"clinic.session.monitor_minutes": 0}, 100, dose=0.5),
    ):
        assert without[0].adverse == 0
        assert without[0].ready - without[0].infusion_end in (0, 20)


def test_a_dose_at_home_takes_no_chair_and_counts_at_once():
    clock, place = clinic({})
    clock.run(until=77)
    row = VisitRow(0, 1, Order("booster", 0, 0, Prescription("oral", 1.0, True)), 0)
    place.at_home(row)
    assert [getattr(row, stage) for stage in ("infusion_start", "infusion_end", "left")] == [77] * 3
    assert (row.status, row.seated, row.chair, row.nurse) == ("done", None, None, None)


def test_prescribers_see_one_after_the_other_each_for_as_long_as_the_talk_takes():
    clock, place = clinic({"clinic.assessment_minutes": 60, "clinic.evaluation_minutes": 30})
    kinds = ("assessment", "evaluation", "assessment")
    rows = [VisitRow(number, 1, Order(kind, 0, 0), 0) for number, kind in enumerate(kinds)]

    def come(number, kind):
        yield clock.now + 10 + number
        yield from place.talk(number, 0, kind, rows[number])

    for number, kind in enumerate(kinds):
        clock.begin(come(number, kind))
    clock.run(until=500)
    assert [(row.seated, row.left) for row in rows] == [(10, 70), (70, 100), (100, 160)]
    assert {(row.prescriber, row.status, row.chair) for row in rows} == {(1, "done", None)}


def test_who_comes_in_has_kept_the_appointment():
    slots = {"kind": "slots", "lead_days": 0}
    clock, place = clinic({"clinic.booking": slots, "clinic.hours": {}})
    order = Order("booster", 0, 0, Prescription("iv", 0.5))
    start = place.reception.at_once(Request(3, 0.0, order, 12, 0, 10**9))
    clock.run(until=start + 7)
    row = VisitRow(3, 1, order, 0)
    row.booked = start
    place.arrive(3, row)
    assert (row.arrived, row.status) == (start + 7, "in_progress")
    assert place.reception.appointments[0][-2:] == [start + 7, "done"]
