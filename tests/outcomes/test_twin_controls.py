"""Controls read of twins. Witnesses: the simulation without limits, and twins day by day."""

import numpy as np
import pytest
from scipy.stats import norm

import sim
from sim.config.errors import ScenarioError
from sim.experiment.task import Task, simulate
from sim.outcomes import twin_controls
from sim.outcomes.twin_controls import (
    CONTROLLED,
    DEMAND,
    FIRST_FURTHER,
    controls_of,
    further_controls,
    why_no_twin,
)
from sim.streams import Streams

SHORT = sim.Scenario().override({"run.days": 120})
UNLIMITED = SHORT.override(
    {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")}
)


def test_they_go_with_the_measures_of_a_clinic_without_limits():
    """A weekly look at people who come on nearly the same days: at least 0.95 of the variance."""
    numbers = range(1, 25)
    twins = [controls_of(UNLIMITED, 1, number) for number in numbers]
    measured = [simulate(Task("a", UNLIMITED, 1, number)).measures for number in numbers]
    for name in CONTROLLED:
        mine = np.concatenate([one[name] for one in twins])
        theirs = np.array([one[name] for one in measured])
        assert np.corrcoef(mine, theirs)[0, 1] ** 2 > 0.95, name
        assert mine.mean() == pytest.approx(theirs.mean(), rel=0.03), name


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"policy.boosters": {"kind": "fixed", "every_days": 14}, "run.warmup_days": 40},
        {"symptoms.own_course.worsening_per_year": 6.0, "symptoms.drift_days": 40.0},
        {"behaviour.setting": "public_service", "policy.usual_care": "from_referral"},
    ],
)
def test_further_twins_have_the_mean_and_spread_of_those_of_a_run(change):
    """Without bias only so: means apart by less than chance once in ten thousand times."""
    scenario = SHORT.override(change)
    own = [controls_of(scenario, 1, number) for number in range(1, 121)]
    further = [further_controls(scenario, 1, batch, 20) for batch in range(24)]
    for name in (*CONTROLLED, DEMAND):
        mine, theirs = (np.concatenate([one[name] for one in part]) for part in (own, further))
        error = (mine.var(ddof=1) / len(mine) + theirs.var(ddof=1) / len(theirs)) ** 0.5
        assert abs(mine.mean() - theirs.mean()) < norm.ppf(1 - 0.5e-4) * error, name
        assert mine.std() == pytest.approx(theirs.std(), rel=0.3), name


def test_the_same_arguments_give_the_same_twins_and_others_do_not():
    first, again = (further_controls(SHORT, 1, 0, 5) for _ in range(2))
    others = further_controls(SHORT, 1, 1, 5), further_controls(SHORT, 2, 0, 5)
    for name in CONTROLLED:
        assert (first[name] == again[name]).all()
        assert first[name].shape == (5,)
        assert not any(np.isin(first[name], other[name]).any() for other in others)


def test_a_replication_without_anybody_has_no_controls():
    rare = SHORT.override({"referrals.per_week": 0.01})
    found = further_controls(rare, 1, 0, 10)
    assert np.isnan(found["days_below_10"]).any()
    assert (found[DEMAND] >= 0).all()


def test_who_is_already_there_and_people_of_a_table_have_no_twins(tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("baseline\n14\n15\n")
    warm = sim.Scenario().override({"start": {"kind": "steady_state"}})
    own = SHORT.override({"population.file": str(table)})
    for scenario, said in ((warm, "already there"), (own, "table of one's own")):
        assert said in why_no_twin(scenario)
        with pytest.raises(ScenarioError, match=said):
            controls_of(scenario, 1, 1)
        with pytest.raises(ScenarioError, match=said):
            further_controls(scenario, 1, 0, 2)
    assert not why_no_twin(SHORT)


def test_many_people_are_drawn_in_pieces_and_a_piece_is_the_same_alone(monkeypatch):
    """Memory stays bounded; the first piece does not know of the others."""
    whole = further_controls(SHORT, 1, 0, 6)
    monkeypatch.setattr(twin_controls, "PEOPLE_AT_ONCE", 1)
    pieces = further_controls(SHORT, 1, 0, 6)
    assert len(pieces[DEMAND]) == 6
    assert (pieces[DEMAND] != whole[DEMAND]).any()
    first = twin_controls._drawn_twins(SHORT, Streams(1, FIRST_FURTHER), referred_by(1))
    assert pieces[DEMAND][0] == first[DEMAND][0]


def referred_by(twins):
    run = SHORT.run
    return [
        SHORT.referrals.minutes(Streams(1, FIRST_FURTHER + one), run.start_date, run.days)
        for one in range(twins)
    ]
