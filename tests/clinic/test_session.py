"""A session's minutes: whole, by key, and as long as planned on average."""

import numpy as np
import pytest

import sim
from sim.clinic.session import Session
from sim.clinic.stages import draws_of_duration
from sim.config.validation import validated
from sim.distributions import Constant
from sim.streams import Purpose, Streams

STAGES = {
    "prepare_minutes": Purpose.PREPARE,
    "infuse_minutes": Purpose.INFUSE,
    "monitor_minutes": Purpose.MONITOR,
    "discharge_minutes": Purpose.DISCHARGE,
    "turnover_minutes": Purpose.TURNOVER,
}


def test_a_session_is_planned_for_about_105_minutes():
    assert Session().planned_minutes() == pytest.approx(105, abs=4)


def test_the_planned_minutes_are_the_mean_of_what_sessions_take():
    session, streams = Session(), Streams(1, 1)
    draws = [
        draws_of_duration(getattr(session, name), streams, purpose)
        for name, purpose in STAGES.items()
    ]
    taken = [sum(draw(patient, 0) for draw in draws) for patient in range(20_000)]
    assert np.mean(taken) == pytest.approx(session.planned_minutes(), rel=0.01)


def test_nobody_is_monitored_for_less_than_20_minutes():
    draw = draws_of_duration(Session().monitor_minutes, Streams(1, 1), Purpose.MONITOR)
    assert min(draw(patient, 0) for patient in range(5_000)) == 20


def test_more_than_nine_in_ten_are_ready_90_minutes_after_dosing_began():
    draw = draws_of_duration(Session().monitor_minutes, Streams(1, 1), Purpose.MONITOR)
    ready = [40 + draw(patient, 0) <= 90 for patient in range(20_000)]
    assert 0.90 < np.mean(ready) < 0.97


@pytest.mark.parametrize(("minutes", "whole"), [(40, 40), (12.5, 13), (12.49, 12), (0, 0)])
def test_a_constant_is_rounded_half_up_once(minutes, whole):
    constant = validated(Session, {"infuse_minutes": minutes}).infuse_minutes
    assert draws_of_duration(constant, Streams(1, 1), Purpose.INFUSE)(3, 5) == whole


def test_a_draw_belongs_to_patient_and_use_whatever_the_order_of_asking():
    duration = Session().prepare_minutes
    keys = [(patient, use) for patient in (0, 255, 256, 1000) for use in (0, 15, 16, 40)]
    forwards, backwards = (
        draws_of_duration(duration, Streams(4, 2), Purpose.PREPARE) for _ in range(2)
    )
    there = {key: forwards(*key) for key in keys}
    back = {key: backwards(*key) for key in reversed(keys)}
    assert there == back
    assert len(set(there.values())) > 5
    for other in (1, 15, 16, 40):  # no use repeats another's draws
        assert [forwards(patient, 0) for patient in range(300)] != [
            forwards(patient, other) for patient in range(300)
        ]


def test_durations_are_whole_minutes():
    draw = draws_of_duration(Session().turnover_minutes, Streams(1, 1), Purpose.TURNOVER)
    assert all(isinstance(draw(patient, use), int) for patient in range(20) for use in range(20))


def test_the_length_of_a_session_follows_from_its_stages_one_by_one():
    """Two equally likely preparations, an episode in a quarter of sessions: four lengths."""
    session = validated(
        Session,
        {
            "prepare_minutes": {"kind": "empirical", "values": [10, 30]},
            "infuse_minutes": 40,
            "monitor_minutes": 5.5,  # rounded half up
            "discharge_minutes": 4,
            "turnover_minutes": 1000,
        },
    )
    shares = {60: 0.375, 65: 0.125, 80: 0.375, 85: 0.125}
    reached = 0.0
    for minutes, share in shares.items():
        for inside in (0.01, 0.99):
            quantile = session.length_quantile(reached + inside * share, extra=5, risk=0.25)
            assert quantile == minutes
        reached += share


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.98, 0.995])
def test_a_quantile_of_the_length_is_that_of_many_draws(share):
    session, streams = Session(), Streams(1, 1)
    draws = [
        draws_of_duration(getattr(session, name), streams, purpose)
        for name, purpose in STAGES.items()
    ]
    taken = [sum(draw(patient, 0) for draw in draws[:-1]) for patient in range(50_000)]
    within = session.length_quantile(share)
    error = 4 * np.sqrt(share * (1 - share) / len(taken))
    assert np.mean(np.array(taken) <= within) >= share - error
    assert np.mean(np.array(taken) <= within - 1) <= share + error


def test_without_an_episode_a_quantile_is_never_longer_than_with_one():
    session = Session()
    for share in (0.1, 0.5, 0.9):
        plain, risky = (session.length_quantile(share, 20, risk) for risk in (0.0, 0.5))
        assert plain <= risky <= plain + 20


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_no_session_length_holds_for_none_or_all(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Session().length_quantile(share)


def test_a_session_of_years_is_longer_than_any_day_and_its_length_costs_nothing():
    """Ten million minutes twice; told only from what has room in a day."""
    years = Session(prepare_minutes=Constant(value=1e7), infuse_minutes=Constant(value=1e7))
    assert years.length_quantile(0.5) >= 2 * 1440


@pytest.mark.parametrize(
    ("route", "taken", "watched"),
    [
        ("im", 2, 60),
        ("sc", 2, 60),
        ("intranasal", 15, 120),
        ("sublingual", 15, 60),
        ("oral", 5, 60),
    ],
)
def test_a_route_keeps_its_own_stages_where_some_of_the_others_are_given(route, taken, watched):
    """By path or as a table; the witness is the list above."""
    path = f"clinic.sessions.{route}"
    for changes in ({}, {f"{path}.turnover_minutes": 3}, {path: {"turnover_minutes": 3}}):
        session = sim.Scenario().override(changes).clinic.session_by(route)
        assert session.infuse_minutes == Constant(value=taken)
        assert session.monitor_minutes.at_least == watched
    assert session.turnover_minutes == Constant(value=3)
