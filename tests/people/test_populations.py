"""Named populations, mixtures, types of anxiety: data with sources, and what is drawn of them."""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.config.errors import ScenarioError
from sim.people.cohort import drawn
from sim.people.named_populations import (
    ANXIETY_TYPES,
    DIFFERENCES,
    MIXED,
    POPULATIONS,
    SHARES_OF_TYPES,
    known,
    traits,
)
from sim.report.assumptions import describe
from sim.streams import Streams
from sim.symptoms.parameters import Symptoms

BASE = sim.Scenario()


def people(patients=4000, seed=1, **changes):
    scenario = BASE.override({f"population.{name}": value for name, value in changes.items()})
    streams = Streams(seed, 1)
    return drawn(
        scenario.population, scenario.symptoms, scenario.behaviour, streams, np.arange(patients)
    )


def test_every_number_of_every_population_has_a_source_or_is_an_assumption():
    for name in POPULATIONS:
        for parameter in MIXED:
            entry = known(name, parameter)
            assert entry.source, (name, parameter)
            assert entry.grade in "ABCD", (name, parameter)
            if "assumption" in entry.source or "no source" in entry.source:
                assert entry.grade == "D", (name, parameter)


def test_differences_name_known_parameters_and_shares_of_types_add_up():
    for name in POPULATIONS:
        assert DIFFERENCES[name].keys() <= MIXED.keys()
        assert sum(SHARES_OF_TYPES[name]) == pytest.approx(1)
        assert len(SHARES_OF_TYPES[name]) == len(ANXIETY_TYPES)


@pytest.mark.parametrize(
    ("kind", "lowest", "highest", "only"),
    [
        ("mixed_refractory", 10, 21, None),
        ("severe_gad", 15, 21, "generalised"),
        ("social_anxiety", 10, 21, "social"),
        ("panic", 10, 21, "panic"),
        ("ptsd_and_pain", 10, 21, None),
        ("mild_secondary", 5, 9, "secondary"),
    ],
)
def test_a_named_population_is_who_it_says(kind, lowest, highest, only):
    cohort = people(kind=kind)
    assert (cohort.baseline.min(), cohort.baseline.max()) == (lowest, highest)
    assert set(cohort.population) == {POPULATIONS.index(kind)}
    types = {ANXIETY_TYPES[place] for place in set(cohort.anxiety_type)}
    assert types == ({only} if only else set(ANXIETY_TYPES))
    for condition in ("ptsd", "chronic_pain", "depression", "benzodiazepine"):
        share, count = getattr(traits(kind), f"{condition}_share"), getattr(cohort, condition).sum()
        assert stats.binomtest(int(count), len(cohort), share).pvalue > 0.001, condition


def test_one_parameter_given_beside_the_kind_replaces_that_one():
    cohort = people(kind="panic", ptsd_share=1.0)
    assert cohort.ptsd.all()
    assert cohort.chronic_pain.mean() == pytest.approx(0.2, abs=0.03)


def test_another_kind_leaves_no_number_of_the_old_one_behind():
    changed = BASE.override({"population.ptsd_share": 1, "population.baseline_mean": 5})
    other = changed.override({"population.kind": "severe_gad"}).population
    assert other.components() == (("severe_gad", 1.0, traits("severe_gad")),)


def test_a_mixture_divides_candidates_by_its_shares_and_each_part_by_its_own_rules():
    shares = {"panic": 0.3, "severe_gad": 0.7}
    cohort = people(kind="mixture", shares=shares, enrolled_from=0)
    panic = cohort.population == POPULATIONS.index("panic")
    assert stats.binomtest(int(panic.sum()), len(cohort), 0.3).pvalue > 0.001
    assert (cohort.anxiety_type[panic] == ANXIETY_TYPES.index("panic")).all()
    assert (cohort.anxiety_type[~panic] == ANXIETY_TYPES.index("generalised")).all()
    enrolled = people(kind="mixture", shares=shares)
    severe = enrolled.population == POPULATIONS.index("severe_gad")
    assert enrolled.baseline[severe].min() == 15
    assert enrolled.baseline[~severe].min() == 10


def test_a_mixture_of_one_is_that_one():
    alone, mixed = people(kind="panic"), people(kind="mixture", shares={"panic": 1.0})
    for name, column in alone.columns().items():
        np.testing.assert_array_equal(mixed.columns()[name], column, err_msg=name)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "severe_gda"}, ["severe_gda", "severe_gad", "mixture"]),
        ({"kind": "mixture"}, ["shares"]),
        ({"kind": "mixture", "shares": {"panic": 0.4}}, ["add up to 1", "0.4"]),
        ({"kind": "mixture", "shares": {"panik": 1.0}}, ["panik", "panic"]),
        ({"shares": {"panic": 1.0}}, ["mixture", "mixed_refractory"]),
        ({"anxiety_types": {"panic": 0.4}}, ["add up to 1", "0.4"]),
        ({"kind": "severe_gad", "enrolled_to": 12}, ["enrolled_from = 15", "enrolled_to = 12"]),
        ({"by_type.social": {"sensitivity": 0}}, ["by_type.social.sensitivity", "above 0"]),
    ],
)
def test_an_impossible_population_is_refused_in_words(changes, words):
    with pytest.raises(ScenarioError) as caught:
        people(**changes)
    for word in words:
        assert word in str(caught.value)


def test_types_of_anxiety_differ_only_when_told_to():
    plain = people()
    told = people(**{"by_type.social": {"sensitivity": 0.5, "durability": 2.0}})
    social = plain.anxiety_type == ANXIETY_TYPES.index("social")
    for column, factor in (("responsiveness", 0.5), ("tau_slow", 2.0)):
        ratio = getattr(told, column) / getattr(plain, column)
        lasting = (told.tau_slow == Symptoms().lasting_days) & (column == "tau_slow")
        assert ratio[social & ~lasting] == pytest.approx(factor)
        assert (ratio[~social | lasting] == 1).all()
    np.testing.assert_array_equal(told.sensitivity, plain.sensitivity)


def test_a_type_can_have_another_baseline():
    everybody = {"enrolled_from": 0}
    plain, told = people(**everybody), people(**everybody, **{"by_type.panic.baseline_points": 3})
    panic = plain.anxiety_type == ANXIETY_TYPES.index("panic")
    assert (told.untreated[panic] > plain.untreated[panic]).all()
    np.testing.assert_array_equal(told.untreated[~panic], plain.untreated[~panic])


def test_describe_says_that_types_are_equal_for_want_of_a_source():
    text = " ".join(describe(BASE).split())
    assert "no source was found for a difference (grade D)" in text
    assert "independent of one another" in text
    other = BASE.override({"population.by_type.social.durability": 0.8})
    assert "which no source supports: social" in " ".join(describe(other).split())


def test_describe_names_the_sources_of_a_population_and_what_it_assumes():
    text = " ".join(describe(BASE.override({"population.kind": "ptsd_and_pain"})).split())
    assert "13.6 (B: with PTSD, 222 veterans with chronic pain, Outcalt 2015" in text
    assert "for want of a source for a difference (grade D)" in text
    assert "100% have PTSD" in text


def test_a_trait_is_the_same_die_in_every_population():
    """Only what the populations say differently differs."""
    panic, social = (people(kind=kind, enrolled_from=0) for kind in ("panic", "social_anxiety"))
    for column in ("untreated", "sensitivity", "tau_slow", "clearance", "weight", "age"):
        np.testing.assert_array_equal(getattr(panic, column), getattr(social, column))
