"""Every table of a results folder in words: what a row is, and each column with its unit.

The tables of runs and comparisons, of people and of visits; those of other questions are in
`sim.experiment.study_columns` and `answer_columns`. A new table is one entry, and a test holds the
words against the columns that are really written.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.outcomes.whereabouts import DISCHARGED
from sim.people.tables.columns import COLUMNS

BY_PATH = "<a dotted path>"
"""Stands for one column or several, named by what was varied or drawn."""
BY_MEASURE = "<a measure>"
"""Stands likewise for columns that are named by measures or targets."""
BY_REASON = f"{DISCHARGED}<reason>"
"""Stands for a column a reason, or for none."""

Words = dict[str, str]
"""A column's meaning, by its name and in the order of the table."""


class TableWords(NamedTuple):
    """One table: which command writes it, what a row is, and its columns in order."""

    written_by: str
    row: str
    columns: Words


OF_SCENARIO = "name of the scenario (or variant of a study)"
OF_REFERENCE = "name of the scenario that it is compared with"
OF_REPLICATION = "number of the replication, from 1; the same people in every scenario"
OF_MEASURE = "name of the measure (see the measures) or of one of your own"
OF_UNIT = "unit of the measure"
OF_MEAN = {
    "mean": "mean over the replications in which the measure is defined; infinite where some "
    "replication did not reach it",
    "lower": "lower limit of the mean's 95 % interval; empty with one replication or an infinite "
    "mean",
    "upper": "upper limit likewise",
}
OF_DEFINED = "number of replications in which the measure is defined"
OF_METHOD = (
    "how the interval was found: `t`, `bootstrap-t` (skewed values), `few values`, `all equal`; "
    "empty where there is none"
)
OF_MEDIANS = {
    "median": "median over the replications",
    "median_lower": "lower limit of the median by order statistics, at least 95 %; empty where "
    "there are too few replications",
    "median_upper": "upper limit likewise",
    "not_reached": "number of replications with an infinite value: not reached within the run",
}
OF_VALUES: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "measure": OF_MEASURE,
    "value": "its value in this replication; `inf` was not reached within the run",
}
_COMPARISON: Words = {
    "reference": OF_REFERENCE,
    "scenario": OF_SCENARIO,
    "measure": OF_MEASURE,
    "unit": OF_UNIT,
    "difference": "mean over the replications of scenario minus reference, paired",
    "lower": "lower limit of its 95 % interval",
    "upper": "upper limit likewise",
    "p_value": "of the paired test that there is no difference (by `method`)",
    "p_adjusted": "the same by Holm's method over the scenarios, within each measure",
    "correlation": "of scenario and reference over the replications: what pairing rests on",
    "unpaired_half_width": "half-width of the interval that independent seeds would have given",
    "replications": "number of pairs in which both reached the measure",
    "variance_gain": "how many times as many replications independent seeds would have needed",
    "method": f"{OF_METHOD}; `sign` where some pairs were not reached",
    "median_difference": "with `sign`: median of the differences; empty where it is left open",
    "median_lower": "with `sign`: its lower limit by order statistics",
    "median_upper": "with `sign`: its upper limit",
    "superiority": "with `sign`: share of pairs in which the scenario is higher, ties as half",
    "superiority_lower": "with `sign`: lower limit of that share",
    "superiority_upper": "with `sign`: upper limit of that share",
    "higher": "with `sign`: number of pairs in which the scenario is higher",
    "not_reached": "number of pairs in which one or both were not reached within the run",
}
_GROUP: Words = {
    "by": "what people are split by, such as `severity`",
    "group": "name of the group",
    "patients": "people of the group (in a summary: mean over the replications)",
}
_RELAPSES: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "day": "days since true relief first was 0.50 at noon, in whole weeks",
    "at_risk": "people not relapsed (relief below 0.30) who are followed so long or longer",
    "relapsed": "people relapsed by that day",
    "free": "share without a relapse (Kaplan-Meier; the end of the run censors)",
}
_PATHWAYS: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "week": "week since referral, from 0",
    "waiting": "people neither seen for an assessment nor infused yet",
    "assessed": "people assessed who wait for the first infusion",
    "induction": "people whose first infusion has begun, not evaluated yet",
    "evaluated": "people evaluated, without a booster ordered (an extended induction as well)",
    "maintenance": "people for whom a booster or a reinduction has been ordered",
    "not_followed": "people whom the run does not follow so long",
    BY_REASON: "people discharged for that reason; 0 where a replication has none",
}
_BUDGET: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "year": "year since the start date, from 1, of 365 days",
    "days": "days of it that count: fewer where the run ends or a warm-up does",
    "item": "item of costs as in the measures (`sessions`, `staff`, ...); `sessions_<route>` are "
    "parts of `sessions`; `patients` counts those referred in the year",
    "amount": "money in the year (US$) for everybody together, not discounted; or people",
}
_COURSES: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "day": "days since referral, a row every 7",
    "gad7": "mean true GAD-7 of those followed that long (points)",
    "gad7_untreated": "the same of the same people without any infusion (points)",
    "in_response": "share of them in response: below 10 and at least 50 % better than untreated",
    "below_10": "share of them whose true GAD-7 is below 10",
    "patients": "how many are followed that long; the horizon censors the others",
}
_WEEKS: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "week": "calendar week since the start date, from 0; whole weeks only",
    "infusions": "infusions that ended in the week",
    "census": "people referred and not discharged, at the end of the week",
    "waiting": "those of them without an infusion yet",
    "chair_utilisation": "share of the chair-minutes of opening hours that were used; empty where "
    "chairs are unlimited or the clinic was closed",
}
_OF_PATIENTS: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "patient": "number of the patient, from 0, in order of referral",
    "referred": "minute of referral, from midnight of the first day of the run or of its history",
    "label": "name in a table of one's own, else the number",
}
_TRAITS = [
    "population", "age", "weight", "anxiety_type", "untreated", "baseline", "first_drift",
    "first_noise", "clearance", "sensitivity", "responsiveness", "tau_slow", "ceiling",
    "drug_share", "bioavailability_z", "usual_care_ceiling", "ptsd", "chronic_pain", "depression",
    "benzodiazepine", "benzodiazepine_high", "preferred_time", "infusions_tolerated",
    "days_in_maintenance", "no_show_share", "first_no_show_share", "patience_days",
]  # fmt: skip
_OUTCOMES: Words = {
    "infusions": "infusions given until the horizon",
    "first_infusion": "minute in which the first infusion began; empty if there was none",
    "discharged": "minute of discharge; empty for those still in treatment or waiting",
    "infusions_to_response": "infusions before the first rated response; empty if there was none",
    "response_day": "first day since referral with relief of 0.50 at noon; empty if there was none",
    "relapse_day": "first day after it whose relief was below 0.30; empty if none",
    "days_followed": "days from referral to the horizon",
    "days_below_10": "of these, days whose true GAD-7 at noon was below 10",
    "days_in_response": "of these, days also at least 50 % better than untreated",
    "discharge_reason": "why treatment ended; empty if it did not",
}
_VISIT: Words = {
    "scenario": OF_SCENARIO,
    "replication": OF_REPLICATION,
    "patient": "number of the patient, from 0",
    "visit": "number of the patient's visit, from 1",
    "kind": "`assessment`, `induction`, `evaluation`, `booster`, `reinduction`, or `rating`: a "
    "remote score that needs no chair",
    "due": "minute for which the policy wished it",
    "latest": "minute until which it does what it is for",
    "interval_days": "of a booster: days ordered since the infusion before; else 0",
    "ordered": "minute in which it was ordered, or the appointment was looked for again",
    "booked": "minute of the appointment",
    "arrived": "minute of arrival; all minutes are empty for what has not happened",
    "seated": "minute in which a chair (or the prescriber) was free for the patient",
    "prepare_start": "minute in which a nurse began to prepare",
    "prepared": "minute in which preparing ended",
    "infusion_start": "minute in which the infusion (or dose) began",
    "infusion_end": "minute in which it ended",
    "ready": "minute in which monitoring ended",
    "discharge_start": "minute in which a nurse began to send the patient home",
    "left": "minute in which the patient left",
    "chair_free": "minute in which the chair was clean again",
    "chair": "number of the chair",
    "nurse": "number of the nurse who prepared",
    "prescriber": "number of the prescriber, of an assessment or evaluation",
    "route": "route of the dose; empty without one",
    "dose_mg_kg": "dose (mg per kg of body weight); 0 without one",
    "bioavailability": "share of the dose that reached the blood; 0 without one",
    "rated_before": "GAD-7 as rated on arrival (points), with its noise",
    "true_before": "true GAD-7 at that moment (points), which no clinic knows",
    "status": "`done`, `no_show`, `cancelled`, `missed` (a rating not sent), `blocked` (no place "
    "to wait), and at the horizon `in_progress` or `ahead`",
    "wished": "minute for which the appointment was wished, after misses and calls that put it off",
    "adverse": "0 none, 1 an episode that prolonged monitoring, 2 one that was treated; -1 without "
    "an infusion",
    "why": "reason of the order, as the policy's rule gives it",
}


def _traits() -> Words:
    known = {name: column.meaning for name, column in COLUMNS.items()}
    units = {name: f" ({column.unit})" if column.unit else "" for name, column in COLUMNS.items()}
    own = {"responsiveness": "sensitivity with the moderators (PTSD, pain, benzodiazepines)"}
    return {name: own.get(name) or known[name] + units[name] for name in _TRAITS}


_SUMMARY = OF_MEAN | {"replications": OF_DEFINED, "method": OF_METHOD} | OF_MEDIANS
_BY_GROUP = OF_MEAN | {
    "replications": OF_DEFINED,
    "too_small": "number of replications in which the group had too few people to tell; they are "
    "left out",
    "method": OF_METHOD,
} | OF_MEDIANS  # fmt: skip

OF_RUNS: dict[str, TableWords] = {
    "metrics.csv": TableWords(
        "run, compare",
        "one scenario, replication and measure that is defined (with --uncertainty there is a "
        "column `draw` as well: the number of the draw)",
        OF_VALUES,
    ),
    "summary.csv": TableWords(
        "run, compare",
        "one scenario and measure: the mean over replications with its interval",
        {"scenario": OF_SCENARIO, "measure": OF_MEASURE, "unit": OF_UNIT} | _SUMMARY,
    ),
    "comparison.csv": TableWords(
        "compare",
        "one scenario and measure: the paired difference from the reference",
        _COMPARISON,
    ),
    "courses.csv": TableWords(
        "run, compare", "one scenario, replication and week since referral", _COURSES
    ),
    "weeks.csv": TableWords(
        "run, compare", "one scenario, replication and calendar week of the clinic", _WEEKS
    ),
    "relapses.csv": TableWords(
        "run, compare, where anybody responded",
        "one scenario, replication and week since response",
        _RELAPSES,
    ),
    "pathways.csv": TableWords(
        "run, compare",
        "one scenario, replication and week since referral, of those referred in the run; the "
        "states add up to all of them",
        _PATHWAYS,
    ),
    "budget.csv": TableWords(
        "run, compare", "one scenario, replication, year and item of costs", _BUDGET
    ),
    "subgroups.csv": TableWords(
        "run, compare with --by",
        "one scenario, replication, group of people and measure; without value where the group is "
        "too small",
        {"scenario": OF_SCENARIO, "replication": OF_REPLICATION, **_GROUP, "measure": OF_MEASURE,
         "value": OF_VALUES["value"]},
    ),
    "subgroups_summary.csv": TableWords(
        "run, compare with --by",
        "one scenario, group of people and measure",
        {"scenario": OF_SCENARIO, **_GROUP, "measure": OF_MEASURE, "unit": OF_UNIT} | _BY_GROUP,
    ),
    "patients.parquet": TableWords(
        "run, compare with --keep patients",
        "one scenario, replication and patient: traits as drawn, and what became of them",
        _OF_PATIENTS | _traits() | _OUTCOMES,
    ),
    "visits.parquet": TableWords(
        "run, compare with --keep visits",
        "one scenario, replication and visit; minutes count from midnight of the start date (or of "
        "the first day of a history)",
        _VISIT,
    ),
}  # fmt: skip
