"""What is read off an arm (witness: a simulated trial without a clinic, and plain arithmetic)."""

import numpy as np
import pytest
from scipy import stats

import sim
from handwritten import AS_ONE, NOTHING_LIMITS, draw_all_drift
from sim.evidence.arms import Setting, TreatedArm
from sim.evidence.metrics import losses, read_off
from sim.evidence.moments import read_times
from sim.evidence.quantities import read_metric
from sim.evidence.regimens import read_arms
from sim.evidence.vocabulary import People, read_people
from sim.model.replication import recruited
from sim.people.fluctuation import Fluctuation
from sim.stats.survival import hazard_ratio
from sim.streams import Streams

PEOPLE = 800
DAY = 1440
TRIAL = {
    "run.days": 100,
    "referrals": {"kind": "cohort", "patients": PEOPLE, "over_days": 0},
    "policy.assessment": False,
    "policy.induction.days": (0, 2, 4, 7, 9, 11),
    "policy.evaluation": {"kind": "none"},
    "policy.boosters": {"kind": "none"},
    "policy.ratings.hours_after_infusion": (24.0,),
    **NOTHING_LIMITS,
}
SCENARIO = sim.Scenario().override(TRIAL | AS_ONE)


def setting(drawn=True, scenario=SCENARIO):
    people = recruited(scenario, 2)
    fluctuation = Fluctuation(scenario.symptoms, people, Streams(2, 1))
    return Setting(scenario, people, fluctuation, drawn)


def read(regimen, metric, time="", who="", drawn=True):
    arms = read_arms(regimen)
    treated = [TreatedArm(setting(drawn), arm) for arm in arms]
    times = read_times(time, any(arm.every_days for arm in arms))
    return read_off(treated, read_people(who, None), read_metric(metric), times)


@pytest.fixture(scope="module")
def simulated():
    """A simulated trial: rated scores 24 h after each infusion, shape (patients, 6)."""
    run = sim.replicate(SCENARIO, seed=2)
    visits = run.visits
    rows = np.flatnonzero(visits["kind"] == "rating")
    rows = rows[np.lexsort((visits["arrived"][rows], visits["patient"][rows]))]
    return run, visits["rated_before"][rows].reshape(PEOPLE, 6)


def test_shares_and_means_of_rated_scores_are_those_of_the_simulation(simulated):
    run, rated = simulated
    baseline, last = run.patients.baseline, rated[:, -1]
    responds = 2 * rated <= baseline[:, None]
    for metric, expected in (
        ("response", responds[:, -1].mean()),
        ("response (>= 25 % fall)", (4 * last <= 3 * baseline).mean()),
        ("remission", (last < 5).mean()),
        ("mean change", (baseline - last).mean()),
        ("mean score", last.mean()),
        ("percent change", 100 * (1 - last.mean() / baseline.mean())),
        ("standardised change (d)", (baseline - last).mean() / baseline.std()),
        ("cumulative response", responds.any(axis=1).mean()),
    ):
        assert read("6 infusions", metric, "24 h") == pytest.approx(expected, abs=1e-12), metric
    assert read("6 infusions", "response", "after infusion 2") == responds[:, 1].mean()


def test_infusions_to_first_response_are_counted_as_in_the_simulation(simulated):
    run, rated = simulated
    responds = 2 * rated <= run.patients.baseline[:, None]
    first = 1 + responds[responds.any(axis=1)].argmax(axis=1)
    counted = read("6 infusions", "infusions to first response", who="eventual responders")
    assert counted == pytest.approx(first.mean(), abs=1e-12)
    middle = read("6 infusions", "median infusions to first response", who="eventual responders")
    assert middle == np.quantile(first, 0.5, method="inverted_cdf")


def test_relief_of_responders_and_its_loss_are_those_of_the_simulation(simulated):
    run, rated = simulated
    chosen = np.flatnonzero(2 * rated[:, -1] <= run.patients.baseline)
    end = 11 * DAY + 40
    relief = run.relief_at(chosen[:, None], np.array([[end + 28 * DAY, end + DAY]]))
    who = "responders after induction"
    held = read("6 infusions", "share with relief >= 0.30", "28 d", who)
    assert held == pytest.approx((relief[:, 0] >= 0.30).mean(), abs=1e-12)
    ratio = read("6 infusions", "mean relief", "28 d vs 24 h", who)
    assert ratio == pytest.approx(relief[:, 0].mean() / relief[:, 1].mean(), abs=1e-12)
    middle = read("6 infusions", "median days until relief < 0.30", who=who)
    above = run.relief_at(chosen, np.full(len(chosen), end + round(middle * DAY))) >= 0.30
    assert above.mean() == pytest.approx(0.5, abs=0.01)


def test_a_loss_under_maintenance_comes_when_relief_first_falls_below_the_level():
    """Witness: relief looked up every two hours."""
    arm = TreatedArm(setting(), read_arms("6 infusions; maintenance every 2 weeks")[0])
    until = arm.last + 60 * DAY
    days, lost = losses(arm, 0.3, until)
    grid = np.arange(arm.last + DAY, until + 1, 120)
    below = np.array([arm.relief(int(minute)) < 0.3 for minute in grid])
    assert (below.any(axis=0) == lost).all()
    first = (grid[below.argmax(axis=0)] - arm.last) / DAY
    for found, seen in zip(days[lost], first[lost], strict=True):
        assert found == 0 or found == pytest.approx(seen, abs=2.1 / 24)
    assert (days[~lost] == 60).all()


def test_integrated_noise_gives_the_expectation_of_drawn_noise():
    """Witness: the same people rated with 60 independent dice."""
    fixed = setting()
    draw_all_drift(fixed, 100)
    arm = read_arms("6 infusions")[0]
    for metric, time, who in (
        ("response", "24 h", ""),
        ("remission", "24 h", "responders after induction"),
        ("infusions to first response", "", "eventual responders"),
        ("share with relief < 0.5", "day 14", "day-3 responders"),
    ):
        question = (read_people(who, None), read_metric(metric), read_times(time, False))
        drawn = []
        for number in range(60):
            dice = Fluctuation(SCENARIO.symptoms, fixed.cohort, Streams(1000 + number, 1))
            dice._drifts = fixed.fluctuation._drifts  # only the noise differs
            one = Setting(SCENARIO, fixed.cohort, dice)
            drawn.append(read_off([TreatedArm(one, arm)], *question))
        smooth = Setting(SCENARIO, fixed.cohort, fixed.fluctuation, drawn=False)
        expected = read_off([TreatedArm(smooth, arm)], *question)
        error = np.std(drawn, ddof=1) / np.sqrt(len(drawn))
        assert abs(np.mean(drawn) - expected) < 4 * error, metric


def test_the_sign_of_a_fall_follows_the_source():
    from sim.evidence.objective import answer
    from sim.evidence.published import PublishedResult

    def target(value):
        parts = (read_arms("6 infusions"), read_metric("mean change"), read_times("24 h", False))
        return PublishedResult("x", "both", "", "", "", "", value, None, None, "", People(), *parts)

    assert answer(target(-8.0), setting()) == -answer(target(8.0), setting()) < 0


def test_two_arms_differ_by_their_own_values():
    drug, placebo = (
        read(arm, "response", "24 h") for arm in ("6 infusions", "6 placebo infusions")
    )
    both = "6 infusions vs placebo"
    assert read(both, "difference in response", "24 h") == pytest.approx(drug - placebo)
    assert read(both, "ratio of response", "24 h") == pytest.approx(drug / placebo)
    odds = drug / (1 - drug) / (placebo / (1 - placebo))
    assert read(both, "odds ratio of response", "24 h") == pytest.approx(odds)
    assert read("6 infusions vs 6 infusions", "d", "24 h") == 0


def test_going_on_keeps_people_well_and_going_on_more_often_more_so():
    who, what, until = "responders after induction", "hazard ratio", "12 weeks"
    often = read("6 infusions; continue weekly vs stop", what, until, who)
    rarely = read("6 infusions; continue every 4 weeks vs stop", what, until, who)
    assert 0 < often < rarely < 1


def test_the_hazard_ratio_is_that_of_exponential_times_and_of_an_independent_fit():
    """Witness: the truth behind exponential times, and a plain search of the partial likelihood."""
    rng = np.random.default_rng(4)
    a, b = rng.exponential(20, 4000), rng.exponential(10, 4000)
    groups = [(np.minimum(t, 15), t < 15, np.ones(len(t))) for t in (a, b)]
    found = hazard_ratio(*groups)
    assert found == pytest.approx(0.5, rel=0.08)
    time = np.round(np.concatenate([a[:30], b[:30]]), 0)  # with ties
    group, event = np.repeat([1.0, 0.0], 30), np.concatenate([a[:30], b[:30]]) < 25

    def minus_likelihood(b_):
        total = 0.0
        for i in np.flatnonzero(event):
            at_risk = time >= time[i]
            total += group[i] * b_ - np.log(np.exp(b_ * group[at_risk]).sum())
        return -total

    from scipy.optimize import minimize_scalar

    search = minimize_scalar(minus_likelihood, bounds=(-3, 3), method="bounded",
                             options={"xatol": 1e-9})  # fmt: skip
    ones = np.ones(30)
    plain = hazard_ratio((time[:30], event[:30], ones), (time[30:], event[30:], ones))
    assert plain == pytest.approx(np.exp(search.x), rel=1e-5)


def test_the_hazard_ratio_of_a_group_without_events_does_not_exist():
    some, none = (
        (np.arange(1.0, 9), np.ones(8), np.ones(8)),
        (np.arange(1.0, 9), np.zeros(8), np.ones(8)),
    )
    assert hazard_ratio(some, none) is None
    assert hazard_ratio(none, some) is None


def test_whoever_counts_for_nothing_changes_no_hazard_ratio():
    first, second = ((np.array(t), np.ones(3), np.ones(3)) for t in ([1.0, 4, 5], [2.0, 3, 6]))
    late = tuple(np.append(a, b) for a, b in zip(first, (9.0, 0.0, 0.0), strict=True))
    assert hazard_ratio(late, second) == hazard_ratio(first, second)


def test_the_hazard_ratio_under_complete_separation_does_not_exist():
    """Witness: the partial likelihood, which grows without end."""
    ones = np.ones(4)
    early, late = ((t, ones, ones) for t in (np.arange(1.0, 5), np.arange(5.0, 9)))
    assert hazard_ratio(early, late) is None
    assert hazard_ratio(late, early) is None
    # a single event of the later group while the earlier one is at risk, and the ratio is finite
    mixed = (np.array([1.5, 6.0, 7.0, 8.0]), ones, ones)
    found = hazard_ratio(early, mixed)

    def log_likelihood(b):
        time, group = np.concatenate([early[0], mixed[0]]), np.repeat([1.0, 0.0], 4)
        return sum(group[i] * b - np.log(np.exp(b * group[time >= time[i]]).sum())
                   for i in range(8))  # fmt: skip

    best = np.log(found)
    assert log_likelihood(best) > max(log_likelihood(best - 0.01), log_likelihood(best + 0.01))


def test_nobody_counted_has_no_answer():
    assert read("6 infusions", "response", "24 h", "GAD-7 >= 10") is not None
    nobody = People((), "responders", 0.0)  # rated at referral: nobody is half as ill as then
    arms = [TreatedArm(setting(), arm) for arm in read_arms("6 infusions")]
    assert read_off(arms, nobody, read_metric("response"), read_times("24 h", False)) is None


def test_the_standardised_difference_is_hedges_formula_by_hand():
    arms = [TreatedArm(setting(), arm) for arm in read_arms("1 infusion vs placebo")]
    minute = arms[0].last + DAY
    a, b = (arm.course.rated(minute, arm.true(minute)) for arm in arms)
    pooled = np.sqrt((a.var() + b.var()) / 2)
    expected = (b.mean() - a.mean()) / pooled
    assert read("1 infusion vs placebo", "d", "24 h") == pytest.approx(expected)
    assert stats.ttest_rel(b, a).pvalue < 0.001
