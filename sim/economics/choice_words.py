"""Which scenario to choose, in sentences, and what knowing more is worth: no more than is sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from sim.config.names import as_name, listed
from sim.economics.cost_effectiveness import CostEffectiveness

NAMED_AT_MOST = 6
"""Names that a sentence lists of many."""
_Row = dict[Any, Any]


def choice_told(answer: CostEffectiveness) -> Iterator[str]:
    for wtp in answer.thresholds:
        rows = answer.net_benefit[answer.net_benefit["wtp"] == wtp]
        yield _best_at(answer, wtp, rows)


def _best_at(answer: CostEffectiveness, wtp: float, rows: pd.DataFrame) -> str:
    money = answer.terms.money
    begin = f"At {money(wtp)} a QALY"
    best = rows[rows["best"]]
    others = rows[~rows["best"]].sort_values("net_benefit", ascending=False, kind="stable")
    if len(best) > 1:
        return (
            f"{begin} {some_names(best['scenario'])} have the highest expected net benefit and are "
            "equal in it: none of them is the best."
        )
    (row,) = best.to_dict("records")
    name, half = row["scenario"], (row["probability_lower"], row["probability_upper"])
    said = (
        f"{begin} {as_name(name)} has the highest expected net benefit, and is best in "
        f"{_share(row['probability_best'])} of the draws ({_share(half[0])} to {_share(half[1])})"
    )
    alike = [r for r in others.to_dict("records") if _alike(r, row)]
    if alike:
        first = alike[0]
        far, ends = -first["difference"], (-first["difference_upper"], -first["difference_lower"])
        if first["scenario"] == row["against"]:
            far, ends = row["difference"], (row["difference_lower"], row["difference_upper"])
        return (
            f"{said}, but it cannot be told apart from {some_names(r['scenario'] for r in alike)}: "
            f"{_apart(far, *ends, sign='+')} {answer.terms.currency} a patient against "
            f"{as_name(first['scenario'])}."
        )
    ends = (row["difference_lower"], row["difference_upper"])
    return (
        f"{said}: {_apart(row['difference'], *ends)} {answer.terms.currency} a patient ahead of "
        f"the next, {as_name(row['against'])}."
    )


def _apart(far: float, low: float, high: float, sign: str = "") -> str:
    """Write a difference in money with its limits, to the cent where it is small."""
    digits = 0 if max(abs(far), abs(high) if high == high else 0.0) >= 10 else 2
    ends = "" if low != low else f" ({low:{sign}z,.{digits}f} to {high:{sign}z,.{digits}f})"
    return f"{far:{sign}z,.{digits}f}{ends}"


def _alike(other: _Row, best: _Row) -> bool:
    """Whether a difference from the best may be 0, or is none by rounding."""
    size = 1e-12 * abs(best["net_benefit"])
    return may_be_none(other["difference_lower"], other["difference_upper"]) or (
        abs(other["difference"]) <= size
    )


def information_told(answer: CostEffectiveness) -> Iterator[str]:
    """Say what knowing every parameter would be worth: a range, as draws hold chance as well."""
    first = answer.net_benefit.drop_duplicates("wtp").to_dict("records")
    people, some = answer.patients_per_year, False
    for row in first:
        held, plain = row["evpi_held_back"], row["evpi"]
        low = 0.0 if held != held else min(held, plain)
        at = f"at {answer.terms.money(row['wtp'])} a QALY"
        if not plain > 0:
            yield (
                f"In no draw another scenario is better {at}: as far as these tell, "
                "nothing is worth knowing first."
            )
            continue
        said = (
            f"Knowing all parameters before choosing would be worth {_range(low, plain, _small)} "
            f"{answer.terms.currency} a patient {at} (EVPI)"
        )
        if people:
            said += (
                f", {_range(low * people, plain * people, _kept)} {answer.terms.currency} a "
                f"clinic and year with {people:.0f} people referred"
            )
        yield f"{said}."
        some = True
    if some:
        yield (
            "The upper value counts chance left in the draws as well; the lower one chooses by "
            "half of the replications and values by the others. The truth lies between, but for "
            "the error of so many draws (limits of the upper value: net_benefit.csv)."
        )


def _range(low: float, high: float, written: Callable[[float], str]) -> str:
    ends = [written(low), written(high)]
    return " to ".join(dict.fromkeys(ends))


def _small(amount: float) -> str:
    return f"{amount:,.{0 if amount >= 10 or amount == 0 else 2}f}"


def _kept(amount: float) -> str:
    digits = 2 - len(f"{abs(amount):.0f}")
    return f"{round(amount, min(0, digits)) + 0.0:,.0f}"


def parameters_told(answer: CostEffectiveness) -> Iterator[str]:
    """Say which parameters are worth knowing beyond what chance gives."""
    for wtp in answer.thresholds:
        rows = answer.evppi[answer.evppi["wtp"] == wtp] if len(answer.evppi) else answer.evppi
        known = answer.net_benefit[answer.net_benefit["wtp"] == wtp]["evpi"]
        if not len(rows) or not (known > 0).all():
            continue
        above = rows[rows["more_than_chance"].astype(bool)]
        begin = f"At {answer.terms.money(wtp)} a QALY"
        told = [
            f"{row['parameter']} ({_small(row['evppi'])} {answer.terms.currency} a patient)"
            for row in above.sort_values("evppi", ascending=False)
            .head(NAMED_AT_MOST)
            .to_dict("records")
        ]
        if told:
            yield f"{begin} more than chance gives would be worth knowing: {', '.join(told)}."
        else:
            yield f"{begin} no parameter and no group is worth more than what chance gives."
    if answer.too_many_for_draws and (answer.net_benefit["evpi"] > 0).any():
        yield (
            f"Not told, as {answer.of.draws} draws are too few for so many parameters together: "
            f"{', '.join(answer.too_many_for_draws[:NAMED_AT_MOST])}."
        )


def may_be_none(low: float, high: float) -> bool:
    """Whether limits hold 0, or are none at all."""
    return not (low > 0 or high < 0)


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def some_names(names: Any) -> str:
    """List names, the first few of many."""
    found: Sequence[str] = [as_name(str(name)) for name in names]
    if len(found) > NAMED_AT_MOST:
        found = [*found[:NAMED_AT_MOST], f"{len(found) - NAMED_AT_MOST} more"]
    return listed(found)
