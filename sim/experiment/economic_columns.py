"""The tables of costs against QALYs in words, as `sim.experiment.column_words`."""

from __future__ import annotations

from sim.experiment.column_words import OF_REFERENCE, OF_SCENARIO, TableWords, Words

_BY = "economics"
_CURRENCY = "label of the money (economics.currency)"
_PERSPECTIVE = "whose costs: `payer`, `provider` or `societal`"
_DRAW = "number of the draw of the parameters"
_WTP = "willingness to pay for a QALY"
_LOWER, _UPPER = "lower limit of its 95 % interval", "upper limit likewise"


def _with_limits(name: str, words: str) -> Words:
    return {name: words, f"{name}_lower": _LOWER, f"{name}_upper": _UPPER}


def _with_range(name: str, words: str) -> Words:
    return _with_limits(name, words) | {
        f"{name}_low": "2.5th percentile of single draws",
        f"{name}_high": "97.5th percentile likewise",
    }


OF_ECONOMICS: dict[str, TableWords] = {
    "economics.csv": TableWords(
        _BY,
        "one scenario: expected costs and QALYs a patient, discounted",
        {
            "scenario": OF_SCENARIO,
            **_with_range("cost", "expected cost in the perspective, mean over draws"),
            **_with_range("qalys", "expected QALYs, mean over draws"),
            "reference": f"{OF_REFERENCE}; empty where there is one scenario",
            **_with_limits("difference_cost", "cost minus that of the reference, paired"),
            **_with_limits("difference_qalys", "QALYs minus those of the reference, paired"),
            "where": "where these differences lie on the plane, in words; a ratio has a meaning "
            "only where both are more or both less",
            "status": "`on the line`, `dominated`, `extendedly dominated` or `equal` (to one that "
            "stands before it)",
            "against": "the next cheaper one on the line; or who dominates it; of a mix, both",
            **_with_limits("increment_cost", "cost more than that of the next cheaper on the line"),
            **_with_limits("increment_qalys", "QALYs more likewise"),
            "icer": "increment of cost per QALY of increment; empty off the line and of its first",
            "perspective": _PERSPECTIVE,
            "currency": _CURRENCY,
            "draws": "draws that count",
            "replications": "replications of each draw",
        },
    ),
    "cost_items.csv": TableWords(
        _BY,
        "one scenario, perspective and item of costs; perspectives share items",
        {
            "scenario": OF_SCENARIO,
            "perspective": _PERSPECTIVE,
            "item": "item as in the measures (`sessions`, `staff`, ...), or `all`",
            "mean": "expected cost a patient, discounted",
            "lower": _LOWER,
            "upper": _UPPER,
            "currency": _CURRENCY,
        },
    ),
    "plane.csv": TableWords(
        _BY,
        "one scenario and draw: what all else is worked out of",
        {
            "scenario": OF_SCENARIO,
            "draw": _DRAW,
            "cost": "mean cost a patient over the replications of the draw",
            "qalys": "mean QALYs a patient likewise",
            "difference_cost": "cost minus that of the reference in the same draw",
            "difference_qalys": "QALYs minus those of the reference in the same draw",
        },
    ),
    "net_benefit.csv": TableWords(
        _BY,
        "one threshold and scenario",
        {
            "wtp": _WTP,
            "scenario": OF_SCENARIO,
            "net_benefit": "expected net monetary benefit a patient: wtp x QALYs - cost",
            "lower": _LOWER,
            "upper": _UPPER,
            "best": "whether no other has a higher one; several where they are equal",
            "against": "the one with the highest; of that one itself, the next",
            **_with_limits("difference", "net benefit minus that of `against`, paired"),
            "probability_best": "share of draws in which it is best; equals share a draw",
            "probability_lower": "lower limit of that share (Wilson, 95 %)",
            "probability_upper": "upper limit likewise",
            "expected_loss": "what it leaves on average to the best of each draw",
            "evpi": "expected value of perfect information, a patient: the least of these losses; "
            "chance left in draws makes it too large",
            "evpi_lower": "lower limit of its 95 % interval (bootstrap over draws)",
            "evpi_upper": _UPPER,
            "evpi_held_back": "the same chosen by one half of the replications of each draw and "
            "valued by the other: rather too small",
        },
    ),
    "acceptability.csv": TableWords(
        _BY,
        "one willingness to pay of a grid and scenario",
        {
            "wtp": _WTP,
            "scenario": OF_SCENARIO,
            "net_benefit": "expected net benefit a patient",
            "probability_best": "share of draws in which it is best; equals share a draw",
            "expected_loss": "what it leaves on average to the best of each draw",
            "best": "whether its expected net benefit is the highest (the frontier)",
            "evpi": "least of the expected losses",
        },
    ),
    "evppi.csv": TableWords(
        _BY,
        "one threshold and parameter, or group of parameters, that was drawn and can count",
        {
            "wtp": _WTP,
            "parameter": "dotted path, or name of the group",
            "kind": "`parameter` or `group`",
            "parameters": "how many are in it",
            "basis": "of the regression on each: `cubic spline`, `cubic` or `straight line`, the "
            "richest for which there are draws enough",
            "evppi": "expected value of knowing it, a patient; no more than the EVPI",
            "chance": "95 % quantile of what it gives with its draws permuted",
            "chance_of_all": "the same of the largest among all parameters, or all groups",
            "more_than_chance": "whether `evppi` is above `chance_of_all`",
        },
    ),
    "budget_impact.csv": TableWords(
        _BY,
        "one scenario, perspective and year; money of everybody together, not discounted",
        {
            "scenario": OF_SCENARIO,
            "perspective": _PERSPECTIVE,
            "year": "year since the start date, from 1, of 365 days",
            "days": "days of it that count: fewer where the run ends or a warm-up does",
            "patients": "people referred in the year, mean",
            **_with_limits("amount", "expected money in the year"),
            **_with_limits("difference", "the same minus the reference's, paired"),
            "currency": _CURRENCY,
        },
    ),
    "budget_draws.csv": TableWords(
        _BY,
        "one scenario, draw, year and item: mean over the replications of the draw",
        {
            "scenario": OF_SCENARIO,
            "draw": _DRAW,
            "year": "year since the start date, from 1, of 365 days",
            "days": "days of it that count",
            "item": "item of costs as in the measures; `sessions_<route>` are parts of `sessions`; "
            "`patients` counts people referred",
            "amount": "money in the year for everybody together, not discounted; or people",
        },
    ),
}
