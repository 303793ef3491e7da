"""Answers without a clinic. Witnesses: the clinic's own simulation, and boosters one by one."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import sim
from handwritten import AS_ONE, NOTHING_LIMITS
from sim.config.errors import ScenarioError
from sim.doses import factors as change
from sim.doses.dose_count import (
    BOOSTER,
    EVERYBODY,
    INTERVALS,
    answered,
    dose_count,
    groups,
    planned_days,
    statistics,
    subjects,
    summed,
)
from sim.doses.factors import factors
from sim.doses.needs import (
    LONGEST_INTERVAL,
    NO_INTERVAL,
    QUESTIONS,
    SHORTEST_INTERVAL,
    Case,
    Needs,
    chance,
    first,
    infusion_days,
    kinetics,
    longest_interval,
    needs,
    rating_minutes,
    ratings,
    relief_after_each,
    relief_before_booster,
    segments_of,
)
from sim.doses.sentences import Reader, dose_sentences, write_dose_count
from sim.experiment.task import Task
from sim.model.scenario import Scenario
from sim.people.cohort import drawn
from sim.people.fluctuation import Fluctuation
from sim.scales import is_remission, is_response
from sim.streams import Streams
from sim.symptoms.relief import with_own_course
from sim.symptoms.trajectory import relief_after

DAYS = (0, 2, 4, 7, 9, 11, 14, 17)
PEOPLE = 300
TRIAL = {
    "run.days": 40,
    "referrals": {"kind": "cohort", "patients": PEOPLE, "over_days": 0},
    "policy.assessment": False,
    "policy.induction.days": DAYS,
    "policy.boosters": {"kind": "none"},
    "policy.evaluation": {"kind": "none"},
    "policy.ratings.hours_after_infusion": (24.0,),
    **NOTHING_LIMITS,
    # a dose count has every dose take 40 minutes, as an infusion does
    **{
        f"clinic.sessions.{route}.infuse_minutes": 40
        for route in ("im", "sc", "intranasal", "sublingual", "oral")
    },
}
ROUTES = ("iv", "im", "intranasal", "sublingual", "oral")


def case_of(scenario, people=PEOPLE, seed=1):
    streams = Streams(seed, 1)
    all_at_once = np.zeros(people, dtype=np.int64)
    cohort = drawn(scenario.population, scenario.symptoms, scenario.behaviour, streams, all_at_once)
    case = Case(cohort, scenario.symptoms, scenario.policy.treatment)
    return case, Fluctuation(scenario.symptoms, cohort, streams)


# --- the same as a simulated trial


TOLERANT = {"symptoms.tolerance": 0.4, "symptoms.tolerance_days": 60.0}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("shape", [{}, {"symptoms.plasticity": 2.0}, TOLERANT, AS_ONE])
def test_everybodys_relief_and_ratings_are_those_of_a_trial_without_a_clinic(route, shape):
    changes = {"policy.treatment.route": route, **shape}
    scenario = Scenario().override({**TRIAL, **changes})
    trial = sim.replicate(scenario, seed=1)
    case, fluctuation = case_of(scenario)
    days = infusion_days(DAYS, len(DAYS))
    relief = relief_after_each(case, days)
    theirs, happened = trial.relief(rating_minutes(days) / 1440), chance(fluctuation, PEOPLE, days)
    if happened.own_course:
        relief = with_own_course(relief, *happened.own_course)
    assert np.abs(relief - theirs).max() < 1e-12
    scores = ratings(case.cohort.untreated, relief, happened)
    visits = trial.visits
    rows = np.flatnonzero(visits["kind"] == "rating")
    assert len(rows) == scores.size
    rows = rows[np.lexsort((visits["arrived"][rows], visits["patient"][rows]))]
    assert (visits["arrived"][rows].reshape(scores.shape) == rating_minutes(days)).all()
    assert (visits["rated_before"][rows].reshape(scores.shape) == scores).all()


def test_the_counts_are_those_read_off_the_trials_visits():
    scenario = Scenario().override(TRIAL)
    visits = sim.replicate(scenario, seed=1).visits
    case, fluctuation = case_of(scenario)
    days = infusion_days(DAYS, len(DAYS))
    found = needs(case, days, chance(fluctuation, PEOPLE, days))
    baseline = case.cohort.baseline
    rows = np.flatnonzero(visits["kind"] == "rating")
    for patient in range(PEOPLE):
        own = rows[visits["patient"][rows] == patient]
        scores = visits["rated_before"][own[np.argsort(visits["arrived"][own])]]
        for question, reached in (
            ("response_rated", [bool(is_response(s, baseline[patient])) for s in scores]),
            ("remission_rated", [bool(is_remission(s)) for s in scores]),
        ):
            wanted = reached.index(True) + 1 if any(reached) else 0
            assert found.infusions[question][patient] == wanted


# --- the pattern of days


def test_a_named_pattern_goes_on_as_long_as_needed():
    assert infusion_days("twice_weekly", 6).tolist() == [0, 3, 7, 10, 14, 17]
    assert infusion_days("daily", 3).tolist() == [0, 1, 2]
    assert infusion_days("weekly", 1).tolist() == [0]


def test_a_list_of_days_goes_on_with_its_last_gap_and_a_single_day_weekly():
    assert infusion_days((0, 2, 5), 5).tolist() == [0, 2, 5, 8, 11]
    assert infusion_days((0, 2, 5), 2).tolist() == [0, 2]
    assert infusion_days((0,), 3).tolist() == [0, 7, 14]


def test_daily_infusions_are_rated_when_the_next_one_begins():
    assert rating_minutes(infusion_days("daily", 3)).tolist() == [1440, 2880, 2880 + 40 + 1440]


def test_the_pattern_is_the_scenarios_and_twice_weekly_where_its_induction_has_none():
    class Own:
        def next_order(self, chart):
            return None

    daily = Scenario().override({"policy.induction.days": "daily"})
    assert planned_days(daily, 3).tolist() == [0, 1, 2]
    assert planned_days(Scenario().override({"policy.induction": Own()}), 3).tolist() == [0, 3, 7]


def test_the_first_time_counts_and_never_is_0():
    reached = np.array([[False, True, False, True], [False] * 4, [True] * 4])
    assert first(reached).tolist() == [2, 0, 1]


# --- boosters


@pytest.mark.parametrize("route", ["iv", "sublingual", "oral"])
@pytest.mark.parametrize("shape", [{}, {"symptoms.plasticity": 3.0}, TOLERANT])
@pytest.mark.parametrize("every", [3, 10, 45])
def test_the_steady_state_is_where_many_boosters_lead(route, shape, every):
    scenario = Scenario().override(
        {
            "policy.treatment.route": route,
            **shape,
            "symptoms.drug_share": 1.0,  # one course; the two combine as test_sources says
        }
    )
    case, _ = case_of(scenario, 40)
    number = 12_000 // every  # tau_slow reaches hundreds of days
    table = segments_of(case, np.arange(number) * every)
    last = np.arange(40) * (number + 1) + number
    there = relief_after(kinetics(case), table, last, np.full(40, float(every)))
    steady = relief_before_booster(case)(np.full(40, float(every)))
    assert steady == pytest.approx(there, abs=1e-6)


@pytest.mark.parametrize("calibration", ["community", "trial"])
@pytest.mark.parametrize("route", ["iv", "oral"])
def test_one_day_more_than_the_longest_interval_is_too_long_and_less_is_enough(calibration, route):
    changes = {"symptoms.calibration": calibration, "policy.treatment.route": route}
    case, _ = case_of(Scenario().override(changes), 1000)
    interval, relief = longest_interval(case), relief_before_booster(case)
    within = (interval > NO_INTERVAL) & (interval < LONGEST_INTERVAL)
    assert within.mean() > 0.4
    assert relief(interval)[within] == pytest.approx(np.full(within.sum(), 0.5), abs=1e-9)
    assert (relief(np.maximum(interval - 1, SHORTEST_INTERVAL))[within] >= 0.5).all()
    assert (relief(interval + 1)[within] < 0.5).all()
    nobody = interval == NO_INTERVAL
    for days in (3.0, 5.0, 20.0, 182.0):
        assert (relief(np.full(1000, days))[nobody] < 0.5).all()


def test_people_of_a_ceiling_below_one_half_are_kept_well_by_no_interval():
    case, _ = case_of(Scenario(), 500)
    assert (longest_interval(case)[case.cohort.ceiling < 0.5] == NO_INTERVAL).all()


def test_whoever_could_wait_longer_than_182_days_counts_as_182():
    case, _ = case_of(Scenario(), 50)
    lasting = change.sensitivity(5.0)(change.durability(5000.0)(case))
    lasting = replace(lasting, cohort=replace(lasting.cohort, ceiling=np.full(50, 0.9)))
    assert (longest_interval(lasting) == LONGEST_INTERVAL).all()


def test_the_longest_interval_grows_with_durability():
    case, _ = case_of(Scenario(), 300)
    by_tau = [longest_interval(change.durability(tau)(case)) for tau in (20.0, 60.0, 180.0)]
    assert (np.diff(by_tau, axis=0) >= -1e-6).all()
    assert np.median(by_tau[2]) > np.median(by_tau[0])


@pytest.mark.parametrize("tolerance", [0.05, 0.4, 1.0])
@pytest.mark.parametrize("days", [10.0, 180.0])
def test_with_tolerance_too_whom_an_interval_keeps_well_a_shorter_one_does(tolerance, days):
    """So the longest interval says it of all of them. Witness: every interval asked for itself."""
    changes = {"symptoms.tolerance": tolerance, "symptoms.tolerance_days": days}
    case, _ = case_of(Scenario().override(changes), 500)
    interval, relief = longest_interval(case), relief_before_booster(case)
    for every in INTERVALS:
        kept = relief(np.full(500, float(every))) >= 0.5
        assert ((interval >= every) == kept).all()


def test_what_boosters_lead_to_has_tolerance_in_the_drugs_part_alone():
    """Witness: the two parts apart, where the dose given is the reference dose."""
    interval = np.linspace(3, 182, 40)

    def steady(**symptoms):
        changes = {f"symptoms.{name}": value for name, value in symptoms.items()}
        case, _ = case_of(Scenario().override(AS_ONE | changes), 40)
        return relief_before_booster(change.metabolism(1.0)(case))(interval)

    drug, reference = steady(tolerance=0.4, drug_share=1.0), steady(drug_share=1.0)
    assert (drug < reference).all()
    together = steady(tolerance=0.4, drug_share=0.6)
    bare = (1 - drug) / (1 - 0.4 * drug)
    assert together == pytest.approx(1 - bare * (1 - 0.4 * reference), abs=1e-12)


def test_with_tolerance_nobody_can_wait_longer_for_a_booster_and_many_less_long():
    drug = {"symptoms.drug_share": 1.0, "symptoms.drug_share_sd": 0.0}
    usual, tolerant = (
        longest_interval(case_of(Scenario().override(drug | shape), 500)[0])
        for shape in ({}, TOLERANT)
    )
    assert (tolerant <= usual + 1e-6).all()
    assert np.median(tolerant) < 0.6 * np.median(usual)


# --- factors


def test_a_factor_changes_nothing_but_itself():
    case, _ = case_of(Scenario(), 60)
    allowed = {
        "clearance": {"clearance"},
        "severity": {"untreated", "baseline"},
        "ptsd": {"ptsd", "responsiveness"},
        "chronic_pain": {"chronic_pain", "responsiveness"},
        "benzodiazepine_high": {"benzodiazepine_high", "responsiveness"},
        "durability": {"tau_slow"},
        "sensitivity": {"sensitivity", "responsiveness"},
    }
    before = case.cohort.columns()
    for name, factor in factors(case.symptoms).items():
        for changed in factor.levels.values():
            other = changed(case)
            after = other.cohort.columns()
            moved = {column for column in before if (before[column] != after[column]).any()}
            assert moved <= allowed.get(name, set())
            assert name == "route" or other.treatment == case.treatment
            assert name == "plasticity" or other.symptoms == case.symptoms


def test_a_condition_taken_away_and_given_back_leaves_everybody_as_sensitive_as_before():
    case, _ = case_of(Scenario(), 200)
    for name in ("ptsd", "chronic_pain", "benzodiazepine_high"):
        has = getattr(case.cohort, name)
        without = change.condition(name, False)(case)
        back = change.condition(name, True)(without)
        own = case.cohort.responsiveness
        assert back.cohort.responsiveness[has] == pytest.approx(own[has])
        assert without.cohort.responsiveness[~has] == pytest.approx(own[~has])


def test_severity_keeps_the_scenarios_own_baseline_for_whoever_had_that_score_already():
    case, _ = case_of(Scenario(), 100)
    score = float(case.cohort.untreated[7])
    assert change.severity(score)(case).cohort.baseline[7] == case.cohort.baseline[7]


def test_routes_are_labelled_with_dose_and_bioavailability_in_force():
    levels = list(factors(Scenario().symptoms)["route"].levels)
    assert levels[0] == "intravenous 0.5 mg/kg (F 1.00)"
    other = Scenario().override({"symptoms.routes.oral.bioavailability": 0.24})
    assert "oral 100 mg (F 0.24)" in factors(other.symptoms)["route"].levels


def test_the_note_on_routes_says_which_bring_in_equally_much():
    assert "Intranasal and sublingual bring in the same 30 mg." in (
        factors(Scenario().symptoms)["route"].note
    )
    other = Scenario().override({"symptoms.routes.intranasal.bioavailability": 0.14})
    assert "same" not in factors(other.symptoms)["route"].note


# --- the answers together


@pytest.fixture(scope="module")
def answers():
    return dose_count(Scenario(), people=300, replications=3, jobs=1, name="base")


def test_the_shares_of_a_question_add_up_and_rise(answers):
    table = answers.counts[answers.counts["group"] == EVERYBODY]
    for question in QUESTIONS:
        rows = table[table["question"] == question].set_index("statistic")["mean"]
        assert rows["first_at"].sum() + rows["never"] == pytest.approx(1)
        by = rows["reached_by"].to_numpy()
        assert (np.diff(by) >= 0).all()
        assert by[-1] == pytest.approx(1 - rows["never"])
    kept = table[table["statistic"] == "kept_well_by"]["mean"].to_numpy()
    assert (np.diff(kept) <= 0).all()


def test_hand_made_needs_are_summed_up_as_counted_by_hand():
    ten = np.array([1, 1, 2, 2, 2, 3, 0, 0, 0, 0])
    interval = np.array([0.0, 0.0, 0.0, 3.0, 7.0, 20.0, 28.0, 30.0, 100.0, 182.0])
    made = Needs(dict.fromkeys(QUESTIONS, ten), interval)
    numbers = summed(made, np.ones(10, dtype=bool), 3)
    said = {(s.question, s.statistic, s.at): n for s, n in zip(statistics(3), numbers, strict=True)}
    question = QUESTIONS[0]
    assert [said[question, "first_at", n] for n in (1, 2, 3)] == pytest.approx([0.2, 0.3, 0.1])
    assert said[question, "never", None] == pytest.approx(0.4)
    assert said[question, "infusions", None] == pytest.approx((1 + 1 + 2 * 3 + 3 + 4 * 3) / 10)
    assert said[question, "median", None] == 2
    assert said[question, "quartile_upper", None] == np.inf
    assert said[BOOSTER, "none_keeps", None] == pytest.approx(0.3)
    assert said[BOOSTER, "longest_keeps", None] == pytest.approx(0.1)
    assert said[BOOSTER, "kept_well_by", 28] == pytest.approx(0.4)
    assert said[BOOSTER, "kept_well_by", 3] == pytest.approx(0.7)


def test_differences_are_paired_and_zero_for_the_reference(answers):
    table = answers.shifts
    own = table[table["level"] == table["reference"]]
    finite = own["difference"].notna()
    assert (own["difference"][finite] == 0).all()
    row = table[
        (table["level"] == "with PTSD")
        & (table["question"] == "response_latent")
        & (table["statistic"] == "infusions")
    ].iloc[0]
    place = answers.subjects.index(("ptsd", "with PTSD"))
    base = answers.subjects.index(("ptsd", "without PTSD"))
    number = [s[:2] for s in answers.statistics].index(("response_latent", "infusions"))
    pairs = answers.values[place, number] - answers.values[base, number]
    assert row["difference"] == pytest.approx(pairs.mean())
    assert row["difference_lower"] < pairs.mean() < row["difference_upper"]


def test_severity_shifts_remission_and_leaves_true_response_and_boosters_alone(answers):
    rows = answers.shifts[answers.shifts["factor"] == "severity"]
    still = rows[rows["question"].isin(["response_latent", BOOSTER])]
    assert (still["difference"].dropna() == 0).all()
    remission = rows[
        (rows["question"] == "remission_latent") & (rows["statistic"] == "infusions")
    ].set_index("level")["difference"]
    assert remission["GAD-7 of 10"] < 0 < remission["GAD-7 of 20"]


def test_a_median_that_most_never_reach_is_infinite_and_has_no_difference():
    low = Scenario().override({"symptoms.ceiling_mean": -1.0})
    counts = dose_count(low, people=100, replications=3, jobs=1).counts
    rows = counts[
        (counts["group"] == EVERYBODY)
        & (counts["question"] == "remission_latent")
        & (counts["statistic"] == "median")
    ]
    assert np.isinf(rows["mean"]).all()
    assert rows["lower"].isna().all()


def test_the_answers_do_not_depend_on_the_number_of_processes(answers):
    again = dose_count(Scenario(), people=300, replications=3, jobs=2)
    assert np.array_equal(answers.values, again.values, equal_nan=True)


def test_more_replications_add_cohorts_and_change_none(answers):
    more = answered(Task("", Scenario(), 1, 3), people=300, maximum=12)
    assert np.array_equal(more, answers.values[:, :, 2], equal_nan=True)


def test_a_group_that_is_too_small_in_some_replication_is_left_out():
    found = dose_count(Scenario(), people=40, replications=2, jobs=1)
    present = set(found.counts["group"])
    assert EVERYBODY in present
    assert "secondary anxiety" not in present, "about 4 of 40"
    assert ("group", "secondary anxiety") in found.subjects


def test_groups_divide_severity_between_them():
    case, _ = case_of(Scenario(), 200)
    named = groups(Scenario())
    mild, severe = (named[n](case.cohort) for n in ("rated below 15", "severe (rated 15 or more)"))
    assert (mild ^ severe).all()
    types = [of(case.cohort) for name, of in named.items() if name.endswith("anxiety")]
    assert (np.sum(types, axis=0) == 1).all()


def test_slow_and_fast_mean_the_same_of_a_group_and_of_a_factor():
    case, _ = case_of(Scenario(), 50)
    named, levels = groups(Scenario()), factors(case.symptoms)["clearance"].levels
    for level, changed in levels.items():
        cohort = changed(case).cohort
        for name in ("slow metabolism (0.8 or less)", "fast metabolism (1.25 or more)"):
            belong = named[name](cohort)
            assert set(belong) == {name.split()[0] == level.split()[0]}


def test_every_subject_has_its_row_of_values(answers):
    assert answers.values.shape[:2] == (len(subjects(Scenario())), len(statistics(12)))


def test_one_replication_has_no_intervals():
    one = dose_count(Scenario(), people=60, replications=1, jobs=1)
    assert one.counts["lower"].isna().all()
    assert one.shifts["difference_lower"].isna().all()
    assert not any(re.search(r"\d \(-?[\d.]+ to", sentence) for sentence in dose_sentences(one))


@pytest.mark.parametrize("wrong", [{"people": 0}, {"maximum": 0}, {"replications": 0}])
def test_nothing_is_not_counted(wrong):
    with pytest.raises(ScenarioError, match="must be 1 or more"):
        dose_count(Scenario(), **wrong)


# --- in words and in files


def test_the_sentences_say_the_numbers_of_the_tables(answers):
    told = dose_sentences(answers)
    read = Reader(answers.counts, ["group"])
    never = read(EVERYBODY, "response_rated", "never")["mean"]
    assert told[1].startswith("Response: ")
    assert f"{100 * never:.1f} %" in told[1]
    assert told[2].startswith("Remission: ")
    middle = read(EVERYBODY, "remission_latent", "median")["mean"]
    assert f"the middle person needs about {middle:.0f}, and" in told[2]
    none = read(EVERYBODY, BOOSTER, "none_keeps")["mean"]
    assert f"for {100 * none:.1f} %" in told[3]
    assert len(told) == 4 + len(answers.factors) + 1
    assert told[3].endswith("well. Episodes of worsening, which come under boosters too, are left "
                            "aside here.")  # fmt: skip
    without = {"symptoms.own_course.worsening_per_year": 0.0}
    alone = replace(answers, scenario=answers.scenario.override(without))
    assert dose_sentences(alone)[3].endswith(" well.")
    ptsd = next(sentence for sentence in told if sentence.startswith("Post-traumatic"))
    assert "more infusions to response" in ptsd
    assert "days closer" in ptsd
    severity = next(sentence for sentence in told if sentence.startswith("Baseline severity"))
    assert "(no more in truth)" in severity
    assert "boosters as often" in severity


def test_the_tables_are_tidy_and_the_manifest_says_what_was_run(answers, tmp_path):
    import pandas as pd

    folder = write_dose_count(answers, tmp_path / "out")
    counts, shifts = (pd.read_csv(folder / f"{n}.csv") for n in ("dose_count", "factors"))
    keys = ["question", "statistic", "at"]
    assert not counts.duplicated(["group", *keys]).any()
    assert not shifts.duplicated(["factor", "level", *keys]).any()
    assert set(counts["unit"]) == {"share", "infusions", "days"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["made_by"], manifest["kind"]) == ("ketasim", "dose-count")
    assert (manifest["seed"], manifest["replications"], manifest["people"]) == (1, 3, 300)
    assert manifest["days"][:3] == [0, 3, 7]
    assert manifest["scenarios"]["base"]["resolved"]["symptoms"]["calibration"] == "community"
    assert manifest["versions"]["numpy"] == np.__version__


def test_results_of_another_kind_are_not_written_over(answers, tmp_path):
    (tmp_path / "manifest.json").write_text('{"made_by": "ketasim", "name": "a run"}')
    with pytest.raises(ScenarioError, match="--overwrite to replace it"):
        write_dose_count(answers, tmp_path)
    other = tmp_path / "mine"
    write_dose_count(answers, other)
    write_dose_count(answers, other)
