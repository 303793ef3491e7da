"""What costs against QALYs come to in sentences: only what the draws can tell."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log10
from typing import Any

from sim.config.names import as_name
from sim.economics.choice_words import (
    NAMED_AT_MOST,
    choice_told,
    information_told,
    may_be_none,
    parameters_told,
    some_names,
)
from sim.economics.cost_effectiveness import CostEffectiveness
from sim.economics.incremental import DOMINATED, EQUAL, EXTENDEDLY
from sim.stats import components as c

_Row = dict[Any, Any]
_LIMITED = ("chairs", "nurses", "prescribers")
_FACTOR = 2.0  # to which the spread between draws is to be known
_SURE = 0.1  # half-width to which a probability of being best is to be known


def economic_sentences(answer: CostEffectiveness) -> list[str]:
    """Say what is compared, which is best at each threshold and how surely, and what it rests on.

    Of a single scenario only its costs and QALYs are told.
    """
    if len(answer.of.names) < 2:
        return [*_terms(answer), *_levels(answer)]
    return [
        *_terms(answer), *_levels(answer), *_chain(answer), *choice_told(answer),
        *information_told(answer), *parameters_told(answer), *_budget(answer),
    ]  # fmt: skip


def economic_cautions(answer: CostEffectiveness) -> list[str]:
    """Say what the draws are too few for, and what was left out."""
    found, draws = [], answer.of.draws
    if answer.without:
        many = len(answer.without)
        found.append(
            f"{many} of {draws + many} draws are left out, as nobody was referred in some "
            "replication of theirs."
        )
    if answer.terms.perspective == "provider" and (mixed := _without_limit(answer)):
        found.append(
            f"{some_names(mixed)} {'has' if len(mixed) == 1 else 'have'} capacity without a limit "
            "that is limited in others. What has no limit is never idle, so the provider's costs "
            "of these scenarios leave out what those of the others hold: they cannot be compared."
        )
    enough = max(c.draws_to_a_factor(_FACTOR), _draws_for_probability())
    if draws < c.draws_to_a_factor(_FACTOR):
        found.append(
            f"{draws} draws are few: how far they lie apart is known only to a factor of "
            f"{c.known_to_a_factor(draws):.1f} (95 %), and what all of them agree in may be "
            f"otherwise in up to {100 * c.left_to_others(draws):.0f} % of further ones."
        )
    if draws < enough and len(answer.of.names) > 1:
        half = 100 * 0.98 / draws**0.5
        found.append(
            f"With {draws} draws a probability of being best is known to about ± "
            f"{min(half, 50):.0f} percentage points; --draws {enough} would bring that to "
            f"± {100 * _SURE:.0f}."
        )
    return found


def _without_limit(answer: CostEffectiveness) -> list[str]:
    """Name the scenarios without a limit of chairs or staff that another scenario limits."""
    clinics = {
        name: entry["resolved"].get("clinic", {})
        for name, entry in answer.found.manifest["scenarios"].items()
    }
    free = {
        name: {what for what in _LIMITED if clinic.get(what) == "unlimited"}
        for name, clinic in clinics.items()
    }
    shared = set.intersection(*free.values())
    return [name for name, of in free.items() if of != shared]


def _draws_for_probability() -> int:
    return round((0.98 / _SURE) ** 2)


def _terms(answer: CostEffectiveness) -> Iterator[str]:
    terms, of = answer.terms, answer.of
    yield (
        f"{of.draws} draws of the uncertain parameters, {of.replications} replications of each, "
        f"the same people in all scenarios. Costs are the {terms.perspective}'s "
        f"({terms.currency}, prices of {terms.price_year}), discounted by "
        f"{100 * terms.discount_costs:g} % a year; QALYs (utility: {terms.utility}) by "
        f"{100 * terms.discount_qalys:g} %; both per patient, from referral to the end of the run."
    ).replace("societal's", "society's")


def _levels(answer: CostEffectiveness) -> Iterator[str]:
    rows = answer.economics.to_dict("records")
    if len(rows) == 1:
        yield (
            f"{rows[0]['scenario']}: {_money(answer, rows[0], 'cost')} and "
            f"{_qalys(rows[0], 'qalys')} QALYs a patient. One scenario leaves nothing to choose."
        )
        return
    for row in rows[:NAMED_AT_MOST] if len(rows) > 2 * NAMED_AT_MOST else rows:
        said = (
            f"{as_name(row['scenario'])}: {_money(answer, row, 'cost')} and "
            f"{_qalys(row, 'qalys')} QALYs a patient"
        )
        if row["where"]:
            said += (
                f"; than {as_name(row['reference'])} "
                f"{_money(answer, row, 'difference_cost', '+')} and "
                f"{_qalys(row, 'difference_qalys', '+')} QALYs"
            )
        yield f"{said}."
    if len(rows) > 2 * NAMED_AT_MOST:
        yield f"The other {len(rows) - NAMED_AT_MOST} scenarios stand in economics.csv."


def _money(answer: CostEffectiveness, row: _Row, what: str, sign: str = "") -> str:
    low, high = row[f"{what}_lower"], row[f"{what}_upper"]
    ends = "" if low != low else f" ({low:{sign}z,.0f} to {high:{sign}z,.0f})"
    return f"{row[what]:{sign}z,.0f} {answer.terms.currency}{ends}"


def _qalys(row: _Row, what: str, sign: str = "") -> str:
    low, high = row[f"{what}_lower"], row[f"{what}_upper"]
    half = (high - low) / 2
    size = half if half > 0 else abs(row[what]) / 10
    digits = min(6, max(3, 1 - floor(log10(size)))) if size > 0 else 3
    ends = "" if low != low else f" ({low:{sign}z.{digits}f} to {high:{sign}z.{digits}f})"
    return f"{row[what]:{sign}z.{digits}f}{ends}"


def _chain(answer: CostEffectiveness) -> Iterator[str]:
    """Say who lies on the efficient line and at which ratio, and who is dominated by whom."""
    table = answer.economics.sort_values("cost", kind="stable")
    line, off = [], []
    for row in table.to_dict("records"):
        name = as_name(str(row["scenario"]))
        other = " and ".join(map(as_name, str(row["against"]).split(" and ")))
        if row["icer"] == row["icer"]:
            line.append(
                f"{name} at {answer.terms.money(row['icer'])} a QALY more than "
                f"{other}{_unsure(row)}"
            )
        elif row["status"] == DOMINATED:
            off.append(f"{name} (dominated by {other})")
        elif row["status"] == EXTENDEDLY:
            off.append(f"{name} (extendedly dominated, by a mix of {other})")
        elif row["status"] == EQUAL:
            off.append(f"{name} (of the same cost and QALYs as {other})")
        else:
            line.insert(0, name)
    if len(line) == 1:
        yield (
            f"By expected values {line[0]} alone is on the efficient line, and there is no ratio "
            f"(ICER) to tell. Not on it: {_some(off)}."
        )
    else:
        more = f" Not on it: {_some(off)}." if off else ""
        yield (
            "On the efficient line by expected values, the cheapest first: "
            f"{'; '.join(line)}.{more}"
        )


def _some(told: list[str]) -> str:
    more = len(told) - 2 * NAMED_AT_MOST
    return "; ".join(told[: 2 * NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")


def _unsure(row: _Row) -> str:
    """Say that a ratio rests on a difference which may be none."""
    spans = [
        words
        for words, what in (("cost", "cost"), ("gain in QALYs", "qalys"))
        if may_be_none(row[f"increment_{what}_lower"], row[f"increment_{what}_upper"])
    ]
    return f" (whose {' and '.join(spans)} cannot be told from 0)" if spans else ""


def _budget(answer: CostEffectiveness) -> Iterator[str]:
    if not len(answer.found.budget) or answer.reference is None:
        return
    table = answer.budget_impact
    rows = table[(table["perspective"] == answer.terms.perspective) & (table["days"] >= 365)]
    if not len(rows):
        return
    rows = rows[(rows["year"] == rows["year"].max()) & rows["difference"].notna()]
    told = [
        f"{as_name(row['scenario'])} {_signed(row)}"
        for row in rows.head(NAMED_AT_MOST).to_dict("records")
    ]
    if told:
        year = int(rows["year"].iloc[0])
        yield (
            f"Budget of year {year} against {as_name(answer.reference)} "
            f"({answer.terms.currency}, not discounted): {'; '.join(told)}."
        )


def _signed(row: _Row) -> str:
    low, high = row["difference_lower"], row["difference_upper"]
    ends = "" if low != low else f" ({_plus(low)} to {_plus(high)})"
    return f"{_plus(row['difference'])}{ends}"


def _plus(amount: float) -> str:
    digits = 3 - len(f"{abs(amount):.0f}")
    return f"{round(amount, min(0, digits)) + 0.0:+z,.0f}"
