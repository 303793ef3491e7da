"""The build-up of maintenance. Witnesses: a plain count of clinics without limits, Little's law."""

from math import exp, inf, log, sqrt

import numpy as np
import pytest

import sim
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.planning.buildup import erlang_c_table, filling_of, stay_weeks
from sim.stats.queues import mmc

WEEKS = 26
CLINICS = 12


@pytest.fixture(scope="module")
def brief():
    """People who stop maintenance after 100 days on average, so that the clinic is level soon.

    They keep every appointment, so that what they order is what they get.
    """
    share = 1 - exp(-1.0)
    return sim.Scenario().override(
        {"behaviour.stopping_share": share, "behaviour.stopping_days": 100,
         "behaviour.no_show_share": 0.0, "behaviour.late_cancellation_share": 0.0,
         "policy.boosters": {"kind": "fixed", "every_days": 14}}
    )  # fmt: skip


@pytest.fixture(scope="module")
def build(brief):
    return filling_of(brief, people=300, replications=4, jobs=1)


def counted(scenario):
    """Infusions by week and the census after it, of whole clinics that nothing limits."""
    free = dict.fromkeys(("clinic.chairs", "clinic.nurses", "clinic.prescribers"), "unlimited")
    scenario = scenario.override({**free, "run.days": 7 * WEEKS})
    infusions, census = [], []
    for replication in range(1, CLINICS + 1):
        one = sim.replicate(scenario, seed=99, replication=replication)
        ended = one.visits["infusion_end"]
        infusions.append(np.bincount(ended[ended >= 0] // 10080, minlength=WEEKS)[:WEEKS])
        census.append([
            (one.patients.referred < end).sum() - (one.discharges["minute"] < end).sum()
            for end in range(10080, 10080 * WEEKS + 1, 10080)
        ])  # fmt: skip
    return np.array(infusions, dtype=float), np.array(census, dtype=float)


def test_weeks_are_those_of_whole_clinics_counted_plainly(brief, build):
    infusions, census = counted(brief)
    for name, plain in (("infusions", infusions), ("census", census)):
        ours = build.weeks[name].to_numpy()[:WEEKS]
        error = plain.std(axis=0, ddof=1) / sqrt(CLINICS)
        last = slice(8, WEEKS)
        assert np.abs(ours - plain.mean(axis=0))[last].max() < 4.5 * error[last].max()
        assert ours[last].mean() == pytest.approx(plain[:, last].mean(), rel=0.08)


def test_the_band_holds_as_many_weeks_as_it_says(brief, build):
    infusions, _ = counted(brief)
    low, high = (build.weeks[f"infusions_band_{end}"].to_numpy() for end in ("lower", "upper"))
    inside = (infusions >= low[:WEEKS]) & (infusions <= high[:WEEKS])
    assert 0.85 < inside[:, 4:].mean() <= 1


def test_the_level_is_littles_law_and_is_approached_exponentially(brief, build):
    assert stay_weeks(brief) == pytest.approx(100 / 7)
    assert build.level.mean == pytest.approx(build.closed_form, rel=0.06)
    (one, *_) = build.courses
    assert one.rate == pytest.approx(0.5, rel=0.15)  # a booster every 14 days, never early
    entered = float(np.mean([c.entered for c in build.courses]))
    expected = entered + stay_weeks(brief) * -log(0.05)
    assert build.level_week == pytest.approx(expected, rel=0.35)
    assert build.weeks["infusions"].iloc[-1] == pytest.approx(build.level.mean, rel=0.06)


@pytest.mark.parametrize("give_up_after", [2, "never"])
def test_littles_law_knows_that_some_are_given_up_on(brief, give_up_after):
    """Witness: the census in maintenance of whole clinics of 20 mean stays, counted plainly."""
    scenario = brief.override(
        {"symptoms.calibration": "trial", "policy.boosters.give_up_after": give_up_after}
    )
    build = filling_of(scenario, people=300, replications=4, jobs=1)
    kept = [course.kept for course in build.courses]
    assert kept == [1.0] * 4 if give_up_after == "never" else max(kept) < 0.85
    assert build.level.mean == pytest.approx(build.closed_form, rel=0.06)
    free = dict.fromkeys(("clinic.chairs", "clinic.nurses", "clinic.prescribers"), "unlimited")
    plain = scenario.override({**free, "run.days": 2000, "run.warmup_days": 500})
    there = measure(Reading(sim.replicate(plain, seed=99)))["in_maintenance_mean"]
    entering = np.mean([course.entering for course in build.courses])
    by_little = 4 * entering * np.mean(kept) * stay_weeks(scenario)
    assert by_little == pytest.approx(there, rel=0.1)


def test_twice_the_referrals_are_twice_the_infusions(brief, build):
    double = filling_of(brief.override({"referrals.per_week": 8}), 300, 4, jobs=1)
    assert double.level.mean == pytest.approx(2 * build.level.mean)
    assert double.in_week(20) == pytest.approx(2 * build.in_week(20))


def test_without_drop_out_a_clinic_never_levels_off(brief):
    endless = brief.override({"behaviour.stopping_share": 0, "policy.boosters": {"kind": "none"}})
    build = filling_of(endless, people=20, replications=2, jobs=1)
    assert build.level is None
    assert "never levels off" in build.sentence


def test_the_sentence_says_why_last_month_misleads(build):
    for told in ("once level", "Little's law", "end of year one", "% of what is to come"):
        assert told in build.sentence


def test_erlang_c_is_the_textbooks_and_infinite_beyond_the_chairs(build):
    table = erlang_c_table(build, 60.0, [1, 2, 3, 4]).set_index("chairs")
    load = 60 * build.session_minutes / build.open_minutes
    assert table["load"].unique() == pytest.approx([load])
    assert table.loc[1, "wait_minutes"] == table.loc[2, "wait_minutes"] == inf
    expected = mmc(60 / build.open_minutes, build.session_minutes, 4).mean_wait
    assert table.loc[4, "wait_minutes"] == pytest.approx(expected)


def test_only_a_steady_stream_has_a_build_up():
    cohort = sim.Scenario().override({"referrals": {"kind": "cohort", "patients": 10}})
    with pytest.raises(sim.ScenarioError, match="steady stream"):
        filling_of(cohort)


@pytest.mark.parametrize("change", [{"growth_per_year": 0.1}, {"shocks": [
    {"from": "2026-07-01", "until": "2026-07-31", "factor": 0.5}]}])  # fmt: skip
def test_referrals_that_grow_or_are_shocked_have_no_level(change):
    changes = {f"referrals.{name}": value for name, value in change.items()}
    with pytest.raises(sim.ScenarioError, match="steady stream"):
        filling_of(sim.Scenario().override(changes))


def test_the_build_up_is_of_a_clinic_that_opens_empty_and_has_no_limit(brief):
    small = {"people": 20, "replications": 2, "jobs": 1}
    plain = filling_of(brief, **small)
    limited = {"start": {"kind": "steady_state"}, "clinic.maximum_caseload": 2, "clinic.chairs": 1}
    for changes in (limited, {"clinic.closures": [{"first_day": "2026-01-12",
                                                   "last_day": "2026-01-30"}]}):  # fmt: skip
        again = filling_of(brief.override(changes), **small)
        assert again.weeks.equals(plain.weeks)
    assert "opens empty" in again.sentence_when_open
    assert "A new clinic" not in again.sentence_when_open


def test_a_year_that_repeats_itself_counts_at_its_mean(brief):
    seasons = brief.override({"referrals.seasonality": [0.5] * 6 + [2.5] * 6})
    small = {"people": 20, "replications": 2, "jobs": 1}
    assert filling_of(seasons, **small).level.mean == pytest.approx(
        1.5 * filling_of(brief, **small).level.mean
    )
    assert "6 referrals a week (mean over the year)" in filling_of(seasons, **small).sentence
