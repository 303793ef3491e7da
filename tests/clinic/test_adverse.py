"""Adverse events: their shares against the source, their throws by key."""

from itertools import pairwise
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clinic.clinic_table import ClinicTable
from sim.clinic.session import COURSE, AdverseEvents
from sim.clinic.stages import EPISODE, NONE, TREATED, Episodes
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.streams import Streams

PATIENTS = 20_000


@given(st.floats(0, 0.99), st.floats(0.05, 1))
def test_the_risks_of_six_infusions_make_the_share_of_patients(share, factor):
    events = AdverseEvents(episode_share=share, later_risk=factor)
    risks = [events.risk(use) for use in range(COURSE)]
    assert 1 - prod(1 - risk for risk in risks) == pytest.approx(share, abs=1e-9)
    assert all(0 <= risk <= 1 for risk in risks)
    for one, later in pairwise(risks):
        assert later == pytest.approx(factor * one)
    assert events.risk(COURSE) == events.risk(99) == events.lasting_risk() == risks[-1]


def test_444_of_1000_patients_have_an_episode_in_six_infusions_and_an_eighth_is_treated():
    """Rodrigues 2022: 90 of 203 patients, 11 of the 90."""
    throw = Episodes(AdverseEvents(), Streams(3, 1))
    courses = [[throw(patient, use) for use in range(COURSE)] for patient in range(PATIENTS)]
    share = sum(any(course) for course in courses) / PATIENTS
    assert share == pytest.approx(0.443, abs=0.012)  # 3.4 standard errors
    thrown = [event for course in courses for event in course if event != NONE]
    assert set(thrown) == {EPISODE, TREATED}
    assert thrown.count(TREATED) / len(thrown) == pytest.approx(0.12, abs=0.01)


def test_a_higher_share_only_adds_episodes_and_never_moves_one():
    few, many = (
        Episodes(AdverseEvents(episode_share=share), Streams(3, 1)) for share in (0.2, 0.6)
    )
    keys = [(patient, use) for patient in range(300) for use in (0, 3, 17)]
    assert {key for key in keys if few(*key)} < {key for key in keys if many(*key)}


def test_an_episode_lengthens_monitoring_by_its_minutes_and_nothing_else():
    base = {"run.days": 120} | {
        f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")
    }
    quiet, loud = (
        by_infusion(base | {"clinic.adverse_events.episode_share": share}) for share in (0.0, 0.443)
    )
    assert len(quiet) > 300
    assert quiet.keys() == loud.keys()
    longer = 0
    for key, (booked, ended, ready, adverse) in loud.items():
        assert adverse in (NONE, EPISODE, TREATED)
        assert quiet[key] == (booked, ended, ready - 20 * (adverse > 0), NONE)
        longer += adverse > 0
    assert longer > 20


def by_infusion(changes):
    """Booked, end of infusion, ready and adverse event of each infusion watched to its end."""
    visits = replicate(Scenario().override(changes), 2).visits
    assert (visits["adverse"][visits["ready"] == -1] == -1).all()
    rows = np.flatnonzero((visits["ready"] != -1) & (visits["left"] != -1))
    names = "patient", "visit", "booked", "infusion_end", "ready", "adverse"
    return {
        row[:2]: row[2:] for row in zip(*(visits[n][rows].tolist() for n in names), strict=True)
    }


def test_there_are_none_without_monitoring():
    scenario = Scenario().override({"run.days": 120, "clinic.session.monitor_minutes": 0})
    visits = replicate(scenario, 2).visits
    assert set(visits["adverse"].tolist()) == {-1, 0}
    assert scenario.clinic.planned_minutes("iv") == scenario.clinic.session.planned_minutes()


def test_a_session_is_planned_with_the_extra_minutes_of_later_infusions():
    clinic, events = ClinicTable(), AdverseEvents()
    extra = clinic.planned_minutes("iv") - clinic.session.planned_minutes()
    assert extra == pytest.approx(20 * events.lasting_risk())
    assert 0.5 < extra < 1.5
