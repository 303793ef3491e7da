"""Correlated traits: a Gaussian copula (witnesses: scipy's correlations and marginal laws)."""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.config.errors import ScenarioError
from sim.people.cohort import drawn
from sim.people.correlations import CONTINUOUS, Correlations, achieved
from sim.streams import Streams

BASE = sim.Scenario()
EVERYBODY = {"population.enrolled_from": 0}


def people(correlations, patients=20_000, changes=EVERYBODY):
    scenario = BASE.override({**changes, "population.correlations": correlations})
    streams = Streams(3, 1)
    return drawn(
        scenario.population, scenario.symptoms, scenario.behaviour, streams, np.arange(patients)
    )


PLAIN = people({})
ASKED = {
    "sensitivity~tau_slow": 0.5,
    "baseline~age": -0.4,
    "weight~clearance": 0.3,
    "clearance~sensitivity": -0.2,
    "ceiling~bioavailability": 0.9,
}
CORRELATED = people(ASKED)


def test_asked_correlations_are_achieved_among_all_candidates():
    found = achieved(Correlations(**ASKED), CORRELATED.columns())
    for pair in found:
        assert pair.normal_scores == pytest.approx(pair.asked, abs=0.025), pair
    assert len(found) == 28


def test_the_correlations_reported_are_scipys():
    pair = next(p for p in achieved(Correlations(), CORRELATED.columns()) if "age" in p.pair)
    witness = stats.spearmanr(CORRELATED.untreated, CORRELATED.age).statistic
    assert pair.pair == ("baseline", "age")
    assert pair.spearman == pytest.approx(witness, abs=1e-12)


@pytest.mark.parametrize("column", CONTINUOUS.values())
def test_correlation_changes_no_traits_own_distribution(column):
    same = stats.ks_2samp(getattr(PLAIN, column), getattr(CORRELATED, column))
    assert same.pvalue > 0.001


def test_correlation_changes_nobodys_enrolment_and_no_trait_that_is_not_asked_for():
    few = people({"sensitivity~tau_slow": 0.3}, 2000, {})
    plain = people({}, 2000, {})
    for name, column in plain.columns().items():
        same = np.array_equal(column, few.columns()[name])
        assert same == (name != "tau_slow"), name


def test_enrolment_weakens_a_correlation_with_the_baseline_and_no_other():
    enrolled = people({"baseline~age": -0.4, "sensitivity~tau_slow": 0.5}, changes={})
    found = {p.pair: p for p in achieved(Correlations(), enrolled.columns())}
    assert -0.35 < found["baseline", "age"].normal_scores < -0.2
    assert found["sensitivity", "tau_slow"].normal_scores == pytest.approx(0.5, abs=0.03)


def test_a_pair_may_be_named_either_way_round():
    turned = BASE.override({"population.correlations": {"tau_slow~sensitivity": 0.3}})
    straight = BASE.override({"population.correlations.sensitivity~tau_slow": 0.3})
    assert turned == straight
    assert hash(turned) == hash(straight)
    assert straight.override({"population.correlations": {}}) == BASE


@pytest.mark.parametrize(
    ("correlations", "words"),
    [
        (
            {"baseline~age": 0.9, "baseline~weight": 0.9, "age~weight": -0.9},
            ['"age~weight" = -0.9', "between 0.620 and 1.000", "positive definite"],
        ),
        (
            {"sensitivity~tau_slow": 0.8, "tau_slow~ceiling": 0.8},
            ['"tau_slow~ceiling" = 0.8', "between -0.600 and 0.600"],
        ),
        ({"sensitivity~tau_slow": 1.0}, ["sensitivity~tau_slow", "below 1"]),
        ({"sensitivty~tau_slow": 0.2}, ["Did you mean", "sensitivity~tau_slow"]),
        ({"age~weight": 0.1, "weight~age": 0.2}, ["the same pair"]),
        ({"age~weight": "strong"}, ["age~weight", "a number"]),
    ],
)
def test_correlations_that_cannot_be_are_refused_with_the_pair_and_its_range(correlations, words):
    with pytest.raises(ScenarioError) as caught:
        BASE.override({"population.correlations": correlations})
    for word in words:
        assert word in str(caught.value)


def test_three_strong_correlations_that_agree_are_accepted():
    pairs = {"baseline~age": 0.9, "baseline~weight": 0.9, "age~weight": 0.9}
    assert BASE.override({"population.correlations": pairs}).population.correlations.asked()


def test_traits_that_do_not_vary_have_no_correlation():
    nobody = people({}, 0)
    assert all(np.isnan(pair.spearman) for pair in achieved(Correlations(), nobody.columns()))
