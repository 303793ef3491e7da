"""The waiting list and the reception, by hand: small clinics in which all can be foreseen."""

import pytest

from sim.clinic.hours import Calendar
from sim.clinic.reception import Reception
from sim.clinic.waiting_list import Request, in_turn
from sim.clock import Clock
from sim.config.errors import ScenarioError
from sim.model.scenario import Scenario
from sim.policy.orders import Order, Prescription

DAY = 1440
IV = Prescription("iv", 0.5)
FOR_EVER = 10**9
WHOLE_DAY = {  # a session fills a chair's day of eight hours
    "clinic.chairs": 1,
    "clinic.nurses": 1,
    "clinic.session.infuse_minutes": 440,
    "clinic.session.prepare_minutes": 10,
    "clinic.session.monitor_minutes": 20,
    "clinic.session.discharge_minutes": 10,
    "clinic.session.turnover_minutes": 0,
    "clinic.adverse_events.episode_share": 0.0,
    "clinic.booking.lead_days": 0,
    "clinic.booking.horizon_days": 2,
    "clinic.booking.ends_in_time_share": 0.5,
    "clinic.hours": dict.fromkeys(("saturday", "sunday"), "09:00-17:00"),
}


def order(kind="booster", due=0, series=()):
    return Order(kind, due, due + 30 * DAY, IV, series=series)


def request(patient, kind="booster", due=0, rated=12, since=0, leaves=FOR_EVER):
    return Request(patient, 0.0, order(kind, due), rated, 0, leaves, since)


@pytest.mark.parametrize(
    ("priority", "turn"),
    [
        ("first_come", [0, 1, 2, 3]),
        ("induction_first", [3, 0, 1, 2]),
        ("most_severe_first", [2, 0, 1, 3]),
        ("longest_overdue_first", [1, 0, 2, 3]),
    ],
)
def test_whose_turn_it_is(priority, turn):
    waiting = [
        request(3, "induction", due=9, since=3),
        request(2, due=8, rated=20, since=2),
        request(1, due=1, since=1),
        request(0, due=7, since=0),
    ]
    assert [one.patient for one in in_turn(waiting, priority)] == turn


def booked(wishes, changes=None):
    """Day of the appointment of each patient; who asks at minute 0 asks in the order given."""
    table = Scenario().override(WHOLE_DAY | (changes or {})).clinic
    clock = Clock()
    reception = Reception(clock, table, Calendar(table.hours, Scenario().run.start_date))
    found = {}

    def asks(wish):
        if (minute := reception.at_once(wish)) is None:
            minute = yield from reception.later(wish)
        found[wish.patient] = minute

    for wish in wishes:
        clock.begin(asks(wish))
    clock.run(until=40 * DAY)
    return {who: None if minute is None else minute // DAY for who, minute in found.items()}


def test_who_finds_nothing_within_the_horizon_waits_and_is_offered_each_new_day_in_turn():
    """A chair a day, days 0 to 2 bookable: the first three at once, then one every morning."""
    days = booked([request(patient) for patient in range(6)])
    assert days == {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5}


def test_with_induction_first_a_new_patient_passes_the_boosters_that_wait():
    wishes = [request(patient) for patient in range(5)] + [request(5, "induction")]
    days = booked(wishes, {"clinic.booking.priority": "induction_first"})
    assert (days[5], days[3], days[4]) == (3, 4, 5)


def test_the_most_severe_pass_the_others():
    wishes = [request(patient, rated=8) for patient in range(5)] + [request(5, rated=19)]
    days = booked(wishes, {"clinic.booking.priority": "most_severe_first"})
    assert (days[5], days[3], days[4]) == (3, 4, 5)


def test_who_leaves_before_their_turn_is_told_so_and_the_next_one_moves_up():
    wishes = [request(p) for p in range(3)] + [request(3, leaves=600), request(4)]
    days = booked(wishes)
    assert (days[3], days[4]) == (None, 3)


def test_beyond_the_horizon_people_ask_again_when_the_book_is_open_that_far():
    assert booked([request(0, due=10 * DAY), request(1, due=10 * DAY)]) == {0: 10, 1: 11}


def test_beyond_the_caseload_new_inductions_wait_until_somebody_leaves():
    table = Scenario().override(WHOLE_DAY | {"clinic.maximum_caseload": 1}).clinic
    clock = Clock()
    reception = Reception(clock, table, Calendar(table.hours, Scenario().run.start_date))
    found = {}

    def asks(wish, stays):
        if (minute := reception.at_once(wish)) is None:
            minute = yield from reception.later(wish)
        found[wish.patient] = minute
        yield clock.now + stays * DAY
        reception.discharged(wish.patient)

    for patient in range(2):
        clock.begin(asks(request(patient, "induction"), stays=8))
    clock.begin(asks(request(2), stays=1))
    clock.run(until=40 * DAY)
    assert (found[0] // DAY, found[1] // DAY) == (0, 8)
    assert found[2] // DAY <= 2, "boosters are not new inductions"


def test_a_cancelled_slot_goes_to_whoever_waits():
    table = Scenario().override(WHOLE_DAY).clinic
    clock = Clock()
    reception = Reception(clock, table, Calendar(table.hours, Scenario().run.start_date))
    found = {}

    def asks(wish):
        if (minute := reception.at_once(wish)) is None:
            minute = yield from reception.later(wish)
        found[wish.patient] = minute

    for patient in range(4):
        clock.begin(asks(request(patient)))
    clock.run(until=5)
    assert 3 not in found
    reception.ended(2, found[2], "cancelled")
    clock.run(until=6)
    assert found[3] == found[2]
    ends = {row[0]: row[-1] for row in reception.appointments}
    assert ends == {0: None, 1: None, 2: "cancelled", 3: None}


def test_an_appointment_at_minute_0_is_an_appointment():
    """Nobody asks twice for what they have: each holds one row, the first from minute 0 on."""
    table = Scenario().override(WHOLE_DAY | {"clinic.hours": "always"}).clinic
    clock = Clock()
    reception = Reception(clock, table, Calendar(table.hours, Scenario().run.start_date))
    starts = [reception.at_once(request(patient)) for patient in range(2)]
    assert starts == [0, 480]
    assert reception.at_once(request(0)) == 0, "the appointment held is the one there is"
    assert [row[0] for row in reception.appointments] == [0, 1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clinic.booking": {"kind": "slots", "priority": "most_severe_first",
                             "horizon_days": "unlimited"}}, "horizon_days"),
        ({"clinic.booking.horizon_days": 1, "clinic.booking.lead_days": 3}, "at least lead_days"),
        ({"clinic.booking.ring_fenced": [{"kind": "booster"}, {"kind": "booster"}]}, "each kind"),
        ({"clinic.booking.ring_fenced": [{"kind": "boosters"}]}, "booster"),
        ({"clinic.chairs": 1, "clinic.booking.ring_fenced":
          [{"kind": "induction", "places": 1, "release_days": "never"}]}, "never"),
    ],
)  # fmt: skip
def test_rules_that_cannot_work_are_refused(changes, words):
    with pytest.raises(ScenarioError, match=words):
        Scenario().override(changes)
