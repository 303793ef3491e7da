"""The tables of studies in words: designs, uncertain parameters, controls, and choices of the best.

As `sim.experiment.column_words`, whose words they share.
"""

from __future__ import annotations

from sim.experiment.column_words import (
    BY_MEASURE,
    BY_PATH,
    OF_DEFINED,
    OF_MEAN,
    OF_MEASURE,
    OF_METHOD,
    OF_REFERENCE,
    OF_SCENARIO,
    OF_UNIT,
    OF_VALUES,
    TableWords,
    Words,
)

_SPREAD: Words = OF_MEAN | {
    "sd_parameters": "standard deviation that the uncertain parameters make",
    "sd_chance": "standard deviation of a replication that chance makes",
    "share_parameters": "share of the variance between replications that is parameters",
    "share_lower": "lower limit of that share",
    "share_upper": "upper limit of that share",
    "half_width": "half-width of the interval, parameters and chance together",
    "half_width_floor": "estimate of what no number of replications can take away",
    "monte_carlo": "half-width of the mean itself, over all draws that might be made",
    "draws": "draws of the parameters",
    "replications": "replications of each draw",
}
OF_CONTROLS: Words = {
    "measure": OF_MEASURE,
    "unit": OF_UNIT,
    **OF_MEAN,
    "replications": OF_DEFINED,
    "adjusted": "mean after regression on the controls; empty where that does not pay",
    "adjusted_lower": "lower limit of its 95 % interval",
    "adjusted_upper": "upper limit likewise",
    "variance_ratio": "how many times smaller the variance is after regression",
    "net_gain": "how many times less work that is, the controls' own counted",
    "controls": "number of controls",
    "further": "further twins from which the controls' means are known",
    "why_not": "why `adjusted` is empty",
}
OF_STUDIES: dict[str, TableWords] = {
    "design.csv": TableWords(
        "compare of a design, or with --vary",
        "one point of the design",
        {"scenario": OF_SCENARIO, BY_PATH: "level of each factor, and of variants in `variant`"},
    ),
    "by_factor.csv": TableWords(
        "compare of a design, or with --vary",
        "one factor, level and measure: the main effect",
        {
            "factor": "dotted path of the factor",
            "level": "its level, or `slope`",
            "against": "the level that it is compared with; empty for the first",
            "measure": OF_MEASURE,
            "unit": OF_UNIT,
            "points": "points of the design that tell of it",
            "mean": "mean over the points with that level; empty for a slope",
            "lower": "lower limit of its 95 % interval",
            "upper": "upper limit likewise",
            "effect": "paired difference from `against`, or change with 1 more of the factor",
            "effect_lower": "lower limit of its 95 % interval",
            "effect_upper": "upper limit likewise",
            "p_value": "that there is no effect",
            "p_adjusted": "by Holm's method over all effects on the measure",
            "replications": "replications in which all points have the measure",
            "not_reached": "replications in which some point did not reach it",
            "method": OF_METHOD,
            "explained": "share of the variance between points that main effects tell together",
        },
    ),
    "parameters.csv": TableWords(
        "run, compare --uncertainty; economics",
        "one draw and parameter",
        {
            "scenario": OF_SCENARIO,
            "draw": "number of the draw, the same in every scenario",
            "path": "dotted path of the parameter",
            "value": "its value in this draw",
        },
    ),
    "uncertainty.csv": TableWords(
        "run, compare --uncertainty",
        "one scenario and measure, parameters and chance told apart",
        {"scenario": OF_SCENARIO, "measure": OF_MEASURE, "unit": OF_UNIT} | _SPREAD,
    ),
    "uncertainty_comparison.csv": TableWords(
        "compare --uncertainty",
        "one scenario and measure: the paired difference, parameters and chance told apart",
        {"reference": OF_REFERENCE, "scenario": OF_SCENARIO, "measure": OF_MEASURE, "unit": OF_UNIT}
        | _SPREAD
        | {"draws_above_0": "share of draws in which the mean difference is above 0"},
    ),
    "controlled.csv": TableWords(
        "run, compare --controls",
        "one scenario and measure, or (with a reference) one paired difference",
        {
            "reference": f"{OF_REFERENCE}; empty for the scenario itself",
            "scenario": OF_SCENARIO,
            **OF_CONTROLS,
        },
    ),
    "best.csv": TableWords(
        "best",
        "one variant",
        {
            "scenario": OF_SCENARIO,
            "measure": OF_MEASURE,
            "unit": OF_UNIT,
            **OF_MEAN,
            "replications": "replications of this variant",
            "status": "`best`, `eliminated`, `still in`, `equal to the best` or `not the best`",
            "eliminated_after": "replications after which it was; empty if it was not",
            "leader": "the variant chosen, or ahead so far",
            "difference": "variant minus leader, paired",
            "difference_lower": "lower limit of its 95 % interval",
            "difference_upper": "upper limit likewise",
            "probability_best": "share of bootstrap samples in which it is the best",
            "probability_within_delta": "share in which it is no more than delta behind",
        },
    ),
    "best_replications.csv": TableWords("best", "one variant and replication", OF_VALUES),
    "pareto.csv": TableWords(
        "best --pareto",
        "one variant under several measures",
        {
            "scenario": OF_SCENARIO,
            "on_front": "whether no other variant beats it in all measures, by the means",
            "probability_on_front": "share of bootstrap samples in which that holds",
            "replications": "replications that all variants have",
            BY_MEASURE: "mean of each measure, and `... lower`, `... upper` of its interval",
        },
    ),
    "pareto_replications.csv": TableWords(
        "best --pareto", "one variant, replication and measure", OF_VALUES
    ),
}
