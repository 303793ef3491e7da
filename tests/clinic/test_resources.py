"""A clinic of constant durations whose every minute can be worked out by hand."""

from datetime import date

import pytest

from sim.clinic.clinic import Clinic
from sim.clinic.visit import VisitRow
from sim.clock import Clock
from sim.model.scenario import Scenario
from sim.policy.orders import Order, Prescription
from sim.streams import Streams

DAY = 1440
MONDAY = date(2026, 1, 5)
CONSTANT = {
    "clinic.session.prepare_minutes": 10,
    "clinic.session.infuse_minutes": 40,
    "clinic.session.monitor_minutes": 20,
    "clinic.session.discharge_minutes": 10,
    "clinic.session.turnover_minutes": 0,
    "clinic.booking.kind": "walk_in",
}


def at(text, day=0):
    return day * DAY + int(text[:2]) * 60 + int(text[3:])


def visited(changes, arrivals, opens=0, until=7):
    """The visits of people who come for an infusion at these minutes."""
    table = Scenario().override(CONSTANT | changes).clinic
    clock, visits = Clock(), []
    clinic = Clinic(clock, table, MONDAY, Streams(1, 1), opens)

    def come(number, minute):
        yield clock.now + minute
        yield from clinic.infusion(number, 0, visits[number])

    for number, minute in enumerate(arrivals):
        order = Order("induction", 0, 0, Prescription("iv", 0.0))  # of dose 0: no adverse events
        visits.append(VisitRow(number, 1, order, 0))
        clock.begin(come(number, minute))
    clock.run(until=until * DAY)
    return visits


def minutes(visits, *stages):
    return [tuple(getattr(visit, stage) for stage in stages) for visit in visits]


NOON_OFF = {"staff": "nurses", "hours": "12:00-13:00", "number": 0}


def test_one_nurse_takes_her_break_and_finishes_only_what_is_under_way():
    """A comes at 11:00, is watched into the break until 12:10 and waits for her discharge.

    B comes at 11:55 and is prepared to the end, C at 12:00, when nothing new begins. At 13:00
    only A can go, as a nurse has two patients at a time; at 13:10 C has waited longer than B.
    """
    changes = {"clinic.nurses": 1, "clinic.rota": [NOON_OFF]}
    visits = visited(changes, [at("11:00"), at("11:55"), at("12:00")])
    assert minutes(visits, "prepare_start", "ready", "discharge_start", "left") == [
        (at("11:00"), at("12:10"), at("13:00"), at("13:10")),
        (at("11:55"), at("13:05"), at("13:20"), at("13:30")),
        (at("13:10"), at("14:20"), at("14:20"), at("14:30")),
    ]


def test_who_comes_on_the_minute_of_the_break_waits_and_on_the_minute_of_its_end_does_not():
    early, late = visited(
        {"clinic.nurses": 1, "clinic.rota": [NOON_OFF]}, [at("12:00"), at("13:00", 1)]
    )
    assert early.prepare_start == at("13:00")
    assert late.prepare_start == at("13:00", 1)


def test_a_second_nurse_on_tuesday_mornings_only():
    extra = {"staff": "nurses", "weekdays": ["tuesday"], "hours": "09:00-12:00", "number": 2}
    changes = {"clinic.nurses": 1, "clinic.rota": [extra]}
    arrivals = [at("10:00"), at("10:00"), at("10:00", 1), at("10:00", 1)]
    visits = visited(changes, arrivals)
    assert minutes(visits, "prepare_start") == [
        (at("10:00"),), (at("10:10"),), (at("10:00", 1),), (at("10:00", 1),),
    ]  # fmt: skip


def test_after_closing_one_nurse_stays_until_all_have_gone():
    """The last hour is without a nurse; at closing one is there to discharge who waits."""
    evening = NOON_OFF | {"hours": "16:00-17:00"}
    (visit,) = visited({"clinic.nurses": 1, "clinic.rota": [evening]}, [at("15:30")])
    assert minutes([visit], "ready", "discharge_start") == [(at("16:40"), at("17:00"))]


def test_in_the_break_of_the_day_those_stay_who_were_there_and_finish_what_is_under_way():
    """The morning ends at 12:00: who sits in the chair then goes on, and leaves at 12:20."""
    hours = {"clinic.hours": {"monday": ["09:00-12:00", "13:00-17:00"]}, "clinic.nurses": 1}
    morning = {"staff": "nurses", "hours": "11:50-12:00", "number": 0}
    (visit,) = visited(hours | {"clinic.rota": [morning]}, [at("10:50")])
    assert minutes([visit], "seated", "ready", "discharge_start", "left") == [
        (at("10:50"), at("12:00"), at("12:00"), at("12:10"))
    ]


def test_a_nurse_away_is_missing_on_her_dates():
    """Of two nurses one is away on Tuesday, and each prepares one patient at a time."""
    leave = {"staff": "nurses", "first_day": "2026-01-06", "last_day": "2026-01-06"}
    arrivals = [at("10:00", day) for day in (0, 0, 1, 1, 2, 2)]
    visits = visited({"clinic.nurses": 2, "clinic.staff_away": [leave]}, arrivals)
    waited = [visit.prepare_start - visit.seated for visit in visits]
    assert waited[:3] == [0, 0, 0]
    assert waited[3] > 0
    assert waited[4:] == [0, 0]


def test_after_closing_no_more_stay_than_were_there_last_and_at_least_one():
    """Two wait for their discharge; at closing one of the two nurses who had gone is back."""
    evening = NOON_OFF | {"hours": "16:00-17:00"}
    changes = {"clinic.nurses": 2, "clinic.rota": [evening]}
    visits = visited(changes, [at("15:30"), at("15:30")])
    assert minutes(visits, "discharge_start") == [(at("17:00"),), (at("17:10"),)]


def test_after_closing_all_stay_who_were_there_last():
    """Both of two nurses are there at 17:00, and both at 18:00, when two are discharged."""
    visits = visited({"clinic.nurses": 2, "clinic.rota": [NOON_OFF]}, [at("16:50"), at("16:50")])
    assert minutes(visits, "discharge_start") == [(at("18:00"),), (at("18:00"),)]


def test_a_chair_out_of_order_is_missing_on_its_dates_and_not_taken_from_whoever_sits_in_it():
    """On Tuesday one of two is out; who sits in it since Monday night stays, and then it is out."""
    out = {"chairs": 1, "first_day": "2026-01-06", "last_day": "2026-01-06"}
    arrivals = [at("23:30"), at("23:45"), at("00:20", 1), at("10:00", 1), at("10:05", 1),
                at("10:00", 2), at("10:05", 2)]  # fmt: skip
    visits = visited(
        {"clinic.chairs": 2, "clinic.nurses": "unlimited", "clinic.chairs_out": [out]}, arrivals
    )
    assert minutes(visits, "seated", "left") == [
        (at("23:30"), at("00:50", 1)),
        (at("23:45"), at("01:05", 1)),
        (at("01:05", 1), at("02:25", 1)),  # the chair left at 00:50 has gone
        (at("10:00", 1), at("11:20", 1)),
        (at("11:20", 1), at("12:40", 1)),
        (at("10:00", 2), at("11:20", 2)),
        (at("10:05", 2), at("11:25", 2)),
    ]
    assert [visit.chair for visit in visits[-2:]] == [1, 2]


@pytest.mark.parametrize(("infusing", "third"), [(None, "10:10"), (1, "10:50")])
def test_with_one_nurse_a_patient_while_infusing_a_third_begins_when_two_infusions_have_ended(
    infusing, third
):
    """Two nurses, two patients monitored by one of them; at 10:10 both would be infused by one."""
    changes = {"clinic.nurses": 2, "clinic.chairs_per_nurse_infusing": infusing}
    visits = visited(changes, [at("10:00"), at("10:00"), at("10:00")])
    assert minutes(visits, "prepare_start") == [(at("10:00"),), (at("10:00"),), (at(third),)]


def test_before_opening_nothing_is_limited_and_then_all_is():
    few = {"clinic.chairs": 1, "clinic.nurses": 1, "clinic.session.infuse_minutes": 3 * DAY}
    arrivals = [at("10:00")] * 3 + [at("10:00", 1), at("10:00", 1)]
    visits = visited(few, arrivals, opens=DAY, until=20)
    length = 3 * DAY + 40
    assert minutes(visits, "seated") == [
        (at("10:00"),), (at("10:00"),), (at("10:00"),), (at("10:00", 1),),
        (at("10:00", 1) + length,),
    ]  # fmt: skip
    assert all(visit.left == visit.seated + length for visit in visits)
