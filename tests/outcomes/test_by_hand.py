"""Every measure of the catalogue against a record written by hand (the witness: pages.py)."""

from math import inf

import pytest
from pages import (
    A_YEAR,
    ATTENDANCE,
    CHARGED,
    CLINICAL,
    COMPLETION,
    FOUR_WEEKS,
    SERVICE,
    YEAR,
)
from pages_of_costs import COSTS, THREE_WEEKS

from handwritten import Page, at, infusion, talk, visit
from sim.outcomes.catalogue import CATALOGUE, measure
from sim.outcomes.reading import Reading

WEEK = Page(  # 40 hours of two chairs, a nurse who watches two, a prescriber
    referred=[0, 0],
    changes={"run.days": 7, "clinic.chairs": 2, "clinic.nurses": 1, "clinic.chairs_per_nurse": 2},
    rows=[
        infusion(0, "induction", at(0, 9, 10)),  # in the chair 9:00-10:50
        talk(1, "assessment", at(1, 10)),
        infusion(1, "induction", at(4, 16)),  # watched until 17:20, left 17:30, chair free 17:40
    ],
)
CAPACITY = {
    "chair_utilisation": (110 + 70) / (2 * 2400),  # the second until closing, from 15:50 on
    # one to one 10 + 10 minutes, watching 80 minutes by half; then 10 and 60 by half
    "nurse_utilisation": (20 + 40 + 10 + 30) / 2400,
    "prescriber_utilisation": 30 / 2400,
    "overtime_minutes_per_week": 30.0,
    "days_ended_in_time_share": 2 / 3,
    "overtime_cost_per_week": 1.5 * 41 / 60 * 30,  # who watches one is paid in full
    "capacity_cost_per_year": 2 * 10_000 + 40 * (41 + 61) * YEAR / 7,
    "capacity_cost_per_patient": (2 * 10_000 * 7 / YEAR + 40 * (41 + 61)) / 2,
    "capacity_cost_per_infusion": (2 * 10_000 * 7 / YEAR + 40 * (41 + 61)) / 2,
}
BREAK = [{"staff": "nurses", "hours": "09:30-10:00", "fewer": 1}]
RELAPSE = Page(  # response on day 1; one relapses after 10 days, one after 60, one never, one late
    referred=[0, 0, 0, at(50)],
    rows=[],
    changes={"run.days": 100},
    relief={
        0: [(1, 0.5), (11, 0.2)], 1: [(1, 0.5), (61, 0.2)], 2: [(1, 0.5)], 3: [(51, 0.5)],
    },
)  # fmt: skip
DOOR = Page(
    referred=[0] * 4,
    changes={"run.days": 7, "clinic.waiting_places": 1, "clinic.booking": {"kind": "walk_in"}},
    rows=[infusion(number, "induction", at(0, 9, 10)) for number in range(3)]
    + [visit(3, "induction", arrived=at(0, 9), status="blocked")],
)
ELSEWHERE = {  # what these four weeks cannot show
    "relapse_free_at_8_weeks": (RELAPSE, 2 / 3),  # the fourth is not followed for 56 days
    "work_in_breaks_minutes_per_week": (
        Page([0], [infusion(0, "induction", at(0, 9, 10))],
             changes={"run.days": 7, "clinic.nurses": 1, "clinic.rota": BREAK}),
        30.0 * 5 / 5,  # of Monday's break; nobody is there on the other days
    ),
    "blocked_share": (DOOR, 1 / 4),
    "response_of_referred": (
        Page(
            referred=[at(1), at(2), at(3), at(10), at(61), at(4)],
            changes={"run.days": 150},
            rows=[
                talk(0, "evaluation", at(20, 9), rated=8),
                talk(1, "evaluation", at(25, 9), rated=9),  # no response of a baseline of 16
                talk(3, "evaluation", at(101, 9), rated=4),  # on the 92nd day
                talk(4, "evaluation", at(80, 9), rated=4),  # not followed for 90 days
                talk(5, "evaluation", at(20, 9), rated=12),
                talk(5, "evaluation", at(30, 9), rated=7),  # after an extension
            ],
        ),
        2 / 5,  # the first and the sixth; the third was never evaluated
    ),
}  # fmt: skip
BY_HAND = CLINICAL | SERVICE | ATTENDANCE | CHARGED
ALL = {
    **{name: (FOUR_WEEKS, value) for name, value in BY_HAND.items()},
    **{name: (WEEK, value) for name, value in CAPACITY.items()},
    **{name: (A_YEAR, value) for name, value in COMPLETION.items()},
    **{name: (THREE_WEEKS, value) for name, value in COSTS.items()},
    **ELSEWHERE,
}


def test_every_measure_of_the_catalogue_has_a_witness_written_by_hand():
    assert set(ALL) == set(CATALOGUE)


@pytest.mark.parametrize("name", ALL)
def test_a_measure_is_what_is_counted_by_hand(name):
    page, value = ALL[name]
    found = measure(Reading(page))[name]
    assert found == pytest.approx(value, rel=1e-12) if value < inf else found == inf


def test_what_comes_by_itself_is_left_to_the_untreated_and_what_infusions_bring_is_not():
    """Days of four weeks below 10 at 20, 16 and 9 untreated (witness: counted by hand).

    The first has a natural remission of 0.6 from day 10 on (8 points, 18 days), infused or not; the
    second relief of 0.5 by infusions from day 5 on (8 points, 23 days) and nothing without; the
    third is below 10 all along.
    """
    page = Page(
        [0, 0, 0], [], changes={"run.days": 28}, untreated={0: 20.0, 2: 9.0},
        relief={0: [(10, 0.6)], 1: [(5, 0.5)]}, by_itself={0: [(10, 0.6)]},
    )  # fmt: skip
    found = measure(Reading(page))
    assert found["days_below_10"] == pytest.approx((18 + 23 + 28) * YEAR / 84)
    assert found["days_below_10_untreated"] == pytest.approx((18 + 0 + 28) * YEAR / 84)
    assert found["gad7_points_saved"] == pytest.approx(23 * 8 / 84)


def test_nothing_else_can_be_read_of_the_four_weeks():
    elsewhere = set(CAPACITY) | set(COSTS)
    assert set(measure(Reading(FOUR_WEEKS))) - elsewhere == set(BY_HAND)


def test_a_short_run_leaves_empty_what_nobody_could_be_watched_for():
    """Ten days: nobody referred 14 days, no booster due 7 days before the end."""
    rows = [
        infusion(0, "induction", at(2, 12)),
        visit(0, "booster", due=at(6), wished=at(6), booked=at(12), status="ahead"),
    ]
    found = measure(Reading(Page([0], rows, changes={"run.days": 10}, relief={0: [(3, 0.6)]})))
    for name in ("started_within_14_days", "boosters_late_share", "relapse_free_at_8_weeks",
                 *COMPLETION):  # fmt: skip
        assert name not in found
    assert found["booster_delay_days"] == 2.5, "waits beyond the limit, a quarter of ten days"


def test_a_clinic_that_never_opens_does_not_look_worse_in_a_short_run():
    """It said 180 days of any run, however short."""
    for days in (60, 400, 2000):
        found = measure(Reading(Page([0], [], changes={"run.days": days})))
        assert found["wait_first_infusion_days"] == min(180, days / 4)


@pytest.mark.parametrize("days", [84, 168])
def test_the_same_boosters_followed_longer_are_as_late(days):
    """Ten are given at once; the last, due two days before day 84, is given the day after it."""
    rows = [infusion(n, "booster", at(40 + n, 12), due=at(40 + n)) for n in range(10)]
    late = {"due": at(82), "wished": at(82), "booked": at(84, 12)}
    given = infusion(10, "booster", at(84, 12), **late)
    rows.append(visit(10, "booster", **late, status="ahead") if days == 84 else given)
    found = measure(Reading(Page([0] * 11, rows, changes={"run.days": days})))
    assert found["booster_delay_days"] == pytest.approx(0 if days == 84 else 2 / 11)
    assert found["boosters_late_share"] == 0


@pytest.mark.parametrize(
    ("left", "wished", "reached"),
    [
        (at(6), at(5), False),  # no patience left once another was wished for: the clinic's wait
        (at(4), at(5), True),  # none left while nobody wished to come: nobody's
    ],
)
def test_patience_that_ends_while_the_clock_stands_still_is_not_the_clinics(left, wished, reached):
    rows = [
        infusion(0, "induction", at(4, 12)),
        visit(1, "induction", due=at(1), wished=at(1), booked=at(3), status="no_show"),
        visit(1, "induction", due=at(1), wished=wished, booked=at(9), status="cancelled"),
    ]
    page = Page([0, 0], rows, [(1, left, "left the waiting list")], changes={"run.days": 28})
    found = measure(Reading(page))
    assert found["wait_first_infusion_days_p90"] == inf
    # clocks: 4.5 days; 3 days and, where it ran again, one more, until day 6
    assert found["clinic_wait_first_infusion_days_p90"] == (4.5 if reached else inf)


def test_who_still_wants_no_other_visit_at_the_horizon_has_waited_no_less_for_it():
    """Missed on day 3, wishes for another on day 40: three days of a run of 28 are the clinic's."""
    rows = [
        visit(0, "induction", due=at(1), wished=at(1), booked=at(3), status="no_show"),
        visit(0, "induction", due=at(1), wished=at(40), booked=at(41), status="ahead"),
        infusion(1, "induction", at(2)),
    ]
    found = measure(Reading(Page([0, 0], rows, changes={"run.days": 28})))
    # day 2: one of two at risk; the other is censored on day 3 of the clock, not on day 0
    assert found["clinic_wait_first_infusion_days_p50"] == 2.0
    assert found["clinic_wait_first_infusion_days_p90"] == inf


def test_less_is_no_better_where_it_may_only_mean_that_fewer_are_treated():
    for name in (
        "infusions_per_patient", "infusions_per_patient_year", "infusions_to_response",
        "charged_per_patient", "capacity_cost_per_year", "capacity_cost_per_infusion",
        "induction_span_days",
        "appointments_moved_per_week", "visits_per_week", "infusions_per_week", "census_mean",
        "days_below_10_untreated", "referred",
    ):  # fmt: skip
        assert CATALOGUE[name].direction == "none", name
