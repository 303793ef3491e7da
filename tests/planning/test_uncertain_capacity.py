"""Capacity under uncertain parameters (witnesses: a plain loop, Little, simulated cohorts)."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from scipy.stats import beta

import sim
from sim.experiment.task import Task
from sim.experiment.uncertainty import drawing
from sim.outcomes.reading import Reading
from sim.planning.answer import capacity
from sim.planning.buildup import filling_of
from sim.planning.cohort_courses import course_of_cohort, without_a_clinic
from sim.planning.rests_on import JOINT_POSTERIOR, rests_on

CHAIRS = (1, 2, 3, 4)
TARGET = "mean(wait_first_infusion_days) <= 9"
DRAWS = 6


@pytest.fixture(scope="module")
def small():
    return sim.Scenario().override(
        {"referrals.per_week": 7, "clinic.nurses": "unlimited", "clinic.prescribers": 2}
    )


@pytest.fixture(scope="module")
def answer(small):
    return capacity(
        small, {"clinic.chairs": CHAIRS}, [TARGET], 0.8, DRAWS, jobs=1, when="first-year", days=56,
        uncertainty="posterior",
    )  # fmt: skip


def test_each_year_has_the_parameters_of_its_draw_whatever_the_value(small, answer):
    chosen = drawing({"only": small}, seed=1)
    table = answer.spread.table
    assert list(table["draw"]) == list(range(1, DRAWS + 1))
    for draw, row in enumerate(table.to_dict("records")):
        for path, value in (chosen.values(draw) | chosen.joint(small, draw)).items():
            assert row[path] == value
    assert table["behaviour.stopping_share"].nunique() == DRAWS


def test_the_fewest_of_each_draw_is_that_of_a_plain_loop(small, answer):
    chosen = drawing({"only": small}, seed=1)
    fewest = []
    for draw in range(DRAWS):
        own = chosen.scenario(small.override({"run.days": 56}), draw)
        waits = [
            Reading(sim.replicate(own.override({"clinic.chairs": n}), 1, draw + 1))
            for n in CHAIRS
        ]  # fmt: skip
        met = [answer.targets[0].met(answer.targets[0].read(reading)) for reading in waits]
        assert met == sorted(met)  # more chairs are not worse here, so bisection finds the first
        fewest.append(CHAIRS[met.index(True)] if any(met) else None)
    assert answer.spread.values == tuple(fewest)
    assert len(set(fewest)) > 1


def test_the_answer_says_what_was_drawn_and_how_far_the_draws_lie_apart(answer):
    assert answer.details[-1].endswith(
        "Each replication has a draw of its own of the uncertain parameters."
    )
    assert answer.manifest["uncertainty"] == "posterior"
    told = answer.spread.sentence
    assert told.startswith(
        f"Over {DRAWS} draws of the uncertain parameters, one a replication, the fewest"
    )
    assert "in 90 % of them" in told


def test_fewer_than_twenty_draws_are_said_to_be_too_few_for_a_percentile_of_five(answer):
    """Witness: of nineteen values numpy's percentile is the smallest, of forty it is not."""
    assert answer.spread.sentence.endswith(
        f"{DRAWS} draws are too few for that: of fewer than 20 these are the smallest and the "
        "largest. Give --replications 20 or more."
    )
    for draws, few in ((19, True), (20, False), (40, False)):
        values = tuple(CHAIRS[n % len(CHAIRS)] for n in range(draws))
        many = replace(answer.spread, values=values)
        assert ("too few" in many.sentence) is few
        ends = np.quantile(np.arange(draws), [0.05, 0.95], method="inverted_cdf")
        assert (ends.tolist() == [0, draws - 1]) is few


def test_what_is_varied_is_not_drawn_and_without_uncertainty_nothing_is(small):
    vary = {"behaviour.no_show_share": [0.1, 0.05]}
    how = {"jobs": 1, "when": "first-year", "days": 21}
    found = capacity(small, vary, [TARGET], 0.5, 2, uncertainty="posterior", **how)
    assert list(found.spread.table.columns).count("behaviour.no_show_share") == 1
    assert set(found.spread.values) <= {0.1, 0.05, None}
    plain = capacity(small, vary, [TARGET], 0.5, 2, **how)
    assert plain.spread is None
    assert "draw" not in plain.sentence


@pytest.mark.parametrize(
    ("kind", "replications", "says"),
    [("posterio", 4, 'Did you mean "posterior"'), ("posterior", 1, "2 or more")],
)
def test_another_uncertainty_or_a_single_draw_is_refused(small, kind, replications, says):
    with pytest.raises(sim.ScenarioError, match=says):
        capacity(small, {"clinic.chairs": [3]}, [TARGET], 0.5, replications, uncertainty=kind)


# ------------------------------------------------------------------ what the load rests on


@pytest.fixture(scope="module")
def filling():
    """A build-up whose people are followed for a year: its parts are all that is used."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sim.planning.cohort_courses.STAYS", 0)
        return filling_of(sim.Scenario(), people=100, replications=2, jobs=1)


@pytest.fixture(scope="module")
def resting(filling):
    return rests_on(sim.Scenario(), filling)


def mean(filling, name):
    return float(np.mean([getattr(one, name) for one in filling.courses]))


def test_stopping_moves_the_load_as_littles_law_says(filling, resting):
    before, flow = mean(filling, "before"), mean(filling, "entering") * mean(filling, "rate")
    flow *= mean(filling, "kept")  # the others are given up on before they stop

    def load(share):
        stay = 395 / -log(1 - share) / 7
        return 4 * (before + flow * stay) * filling.session_minutes / 2400

    low, high = beta(14, 28).ppf([0.05, 0.95])
    row = resting.table.set_index("parameter").loc["behaviour.stopping_share"]
    assert row["load"] == pytest.approx(load(0.33))
    assert [row["load_low_5"], row["load_high_95"]] == pytest.approx([load(low), load(high)])
    assert resting.table["parameter"].iloc[0] == "behaviour.stopping_share"


def test_missed_assessments_move_those_who_enter_as_in_simulated_cohorts(resting):
    row = resting.table.set_index("parameter").loc["behaviour.first_no_show_share"]
    entering = []
    for value in (row["low_5"], row["high_95"]):
        changed = sim.Scenario().override({"behaviour.first_no_show_share": value})
        alone = without_a_clinic(changed, 400).override({"run.days": 140})
        entering.append(course_of_cohort(Task("build-up", alone, 1, 1)).entering)
    computed = row["load_high_95"] / row["load_low_5"]
    assert computed == pytest.approx(entering[1] / entering[0], rel=0.06)
    assert computed < 0.85


def test_the_sentence_names_what_moves_the_load_most_with_its_range(resting):
    told = resting.sentence
    assert told.startswith(f"The load of {resting.table['load'].iloc[0]:.1f} chairs once level")
    places = [told.index(name) for name in ("behaviour.stopping_share", "first_no_show_share")]
    assert places == sorted(places)
    assert JOINT_POSTERIOR in set(resting.table["parameter"])
    assert resting.table["span"].is_monotonic_decreasing
    assert told.count(" chairs") <= 4


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr("sim.planning.rests_on.BOUND", ("behaviour.",))
    monkeypatch.setattr("sim.planning.rests_on.JOINT_DRAWS", 1)


def test_the_first_year_rests_less_on_how_long_people_stay(filling, resting, few):
    first = rests_on(sim.Scenario(), filling, "first-year", 365)
    shares = [
        found.table.set_index("parameter").loc["behaviour.stopping_share", "span"]
        / found.table["load"].iloc[0]
        for found in (first, resting)
    ]
    assert shares[0] < shares[1] / 4
    assert "of the first 365 days" in first.sentence


def test_where_nobody_ever_stops_there_is_no_level_load_to_move(filling):
    endless = sim.Scenario().override({"behaviour.stopping_share": 0})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sim.planning.cohort_courses._LONGEST_DAYS", 371)
        build = filling_of(endless, people=10, replications=2, jobs=1)
    assert rests_on(endless, build) is None


def test_what_the_scenario_sets_itself_is_not_uncertain(filling, few):
    sure = sim.Scenario().override({"behaviour.stopping_share": 0.3})
    assert "behaviour.stopping_share" not in set(rests_on(sure, filling).table["parameter"])
