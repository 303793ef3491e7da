"""The tables of capacity, doses and evidence in words; and all tables of results in one list.

As `sim.experiment.column_words`, whose words they share.
"""

from __future__ import annotations

from sim.experiment.column_words import (
    BY_MEASURE,
    BY_PATH,
    OF_MEAN,
    OF_MEASURE,
    OF_REPLICATION,
    OF_RUNS,
    OF_UNIT,
    TableWords,
    Words,
)
from sim.experiment.economic_columns import OF_ECONOMICS
from sim.experiment.sensitivity_columns import OF_SENSITIVITY
from sim.experiment.study_columns import OF_CONTROLS, OF_STUDIES
from sim.experiment.worth_columns import OF_WORTH

_CHOSEN: Words = {
    "relaxed": "which limit was taken away, in words; empty for none",
    BY_PATH: "what was varied, then chairs, nurses and prescribers: a number or `unlimited`",
}
_OF_CONTROLS = {
    name: words
    for name, words in OF_CONTROLS.items()
    if name not in ("measure", "unit", "controls")
}
_ASKED: Words = {
    "question": "`response_rated`, `response_latent`, `remission_rated`, `remission_latent` or "
    "`booster_interval`",
    "statistic": "`first_at`, `reached_by` and `never` (shares of people), `infusions` (mean of "
    "those who reach it), quartiles and median; of boosters `kept_well_by`, `none_keeps`, "
    "`longest_keeps`",
    "at": "number of infusions, or interval in days, where the statistic has one",
    "unit": "unit of the statistic",
}
_COHORTS = "number of independent cohorts"
_SHARE: Words = {
    "share": "share of replications that met all targets",
    "lower": "lower limit of that share (Wilson, 95 %)",
    "upper": "upper limit likewise",
}
_GAIN: Words = {
    "difference": "paired difference from the clinic as it is",
    "lower": "lower limit of its 95 % interval",
    "upper": "upper limit likewise",
}
_CAPACITY: dict[str, TableWords] = {
    "capacity.csv": TableWords(
        "capacity",
        "one value (or mix) that was tried",
        _CHOSEN
        | {
            "cost": "US$ a year, of a mix of two capacities only",
            "verdict": "`answer`, `passes`, `passes so far`, `fails` or `undecided`",
            "met": "replications that met all targets",
            "replications": "replications simulated; fewer where the verdict was clear",
        }
        | _SHARE
        | {BY_MEASURE: "each target's mean, and `... lower`, `... upper` of its interval"},
    ),
    "capacity_replications.csv": TableWords(
        "capacity",
        "one value tried, replication and target",
        _CHOSEN
        | {
            "replication": OF_REPLICATION,
            "quantity": "the target's quantity",
            "value": "its value; infinite if not reached",
            "met": "whether the target was met",
        },
    ),
    "capacity_controlled.csv": TableWords(
        "capacity --controls",
        "one value tried and target that is a measure",
        _CHOSEN | {"quantity": "the target's measure"} | _OF_CONTROLS,
    ),
    "draws.csv": TableWords(
        "capacity --uncertainty",
        "one draw of the uncertain parameters",
        {"draw": "number of the draw", BY_PATH: "the value that would do, and what was drawn"},
    ),
    "buildup.csv": TableWords(
        "capacity",
        "one week after the opening of an empty clinic without limits",
        {
            "week": "week after opening, from 1",
            **{
                f"{name}{end}": f"{word}{says}"
                for name, word in (
                    ("infusions", "infusions a week"), ("census", "people in treatment"),
                )
                for end, says in (
                    ("", ", mean"), ("_lower", ": lower limit of the mean"),
                    ("_upper", ": upper limit of the mean"),
                    ("_band_lower", ": lower end of the band of 95 % of weeks"),
                    ("_band_upper", ": upper end of that band"),
                )
            },
            "closed_form": "infusions a week by Little's law",
        },
    ),
    "erlang_c.csv": TableWords(
        "capacity",
        "one number of chairs: a textbook queue beside the simulation",
        {
            "chairs": "number of chairs",
            "infusions_per_week": "demand",
            "load": "chairs busy on average in opening hours at that demand",
            "utilisation": "load divided by chairs",
            "wait_minutes": "mean wait by Erlang C; infinite with too few chairs",
            BY_MEASURE: "each target's quantity as simulated",
        },
    ),
    "rests_on.csv": TableWords(
        "capacity",
        "one uncertain parameter that moves the load",
        {
            "parameter": "its dotted path, or the joint posterior of the calibration",
            "default": "its default",
            "low_5": "5th percentile of what is known of it",
            "high_95": "95th percentile",
            "load": "load in chairs with all defaults",
            "load_low_5": "load with the parameter at its 5th percentile",
            "load_high_95": "load with it at its 95th percentile",
            "span": "largest minus least of the three loads",
        },
    ),
    "margins.csv": TableWords(
        "capacity --margins",
        "one addition to the clinic and measure",
        {"scenario": "what was added", "measure": OF_MEASURE, "unit": OF_UNIT}
        | _GAIN
        | {
            "added_hours": "hours a week that were added",
            "p_adjusted": "p value by Holm's method",
            "difference_per_hour": "difference for each hour a week",
            "lower_per_hour": "lower limit of that",
            "upper_per_hour": "upper limit of that",
        },
    ),
    "loop.csv": TableWords(
        "capacity --margins",
        "one measure: what a full clinic takes from its patients",
        {
            "measure": OF_MEASURE,
            "unit": OF_UNIT,
            "as it is": "mean in the clinic as it is",
            "unlimited": "mean without limits of chairs, nurses and prescribers",
        }
        | _GAIN
        | {"p_adjusted": "p value by Holm's method"},
    ),
}  # fmt: skip
_DOSES: dict[str, TableWords] = {
    "dose_count.csv": TableWords(
        "dose-count",
        "one group of people and statistic",
        {"group": "name of the group", **_ASKED, **OF_MEAN, "replications": _COHORTS},
    ),
    "factors.csv": TableWords(
        "dose-count",
        "one level of a factor and statistic, on the same people",
        {
            "factor": "what was changed",
            "level": "to which level",
            "reference": "the level that it is compared with",
            **_ASKED,
            **OF_MEAN,
            "difference": "paired difference from the reference level",
            "difference_lower": "lower limit of its 95 % interval",
            "difference_upper": "upper limit likewise",
            "replications": _COHORTS,
        },
    ),
}
_POSTERIOR: Words = {
    "best": "at the best fit",
    "median": "median of the posterior; empty with --best-fit-only",
    "low_90": "5th percentile of the posterior",
    "high_90": "95th percentile",
}
_EVIDENCE: dict[str, TableWords] = {
    "validation.csv": TableWords(
        "validate",
        "one published result under one calibration",
        {
            "id": "name of the result",
            "calibration": "`trial` or `community`",
            "population": "people it was found in",
            "regimen": "how they were treated",
            "metric": "what was measured",
            "time": "when",
            "published": "published value",
            "low": "lower end of the published band",
            "high": "upper end of it",
            "model": "the model's value",
            "model_lower": "lower limit of its simulation error (95 %)",
            "model_upper": "upper limit of it",
            "model_low_90": "5th percentile with uncertain parameters; empty without --draws",
            "model_high_90": "95th percentile likewise",
            "verdict": "`in band`, `below` or `above`; empty where there is no band or no value",
            "source": "where it was published",
            "model_not_reached": "share of the people who did not reach it, of a duration",
            "use": "`target` of the calibrations, `held_out` of every fit, or `setting`",
        },
    ),
    "estimates.csv": TableWords(
        "calibrate",
        "one parameter",
        {
            "parameter": "name of the parameter",
            "prior": "centre of its prior",
            "prior_sd": "standard deviation of its prior",
        }
        | _POSTERIOR,
    ),
    "predictive.csv": TableWords(
        "calibrate",
        "one target",
        {
            "target": "name of the published result",
            "value": "published value",
            "low": "lower end of its band",
            "high": "upper end of it",
        }
        | _POSTERIOR
        | {"verdict": "`pass` where the median (else the best fit) lies within the band"},
    ),
    "posterior.csv": TableWords(
        "calibrate",
        "one sample of the joint posterior",
        {BY_PATH: "each parameter of the calibration", "log_posterior": "log of its density"},
    ),
}
TABLES_IN_WORDS: dict[str, TableWords] = (
    OF_RUNS | OF_STUDIES | OF_ECONOMICS | OF_WORTH | OF_SENSITIVITY | _CAPACITY | _DOSES | _EVIDENCE
)
"""Every table that some command writes, by file name."""
