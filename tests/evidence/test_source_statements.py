"""What the source text says of infusions, for the same person with one thing changed, noise off.

Witness: the source text (and, where it claims more than the model can bear, what the model says).
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.doses import factors as change
from sim.doses.needs import (
    Case,
    Chance,
    case_exposures,
    chance,
    first,
    infusion_days,
    kinetics,
    needs,
    ratings,
    relief_after_each,
    segments_of,
)
from sim.model.scenario import Scenario
from sim.people.cohort import drawn
from sim.people.fluctuation import Fluctuation
from sim.scales import is_response
from sim.streams import Streams
from sim.symptoms.trajectory import days_until_below, peak_days, relief_after, relief_at

PEOPLE = 400
TWICE_WEEKLY = infusion_days("twice_weekly", 12)
LONG = infusion_days("twice_weekly", 60)
LEVELS = (0.2, 0.3, 0.4, 0.5)
NOT_YET = 99  # in place of "never", so that it counts as most
WEAKER = ("oral", "sublingual", "intranasal")
CALIBRATIONS = ("community", "trial")


def noise_free(calibration, people=PEOPLE):
    """Real people of the default population, whose scores neither drift nor are misread.

    The statements are about the drug, so all relief is the drug's own here (drug_share 1): its
    non-specific part depends on neither dose, route nor metabolism, and would dilute them.
    """
    still = {"symptoms.drift_sd": 0.0, "symptoms.rating_sd": 0.0, "symptoms.drug_share": 1.0}
    scenario = Scenario().override({"symptoms.calibration": calibration, **still})
    all_at_once = np.zeros(people, dtype=np.int64)
    streams = Streams(1, 1)
    cohort = drawn(scenario.population, scenario.symptoms, scenario.behaviour, streams, all_at_once)
    return Case(cohort, scenario.symptoms, scenario.policy.treatment)


@pytest.fixture(scope="module", params=CALIBRATIONS)
def people(request):
    return noise_free(request.param)


def typical(people, sensitivity=1.0):
    """One person of median traits, 74 kg, with no condition, of this sensitivity."""
    fit = people.symptoms.calibrated()
    one = replace(people.cohort, **{n: v[:1] for n, v in people.cohort.columns().items()})
    median = {
        "weight": 74.0,
        "clearance": people.symptoms.reference_clearance,
        "sensitivity": sensitivity,
        "responsiveness": sensitivity,
        "tau_slow": fit.tau_slow_median_days,
        "ceiling": 1 / (1 + np.exp(-fit.ceiling_mean)),
        "bioavailability_z": 0.0,
    }
    cohort = replace(one, **{name: np.array([value]) for name, value in median.items()})
    return replace(people, cohort=cohort)


def infusions_to(case, level, days=TWICE_WEEKLY):
    count = first(relief_after_each(case, days) >= level)
    return np.where(count == 0, NOT_YET, count)


def last_row(case, days):
    return np.arange(len(case.cohort)) * (len(days) + 1) + len(days)


def lasts(case, days, level=0.5):
    """Days from the last infusion until relief falls through the level; 0 if never above it."""
    return days_until_below(kinetics(case), segments_of(case, days), last_row(case, days), level)


def relief_on(case, days, day):
    who = np.arange(len(case.cohort))
    return relief_at(kinetics(case), segments_of(case, days), who, np.full(len(who), day * 1440))


# --- metabolism


@pytest.mark.parametrize("level", LEVELS)
def test_infusions_to_a_level_of_relief_never_fall_with_clearance(people, level):
    counts = [
        infusions_to(change.metabolism(times)(people), level)
        for times in (0.5, 0.7, 0.85, 1.0, 1.25, 1.6, 2.0)
    ]
    assert (np.diff(counts, axis=0) >= 0).all()
    assert (counts[-1] > counts[0]).any()


LOW_SENSITIVITY = {"community": 0.34, "trial": 0.50}  # of the typical person: 4 or 7


@pytest.mark.parametrize("calibration", CALIBRATIONS)
@pytest.mark.parametrize("off", [-0.02, 0.0, 0.02])
def test_slow_metabolism_needs_four_infusions_and_fast_seven_at_a_low_sensitivity(calibration, off):
    person = typical(noise_free(calibration, 1), LOW_SENSITIVITY[calibration] + off)
    counts = [
        int(infusions_to(change.metabolism(times)(person), 0.50)[0]) for times in (0.7, 1.0, 1.25)
    ]
    if off == 0:
        assert (counts[0], counts[2]) == (4, 7)
    assert counts[0] in (4, 5)
    assert counts[1] in (5, 6)
    assert counts[2] in (6, 7, 8)


def test_at_usual_sensitivity_the_same_metabolism_shifts_the_count_by_one_at_most(people):
    person = typical(people, 1.0)
    slow, fast = (infusions_to(change.metabolism(x)(person), 0.50)[0] for x in (0.7, 1.25))
    assert 0 <= fast - slow <= 1, "four or seven is mostly a matter of sensitivity"


# --- severity


def without_noise(people):
    zeros = np.zeros((len(people.cohort), len(TWICE_WEEKLY)))
    return Chance(zeros, zeros)


def test_a_higher_baseline_needs_more_infusions_to_remission_but_not_to_response(people):
    found = [
        needs(change.severity(points)(people), TWICE_WEEKLY, without_noise(people)).infusions
        for points in (10, 12, 14, 16, 18, 20)
    ]
    response = [each["response_latent"] for each in found]
    assert all((each == response[0]).all() for each in response), "exactly"
    remission = [np.where((n := f["remission_latent"]) == 0, NOT_YET, n) for f in found]
    assert (np.diff(remission, axis=0) >= 0).all()
    assert (remission[-1] > remission[0]).mean() > 0.3


@pytest.mark.parametrize("calibration", CALIBRATIONS)
def test_rated_response_after_six_infusions_differs_by_less_than_5_points_over_baselines(
    calibration,
):
    noisy = Scenario().override({"symptoms.calibration": calibration})
    streams = Streams(1, 1)
    everybody = np.zeros(4000, dtype=np.int64)
    cohort = drawn(noisy.population, noisy.symptoms, noisy.behaviour, streams, everybody)
    six = TWICE_WEEKLY[:6]
    happened = chance(Fluctuation(noisy.symptoms, cohort, streams), len(cohort), six)
    case = Case(cohort, noisy.symptoms, noisy.policy.treatment)
    shares = []
    for points in range(10, 21):
        changed = change.severity(points)(case)
        relief = relief_after_each(changed, six)
        scores = ratings(changed.cohort.untreated, relief, happened)
        shares.append(is_response(scores[:, -1], changed.cohort.baseline).mean())
    assert max(shares) - min(shares) < 0.05


# --- routes


@pytest.mark.parametrize("route", WEAKER)
@pytest.mark.parametrize("sensitivity", [0.3, 0.5, 1.0])
def test_weaker_routes_never_need_fewer_sessions_than_iv_in_a_typical_person(
    people, route, sensitivity
):
    person = typical(people, sensitivity)
    iv = [infusions_to(change.by_route("iv")(person), level, LONG)[0] for level in LEVELS]
    other = [infusions_to(change.by_route(route)(person), level, LONG)[0] for level in LEVELS]
    assert all(more >= fewer for more, fewer in zip(other, iv, strict=True))
    assert sensitivity == 1.0 or sum(other) > sum(iv)


@pytest.mark.parametrize("route", WEAKER)
def test_weaker_routes_need_more_sessions_than_iv_on_average_and_vary_more(people, route):
    iv, other = change.by_route("iv")(people), change.by_route(route)(people)
    for level in LEVELS:
        by_iv, by_other = infusions_to(iv, level, LONG), infusions_to(other, level, LONG)
        assert by_other.mean() > by_iv.mean()
    assert np.log(case_exposures(other)).std() > 1.5 * np.log(case_exposures(iv)).std()


@pytest.mark.parametrize("route", WEAKER)
def test_people_alike_but_in_weight_and_bioavailability_all_need_the_same_by_iv_only(people, route):
    alike = people
    for same in (change.metabolism(1), change.durability(90.0), change.sensitivity(0.6)):
        alike = same(alike)
    n = len(people.cohort)
    twins = replace(alike.cohort, responsiveness=np.full(n, 0.6), ceiling=np.full(n, 0.8))
    alike = replace(alike, cohort=twins)
    assert len(set(infusions_to(change.by_route("iv")(alike), 0.5, LONG))) == 1
    assert len(set(infusions_to(change.by_route(route)(alike), 0.5, LONG))) >= 4


def test_intramuscular_1_mg_per_kg_is_a_stronger_dose_than_the_usual_iv_one(people):
    im, iv = (case_exposures(change.by_route(name)(people)) for name in ("im", "iv"))
    assert im / iv == pytest.approx(np.full(len(iv), 1.86))


def test_relief_starts_within_hours_by_iv_and_takes_a_day_or_more_by_mouth(people):
    def share_of_its_peak(route, hours):
        case = change.by_route(route)(typical(people))
        table, row = segments_of(case, np.array([0])), np.array([1])
        peak = peak_days(kinetics(case), table, row)
        now = relief_after(kinetics(case), table, row, np.array([hours / 24]))
        return float(now[0] / relief_after(kinetics(case), table, row, peak)[0])

    assert share_of_its_peak("iv", 2) > 0.9
    assert share_of_its_peak("oral", 4) < 0.25
    assert share_of_its_peak("oral", 24) < 0.75


# --- conditions


@pytest.mark.parametrize("name", ["ptsd", "chronic_pain", "benzodiazepine_high"])
def test_a_condition_never_lowers_the_count_and_raises_it_for_many(people, name):
    without = infusions_to(change.condition(name, False)(people), 0.5)
    with_it = infusions_to(change.condition(name, True)(people), 0.5)
    assert (with_it >= without).all()
    assert (with_it > without).mean() > 0.08


# --- how long it lasts


def test_a_longer_induction_lasts_longer(people):
    lengths = [lasts(people, TWICE_WEEKLY[:number]) for number in (2, 4, 6, 8)]
    assert (np.diff(lengths, axis=0) >= -1e-9).all()
    means = [length.mean() for length in lengths]
    assert all(longer > shorter + 0.4 for shorter, longer in pairwise(means))


CLUSTERED, SPREAD = infusion_days("twice_weekly", 6), np.arange(6) * 14
ALL_OVER = 120  # days from the first infusion: both courses are past, and so is their fast state


def test_with_the_plasticity_window_off_spread_infusions_last_longer_in_everybody(people):
    clustered, spread = (relief_on(people, days, ALL_OVER) for days in (CLUSTERED, SPREAD))
    assert (spread > clustered).all(), "on the same date, as the last infusions came later"


@pytest.mark.parametrize("window", [0.1, 1.0, 5.0])
def test_where_nothing_fades_clustered_and_spread_leave_the_same_unless_the_window_is_on(
    people, window
):
    lasting = change.durability(1e9)(people)
    off, on = (change.plasticity(p)(lasting) for p in (0.0, window))
    late = 200
    clustered, spread = (relief_on(off, days, late) for days in (CLUSTERED, SPREAD))
    assert clustered == pytest.approx(spread, abs=1e-6)
    clustered, spread = (relief_on(on, days, late) for days in (CLUSTERED, SPREAD))
    assert (clustered > spread - 1e-7).all()
    assert (clustered > spread + 1e-4).mean() > 0.7, "the rest are at their ceiling either way"


def test_a_window_wide_open_makes_clustered_infusions_last_longer_at_low_sensitivity():
    """Thrice weekly against weekly, days from the first infusion until relief is below 0.30."""
    person = typical(noise_free("community", 1), 0.35)
    thrice, weekly = infusion_days((0, 2, 4, 7, 9, 11), 6), infusion_days("weekly", 6)

    def until(window, days):
        return float(lasts(change.plasticity(window)(person), days, 0.30)[0]) + days[-1]

    assert until(0.0, thrice) < until(0.0, weekly) - 10
    assert until(8.0, thrice) > until(8.0, weekly) + 3


def test_no_window_makes_clustered_infusions_last_longer_at_usual_sensitivity(people):
    """Relief is bounded: a slow state near its ceiling has nothing left to amplify."""
    thrice, weekly = infusion_days((0, 2, 4, 7, 9, 11), 6), infusion_days("weekly", 6)
    for window in (0.0, 2.0, 8.0, 20.0):
        person = change.plasticity(window)(typical(people))
        clustered, spread = (
            float(lasts(person, days, 0.30)[0]) + days[-1] for days in (thrice, weekly)
        )
        assert clustered < spread
