"""People as drawn: their distributions (scipy as witness), and that nothing shifts them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from handwritten import LAWS_OF_TRAITS
from sim.config.errors import ScenarioError
from sim.people.behaviour import Behaviour, days_in_maintenance, infusions_tolerated
from sim.people.cohort import drawn
from sim.people.population import Population
from sim.streams import Streams
from sim.symptoms.calibrations import CALIBRATIONS
from sim.symptoms.parameters import Symptoms


def cohort_of(patients, population=None, symptoms=None, seed=1):
    return drawn(
        population or Population(),
        symptoms or Symptoms(),
        Behaviour(),
        Streams(seed, 1),
        np.arange(patients),
    )


FIT = CALIBRATIONS["community"]
BIG = cohort_of(20_000)


def test_everybody_enrolled_was_rated_at_least_10():
    assert BIG.baseline.min() == 10
    assert BIG.baseline.max() <= 21


def test_the_true_baseline_of_the_enrolled_regresses_towards_the_mean():
    assert BIG.baseline.mean() - BIG.untreated.mean() > 0.3
    assert BIG.untreated.min() < 10, "some are enrolled by a chance high rating"


def test_all_candidates_have_the_truncated_normal_of_the_population():
    everybody = cohort_of(5000, Population(enrolled_from=1), Symptoms(rating_sd=0, drift_sd=0))
    low, high = (0 - 12.8) / 5.7, (21 - 12.8) / 5.7
    truth = stats.truncnorm(low, high, 12.8, 5.7)
    above = everybody.untreated[everybody.untreated > 1]
    share = (truth.cdf(above.max()) - truth.cdf(1.0)) / (1 - truth.cdf(1.0))
    conditional = (truth.cdf(above) - truth.cdf(1.0)) / (1 - truth.cdf(1.0))
    assert share == pytest.approx(1, abs=1e-3)
    assert stats.kstest(conditional, "uniform").pvalue > 0.01


@pytest.mark.parametrize(("trait", "law"), LAWS_OF_TRAITS)
def test_traits_follow_their_distributions(trait, law):
    assert stats.kstest(getattr(BIG, trait), law.cdf).pvalue > 0.01


def test_durability_follows_its_distribution_but_for_those_whose_relief_lasts():
    law = stats.lognorm(FIT.durability_sd, scale=FIT.tau_slow_median_days)
    lasting = BIG.tau_slow == Symptoms().lasting_days
    assert stats.kstest(BIG.tau_slow[~lasting], law.cdf).pvalue > 0.01
    assert stats.binomtest(int(lasting.sum()), len(BIG), FIT.lasting_share).pvalue > 0.01


@pytest.mark.parametrize(
    ("trait", "share"),
    [("ptsd", 0.28), ("depression", 0.93), ("chronic_pain", 0.20), ("benzodiazepine", 0.42)],
)
def test_conditions_are_as_frequent_as_their_shares(trait, share):
    count = int(getattr(BIG, trait).sum())
    assert stats.binomtest(count, len(BIG), share).pvalue > 0.01


def test_only_daily_users_take_a_high_dose():
    assert not (BIG.benzodiazepine_high & ~BIG.benzodiazepine).any()


def test_moderators_multiply_the_sensitivity():
    factor = BIG.responsiveness / BIG.sensitivity
    expected = (
        np.where(BIG.ptsd, 0.85, 1)
        * np.where(BIG.chronic_pain, 0.9, 1)
        * np.where(BIG.benzodiazepine_high, 0.75, 1)
    )
    np.testing.assert_allclose(factor, expected)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 600))
def test_the_first_patients_are_the_same_in_a_cohort_of_any_size(patients):
    small = cohort_of(patients)
    for name, column in small.columns().items():
        np.testing.assert_array_equal(column, BIG.columns()[name][:patients], err_msg=name)


def test_another_seed_gives_other_people():
    assert not np.array_equal(cohort_of(50, seed=2).untreated, BIG.untreated[:50])


def test_a_changed_parameter_moves_only_its_own_trait():
    other = cohort_of(500, Population(clearance_median=100))
    for name, column in other.columns().items():
        same = np.array_equal(column, BIG.columns()[name][:500])
        assert same == (name != "clearance"), name


def test_a_population_that_nobody_enters_is_named_as_the_fault():
    sure = Symptoms(rating_sd=0, drift_sd=0)
    with pytest.raises(ScenarioError, match=r"population\.enrolled_from"):
        cohort_of(10, Population(baseline_mean=0, baseline_sd=0.1, enrolled_from=21), sure)


def test_4_percent_withdraw_in_six_infusions():
    uniform = (np.arange(100_000) + 0.5) / 100_000
    tolerated = infusions_tolerated(Behaviour(), uniform)
    assert (tolerated <= 6).mean() == pytest.approx(0.04, abs=1e-3)
    assert tolerated.min() == 1


def test_a_third_stop_maintenance_in_13_months():
    uniform = (np.arange(100_000) + 0.5) / 100_000
    assert (days_in_maintenance(Behaviour(), uniform) <= 395).mean() == pytest.approx(
        0.33, abs=1e-3
    )


def test_without_drop_out_nobody_ever_leaves():
    none = Behaviour(withdrawal_share=0, stopping_share=0)
    uniform = np.array([1e-12, 0.5, 1 - 1e-12])
    assert infusions_tolerated(none, uniform).min() >= 10**6
    assert days_in_maintenance(none, uniform).min() >= 10**6
