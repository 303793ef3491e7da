"""Columns in words: what capacity is worth, and the best policy by capacity."""

from __future__ import annotations

from sim.experiment.column_words import TableWords, Words

_NET = "net benefit: willingness to pay times QALYs, minus costs in one perspective"
_GAINED: Words = {
    "scenario": "what was lifted, or added to the clinic",
    "quantity": f"`net_benefit` ({_NET}), `qalys`, `cost`, or `days` in response",
    "willingness_to_pay": "money a QALY, of a net benefit; empty for the others",
    "difference": "mean paired difference from the clinic as it is, of the whole clinic and a year",
    "lower": "lower limit of its 95 % interval",
    "upper": "upper limit of it",
    "p_value": "paired p value",
    "p_adjusted": "p value by Holm's method over what was lifted, or added",
    "replications": "replications that it rests on",
}
OF_WORTH: dict[str, TableWords] = {
    "worth.csv": TableWords("economics --worth", "one limit lifted and quantity", _GAINED),
    "worth_per_hour.csv": TableWords(
        "economics --worth",
        "one addition to the clinic and quantity",
        {
            **_GAINED,
            "added_hours": "hours a week that were added",
            "difference_per_hour": "difference for each hour added",
            "lower_per_hour": "lower limit of that",
            "upper_per_hour": "upper limit of that",
            "price_per_hour": "what such an hour costs the clinic by `[clinic.prices]`",
        },
    ),
    "policy_by_capacity.csv": TableWords(
        "economics --vary",
        "one capacity, threshold and variant",
        {
            "path": "what was varied",
            "value": "its value",
            "willingness_to_pay": "money a QALY",
            "scenario": "name of the variant",
            "net_benefit": f"mean {_NET}, per patient",
            "lower": "lower limit of its 95 % interval",
            "upper": "upper limit of it",
            "best": "whether its mean is the largest at this capacity and threshold",
            "p_best": "probability of that, with chance between replications only",
            "behind": "paired difference from the largest mean",
            "behind_lower": "lower limit of its 95 % interval",
            "behind_upper": "upper limit of it",
            "may_be_best": "not told apart from the best, allowing for its having been chosen",
            "replications": "replications that it rests on",
        },
    ),
}
"""By file name."""
