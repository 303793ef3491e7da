"""People as Sobol points. Witnesses: the definition of a digital net, scipy's laws, closed forms of
means, the same people by independent draws, and the binomial and normal laws of independent ones.
"""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

import sim
from handwritten import LAWS_OF_TRAITS
from sim.config.errors import ScenarioError
from sim.model.replication import everybody, recruited
from sim.people.cohort import drawn
from sim.people.correlations import achieved
from sim.people.traits import ENROLMENT, NORMALS
from sim.report.assumptions import describe
from sim.streams import DIMENSIONS, NAMED, SOBOL, Purpose, Streams
from sim.symptoms.calibrations import CALIBRATIONS
from sim.units import MINUTES_PER_DAY

FIT = CALIBRATIONS["community"]
BASE = sim.Scenario().override({"run.sampling": "sobol"})
RANDOM = sim.Scenario()


def cohort_of(patients, scenario=BASE, replication=1, seed=1):
    return drawn(
        scenario.population,
        scenario.symptoms,
        scenario.behaviour,
        Streams(seed, replication, sampling=scenario.run.sampling),
        np.zeros(patients, dtype=np.int64),
    )


def same(a, b, but=()):
    """Which columns of two cohorts hold the same values."""
    others = b.columns()
    return {
        name for name, column in a.columns().items() if np.array_equal(column, others[name])
    } - set(but)


@pytest.mark.parametrize("purpose", SOBOL)
def test_every_interval_of_a_256th_holds_one_of_256_people(purpose):
    uniform = Streams(1, 1, sampling="sobol").uniform_per_patient(purpose, 256)
    assert sorted(np.floor(uniform * 256).astype(int)) == list(range(256))


@pytest.mark.parametrize("width", range(9))
def test_every_elementary_box_of_the_first_two_traits_holds_one_of_256_people(width):
    streams = Streams(2, 5, sampling="sobol")
    first, second = (streams.uniform_per_patient(purpose, 256) for purpose in SOBOL[:2])
    box = np.floor(first * 2**width) * 2 ** (8 - width) + np.floor(second * 2 ** (8 - width))
    assert sorted(box.astype(int)) == list(range(256))


def test_normals_are_the_points_through_the_normal_law():
    streams = Streams(1, 1, sampling="sobol")
    normal = streams.normal_per_patient(Purpose.CEILING, 100)
    uniform = streams.uniform_per_patient(Purpose.CEILING, 100)
    np.testing.assert_allclose(ndtr(normal), uniform, rtol=1e-12)


def test_each_purpose_has_a_dimension_of_its_own_and_there_is_room():
    assert len(set(SOBOL)) == len(SOBOL) <= DIMENSIONS
    assert SOBOL[:4] == (  # places are for ever
        Purpose.BASELINE, Purpose.CEILING, Purpose.DURABILITY, Purpose.SENSITIVITY,
    )  # fmt: skip


def test_all_traits_are_by_points_and_no_other_dice(monkeypatch):
    asked = set()
    usual = Streams.uniform_per_patient

    def noted(streams, purpose, patients):
        asked.add(purpose)
        return usual(streams, purpose, patients)

    monkeypatch.setattr(Streams, "uniform_per_patient", noted)
    monkeypatch.setattr(Streams, "normal_per_patient", noted)
    cohort_of(10)
    assert asked == set(SOBOL)


@pytest.mark.parametrize(("trait", "law"), LAWS_OF_TRAITS)
def test_traits_follow_their_laws_as_closely_as_points_of_a_net_can(trait, law):
    """2^k points with one in each interval of 2^-k are nowhere farther than 2^-k from the law."""
    found = stats.kstest(getattr(cohort_of(1024), trait), law.cdf).statistic
    assert found <= 1 / 1024 + 1e-12


def test_the_scores_of_the_enrolled_are_distributed_as_with_independent_draws():
    even, usual = cohort_of(20_000), cohort_of(20_000, RANDOM, seed=2)
    for name in ("untreated", "first_drift", "first_noise"):
        assert stats.ks_2samp(getattr(even, name), getattr(usual, name)).pvalue > 0.01, name
    assert even.baseline.min() == 10


def test_each_person_alone_is_drawn_as_ever():
    """The first enrolled of one sequence would not be: after a point that is refused comes one of
    the other half, so too few would have the scores just above those that are refused.
    """
    sure = BASE.override({"symptoms.rating_sd": 0, "symptoms.drift_sd": 0})
    candidates = stats.truncnorm((0 - 12.8) / 5.7, (21 - 12.8) / 5.7, 12.8, 5.7)
    below = candidates.cdf(9.5)  # rounds to 10, from which on people are enrolled
    first = np.array([cohort_of(1, sure, r).untreated[0] for r in range(1, 901)])
    rank = (candidates.cdf(first) - below) / (1 - below)
    assert stats.kstest(rank, "uniform").pvalue > 0.001


def numbers(cohort):
    return [
        cohort.untreated.mean(),
        np.log(cohort.sensitivity).mean(),
        np.log(cohort.clearance / 79).mean(),
        cohort.ptsd.mean(),
        (cohort.untreated * cohort.ceiling).mean(),
    ]


EVEN = np.array([numbers(cohort_of(100, BASE, r)) for r in range(1, 301)])
USUAL = np.array([numbers(cohort_of(100, RANDOM, r)) for r in range(1, 301)])


def test_means_are_unbiased_over_scramblings():
    big = cohort_of(400_000, RANDOM, seed=4)
    truth = [big.untreated.mean(), 0.0, 0.0, 0.28, (big.untreated * big.ceiling).mean()]
    error = np.array([big.untreated.std(), 0, 0, 0, (big.untreated * big.ceiling).std()])
    error = np.hypot(EVEN.std(axis=0) / len(EVEN) ** 0.5, error / len(big) ** 0.5)
    assert (np.abs(EVEN.mean(axis=0) - truth) < 4 * error).all()


def test_means_of_a_cohort_vary_less_than_those_of_independent_people():
    """One point in each 64th leaves below 1/20 of the variance of a smooth trait's mean; a third of
    the enrolled have their score by independent dice, so of scores a third of it and no less.
    """
    gain = USUAL.var(axis=0) / EVEN.var(axis=0)
    assert (gain[[1, 2]] > 20).all()
    assert gain[3] > 20  # with one point in each 64th, a share is off by 2 people of 100
    assert 1.5 < gain[0] < 5
    assert gain[4] > 1.5
    assert USUAL[:, 2].var() == pytest.approx(np.log1p(0.25**2) / 100, rel=0.35)


def test_correlations_are_as_asked():
    asked = {"sensitivity~tau_slow": 0.5, "baseline~age": -0.4, "weight~clearance": 0.3}
    changes = {"population.correlations": asked, "population.enrolled_from": 0}
    cohort = cohort_of(4096, BASE.override(changes))
    pairs = achieved(BASE.override(changes).population.correlations, cohort.columns())
    assert {pair.pair for pair in pairs if pair.asked} == {tuple(k.split("~")) for k in asked}
    for pair in pairs:
        assert pair.normal_scores == pytest.approx(pair.asked, abs=0.03), pair


def test_a_trait_correlated_with_the_score_follows_the_score_of_enrolment():
    """Also in those whose own point was refused: by independent draws the slope is the same."""
    changes = {"population.correlations": {"baseline~clearance": 0.8}}
    slopes = [
        stats.linregress(cohort.untreated, np.log(cohort.clearance))
        for cohort in (cohort_of(8192, one.override(changes)) for one in (BASE, RANDOM))
    ]
    assert slopes[0].slope == pytest.approx(slopes[1].slope, abs=4 * slopes[1].stderr)
    assert slopes[0].rvalue == pytest.approx(slopes[1].rvalue, abs=0.03)


@pytest.mark.parametrize("patients", [1, 2, 63, 64, 65, 500])
def test_the_first_people_are_the_same_in_a_cohort_of_any_size(patients):
    few, many = cohort_of(patients), cohort_of(600)
    for name, column in few.columns().items():
        np.testing.assert_array_equal(column, many.columns()[name][:patients], err_msg=name)


def test_replications_and_seeds_have_people_of_their_own():
    usual = cohort_of(64)
    for other in (cohort_of(64, replication=2), cohort_of(64, seed=2)):
        assert not {"untreated", "sensitivity", "ceiling", "age"} & same(usual, other)
        assert abs(np.corrcoef(usual.clearance, other.clearance)[0, 1]) < 0.5


def test_people_are_not_those_of_independent_draws_but_are_referred_when_those_are():
    even, usual = recruited(BASE, 1), recruited(RANDOM, 1)
    alike = same(even, usual)
    assert {"referred", "label", "key"} <= alike
    assert not {"untreated", "sensitivity", "ceiling", "age", "days_in_maintenance"} & alike


def test_scenarios_of_a_study_treat_the_same_people_whatever_the_demand_and_the_policy():
    other = BASE.override(
        {"clinic.chairs": 1, "policy.boosters": {"kind": "none"}, "referrals.per_week": 9}
    )
    few, many = recruited(BASE, 1, 3), recruited(other, 1, 3)
    assert len(few) < len(many)
    for name in set(few.columns()) - {"referred"}:
        np.testing.assert_array_equal(few.columns()[name], many.columns()[name][: len(few)])


def test_a_changed_parameter_moves_only_its_own_trait():
    other = cohort_of(500, BASE.override({"population.clearance_median": 100}))
    assert set(other.columns()) - same(cohort_of(500), other) == {"clearance"}


def test_mixtures_divide_as_their_shares_say():
    shares = {"panic": 0.25, "social_anxiety": 0.75}
    changes = {"kind": "mixture", "shares": shares, "enrolled_from": 0}
    cohort = cohort_of(4096, BASE.override({"population": changes}))
    _, counts = np.unique(cohort.population, return_counts=True)
    assert sorted(counts) == [1024, 3072], "enrolled are all, so shares are those of the points"


def test_a_population_that_nobody_enters_is_named_as_the_fault():
    nobody = {"kind": "mixed_refractory", "baseline_mean": 0, "baseline_sd": 0.1}
    sure = {"symptoms.rating_sd": 0, "symptoms.drift_sd": 0}
    with pytest.raises(ScenarioError, match=r"population\.enrolled_from"):
        cohort_of(10, BASE.override({"population": nobody | {"enrolled_from": 21}, **sure}))


def test_people_known_by_name_keep_dice_of_their_own():
    keys = np.array([NAMED + 5, 3, NAMED + 9, 0])
    even, usual = Streams(1, 1, sampling="sobol"), Streams(1, 1)
    for purpose in (Purpose.AGE, Purpose.CEILING):
        own = even.of(keys).uniform_per_patient(purpose, 4)
        points = even.uniform_per_patient(purpose, 4)
        np.testing.assert_array_equal(own[[1, 3]], points[[3, 0]])
        named = usual.of(keys).uniform_per_patient(purpose, 4)
        np.testing.assert_array_equal(own[[0, 2]], named[[0, 2]])


def test_those_of_a_table_by_name_are_the_same_people_with_either(tmp_path):
    (tmp_path / "own.csv").write_text("patient,baseline\nann,15\nbob,12\n3,18\n")
    file = {"population.file": str(tmp_path / "own.csv"), "run.days": 40}
    even, usual = (everybody(one.override(file), 1) for one in (BASE, RANDOM))
    assert list(even.label) == ["ann", "bob", "3"]
    for name in ("untreated", "sensitivity", "ceiling", "age", "days_in_maintenance"):
        ours, theirs = getattr(even, name), getattr(usual, name)
        np.testing.assert_array_equal(ours[:2], theirs[:2], err_msg=name)
    point = Streams(1, 1, sampling="sobol").normal_per_patient(NORMALS["sensitivity"], 4)[3]
    assert even.sensitivity[2] == np.exp(FIT.sensitivity_sd * point)


def test_those_already_there_have_points_of_their_own():
    warm = BASE.override({"start": {"kind": "steady_state"}})
    cohort = everybody(warm, 1)
    new = recruited(warm, 1)
    there = len(cohort) - len(new)
    assert there > 50
    np.testing.assert_array_equal(cohort.sensitivity[there:], new.sensitivity)
    assert not set(cohort.sensitivity[:there]) & set(new.sensitivity)
    streams = Streams(1, 1, sampling="sobol")
    for dice in (streams, streams.aside()):
        uniform = dice.uniform_per_patient(Purpose.AGE, 64)
        assert sorted(np.floor(uniform * 64).astype(int)) == list(range(64))
    assert not np.array_equal(
        streams.uniform_per_patient(Purpose.AGE, 64),
        streams.aside().uniform_per_patient(Purpose.AGE, 64),
    )


def test_a_run_is_the_same_bytes_for_any_number_of_workers():
    short = BASE.override({"run.days": 60, "start": {"kind": "steady_state", "history_days": 182}})
    one, two = (sim.run({"a": short}, 3, seed=5, jobs=jobs).metrics for jobs in (1, 2))
    assert one.to_csv() == two.to_csv()
    assert one["value"].nunique() > 20


def test_what_settles_enrolment_is_by_points_too():
    assert set(ENROLMENT) < set(SOBOL)


def test_the_engine_is_loaded_only_when_asked_for():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, sim; sim.replicate(sim.Scenario().override({'run.days': 5}), 1);"
            "print('scipy.stats' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"


def test_another_word_is_refused_with_the_nearest():
    with pytest.raises(ScenarioError) as told:
        sim.Scenario().override({"run.sampling": "sobel"})
    assert 'run.sampling = "sobel"' in str(told.value)
    assert 'Did you mean "sobol"?' in str(told.value)


def test_referral_times_are_drawn_as_ever():
    spread = {"referrals": {"kind": "cohort", "patients": 64, "over_days": 64}}
    even, usual = (recruited(one.override(spread), 1).referred for one in (BASE, RANDOM))
    np.testing.assert_array_equal(even, usual)
    assert len(np.unique(even // MINUTES_PER_DAY)) < 60, "no net: some days have several"


def test_the_description_says_what_it_does_to_replications():
    said, usual = (" ".join(describe(one).split()) for one in (BASE, RANDOM))
    assert "another in each replication: means and their intervals hold" in said
    assert "Sobol sequence, another" not in usual
