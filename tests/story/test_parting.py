"""Witness: two visits tables side by side, and the scenarios that were changed by hand."""

import pytest

from sim.config.errors import ScenarioError
from sim.experiment.runner import run as simulate
from sim.model.replication import replicate
from sim.model.scenario import Scenario
from sim.outcomes.reading import Reading
from sim.outcomes.tables import visits_table
from sim.story.course import course_of
from sim.story.parting import parting, why_different
from sim.story.tell import explained

DAY = 1440
UNLIMITED = {"clinic.chairs": "unlimited", "clinic.nurses": "unlimited", "run.days": 200,
             "clinic.prescribers": "unlimited"}  # fmt: skip


def two(changes, base=None, seed=1):
    scenario = Scenario().override({"run.days": 200, **(base or {})})
    return replicate(scenario, seed), replicate(scenario.override(changes), seed)


def told(runs, patient, names=("one", "other")):
    one, other = (course_of(run, patient) for run in runs)
    return parting(one, other), {s.topic: s for s in why_different(one, other, names)}


def first_unlike_rows(runs, patient):
    """The first rows of the two tables that differ in kind, due day or appointed day."""
    tables = []
    for run in runs:
        table = visits_table(Reading(run))
        table = table[table["patient"] == patient].sort_values("ordered", kind="stable")
        table["due_day"], table["booked_day"] = table["due"] // DAY, table["booked"] // DAY
        tables.append(table)
    for left, right in zip(tables[0].index, tables[1].index, strict=False):
        what = ["kind", "due_day", "booked_day", "rated_before", "dose_mg_kg", "interval_days"]
        ours, theirs = (t.loc[i, what] for t, i in zip(tables, (left, right), strict=True))
        if not ours.fillna(-1).equals(theirs.fillna(-1)):
            return left, right
    return None


def responders(run):
    return [int(p) for p in dict.fromkeys(run.visits["patient"][run.visits["kind"] == "booster"])]


def test_two_booster_policies_part_at_the_first_booster_of_a_responder():
    runs = two({"policy.boosters": {"kind": "fixed", "every_days": 56}}, UNLIMITED)
    patient = responders(runs[0])[0]
    (aspect, _), sentences = told(runs, patient)
    assert aspect == "order"
    rows = sentences["parting"].rows + sentences["parting"].others
    assert rows == first_unlike_rows(runs, patient)
    assert "a booster was ordered after 28 days" in sentences["parting"].text
    assert "a booster was ordered after 56 days" in sentences["parting"].text
    assert "policy.boosters.kind (adaptive and fixed)" in sentences["why"].text
    assert "first_days" not in sentences["why"].text  # has no counterpart
    assert "it is the rules that part" in sentences["why"].text
    assert "until the evaluation of" in sentences["until"].text
    assert "times" not in sentences  # nobody waits for anybody


def test_without_boosters_one_course_ends_where_the_other_goes_on():
    runs = two({"policy.boosters": {"kind": "none"}}, UNLIMITED)
    (aspect, place), sentences = told(runs, responders(runs[0])[0])
    assert aspect == "end"
    assert "treatment ended on" in sentences["parting"].text
    assert "(“completed”)" in sentences["parting"].text
    assert len(sentences["until"].rows) == place == len(sentences["until"].others)
    assert sentences["parting"].others == ()


def test_fewer_chairs_part_a_patient_by_the_clinic_and_not_by_the_order():
    runs = two({"clinic.chairs": 1})
    patient = next(
        p for p in range(len(runs[0].patients))
        if parting(*(course_of(run, p) for run in runs))[0] == "appointment"
    )  # fmt: skip
    _, sentences = told(runs, patient)
    left, right = first_unlike_rows(runs, patient)
    assert (sentences["parting"].rows, sentences["parting"].others) == ((left,), (right,))
    assert runs[0].visits["due"][left] // DAY == runs[1].visits["due"][right] // DAY
    assert "the clinic found another day" in sentences["why"].text
    assert "clinic.chairs (3 and 1)" in sentences["why"].text


def test_a_stronger_dose_parts_them_at_the_first_infusion():
    runs = two({"policy.treatment.dose_mg_kg": 1.0}, UNLIMITED)
    (aspect, place), sentences = told(runs, 3)
    assert (aspect, place) == ("dose", 1)
    assert "0.5 mg/kg, iv" in sentences["parting"].text
    assert "1 mg/kg, iv" in sentences["parting"].text


def test_other_symptoms_part_them_at_a_rating_and_the_true_scores_are_told():
    runs = two({"symptoms.c50": 0.1}, UNLIMITED)
    patient = next(
        p for p in range(len(runs[0].patients))
        if parting(*(course_of(run, p) for run in runs))[0] == "rating"
    )  # fmt: skip
    _, sentences = told(runs, patient)
    (left,), (right,) = sentences["parting"].rows, sentences["parting"].others
    for run, row in zip(runs, (left, right), strict=True):
        assert f"was {run.visits['rated_before'][row]}" in sentences["parting"].text
        assert f"{run.visits['true_before'][row]:.1f}" in sentences["why"].text
    assert "symptoms.c50" in sentences["why"].text


def test_a_rating_that_errs_otherwise_is_not_blamed_on_the_symptoms():
    runs = two({"symptoms.rating_sd": 2.25}, UNLIMITED)
    for patient in range(len(runs[0].patients)):
        (aspect, _), sentences = told(runs, patient)
        if aspect == "rating" and "person" not in sentences:
            assert "the ratings erred differently" in sentences["why"].text
            return
    raise AssertionError("nobody parted at a rating")


def parted(runs, aspect, which):
    """The first patient whose courses part in an aspect, at visits that `which` is true of."""
    for patient in range(len(runs[0].patients)):
        one, other = (course_of(run, patient) for run in runs)
        found, place = parting(one, other)
        if found == aspect and which(*(c.all_visits[place] for c in (one, other))):
            return patient, place
    raise AssertionError(f"nobody parted so in {aspect}")


def test_people_who_keep_appointments_better_part_at_one_the_others_missed():
    runs = two({"behaviour.no_show_share": 0.02, "behaviour.first_no_show_share": 0.05}, UNLIMITED)
    patient, place = parted(runs, "presence", lambda a, b: a.status == "no_show" and b.took_place)
    _, sentences = told(runs, patient)
    (left,), (right,) = sentences["parting"].rows, sentences["parting"].others
    assert len(sentences["until"].rows) == place if place else sentences["until"].rows == ()
    assert runs[0].visits["status"][left] == "no_show"
    assert runs[0].visits["booked"][left] == runs[1].visits["booked"][right]
    assert runs[1].visits["arrived"][right] >= runs[1].visits["booked"][right]
    assert " was missed, under “other” " in sentences["parting"].text
    assert " took place on " in sentences["parting"].text
    assert "so is the draw for a patient's n-th appointment" in sentences["why"].text
    assert "behaviour.no_show_share (0.088 and 0.02)" in sentences["why"].text


def test_before_they_part_both_miss_the_same_appointments_as_the_draws_are_the_same():
    runs = two({"policy.boosters": {"kind": "fixed", "every_days": 56}}, UNLIMITED)
    missed_before = 0
    for patient in responders(runs[0]):
        one, other = (course_of(run, patient) for run in runs)
        aspect, place = parting(one, other)
        statuses = [[visit.status for visit in c.all_visits[:place]] for c in (one, other)]
        assert statuses[0] == statuses[1]
        missed_before += sum(status in ("no_show", "cancelled") for status in statuses[0])
        assert aspect != "presence"
    assert missed_before > 20


def test_the_last_visit_in_common_is_said_to_have_been_missed_where_it_was():
    runs = two({"behaviour.rebooked_within_2_weeks_share": 0.05}, UNLIMITED)
    patient, place = parted(runs, "appointment", lambda a, b: a.wished != b.wished)
    _, sentences = told(runs, patient)
    last = course_of(runs[0], patient).all_visits[place - 1]
    assert last.status == "no_show"
    assert sentences["until"].text.endswith(", which was missed.")
    assert "it was the day from which another was wished for" in sentences["why"].text


def test_who_finds_no_appointment_at_all_parts_from_who_does():
    runs = two({"clinic.chairs": 1}, {"clinic.booking.horizon_days": 21})
    patient, _ = parted(runs, "appointment", lambda a, b: b.booked < 0 <= a.booked)
    _, sentences = told(runs, patient)
    assert "was not booked by the end of the run or of treatment" in sentences["parting"].text
    assert "under “other” none was found at all" in sentences["why"].text


def test_who_comes_again_after_a_missed_visit_parts_from_who_is_lost():
    runs = two({"behaviour.rebooked_share": 0.2}, UNLIMITED)
    for patient in range(len(runs[0].patients)):
        (aspect, place), sentences = told(runs, patient)
        if aspect == "end" and place and "lost to follow-up" in sentences["parting"].text:
            assert sentences["until"].text.endswith(", which was missed.")
            assert sentences["parting"].others == ()
            assert "behaviour.rebooked_share (0.711 and 0.2)" in sentences["why"].text
            return
    raise AssertionError("nobody was lost in one of the two alone")


def test_people_who_are_not_the_same_are_said_not_to_be():
    runs = two({"population.baseline_mean": 14.0}, UNLIMITED)
    _, sentences = told(runs, 0)
    assert "is not the same person" in sentences["person"].text
    assert "untreated" in sentences["person"].text


def test_the_same_scenario_twice_has_one_course():
    runs = two({})
    (aspect, _), sentences = told(runs, 5)
    assert aspect == ""
    assert list(sentences) == ["same"]
    assert "one" in sentences["same"].text


def test_times_of_day_that_differ_before_are_mentioned_and_are_no_parting():
    runs = two({"clinic.chairs": 4}, {"clinic.chairs": 3})
    for patient in range(len(runs[0].patients)):
        _, sentences = told(runs, patient)
        if "times" in sentences:
            (left,), (right,) = sentences["times"].rows, sentences["times"].others
            ours, theirs = (
                run.visits["booked"][row] for run, row in zip(runs, (left, right), strict=True)
            )
            assert ours // DAY == theirs // DAY
            if ours != theirs:
                assert sentences["parting"].rows != (left,)
                return
    raise AssertionError("all times were the same")


def test_the_totals_at_the_end_are_those_of_each_course():
    runs = two({"policy.boosters": {"kind": "none"}}, UNLIMITED)
    patient = responders(runs[0])[0]
    one, other = (course_of(run, patient) for run in runs)
    outcomes = [s for s in why_different(one, other, ("a", "b")) if s.topic == "outcome"]
    for outcome, course in zip(outcomes, (one, other), strict=True):
        assert len(outcome.rows + outcome.others) == len(course.infusions)
        assert f"{course.tally['below_10']} day" in outcome.text
        untreated = f" (untreated: {course.tally['below_10_untreated']})"
        assert (untreated in outcome.text) == bool(course.infusions)


# ---------------------------------------------------------------------- of a run


@pytest.fixture(scope="module")
def results():
    base = Scenario().override({"run.days": 60})
    scenarios = {"base": base, "four": base.override({"clinic.chairs": 4})}
    return simulate(scenarios, replications=2, jobs=1, reference="four")


def test_the_reference_is_told_unless_another_scenario_is_named(results):
    assert explained(results, 0).courses[0][0] == "four"
    assert explained(results, 0, scenario="base").courses[0][0] == "base"


def test_a_story_is_that_of_the_replication_asked_for(results):
    again = results.replicate("base", 2)
    told = explained(results, 1, 2, "base")
    assert told.courses[0][1].replication.replication == 2
    assert told.courses[0][1].visits == course_of(again, 1).visits
    assert told.text.startswith("Patient 1, aged ")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"patient": 999}, "whose patients are 0 to"),
        ({"patient": -1}, "whose patients are 0 to"),
        ({"patient": 0, "replication": 3}, "replications 1 to 2"),
        ({"patient": 0, "replication": 0}, "replications 1 to 2"),
        ({"patient": 0, "scenario": "bose"}, 'Did you mean "base"'),
        ({"patient": 0, "pair": ("base", "fuor")}, 'Did you mean "four"'),
        ({"patient": 0, "pair": ("base", "base")}, "given twice"),
        ({"patient": 0, "pair": ("base", "four"), "scenario": "base"}, "give one of these"),
    ],
)
def test_what_the_run_does_not_have_is_refused_with_what_it_has(results, asked, says):
    with pytest.raises(ScenarioError, match=says):
        explained(results, **asked)
