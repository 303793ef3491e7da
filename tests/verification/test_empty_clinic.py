"""Twenty patients in a clinic of unlimited capacity against a plain loop without SimPy.

The loop below takes one patient after another from referral to discharge: it asks the policy, puts
the appointment at the person's own time on the first day that will do, adds up the minutes of the
visit and tells the symptoms. There is no clock, no queue and no record to share with the model.
"""

from datetime import date

import numpy as np
import pytest

from sim.clinic.hours import Calendar
from sim.clinic.stages import draws_of_duration
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.people.cohort import drawn as cohort_of
from sim.people.fluctuation import Fluctuation
from sim.people.patient import awakened
from sim.policy.chart import Chart, Visit
from sim.policy.orders import Discharge
from sim.policy.regimen import next_order
from sim.streams import Purpose, Streams

DAY = 1440
INFUSION = ("prepare", "infuse", "monitor", "discharge", "turnover")
MINUTES = (
    "due", "latest", "ordered", "wished", "booked", "arrived", "seated", "prepare_start",
    "prepared", "infusion_start", "infusion_end", "ready", "discharge_start", "left", "chair_free",
)  # fmt: skip
EMPTY = {
    "run.days": 420,
    "referrals": {"kind": "cohort", "patients": 20, "over_days": 40},
    "clinic.chairs": "unlimited",
    "clinic.nurses": "unlimited",
    "clinic.prescribers": "unlimited",
    "clinic.holidays": (date(2026, 1, 19), date(2026, 4, 3)),
    "clinic.assessment_minutes": {"kind": "lognormal", "mean": 60, "cv": 0.3},
    "clinic.session.discharge_minutes": {"kind": "exponential", "mean": 10},
}
REGIMENS = {
    "adaptive boosters": {},
    "fixed boosters, plasticity, trial calibration": {
        "policy.boosters": {"kind": "fixed", "every_days": 21},
        "symptoms.calibration": "trial",
        "symptoms.plasticity": 2.0,
    },
    "every other day, nobody evaluated, no boosters": {
        "policy.induction": {"kind": "fixed", "infusions": 5, "days": "every_other_day"},
        "policy.evaluation": {"kind": "none"},
        "policy.ratings.hours_after_infusion": (24.0,),
        "policy.boosters": {"kind": "none"},
    },
    "oral, rated remotely, one by one, a long evaluation delay": {
        "policy.treatment.route": "oral",
        "policy.ratings.hours_after_infusion": (4.0, 24.0, 168.0, 720.0),
        "policy.evaluation.after_days": 5,
        "clinic.booking.series": "one_by_one",
    },
    "no assessment, thrice weekly, same-day appointments, Saturdays": {
        "policy.assessment": False,
        "policy.induction.days": "thrice_weekly",
        "clinic.booking.lead_days": 0,
        "clinic.booking.grid_minutes": 20,
        "clinic.hours.saturday": "10:00-14:30",
    },
}


class PlainClinic:
    """Hours and durations, and nothing to wait for."""

    def __init__(self, scenario, streams):
        clinic = scenario.clinic
        session = clinic.session_by(scenario.policy.treatment.route)
        self.calendar = Calendar(clinic.hours, scenario.run.start_date, clinic.holidays)
        self.slots = clinic.booking
        self.draw = {
            name: draws_of_duration(
                getattr(session, f"{name}_minutes"), streams, Purpose[name.upper()]
            )
            for name in INFUSION
        }
        self.streams, self.events = streams, clinic.adverse_events
        self.draw["assessment"] = draws_of_duration(
            clinic.assessment_minutes, streams, Purpose.ASSESSMENT
        )
        self.draw["evaluation"] = draws_of_duration(
            clinic.evaluation_minutes, streams, Purpose.EVALUATION
        )
        talks = clinic.assessment_minutes.expectation(), clinic.evaluation_minutes.expectation()
        infusion = clinic.planned_minutes(scenario.policy.treatment.route)
        room = clinic.length_quantile(
            scenario.policy.treatment.route, self.slots.ends_in_time_share
        )
        self.planned = {"assessment": (talks[0],) * 2, "evaluation": (talks[1],) * 2}
        self.planned |= dict.fromkeys(("induction", "booster"), (infusion, max(infusion, room)))

    def extra(self, patient, use):
        """Minutes by which an adverse event lengthens monitoring, with the die of the infusion."""
        key = patient // 256, use // 16
        die = self.streams.uniforms(Purpose.ADVERSE_EVENT, *key)[patient % 256, use % 16]
        return self.events.extra_minutes if die < self.events.risk(use) else 0

    def start(self, kind, day, preferred, not_before=0):
        """The round nearest to the person's own time; None when the day is closed or too short."""
        opening, grid = self.calendar.opening(day), self.slots.grid_minutes
        if opening is None:
            return None
        length, reach = (max(1, int(np.ceil(planned / grid))) for planned in self.planned[kind])
        first, last = day * DAY + opening[0], (opening[1] - opening[0]) // grid - reach
        free = [slot for slot in range(last + 1) if first + slot * grid >= not_before]
        rounds = [slot for slot in free if 0 in (slot % length, (last - slot) % length)]
        wanted = int(preferred * (last + 1))
        slot = min(rounds or free, key=lambda slot: abs(slot - wanted), default=None)
        return None if slot is None else first + slot * grid

    def appointments(self, order, wished, now, preferred):
        """First start after which all of a series fit into their windows."""
        day = max(wished // DAY, now // DAY + self.slots.lead_days)
        series = order.series if self.slots.series == "together" else ()
        while True:
            found = [self.start(order.kind, day, preferred, now)]
            for gap in series:
                if found[-1] is None:
                    break
                due = found[-1] // DAY + gap.days
                window = range(due, due + gap.late_days + 1)
                starts = [self.start(order.kind, later, preferred) for later in window]
                found.append(next((start for start in starts if start is not None), None))
            if None not in found:
                return found
            day += 1


def plain_course(patient, regimen, clinic):
    """Every visit of one patient, and the discharge, were there no horizon and no clock."""
    phases, number = regimen.phases(), patient.number
    chart = Chart(patient.referred, patient.baseline, regimen.treatment.for_weight(patient.weight))
    now, held, ratings, uses = patient.referred, [], [], {}
    again_from = appointments = 0
    patient.awaits_treatment()
    while True:
        order = next_order(phases, chart)
        if isinstance(order, Discharge):
            yield from rated_at_home(patient, ratings, chart, np.inf)
            yield {"discharge": order.reason, "minute": now}
            return
        if order.kind == "booster":
            patient.enters_maintenance(now)
        early, wished = order.due // DAY * DAY - order.early_days * DAY, max(order.due, again_from)
        if not (held and max(early, again_from) <= held[0] <= order.latest):
            held = clinic.appointments(order, wished, now, patient.preferred_time)
        visit = {"kind": order.kind, "due": order.due, "latest": order.latest, "ordered": now}
        visit["wished"], visit["booked"] = wished, held.pop(0)
        missed = missed_visit(patient, order, visit["booked"], now, appointments)
        appointments += 1
        if missed:
            status, now, reason, again_from = missed
            yield from rated_at_home(patient, ratings, chart, now)
            yield visit | {"status": status, "ended": now}
            if reason:
                yield from rated_at_home(patient, ratings, chart, np.inf)
                yield {"discharge": reason, "minute": now}
                return
            continue
        now = max(now, visit["booked"] + patient.late_minutes(appointments - 1))
        yield from rated_at_home(patient, ratings, chart, now)
        visit["arrived"] = visit["seated"] = now
        visit["true"], visit["rated"] = patient.scores(now)
        use = uses[order.kind] = uses.get(order.kind, -1) + 1
        if order.kind in ("assessment", "evaluation"):
            seen, visit["left"] = now, now + clinic.draw[order.kind](number, use)
        else:
            minutes = [clinic.draw[name](number, patient.infusions) for name in INFUSION]
            minutes[INFUSION.index("monitor")] += clinic.extra(number, patient.infusions)
            *stages, visit["chair_free"] = now + np.cumsum(minutes)
            seen, visit["infusion_end"], visit["ready"], visit["left"] = map(int, stages)
            visit["prepare_start"], visit["prepared"], visit["infusion_start"] = now, seen, seen
            visit["discharge_start"] = visit["ready"]
            patient.infused(visit["infusion_end"], *order.prescription[:2])
            ratings[:] = [
                visit["infusion_end"] + round(hours * 60)
                for hours in regimen.ratings.hours_after_infusion
            ]
        yield visit | {"status": "done"}
        now = visit["left"]
        chart.add(Visit(order.kind, seen, visit["rated"], order.interval_days))
        if order.kind == "induction" and patient.withdraws():
            yield from rated_at_home(patient, ratings, chart, np.inf)
            yield {"discharge": "withdrew", "minute": now}
            return


def missed_visit(patient, order, booked, now, number):
    """Status, minute, reason to leave, and from when another is wished for; None who comes."""
    if patient.leaves <= booked and patient.in_maintenance:
        return "no_show", booked, "stopped maintenance", 0
    if patient.leaves <= booked:
        return "cancelled", patient.leaves, "left the waiting list", 0
    fate, next_day = (
        patient.fate(number, booked, order.kind == "assessment"),
        (booked // DAY + 1) * DAY,
    )
    if fate == "calls_off":
        return "cancelled", max(now, booked - patient.notice_minutes), "", next_day
    if fate == "misses":
        reason = "" if patient.comes_again(number) else "lost to follow-up"
        return "no_show", booked, reason, patient.again_from(number, next_day)
    return None


def rated_at_home(patient, ratings, chart, until):
    """The protocol's ratings that fall due before the patient is next seen."""
    while ratings and ratings[0] <= until:
        minute = ratings.pop(0)
        true, rated = patient.scores(minute)
        chart.add(Visit("rating", minute, rated))
        yield {"kind": "rating", "arrived": minute, "true": true, "rated": rated}


@pytest.fixture(scope="module", params=REGIMENS)
def both(request):
    """The model's replication, and what the plain loop says of each patient up to the horizon."""
    scenario = Scenario().override(EMPTY | REGIMENS[request.param])
    replication = replicate(scenario, 5)
    streams = Streams(5, 1)
    run = scenario.run
    referred = scenario.referrals.minutes(streams, run.start_date, run.days)
    people = scenario.population, scenario.symptoms, scenario.behaviour
    cohort = cohort_of(*people, streams, referred)
    fluctuation = Fluctuation(scenario.symptoms, cohort, streams)
    clinic = PlainClinic(scenario, streams)
    courses = []
    for patient in awakened(cohort, scenario.symptoms, scenario.behaviour, fluctuation, streams):
        courses.append(until_horizon(plain_course(patient, scenario.policy, clinic), replication))
    return replication, courses


def until_horizon(course, replication):
    """The part of a course that a run can have seen: nothing happens at or after its horizon."""
    seen = []
    for event in course:
        first = event.get("ordered", event.get("arrived", event.get("minute")))
        if event.get("kind") == "rating" and first >= replication.horizon:
            continue
        if first >= replication.horizon:
            break
        seen.append(event)
    return seen


def rows_of(replication, patient, ratings):
    visits = replication.visits
    rows = np.flatnonzero(visits["patient"] == patient)
    rated = visits["kind"][rows] == "rating"
    rows = rows[rated if ratings else ~rated]
    return rows[visits["arrived"][rows] >= 0] if ratings else rows


def test_the_visits_agree_minute_for_minute(both):
    replication, courses = both
    visits, horizon = replication.visits, replication.horizon
    assert len(courses) == 20
    for patient, course in enumerate(courses):
        expected = [event for event in course if event.get("kind", "rating") != "rating"]
        rows = rows_of(replication, patient, ratings=False)
        assert len(rows) == len(expected)
        for row, visit in zip(rows, expected, strict=True):
            assert visits["kind"][row] == visit["kind"]
            for name in MINUTES:
                minute = visit.get(name, -1)
                known = minute < horizon or name in ("due", "latest", "wished", "booked")
                assert visits[name][row] == (minute if known else -1), (patient, row, name)


def test_the_scores_agree_true_to_1e_12_and_rated_exactly(both):
    replication, courses = both
    visits, horizon = replication.visits, replication.horizon
    compared = 0
    for patient, course in enumerate(courses):
        for ratings in (False, True):
            rows = rows_of(replication, patient, ratings)
            expected = [
                event
                for event in course
                if "kind" in event and (event["kind"] == "rating") == ratings
            ]
            assert len(rows) == len(expected)
            for row, visit in zip(rows, expected, strict=True):
                if visit.get("arrived", horizon) < horizon:
                    assert visits["true_before"][row] == pytest.approx(visit["true"], abs=1e-12)
                    assert visits["rated_before"][row] == visit["rated"]
                    compared += 1
    assert compared > 100


def test_the_statuses_and_discharges_agree(both):
    replication, courses = both
    visits, horizon = replication.visits, replication.horizon
    events = replication.discharges
    ended = zip(events["minute"].tolist(), events["reason"].tolist(), strict=True)
    found = dict(zip(events["patient"].tolist(), ended, strict=True))
    for patient, course in enumerate(courses):
        ends = [(event["minute"], event["discharge"]) for event in course if "discharge" in event]
        assert ([found[patient]] if patient in found else []) == ends
        for row, visit in zip(
            rows_of(replication, patient, ratings=False),
            (event for event in course if event.get("kind", "rating") != "rating"),
            strict=True,
        ):
            assert visits["status"][row] == status_at(visit, horizon)
    assert len(events["patient"]) >= 5


def status_at(visit, horizon):
    if visit["status"] in ("cancelled", "no_show"):
        return visit["status"] if visit["ended"] < horizon else "ahead"
    if visit["arrived"] >= horizon:
        return "ahead"
    return "in_progress" if visit["left"] >= horizon else "done"
