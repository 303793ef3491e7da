"""A clinic in which nothing fits is refused, or the run says so (witness: worked out by hand)."""

from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim.clinic.clinic_table import ClinicTable
from sim.config.errors import ScenarioError
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.planning.details import cautions_of_answer
from sim.report.assumptions import describe
from sim.report.cautions import cautions_of, closed_to_the_end, plan_and_floor
from sim.study.turned_out import cautions_of_results

TWO_HOURS = {
    "monday": "09:00-11:00", "tuesday": "closed", "wednesday": "closed", "thursday": "closed",
    "friday": "closed",
}  # fmt: skip
FOR_YEARS = {"first_day": "2026-01-01", "last_day": "2029-01-01"}
FOR_GOOD = {"first_day": "2026-03-02", "last_day": "9999-12-31"}
ALL_NURSES = {"staff": "nurses", "number": 2}
IN_THE_MORNING = {"staff": "nurses", "hours": "09:00-16:00", "number": 0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        # 105 minutes fit into 120, but to end in time a session has to begin 135 before closing
        ({"clinic.hours": TWO_HOURS}, ["105 minutes", "135", "ends_in_time_share", "has 120"]),
        ({"clinic.rota": [IN_THE_MORNING]}, ["breaks of clinic.rota aside", "has 60"]),
        ({"policy.treatment.route": "intranasal", "clinic.hours": {
            "monday": "09:00-11:15", "tuesday": "closed", "wednesday": "closed",
            "thursday": "closed", "friday": "closed"}}, ["intranasal", "clinic.sessions.intran"]),
        ({"policy.booster_treatment": {"route": "oral"}, "clinic.sessions.oral.monitor_minutes":
          600}, ["route oral", "clinic.sessions.oral"]),
        ({"clinic.assessment_minutes": 481}, ["an assessment", "clinic.assessment_minutes"]),
        ({"clinic.evaluation_minutes": 500}, ["an evaluation", "clinic.evaluation_minutes"]),
        ({"clinic.closures": [FOR_YEARS]}, ["no day of the run", "clinic.closures"]),
        ({"clinic.chairs_out": [FOR_YEARS | {"chairs": 3}]}, ["clinic.chairs_out"]),
        ({"clinic.closures": [FOR_YEARS], "clinic.booking": {"kind": "walk_in"}}, ["no day"]),
        ({"clinic.chairs_out": [FOR_YEARS | {"chairs": 3}], "clinic.booking": {"kind": "none"}},
         ["no day of the run"]),
        ({"clinic.closures": [FOR_GOOD | {"first_day": "0001-01-01"}]}, ["no day of the run"]),
        ({"clinic.staff_away": [FOR_YEARS | ALL_NURSES]}, ["clinic.staff_away", "infusion"]),
        ({"clinic.staff_away": [FOR_YEARS | ALL_NURSES], "clinic.booking": {"kind": "walk_in"}},
         ["clinic.staff_away", "infusion"]),
        ({"clinic.session.prepare_minutes": 1e7, "clinic.session.infuse_minutes": 1e7},
         ["takes 20000", "no appointment could ever be made"]),
        ({"run.start_date": "9999-12-30"}, ["start_date", "2999-12-31"]),
    ],
)  # fmt: skip
def test_what_never_fits_into_any_day_is_refused_with_the_reason_and_the_keys(changes, words):
    with pytest.raises(ScenarioError) as fault:
        Scenario().override(changes)
    for word in words:
        assert word in str(fault.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"clinic.session.infuse_minutes": 600, "policy.treatment.route": "im"},
        {"clinic.assessment_minutes": 481, "policy.assessment": False},
        {"clinic.evaluation_minutes": 481, "policy.evaluation": {"kind": "none"}},
        {"clinic.session.infuse_minutes": 600,
         "policy.treatment": {"route": "oral", "home": True}},
        {"clinic.closures": [FOR_YEARS | {"last_day": "2027-12-01"}]},
        {"clinic.hours": {**TWO_HOURS, "monday": "09:00-11:15"}, "policy.induction.late_days": 6,
         "policy.evaluation.extend_late_days": 6},
        {"clinic.hours": TWO_HOURS, "clinic.booking": {"kind": "walk_in"}},
        {"clinic.closures": [FOR_YEARS], "clinic.booking": {"kind": "none"}},
        {"run.days": 1, "run.start_date": "2026-01-03"},  # a Saturday
    ],
)  # fmt: skip
def test_what_the_policy_never_orders_or_what_just_fits_is_not_refused(changes):
    Scenario().override(changes)


@pytest.mark.parametrize(
    ("changes", "fences", "words"),
    [
        ({"clinic.prescribers": 2}, [("evaluation", 1, "never"), ("assessment", 2, 2)],
         "1 for each evaluation and 2 for each assessment, 3 in all, but prescribers"),
        ({}, [("induction", 4, 2)], "4 for each induction, 4 in all, but chairs"),
        ({"clinic.chairs": 6, "clinic.nurses": 2}, [("induction", 5, 2)], "booked for 4 at a time"),
    ],
)  # fmt: skip
def test_more_kept_places_than_there_are_are_refused(changes, fences, words):
    kept = [{"kind": kind, "places": places, "release_days": days} for kind, places, days in fences]
    with pytest.raises(ScenarioError, match=words):
        Scenario().override(changes | {"clinic.booking.ring_fenced": kept})
    Scenario().override(
        {"clinic.chairs": 18} | {"clinic.nurses": "unlimited", "clinic.booking.ring_fenced": kept}
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"clinic.nurses": 1, "clinic.chairs_per_nurse": 3}, None),
        ({"clinic.nurses": 1},
         "Of 3 chairs no more than 2 are booked at a time, as 1 nurse can have 2 patients each."),
        ({"clinic.chairs_per_nurse_infusing": 1},
         "Of 3 chairs no more than 2 are booked at a time, as 2 nurses can have 1 patient each "
         "until the infusion ends. After it they could watch 3 at a time: the book leaves that "
         "idle."),
        ({"clinic.booking.overbook_per_day": 2},
         "Up to 2 session(s) a day are booked beyond what chairs and nurses can take."),
        ({"clinic.nurses": 1, "clinic.booking": {"kind": "walk_in"}}, None),
    ],
)  # fmt: skip
def test_where_plan_and_floor_disagree_a_sentence_says_so(changes, said):
    scenario = Scenario().override(changes)
    assert plan_and_floor(scenario) == said
    assert said is None or said in " ".join(describe(scenario).split())


def test_a_rota_that_ends_before_the_sessions_do_draws_a_caution():
    lunch = {"staff": "nurses", "hours": "12:00-13:00", "number": 0}
    said = plan_and_floor(Scenario().override({"clinic.rota": [lunch]}))
    assert said is not None
    assert "who takes longer waits there" in said
    enough = {"clinic.nurses": 3, "clinic.rota": [lunch | {"number": 2}]}
    assert plan_and_floor(Scenario().override(enough)) is None


def test_a_capacity_answer_warns_of_the_number_that_it_names_and_not_of_the_clinic_as_it_was():
    """Three chairs and two nurses agree; of five chairs one can never be used."""
    clinic = Scenario().override({"clinic.nurses": 2})
    answer = SimpleNamespace(
        scenario=clinic, passing=(("clinic.chairs", 5),), failing=None, when="first-year", days=90
    )
    (said,) = cautions_of_answer(answer)
    assert said.startswith("Caution, with 5 chairs: Of 5 chairs no more than 4 are booked")


BOOKINGS = [
    {"kind": "slots"},
    {"kind": "slots", "horizon_days": "unlimited"},
    {"kind": "slots", "series": "one_by_one"},
    {"kind": "walk_in"},
]


@pytest.mark.parametrize("booking", BOOKINGS, ids=str)
def test_a_clinic_closed_for_good_sees_nobody_more_and_whoever_is_due_waits_to_the_end(booking):
    """From 2 March, day 56, on; the run goes on until day 200."""
    scenario = Scenario().override(
        {"run.days": 200, "clinic.closures": [FOR_GOOD], "clinic.booking": booking,
         "behaviour.patience_days": 36500.0}
    )  # fmt: skip
    record = replicate(scenario, 1)
    visits = record.visits
    came = (visits["arrived"] != -1) & (visits["kind"] != "rating")
    assert 0 < visits["arrived"][came].max() < 57 * 1440
    later = record.patients.referred > 60 * 1440
    waiting = np.isin(visits["patient"], np.flatnonzero(later))
    assert set(visits["status"][waiting]) == {"ahead"}
    assert len(set(visits["patient"][waiting].tolist())) == later.sum()
    measures = measure(Reading(record))
    assert measures["chair_utilisation"] <= 1
    if booking["kind"] == "slots":
        assert measures["waiting_at_end"] > later.sum() / 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clinic.closures": [FOR_GOOD]},
         "From 28 February 2026 to the end, the last 676 of 730 days, no day has room for an "
         "infusion session (route iv) or an assessment or an evaluation"),
        ({"clinic.staff_away": [ALL_NURSES | FOR_GOOD]}, "an infusion session (route iv) (clinic."),
        ({"clinic.closures": [FOR_GOOD | {"last_day": "2026-04-02"}]}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_days_without_room_up_to_the_end_of_the_run_draw_a_caution(changes, said):
    found = list(closed_to_the_end(Scenario().override(changes)))
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_route_that_nobody_uses_costs_nothing(monkeypatch):
    """Neither its length nor its draws are worked out: asked for, they would fail here."""
    table, asked = ClinicTable.session_by, []
    monkeypatch.setattr(ClinicTable, "session_by", lambda *of: asked.append(of[1]) or table(*of))
    replicate(Scenario().override({"run.days": 30}), 1)
    assert set(asked) == {"iv"}


def test_places_kept_for_what_is_never_ordered_draw_a_caution():
    changes = {
        "policy.boosters": {"kind": "none"},
        "clinic.booking.ring_fenced": [{"kind": "booster", "places": 1}],
    }
    (said,) = cautions_of(Scenario().override(changes))
    assert "keeps 1 place(s) for each booster, which the policy never orders" in said


def test_a_run_in_which_nobody_is_treated_says_so_and_of_which_scenarios():
    """Three days are not enough for anybody to be assessed and to begin; sixty are."""
    short = Scenario().override({"run.days": 3})
    results = sim.run({"short": short, "long": short.override({"run.days": 60})}, 2, jobs=1)
    (said,) = cautions_of_results(results)
    assert said.startswith("short: Nobody had an infusion in 2 replication(s) of 3 days")
    assert cautions_of_results(sim.run({"long": short.override({"run.days": 60})}, 1, jobs=1)) == []


def test_who_orders_no_infusions_is_not_warned_that_there_are_none():
    natural = Scenario().override(
        {"run.days": 30, "policy.induction": {"kind": "none"}, "policy.boosters": {"kind": "none"}}
    )
    assert cautions_of_results(sim.run({"natural": natural}, 1, jobs=1)) == []
