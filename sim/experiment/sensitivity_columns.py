"""The tables of `ketasim sensitivity` in words, as `sim.experiment.column_words`."""

from __future__ import annotations

from sim.experiment.column_words import (
    OF_MEASURE,
    OF_METHOD,
    OF_SCENARIO,
    OF_UNIT,
    OF_VALUES,
    TableWords,
    Words,
)

_QUANTITY: Words = {
    "reference": "name of the reference that the scenario is compared with; empty where the table "
    "is of levels, else everything in it is of the paired difference",
    "scenario": OF_SCENARIO,
    "measure": OF_MEASURE,
    "unit": OF_UNIT,
}
_LIMITS = ("lower limit of its 95 % interval", "upper limit likewise")
_TOLD = (
    "`apart` (told from chance, by Holm), `maybe` (an interval leaves out 0, but not so by Holm), "
    "`not apart`, `no change` (the same in every replication); empty with one replication"
)
_P: Words = {
    "p_value": "of the paired test that there is no difference",
    "p_adjusted": "by Holm's method over the rows of the quantity that change anything",
}
_POINTS = "scenario, replication and measure: what was simulated"


def _with_limits(name: str, meaning: str) -> Words:
    return {name: meaning, f"{name}_lower": _LIMITS[0], f"{name}_upper": _LIMITS[1]}


_PARAMETER: Words = {
    "parameter": "dotted path of the uncertain parameter",
    "parameter_unit": "its unit",
}
_QUANTILES: Words = {
    "low_5": "its 5 % quantile",
    "high_95": "its 95 % quantile",
}
_DIFFERENCE: Words = {
    "difference": "paired difference of the mean from that of the scenario as it is",
    "difference_lower": _LIMITS[0],
    "difference_upper": _LIMITS[1],
}
OF_SENSITIVITY: dict[str, TableWords] = {
    "tornado.csv": TableWords(
        "sensitivity",
        "one quantity and parameter, the widest swing first",
        _QUANTITY
        | _PARAMETER
        | {"default": "its default"}
        | _QUANTILES
        | _with_limits("base", "mean with every parameter at its default")
        | _with_limits("at_low", "mean with this one at its 5 % quantile")
        | _with_limits("at_high", "mean with this one at its 95 % quantile")
        | _with_limits("change_low", "paired difference of the first from the base")
        | _with_limits("change_high", "paired difference of the second from the base")
        | {
            "swing": "largest minus least of the three means",
            "p_value": "twice the smaller p value of the paired tests at both ends",
            "p_adjusted": _P["p_adjusted"],
            "told": _TOLD,
            "replications": "replications of each end, the same as of the base",
        },
    ),
    "tornado_replications.csv": TableWords(
        "sensitivity",
        f"one end of a parameter (or the base), {_POINTS}",
        {"parameter": "the parameter that is moved; empty for the base",
         "end": "`base`, `low` (5 % quantile) or `high` (95 %)"} | OF_VALUES,
    ),
    "morris.csv": TableWords(
        "sensitivity --method morris",
        "one quantity and parameter, the largest mu* first",
        _QUANTITY
        | _PARAMETER
        | _QUANTILES
        | {"mu": "mean effect of moving it from its 5 % to its 95 % quantile"}
        | _with_limits("mu_star", "mean absolute effect")
        | {
            "sigma": "standard deviation of the effects between trajectories",
            "chance": "the mean absolute effect that chance alone would give",
            "share_chance": "share of chance in the mean squared effect",
            "p_value": "that all its effects are chance: the smaller of an F test and a t test, "
            "twice",
            "p_adjusted": "by Holm's method over the parameters that change anything",
            "verdict": "`matters`, `hardly matters` (less than a tenth of the largest), `not told "
            "from chance`, `no effect`; empty with one replication",
            "trajectories": "number of trajectories",
            "replications": "replications of each",
        },
    ),
    "morris_replications.csv": TableWords(
        "sensitivity --method morris",
        f"one step of a trajectory, {_POINTS}",
        {"trajectory": "number of the trajectory, from 1", "step": "number of the step, from 0",
         "moved": "the parameter that the step moves; empty at the start"} | OF_VALUES,
    ),
    "sobol.csv": TableWords(
        "sensitivity --method sobol",
        "one quantity and group of parameters, the largest total first, chance last",
        _QUANTITY
        | {
            "input": "path of a parameter, `joint posterior of the calibration`, `all others` or "
            "`chance`",
            "parameters": "number of parameters in it",
            "first_order": "share of the variance of one replication that it makes by itself",
            "first_lower": _LIMITS[0],
            "first_upper": _LIMITS[1],
            "total": "share with all its interactions",
            "total_lower": _LIMITS[0],
            "total_upper": _LIMITS[1],
            "samples": "number of base samples",
        },
    ),
    "sobol_replications.csv": TableWords(
        "sensitivity --method sobol",
        f"one point of a sample, {_POINTS}",
        {"sample": "number of the base sample, from 1",
         "point": "`A`, `B`, or the group whose values are B's"} | OF_VALUES,
    ),
    "alternatives.csv": TableWords(
        "sensitivity --method alternatives",
        "one quantity and alternative, the scenario as it is first",
        _QUANTITY
        | {"alternative": "its name", "meaning": "what it means",
           "mean": "mean over the replications", "lower": _LIMITS[0], "upper": _LIMITS[1]}
        | _DIFFERENCE
        | _P
        | {"method": OF_METHOD, "told": _TOLD, "replications": "number of replications"},
    ),
    "alternatives_replications.csv": TableWords(
        "sensitivity --method alternatives",
        f"one alternative, {_POINTS}",
        {"alternative": "its name, or `as it is`"} | OF_VALUES,
    ),
    "map.csv": TableWords(
        "sensitivity --method map",
        "one quantity and cell of the map",
        _QUANTITY
        | {"path_1": "dotted path of the first axis", "value_1": "its value",
           "path_2": "dotted path of the second axis", "value_2": "its value",
           "mean": "mean over the replications", "lower": _LIMITS[0], "upper": _LIMITS[1],
           "base": "mean of the scenario as it is"}
        | _DIFFERENCE
        | _P
        | {"told": _TOLD, "replications": "number of replications"},
    ),
    "map_replications.csv": TableWords(
        "sensitivity --method map",
        f"one cell (or the scenario as it is), {_POINTS}",
        {"cell_1": "value of the first path; empty for the scenario as it is",
         "cell_2": "value of the second path"} | OF_VALUES,
    ),
}  # fmt: skip
