"""The reception by hand: a clinic of one chair and a session a day, every appointment foreseen.

Open 09:00 to 17:00 on all seven days; a session takes the whole day, so day and start are one.
"""

import pytest

from sim.clinic.hours import Calendar
from sim.clinic.reception import APPOINTMENT, Reception
from sim.clinic.waiting_list import Request
from sim.clock import Clock
from sim.model.scenario import Scenario
from sim.policy.orders import Gap, Order, Prescription

DAY, OPENS = 1440, 540
IV, LOZENGE = Prescription("iv", 0.5), Prescription("sublingual", 1.0, home=True)
FOR_EVER = 10**9
WHOLE_DAY = {
    "clinic.chairs": 1,
    "clinic.nurses": 1,
    "clinic.session.infuse_minutes": 440,
    "clinic.session.prepare_minutes": 10,
    "clinic.session.monitor_minutes": 20,
    "clinic.session.discharge_minutes": 10,
    "clinic.session.turnover_minutes": 0,
    "clinic.adverse_events.episode_share": 0.0,
    "clinic.booking.lead_days": 0,
    "clinic.booking.horizon_days": 9,
    "clinic.booking.ends_in_time_share": 0.5,
    "clinic.hours": dict.fromkeys(("saturday", "sunday"), "09:00-17:00"),
}
THREE = (Gap(3, 3), Gap(3, 3))  # infusions that follow the first


def order(kind="booster", due=0, latest=30, series=(), early=0):
    """Order something on a day, until the end of another one."""
    what = None if kind in ("assessment", "evaluation", "rating") else IV
    return Order(kind, int(due * DAY), int(latest * DAY), what, series=series, early_days=early)


def request(patient, what, not_before=0, preferred=0.0, leaves=FOR_EVER):
    return Request(patient, preferred, what, 12, int(not_before * DAY), leaves)


class Desk:
    """A reception, and people who ask at a day and hour; what it notes is read from its list."""

    def __init__(self, **changes):
        changes = {f"clinic.{name}": value for name, value in changes.items()}
        table = Scenario().override(WHOLE_DAY).override(changes).clinic
        self.clock = Clock()
        calendar = Calendar(table.hours, Scenario().run.start_date)
        self.reception = Reception(self.clock, table, calendar)
        self.monday = -calendar.weekday(0) % 7  # the first one, in days

    def asks(self, wish, at=0.0):
        """Ask at a time in days, or when the desk is next free, and take a minute."""
        self.until(at)
        self.clock.begin(self._asking(wish))
        self.clock.run(until=self.clock.now + 1)

    def _asking(self, wish):
        if not self.reception.at_once(wish):
            yield from self.reception.later(wish)

    def until(self, day):
        if day * DAY > self.clock.now:
            self.clock.run(until=int(day * DAY))

    def ended(self, patient, day, how):
        self.reception.ended(patient, day * DAY + OPENS, how)

    def booked(self, *names):
        """Rows of the list: the day of the appointment, and what else is asked for."""
        rows = [dict(zip(APPOINTMENT, row, strict=True)) for row in self.reception.appointments]
        return [(row["start"] // DAY, *(row[name] for name in names)) for row in rows]


def test_a_series_is_booked_at_once_and_written_down_appointment_by_appointment():
    desk = Desk()
    desk.asks(request(4, order("induction", series=THREE)))
    rows = [dict(zip(APPOINTMENT, row, strict=True)) for row in desk.reception.appointments]
    assert [row["start"] for row in rows] == [OPENS, 3 * DAY + OPENS, 6 * DAY + OPENS]
    for row in rows:
        assert (row["patient"], row["kind"], row["minutes"]) == (4, "induction", 480)
        assert (row["overbooked"], row["made"], row["end"]) == (False, 0, None)


def test_one_by_one_only_the_first_of_a_series_is_booked():
    desk = Desk(**{"booking.series": "one_by_one"})
    desk.asks(request(4, order("induction", series=THREE)))
    assert desk.booked() == [(0,)]


def test_the_next_of_a_series_is_the_appointment_held_for_it():
    desk = Desk()
    desk.asks(request(4, order("induction", series=THREE)))
    desk.until(0.5)
    desk.ended(4, 0, "done")
    desk.asks(request(4, order("induction", due=3, latest=7)), at=0.6)
    assert desk.booked("end", "ended") == [(0, "done", DAY // 2), (3, None, None), (6, None, None)]


def test_what_is_held_is_moved_when_the_same_series_goes_on_at_another_time():
    """The infusion of day 0 was missed, and the next one is wished for from day 4 on."""
    desk = Desk()
    desk.asks(request(4, order("induction", series=THREE)))
    desk.until(0.5)
    desk.ended(4, 0, "no_show")
    desk.asks(request(4, order("induction", series=THREE[:1]), not_before=4), at=0.6)
    assert desk.booked("end") == [(0, "no_show"), (3, "moved"), (6, "moved"), (4, None), (7, None)]


def test_what_is_held_is_called_off_when_something_else_is_ordered():
    desk = Desk()
    desk.asks(request(4, order("induction", series=THREE)))
    desk.until(0.5)
    desk.ended(4, 0, "done")
    desk.asks(request(4, order("evaluation", due=1)), at=0.6)
    assert desk.booked("end", "kind") == [
        (0, "done", "induction"), (3, "cancelled", "induction"), (6, "cancelled", "induction"),
        (1, None, "evaluation"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("due", "latest", "early", "not_before", "kept"),
    [
        (3, 3.99, 0, 0, True),
        (3, 3.375, 0, 0, True),  # until 09:00
        (2, 3, 0, 0, False),  # day 3 is too late
        (4, 9, 0, 0, False),  # and here too early
        (4, 9, 1, 0, True),
        (3, 9, 0, 3.375, True),
        (3, 9, 0, 3.4, False),  # 09:36 of day 3: the appointment is at 09:00
    ],
)
def test_an_appointment_held_is_kept_if_it_is_in_the_window(due, latest, early, not_before, kept):
    desk = Desk()
    desk.asks(request(4, order("induction", series=THREE[:1])))
    desk.until(0.5)
    desk.ended(4, 0, "done")
    what = order("induction", due=due, latest=latest, early=early)
    desk.asks(request(4, what, not_before=not_before), at=0.6)
    assert (desk.booked("end")[1] == (3, None)) == kept


def test_a_missed_appointment_leaves_its_slot_as_it_was():
    desk = Desk()
    desk.asks(request(1, order()))
    desk.ended(1, 0, "no_show")
    desk.asks(request(2, order()))
    assert desk.booked("end") == [(0, "no_show"), (1, None)]


def test_only_the_appointment_that_comes_next_can_end():
    desk = Desk()
    desk.asks(request(1, order("induction", series=THREE[:1])))
    desk.ended(1, 3, "done")  # it is day 0 that comes next
    desk.ended(2, 0, "done")  # somebody without any
    assert desk.booked("end") == [(0, None), (3, None)]


def test_who_leaves_treatment_leaves_all_slots_to_those_who_wait():
    """Patient 1 holds days 0, 3 and 6, others all else of the ten days."""
    desk = Desk()
    desk.asks(request(1, order("induction", series=THREE)))
    for patient in range(2, 13):
        desk.asks(request(patient, order()))
    assert len(desk.booked()) == 10, "9 to 12 wait"
    desk.reception.discharged(1)
    assert [row for row in desk.booked("patient", "end") if row[1] == 1] == [
        (0, 1, "cancelled"), (3, 1, "cancelled"), (6, 1, "cancelled")
    ]  # fmt: skip
    desk.until(0.1)
    assert [row[:2] for row in desk.booked("patient")[10:]] == [(0, 9), (3, 10), (6, 11)]


@pytest.mark.parametrize(("lead", "day"), [(0, 0), (1, 1), (4, 4)])
def test_no_appointment_is_sooner_than_the_lead(lead, day):
    desk = Desk(**{"booking.lead_days": lead})
    desk.asks(request(1, order()))
    assert desk.booked() == [(day,)]


def test_on_the_day_itself_nothing_begins_in_the_past():
    """At 09:14 the one start of the day, 09:00, is over."""
    desk = Desk()
    desk.asks(request(1, order()), at=0.385)
    assert desk.booked() == [(1,)]


def test_no_appointment_is_before_its_day():
    desk = Desk()
    desk.asks(request(1, order(due=5)))
    desk.asks(request(2, order(due=2), not_before=3.7))
    assert desk.booked() == [(5,), (3,)], "the day counts, whatever the hour"


def test_the_last_day_within_the_horizon_can_be_booked_and_the_next_one_a_day_later():
    desk = Desk(**{"booking.horizon_days": 2})
    for patient in range(4):
        desk.asks(request(patient, order()))
    assert desk.booked() == [(0,), (1,), (2,)]
    desk.until(1 + OPENS / DAY - 0.001)
    assert len(desk.booked()) == 3
    desk.until(1 + OPENS / DAY + 0.001)
    assert desk.booked("made")[3] == (3, DAY + OPENS), "on the list until the clinic opens"


def test_without_a_horizon_the_book_has_no_last_day():
    desk = Desk(**{"booking.horizon_days": "unlimited"})
    for patient in range(40):
        desk.asks(request(patient, order()))
    assert [day for (day,) in desk.booked()] == list(range(40))


def test_a_visit_due_beyond_the_horizon_is_booked_when_the_book_is_open_that_far():
    desk = Desk()
    desk.asks(request(1, order(due=20)))
    assert desk.booked() == []
    desk.until(10.9)
    assert desk.booked() == []
    desk.until(11.1)
    assert desk.booked("made") == [(20, 11 * DAY)]


def test_who_leaves_before_the_book_is_open_that_far_is_not_booked():
    desk = Desk()
    desk.asks(request(1, order(due=20), leaves=5 * DAY))
    desk.asks(request(2, order(due=20), leaves=11 * DAY + 1))
    desk.asks(request(3, order(due=20), leaves=11 * DAY))
    desk.asks(request(4, order(due=25), leaves=30 * DAY), at=2)
    desk.until(17)
    assert desk.booked("patient", "made") == [(20, 2, 11 * DAY), (25, 4, 16 * DAY)]


def test_nobody_overtakes_those_on_the_list_who_have_waited_longer():
    """Patient 9 waits since day 0, 5 asks half an hour into day 1, when day 3 can be booked."""
    desk = Desk(**{"booking.horizon_days": 2})
    for patient in (1, 2, 3, 9):
        desk.asks(request(patient, order()))
    desk.asks(request(5, order()), at=1.02)
    desk.until(3)
    assert desk.booked("patient")[3:] == [(3, 9), (4, 5)]


def test_who_leaves_on_the_minute_of_the_offer_is_not_booked():
    desk = Desk(**{"booking.horizon_days": 2})
    for patient in (1, 2, 3):
        desk.asks(request(patient, order()))
    desk.asks(request(4, order(), leaves=DAY + OPENS))
    desk.asks(request(5, order(), leaves=DAY + OPENS + 1))
    desk.until(4)
    assert desk.booked("patient")[3:] == [(3, 5)]


@pytest.mark.parametrize(
    "first",
    [
        request(20, order("induction", due=9)),  # not before day 9, which is taken
        request(20, order("induction"), not_before=9),
        request(20, order("induction", series=(Gap(1, 0),))),  # two days in a row
    ],
    ids=["due later", "away until later", "a series"],
)
def test_what_the_first_on_the_list_cannot_use_goes_to_the_next(first):
    desk = Desk()
    for patient in range(10):
        desk.asks(request(patient, order()))
    desk.asks(first)
    desk.asks(request(21, order("reinduction")))
    desk.ended(5, 5, "cancelled")
    assert desk.booked("patient")[10:] == [(5, 21)]


def test_a_place_kept_for_good_is_never_released():
    kept = [{"kind": "induction", "places": 1, "release_days": "never"}]
    desk = Desk(chairs=2, **{"booking.ring_fenced": kept})
    for patient in range(3):
        desk.asks(request(patient, order("booster")))
    desk.asks(request(3, order("induction")))
    assert desk.booked() == [(0,), (1,), (2,), (0,)]


def test_who_leaves_with_nothing_more_to_come_makes_room_in_the_caseload():
    desk = Desk(maximum_caseload=1)
    desk.asks(request(1, order("induction")))
    desk.asks(request(2, order("induction")))
    desk.ended(1, 0, "done")
    desk.until(0.5)
    desk.reception.discharged(1)
    assert desk.booked("patient", "made") == [(0, 1, 0), (1, 2, DAY // 2)]


def test_talks_have_a_book_of_their_own():
    desk = Desk()
    desk.asks(request(1, order()))
    desk.asks(request(2, order("assessment")))
    desk.asks(request(3, order("evaluation")))
    rows = desk.booked("kind", "minutes")
    assert rows == [(0, "booster", 480), (0, "assessment", 60), (0, "evaluation", 30)]


def test_chairs_can_be_overbooked_and_prescribers_cannot():
    talks = {"assessment_minutes": 480, "booking.overbook_per_day": 1}
    desk = Desk(**talks)
    for number, kind in enumerate(("booster", "booster", "booster", "assessment", "assessment")):
        desk.asks(request(number, order(kind)))
    assert desk.booked("overbooked") == [
        (0, False), (0, True), (1, False), (0, False), (1, False)
    ]  # fmt: skip


def test_a_reinduction_may_have_the_places_kept_for_inductions():
    kept = [{"kind": "induction", "places": 1, "release_days": 1}]
    desk = Desk(**{"booking.ring_fenced": kept})
    desk.asks(request(2, order("reinduction", due=5)))
    desk.asks(request(3, order("induction", due=5)))
    desk.asks(request(1, order("booster", due=5)))
    assert desk.booked("patient") == [(5, 2), (6, 3)]
    desk.until(6.4)
    assert desk.booked("patient")[2:] == [(7, 1)], "a day ahead it is anybody's"


def test_the_caseload_counts_those_admitted_to_an_induction_and_not_discharged():
    desk = Desk(maximum_caseload=2)
    desk.asks(request(1, order("induction")))
    desk.asks(request(2, order("induction")))
    desk.ended(1, 0, "done")
    desk.asks(request(1, order("induction", due=5)))  # has been admitted before
    desk.asks(request(3, order("induction")))
    desk.asks(request(4, order("booster")))
    desk.until(1.4)
    assert desk.booked("patient") == [(0, 1), (1, 2), (5, 1), (2, 4)]
    desk.reception.discharged(4)
    assert len(desk.booked()) == 4, "4 never was one of the caseload"
    desk.reception.discharged(2)
    desk.until(1.41)
    assert desk.booked("patient")[4:] == [(2, 3)], "what 4 had, as of day 1 it is too late"


@pytest.mark.parametrize(
    "gap",
    [
        {"rota": [{"staff": "nurses", "weekdays": ["tuesday"], "hours": "12:00-13:00",
                   "number": 0}]},
        {"chairs_out": [{"first_day": "2026-01-06", "last_day": "2026-01-06"}]},
    ],
    ids=["no nurse at noon on Tuesday", "the chair out of order on Tuesday"],
)  # fmt: skip
def test_nothing_is_booked_for_when_nobody_or_no_chair_could_take_it(gap):
    desk = Desk(**gap)
    assert desk.monday == 0
    for patient in range(3):
        desk.asks(request(patient, order()))
    assert desk.booked() == [(0,), (2,), (3,)]


@pytest.mark.parametrize(
    ("kind", "due", "now", "not_before", "minute"),
    [
        ("walk_in", 100, 0, 0, OPENS),
        ("walk_in", 600, 0, 0, 600),
        ("walk_in", 600, 700, 0, 700),
        ("walk_in", 600, 0, 2 * DAY, 2 * DAY + OPENS),
        ("none", 100, 0, 0, 100),
        ("none", 100, 150, 0, 150),
    ],
)
def test_without_appointments_people_come_when_due_or_when_the_clinic_opens(
    kind, due, now, not_before, minute
):
    desk = Desk(booking={"kind": kind})
    if now:
        desk.clock.run(until=now)
    what = Order("booster", due, due, IV)
    assert not desk.reception.needs_appointment(what)
    assert desk.reception.without_appointment(what, not_before) == minute


@pytest.mark.parametrize("booking", [{"kind": "walk_in"}, {"kind": "slots"}])
def test_what_takes_place_at_home_needs_neither_appointment_nor_opening_hours(booking):
    desk = Desk(booking=booking)
    for what in (Order("rating", 100, 200), Order("booster", 100, 200, LOZENGE)):
        assert not desk.reception.needs_appointment(what)
        assert desk.reception.without_appointment(what, 0) == 100
    for what in (Order("booster", 100, 200, IV), Order("assessment", 100, 200)):
        assert desk.reception.needs_appointment(what) == (booking["kind"] == "slots")
