"""What a clinic's worth of capacity says in sentences, and what it is too little for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from sim.config.names import as_name, listed
from sim.planning.margins import NOW
from sim.planning.worth_of_capacity import EVERYTHING, CapacityWorth
from sim.report.numbers_told import money, rounded
from sim.study.ranking_words import probability_in_words

if TYPE_CHECKING:
    from sim.planning.policy_by_capacity import PolicyByCapacity

_SURE = 0.05  # of an adjusted p value


def worth_told(found: CapacityWorth) -> Iterator[str]:
    """Say what all limits cost, which single one costs most, and what an hour more would bring."""
    economics = found.results.scenarios[NOW].economics
    if found.limits.empty and found.hours.empty:
        yield "This clinic has no limit that could be lifted, and nothing to add to."
        return
    if found.results.replications < 2:
        yield (
            "The worth of capacity is of one replication: it has no interval, and says nothing of "
            "what would be seen again."
        )
        return
    for threshold in found.thresholds:
        at = f"{money(threshold, economics.currency)} a QALY"
        yield from _of_limits(found, threshold, at)
        yield from _of_hours(found, threshold, at)
    yield from _in_days(found)
    if found.perspective == "provider" and not found.limits.empty:
        yield (
            "Where limits are lifted, chairs and staff are counted as used, in both clinics: what "
            "has no limit is never idle, so what idle ones cost cannot be compared."
        )
    whose = found.perspective.replace("societal", "society")
    yield (
        f"Costs are the {whose}'s; what is lifted or added is charged to nobody but "
        "through them, so the worth is the most that it may cost otherwise. Differences are paired "
        f"({found.results.replications} replications on the same people, 95 % intervals), of the "
        f"whole clinic and for a year of the {economics.currency} of {economics.price_year}."
    )


def _of_limits(found: CapacityWorth, threshold: float, at: str) -> Iterator[str]:
    rows = _benefits(found.limits, threshold)
    if not rows:
        return
    currency = found.results.scenarios[NOW].economics.currency
    everything = next((row for row in rows if row["scenario"] == EVERYTHING), None)
    single = [row for row in rows if row is not everything]
    if everything is not None:
        yield f"At {at}, {EVERYTHING} {_worth(everything, currency)}."
    gaining = [row for row in single if row["p_adjusted"] < _SURE and row["difference"] > 0]
    costing = [row for row in single if row["p_adjusted"] < _SURE and row["difference"] < 0]
    if not gaining and not costing:
        names = listed([row["scenario"] for row in single], " or ")
        yield f"At {at}, {names} alone is not told apart from the clinic as it is."
        return
    if gaining:
        best = max(gaining, key=lambda row: float(row["difference"]))
        yield f"Of single limits, {best['scenario']} {_worth(best, currency)} at {at}."
    if costing:
        names = listed([row["scenario"] for row in costing])
        more = all(_treats_more(found.limits, row["scenario"]) for row in costing)
        why = ": what more is treated then costs more than its QALYs are worth" if more else ""
        yield f"At {at}, {names} would lose net benefit{why}."


def _treats_more(table: Any, name: str) -> bool:
    """Whether a clinic is told to cost more for QALYs that are no fewer on average."""
    rows = {row["quantity"]: row for row in table[table["scenario"] == name].to_dict("records")}
    if not {"cost", "qalys"} <= set(rows):
        return False
    return bool(rows["cost"]["lower"] > 0 and rows["qalys"]["difference"] >= 0)


def _of_hours(found: CapacityWorth, threshold: float, at: str) -> Iterator[str]:
    rows = _benefits(found.hours, threshold)
    currency = found.results.scenarios[NOW].economics.currency
    sure = [row for row in rows if row["p_adjusted"] < _SURE and row["difference"] > 0]
    if not rows:
        return
    if not sure:
        names = listed([row["scenario"] for row in rows], " or ")
        yield f"An hour of {names} is not told to bring any net benefit at {at}."
        return
    best = max(sure, key=lambda row: float(row["difference_per_hour"]))
    price = f"an hour of it costs {money(best['price_per_hour'], currency)} at the clinic's prices"
    pays = "" if found.perspective == "provider" else f"; {price}"
    yield (
        f"An hour of {best['scenario']} brings {money(best['difference_per_hour'], currency)} "
        f"({money(best['lower_per_hour'], currency)} to "
        f"{money(best['upper_per_hour'], currency)}) of net benefit at {at}{pays}."
    )


def _in_days(found: CapacityWorth) -> Iterator[str]:
    """Say which hour more brings most days in response, whatever it costs."""
    rows = found.hours[found.hours["quantity"] == "days"].to_dict("records")
    sure = [row for row in rows if row["p_adjusted"] < _SURE and row["difference"] > 0]
    if sure:
        best = max(sure, key=lambda row: float(row["difference_per_hour"]))
        half = (best["upper_per_hour"] - best["lower_per_hour"]) / 2
        gain, low, high = (
            rounded(best[f"{what}_per_hour"], half) for what in ("difference", "lower", "upper")
        )
        yield (
            f"In days in response, an hour of {best['scenario']} brings most: {gain} ({low} to "
            f"{high})."
        )
    elif rows:
        yield "No hour more is told to bring days in response."


def _benefits(table: Any, threshold: float) -> list[dict[str, Any]]:
    chosen = table["quantity"].eq("net_benefit") & table["willingness_to_pay"].eq(threshold)
    rows: list[dict[str, Any]] = table[chosen].to_dict("records")
    return rows


def _worth(row: dict[str, Any], currency: str) -> str:
    """Say what a year of it is worth, or that this is not told apart from nothing."""
    limits = f"({money(row['lower'], currency)} to {money(row['upper'], currency)})"
    if row["lower"] == row["upper"] == 0:
        return "changes nothing here"
    if row["lower"] <= 0 <= row["upper"]:
        return f"is not told apart from the clinic as it is {limits}"
    if row["difference"] < 0:
        return f"would lose {money(-row['difference'], currency)} of net benefit a year {limits}"
    return f"would be worth {money(row['difference'], currency)} of net benefit a year {limits}"


def policies_told(
    found: PolicyByCapacity, thresholds: Sequence[float], currency: str
) -> Iterator[str]:
    """Say which policy is best at each capacity and threshold, and with which others it ties."""
    if found.results.replications < 2:
        yield "One replication has no interval, so no policy is as_name the best at any capacity."
        return
    table = found.table
    for threshold in thresholds:
        rows = table[table["willingness_to_pay"] == threshold]
        said = []
        for value, place in rows.groupby("value", sort=False):
            best = place[place["best"]].iloc[0]
            others = place[place["may_be_best"] & ~place["best"]]["scenario"].map(as_name).tolist()
            share = best["p_best"]
            sure = "" if isnan(share) else f" ({probability_in_words(share)})"
            also = f", not told apart from {listed(others)}" if others else ""
            said.append(f"{value:g}: {as_name(best['scenario'])}{sure}{also}")
        path = table["path"].iloc[0]
        yield (
            f"Most net benefit at {money(float(threshold), currency)} a QALY, by {path}: "
            f"{'; '.join(said)}. In brackets: the probability that its mean is the largest, with "
            f"chance between {found.results.replications} replications only."
        )
