"""Witness: a plain SimPy model of the same content, which shares no code with the model's loop.

Both run REPLICATIONS times; a measure agrees when 0 lies in the Welch interval of the difference of
the means, at a level that makes all intervals of a case hold jointly with 99 % (Bonferroni). What
such a test can see is its half-width: `WITHIN` says how small it is and is asserted, and a clinic
or a person wrong in one parameter is found out. The seeds are fixed: a change of draws gives a new
throw, which fails one time in a hundred per case without a fault.
"""

from functools import cache
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from scipy.special import stdtrit

from plain_simpy import run_plain
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.stats.survival import Times, restricted_mean
from sim.symptoms.calibrations import CALIBRATIONS

DAYS = 273
REPLICATIONS = 22
DEFAULT = Scenario().override({"run.days": DAYS})
UNLIMITED = DEFAULT.override(
    {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
)
CASES = {
    "default": DEFAULT,
    "unlimited": UNLIMITED,
    "two_chairs_every_28_days": DEFAULT.override(
        {"clinic.chairs": 2, "policy.boosters": {"kind": "fixed", "every_days": 28}}
    ),
    "no_boosters": UNLIMITED.override({"policy.boosters": {"kind": "none"}}),
    "a_list_of_people_who_wait": DEFAULT.override(
        {"clinic.chairs": 1, "clinic.booking.horizon_days": 21}
    ),
}
WITHIN = {  # joint half-widths are at most this share of the mean
    "visits_per_patient": 0.08,
    "infusions_per_patient": 0.09,
    "response_after_induction": 0.12,
    "days_below_10": 0.12,
    "days_in_response": 0.2,
    "wait_first_infusion_days": 0.2,
    "clinic_wait_first_infusion_days": 0.6,  # queues are long or short by chance
    "chair_utilisation": 0.135,
    "booked_ahead_days": 0.12,
    "missed": 0.16,
    "called_off": 0.2,
    "lost": 0.22,
    "left_the_list": 0.6,  # a few people, but for the clinic with a list
    "given_up_on": 0.75,  # seldom
    "adverse_events_per_100_infusions": 0.2,
}


@cache
def by_the_model(scenario):
    return [_read_of_model(scenario, number) for number in range(1, REPLICATIONS + 1)]


@cache
def by_the_twin(scenario):
    return [_read_of_twin(run_plain(scenario, number)) for number in range(1, REPLICATIONS + 1)]


def _read_of_model(scenario, number):
    replication = replicate(scenario, 20, number)
    values = measure(Reading(replication))
    visits = values["visits_per_week"] * DAYS / 7
    values["visits_per_patient"] = visits / values["referred"]
    reasons = replication.discharges["reason"].tolist()
    return values | _attendance(replication.visits, reasons, len(replication.patients))


def _attendance(visits, reasons, patients):
    """How far ahead is booked, what of it is missed and called off, and how many patients leave."""
    missed, called_off, kept = (
        ((visits["status"] == status) & (visits["kind"] != "rating")).sum()
        for status in ("no_show", "cancelled", "done")
    )
    booked = (visits["booked"] >= 0) & (visits["kind"] != "rating")
    return {
        "booked_ahead_days": (visits["booked"] - visits["ordered"])[booked].mean() / 1440,
        "missed": missed / (missed + kept),
        "called_off": called_off / (called_off + kept),
        "lost": reasons.count("lost to follow-up") / patients,
        "left_the_list": reasons.count("left the waiting list") / patients,
        "given_up_on": reasons.count("no response to boosters") / patients,
    }


def _read_of_twin(run):
    """The same measures read off the twin in the plainest way."""
    visits, patients, horizon = run.visits, run.patients, DAYS * 1440
    observed, below_10, in_response = run.noons.sum(axis=0)
    newest = {
        patient: rated
        for patient, kind, rated in zip(
            visits["patient"], visits["kind"], visits["rated_before"], strict=True
        )
        if kind == "evaluation" and rated >= 0
    }
    reasons = [reason for _, _, reason in run.discharges]
    return _attendance(visits, reasons, len(patients)) | {
        "visits_per_patient": (visits["status"] == "done").sum() / len(patients),
        "infusions_per_patient": (visits["infusion_end"] >= 0).sum() / len(patients),
        "response_after_induction": np.mean(
            [2 * rated <= patients[number].baseline for number, rated in newest.items()]
        ),
        "days_below_10": below_10 / observed * 365.25,
        "days_in_response": in_response / observed * 365.25,
        "wait_first_infusion_days": _wait(run, horizon),
        "clinic_wait_first_infusion_days": _clinic_wait(run, horizon),
        "chair_utilisation": _chairs_used(run, horizon),
        "adverse_events_per_100_infusions": 100
        * (visits["adverse"] > 0).sum()
        / (visits["infusion_end"] >= 0).sum(),
    }


LIMIT = DAYS / 4  # days to which the means of waits are restricted


def _began(run):
    began = {}
    for patient, minute in zip(run.visits["patient"], run.visits["infusion_start"], strict=True):
        if minute >= 0:
            began.setdefault(patient, minute)
    return began


def _wait(run, horizon):
    """Mean over all referred early enough; who never starts counts as the limit."""
    began = _began(run)
    early = [p for p in run.patients if p.referred + LIMIT * 1440 <= horizon]
    waits = [(began.get(p.number, horizon) - p.referred) / 1440 for p in early]
    return np.minimum(waits, LIMIT).mean()


def _clinic_wait(run, horizon):
    began, until = _began(run), {patient: minute for patient, minute, _ in run.discharges}
    visits_of = {}
    for row, patient in enumerate(run.visits["patient"].tolist()):
        visits_of.setdefault(patient, []).append({n: c[row] for n, c in run.visits.items()})
    days, seen, never, followed = [], [], [], []
    for patient in run.patients:
        number, visits = patient.number, visits_of.get(patient.number, [])
        end = began.get(number, until.get(number, horizon))
        own = _of_their_own_choosing(visits, end)
        days.append(max(0, end - patient.referred - own) / 1440)
        seen.append(number in began)
        left = number in until and number not in began
        never.append(left and not _while_it_stood(visits, until[number]))
        followed.append((horizon - patient.referred) / 1440)
    return restricted_mean(Times(days, seen, never, followed), LIMIT)


def _while_it_stood(visits, left):
    """Missed a visit for good, or had one to make up for and did not want to come yet."""
    if visits[-1]["status"] == "no_show":
        return True
    again = len(visits) > 1 and visits[-2]["due"] == visits[-1]["due"]
    return again and visits[-1]["wished"] > left


def _of_their_own_choosing(visits, end):
    """Minutes before the end of the wait from a missed visit until another was wished for."""
    return sum(
        max(0, min(other["wished"], end) - missed["booked"])
        for missed, other in pairwise(visits)
        if (missed["kind"], missed["due"]) == (other["kind"], other["due"])
        and missed["booked"] < end
    )


def _chairs_used(run, horizon):
    chairs = run.scenario.clinic.chairs
    if chairs == "unlimited":
        return None
    used, visits = 0, run.visits
    for chair, seated, free in zip(
        visits["chair"], visits["seated"], visits["chair_free"], strict=True
    ):
        if chair >= 1:
            midnight = seated - seated % 1440
            end = min(free if free >= 0 else horizon, midnight + 17 * 60)
            used += max(0, end - max(seated, midnight + 9 * 60))
    return used / (chairs * DAYS / 7 * 5 * 480)


def differences(model, twin):
    """Difference of the means and joint 99 % half-width of each measure, both relative."""
    names = [name for name in WITHIN if name in model[0] and twin[0][name] is not None]
    if not any(run["given_up_on"] for run in model + twin):  # without boosters
        names.remove("given_up_on")
    out = {}
    for name in names:
        a, b = (np.array([run[name] for run in runs], dtype=float) for runs in (model, twin))
        parts = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
        freedom = sum(parts) ** 2 / sum(part**2 / (len(a) - 1) for part in parts)
        half_width = stdtrit(freedom, 1 - 0.01 / len(names) / 2) * sqrt(sum(parts))
        out[name] = (a.mean() - b.mean()) / b.mean(), half_width / b.mean()
    return out


@pytest.mark.parametrize("case", CASES)
def test_model_and_plain_twin_agree_in_every_measure(case):
    found = differences(by_the_model(CASES[case]), by_the_twin(CASES[case]))
    apart = {name: pair for name, pair in found.items() if abs(pair[0]) > pair[1]}
    assert not apart, apart
    vague = {name: pair[1] for name, pair in found.items() if pair[1] > WITHIN[name]}
    assert not vague, vague


@pytest.mark.parametrize(
    ("case", "changes", "shown_by"),
    [
        (
            "no_boosters",
            {"symptoms.a_slow": CALIBRATIONS["community"].a_slow / 2},
            "days_in_response",
        ),
        ("default", {"clinic.chairs": 2}, "chair_utilisation"),
        ("default", {"clinic.chairs": 1}, "clinic_wait_first_infusion_days"),
        ("unlimited", {"policy.boosters.give_up_after": 2}, "given_up_on"),
        ("default", {"behaviour.no_show_share": 0.132}, "missed"),
        ("default", {"behaviour.rebooked_share": 0.5}, "lost"),
        ("default", {"behaviour.late_cancellation_share": 0.1}, "called_off"),
        ("a_list_of_people_who_wait", {"behaviour.patience_days.mean": 60}, "left_the_list"),
        ("a_list_of_people_who_wait", {"clinic.booking.horizon_days": 84}, "booked_ahead_days"),
    ],
    ids=[
        "half_the_slow_gain",
        "one_chair_fewer",
        "two_chairs_fewer",
        "given_up_on_a_booster_sooner",
        "half_as_many_again_missed",
        "fewer_come_again",
        "twice_as_many_called_off",
        "a_third_of_the_patience",
        "booking_further_ahead",
    ],
)
def test_a_model_wrong_in_one_parameter_is_found_out(case, changes, shown_by):
    scenario = CASES[case]
    found = differences(by_the_model(scenario.override(changes)), by_the_twin(scenario))
    difference, half_width = found[shown_by]
    assert abs(difference) > half_width
