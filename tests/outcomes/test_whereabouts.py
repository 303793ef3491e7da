"""Pathways and relapses by week. Witnesses: a page by hand, plain loops, scipy.stats.ecdf."""

import numpy as np
import pytest
from pages import FOUR_WEEKS
from scipy import stats
from test_by_hand import RELAPSE

from handwritten import Page
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.by_week import relapses_since_response
from sim.outcomes.reading import Reading, relapse_times
from sim.outcomes.whereabouts import DISCHARGED, IN_CARE, NOT_FOLLOWED, whereabouts
from sim.units import MINUTES_PER_WEEK, NEVER

SMALL = {"run.days": 170, "clinic.chairs": 2}
SCENARIOS = {
    "adaptive": SMALL | {"policy.boosters": {"kind": "adaptive", "first_days": 28}},
    "as needed, from the steady state": SMALL
    | {"policy.boosters": {"kind": "as_needed"}, "start": {"kind": "steady_state"}},
    "no assessment, nobody evaluated": SMALL
    | {"policy.assessment": False, "policy.evaluation": {"kind": "none"}},
}


@pytest.fixture(scope="module", params=SCENARIOS)
def reading(request):
    return Reading(replicate(Scenario().override(SCENARIOS[request.param]), 4, 1))


def test_the_states_of_four_weeks_are_those_found_by_hand():
    found = whereabouts(Reading(FOUR_WEEKS))
    assert {name: column.tolist() for name, column in found.items()} == {
        "week": [0, 1, 2, 3],
        "waiting": [10, 1, 0, 0],  # K had no infusion a week after referral
        "assessed": [0, 1, 0, 0],  # B
        "induction": [0, 1, 0, 0],  # G
        "evaluated": [0, 0, 2, 0],  # B, and G in an extended induction
        "maintenance": [0, 2, 3, 2],  # A and H, K from day 9 to 16
        "not_followed": [0, 1, 2, 6],  # E; F; B, C, D, G
        "discharged: left the waiting list": [0, 1, 1, 0],  # C
        "discharged: lost to follow-up": [0, 1, 1, 0],  # D
        "discharged: stopped maintenance": [0, 1, 1, 2],  # J, and K
        "discharged: withdrew": [0, 1, 0, 0],  # F, on the minute
    }


def state_of(reading, patient, minute):
    """Look a patient up in the record, stage by stage, the last first."""
    if minute >= reading.horizon:
        return NOT_FOLLOWED
    for who, when, why in zip(*reading.discharges.values(), strict=True):
        if who == patient and when <= minute:
            return DISCHARGED + why
    state = "waiting"
    for row in np.flatnonzero(reading.visits["patient"] == patient):
        visit = {name: column[row] for name, column in reading.visits.items()}
        come = []
        if visit["kind"] in ("booster", "reinduction") and visit["ordered"] <= minute:
            come.append("maintenance")
        if visit["kind"] == "evaluation" and NEVER < visit["left"] <= minute:
            come.append("evaluated")
        if NEVER < visit["infusion_start"] <= minute:
            come.append("induction")
        if visit["kind"] == "assessment" and NEVER < visit["left"] <= minute:
            come.append("assessed")
        state = max([state, *come], key=IN_CARE.index)
    return state


def test_the_states_are_those_of_a_plain_loop_over_patients(reading):
    found = whereabouts(reading)
    since = np.flatnonzero(reading.since_start).tolist()
    referred = reading.patients.referred
    for week in (2, 11):
        told = [state_of(reading, who, referred[who] + week * MINUTES_PER_WEEK) for who in since]
        assert set(told) <= set(found)
        for name in found.keys() - {"week"}:
            assert found[name][week] == told.count(name), (week, name)


def test_everybody_referred_is_in_one_state_each_week(reading):
    found = whereabouts(reading)
    counts = np.array([column for name, column in found.items() if name != "week"])
    assert (counts >= 0).all()
    assert (counts.sum(axis=0) == reading.since_start.sum()).all()
    assert (np.diff(found[NOT_FOLLOWED]) >= 0).all()


def test_the_relapses_are_those_found_by_hand():
    found = relapses_since_response(Reading(RELAPSE))
    assert found["day"].tolist() == list(range(0, 99, 7))
    # until 10 and 60 days to a relapse; seen 48 and 98 days without
    assert found["at_risk"].tolist() == [4, 4, 3, 3, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1]
    assert found["relapsed"].tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert found["free"].tolist() == pytest.approx([1, 1, *[0.75] * 7, *[0.375] * 6])


def test_the_share_free_of_relapse_is_scipys(reading):
    times = relapse_times(reading)
    relapsed = np.asarray(times.observed)
    found = relapses_since_response(reading)
    people = stats.CensoredData.right_censored(times.durations, ~relapsed)
    curve = stats.ecdf(people).sf
    assert found["free"] == pytest.approx(curve.evaluate(found["day"]))
    at_risk = [sum(until >= day for until in times.durations) for day in found["day"]]
    assert found["at_risk"].tolist() == at_risk
    assert relapsed.any()


def test_who_nobody_was_referred_to_has_empty_tables():
    for table in (whereabouts, relapses_since_response):
        found = table(Reading(Page([], [])))
        assert all(len(column) == 0 for column in found.values())


def test_where_nobody_responds_there_is_no_row_of_relapses():
    found = relapses_since_response(Reading(Page([0], [], changes={"run.days": 30})))
    assert all(len(column) == 0 for column in found.values())
