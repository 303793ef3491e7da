"""What a sensitivity analysis found, in sentences: only what its intervals bear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd

from sim.config.names import listed
from sim.outcomes.catalogue import title_of, unit
from sim.report.numbers_told import rounded
from sim.sensitivity.at_points import OF_QUANTITY
from sim.sensitivity.indices import OF_CHANCE
from sim.sensitivity.one_at_a_time import APART, MAYBE, NO_CHANGE, NOT_APART
from sim.sensitivity.screening import BY_CHANCE, HARDLY_MATTERS, MATTERS, NO_EFFECT

_NAMED = 5
"""Parameters that a sentence names at most."""
_VAGUE = 0.2
"""Half-width of an index from which on it hardly tells anything."""
_ONE = "One replication has no intervals, so no change can be told from chance."

_Rows = list[dict[Any, Any]]


def by_quantity(table: pd.DataFrame) -> Iterator[tuple[str, _Rows]]:
    """Give each quantity in words, and its rows in the order of the table."""
    filled = table.assign(reference=table["reference"].fillna(""))
    for keys, rows in filled.groupby(OF_QUANTITY[:3], sort=False):
        yield quantity_in_words(*map(str, keys)), rows.to_dict("records")


def quantity_in_words(reference: str, scenario: str, measure: str) -> str:
    """Name a quantity: a measure, or its difference between two scenarios."""
    words = title_of(measure)
    words = words[:1].upper() + words[1:]
    if not reference:
        return words
    told = [name.replace("_", " ").strip() or name for name in (scenario, reference)]
    return f"{words}, {told[0]} minus {told[1]}"


def without_variance(quantities: Sequence[tuple[str, str, str]]) -> list[str]:
    """Say which quantities (reference, scenario, measure) are the same in every run, if any."""
    if not quantities:
        return []
    named = [quantity_in_words(*one) for one in quantities[:_NAMED]]
    more = f"; and {len(quantities) - _NAMED} more" if len(quantities) > _NAMED else ""
    return [f"The same in every run, and so without variance: {'; '.join(named)}{more}."]


def parameter_in_words(path: str) -> str:
    """Name a parameter by its dotted path without the first table, in words."""
    parts = path.split(".")
    return ", ".join(part.replace("_", " ") for part in (parts[1:] if len(parts) > 1 else parts))


def tornado_sentences(table: pd.DataFrame) -> Iterator[str]:
    """Say on what each quantity rests, and of how many parameters no swing can be told."""
    for words, rows in by_quantity(table):
        yield f"{words} is {_level(rows[0])} with every parameter at its default. {_swings(rows)}"
        if rows[0]["reference"] and not isnan(rows[0]["base_lower"]):
            yield _turned(words, rows)


def _level(row: Mapping[Any, Any]) -> str:
    half = (row["base_upper"] - row["base_lower"]) / 2
    limits = ""
    if not isnan(half):
        limits = f" ({rounded(row['base_lower'], half)} to {rounded(row['base_upper'], half)})"
    told = unit(str(row["measure"]))
    return f"{rounded(row['base'], half)}{limits}{f' {told}' if told else ''}"


def _swings(rows: _Rows) -> str:
    of = {kind: [row for row in rows if row["told"] == kind]
          for kind in (APART, MAYBE, NOT_APART, NO_CHANGE)}  # fmt: skip
    if all(row["told"] in ("", NO_CHANGE) for row in rows) and len(of[NO_CHANGE]) < len(rows):
        return _ONE
    many = len(rows)
    if many == 1:
        return _of_one(rows[0])
    parts: list[str] = []
    larger: _Rows = []
    if of[APART]:
        named = "; ".join(_swing(row) for row in of[APART][:_NAMED])
        more = f" and {len(of[APART]) - _NAMED} more" if len(of[APART]) > _NAMED else ""
        untold = [row for row in rows if row["told"] in (MAYBE, NOT_APART)]
        larger = [row for row in untold if row["swing"] > of[APART][0]["swing"]]
        begin = "Told from chance is the swing of" if larger else "It rests most on"
        parts.append(f"{begin} {named}{more}")
    else:
        parts.append("No parameter's swing can be told from chance")
    rest = []
    if of[MAYBE]:
        rest.append(f"{len(of[MAYBE])} may be chance among so many")
    if of[NOT_APART]:
        rest.append(f"of {len(of[NOT_APART])} no swing can be told from chance")
    if of[NO_CHANGE]:
        rest.append(_still(len(of[NO_CHANGE])))
    told = f": of the {many} moved, {listed(rest)}" if rest else f", of the {many} moved"
    hidden = ""
    if of[APART] and larger:
        hidden = (
            f" {len(larger)} of those not told so {'has' if len(larger) == 1 else 'have'} a larger "
            f"swing, first {_swing(larger[0])}; more replications would tell."
        )
    return f"{parts[0]} (5 % to 95 % quantile, one at a time){told}.{hidden}"


def _of_one(row: Mapping[Any, Any]) -> str:
    if row["told"] == NO_CHANGE:
        return f"{parameter_in_words(row['parameter'])} changes nothing here."
    sure = "" if row["told"] == APART else ", which cannot be told from chance"
    return f"The one parameter that was moved: {_swing(row)} (5 % to 95 % quantile){sure}."


def _swing(row: Mapping[Any, Any]) -> str:
    halves = [(row[f"change_{e}_upper"] - row[f"change_{e}_lower"]) / 2 for e in ("low", "high")]
    changes = [
        rounded(row[f"change_{end}"], half, "+")
        for end, half in zip(("low", "high"), halves, strict=True)
    ]
    ends = f"{row['low_5']:.3g} to {row['high_95']:.3g}"
    return f"{parameter_in_words(row['parameter'])} ({ends}: {' to '.join(changes)})"


def _turned(words: str, rows: _Rows) -> str:
    """Say which parameters turn a difference round for sure, where the base's is sure."""
    first = rows[0]
    if not (first["base_lower"] > 0 or first["base_upper"] < 0):
        return f"{words}: with every parameter at its default no difference is told from chance."
    up = first["base_lower"] > 0
    turned, open_ = [], []
    for row in rows:
        ends = [(row[f"at_{e}_lower"], row[f"at_{e}_upper"]) for e in ("low", "high")]
        if any(high < 0 if up else low > 0 for low, high in ends):
            turned.append(parameter_in_words(row["parameter"]))
        elif any(low <= 0 <= high for low, high in ends):
            open_.append(parameter_in_words(row["parameter"]))
    if turned:
        return f"{words}: its sign is turned round by {listed(turned)}."
    if open_:
        return (
            f"{words}: no parameter turns its sign round for sure; with {listed(open_[:_NAMED])} "
            "at one end it cannot be told from 0."
        )
    return f"{words}: its sign is the same at both ends of every parameter."


def morris_sentences(table: pd.DataFrame) -> Iterator[str]:
    """Say which parameters matter, and of how many that cannot be told."""
    for words, rows in by_quantity(table):
        yield f"{words}: {_screened(rows)}"


def _screened(rows: _Rows) -> str:
    of = {kind: [row for row in rows if row["verdict"] == kind]
          for kind in (MATTERS, HARDLY_MATTERS, BY_CHANCE, NO_EFFECT)}  # fmt: skip
    many = len(rows)
    if len(of[NO_EFFECT]) == many:
        return f"none of the {many} parameters changes it."
    if many == 1:
        return f"the one parameter that was moved: {_effect(rows[0])}."
    if all(row["verdict"] in ("", NO_EFFECT) for row in rows):
        first = "; ".join(_effect(row) for row in rows[:_NAMED])
        return (
            f"the largest effects of {many} parameters are {first}. With one replication nothing "
            "tells them from chance; give two or more."
        )
    parts = []
    if of[MATTERS]:
        named = "; ".join(_effect(row) for row in of[MATTERS][:_NAMED])
        more = f" and {len(of[MATTERS]) - _NAMED} more" if len(of[MATTERS]) > _NAMED else ""
        matter = "matters" if len(of[MATTERS]) == 1 else "matter, the first"
        parts.append(f"{len(of[MATTERS])} of {many} parameters {matter}: {named}{more}")
    else:
        parts.append(f"of {many} parameters none has an effect that is told from chance")
    rest = []
    if of[HARDLY_MATTERS]:
        rest.append(
            f"{len(of[HARDLY_MATTERS])} hardly (by less than a tenth of the largest effect)"
        )
    if of[BY_CHANCE]:
        most = max(row["mu_star"] for row in of[BY_CHANCE])
        rest.append(
            f"of {len(of[BY_CHANCE])} no effect is told from chance (they are up to {most:.3g}, "
            "chance included)"
        )
    if of[NO_EFFECT]:
        rest.append(_still(len(of[NO_EFFECT])))
    return f"{parts[0]}; {listed(rest)}." if rest else f"{parts[0]}."


def _effect(row: Mapping[Any, Any]) -> str:
    share = "" if isnan(row["share_chance"]) else f", chance {100 * row['share_chance']:.0f} %"
    return f"{parameter_in_words(row['parameter'])} (mean effect {row['mu_star']:.3g}{share})"


def sobol_sentences(table: pd.DataFrame) -> Iterator[str]:
    """Say what share of the variance chance makes, and who makes most of the rest."""
    for words, rows in by_quantity(table):
        chance = next(row for row in rows if row["input"] == OF_CHANCE)
        others = [row for row in rows if row["input"] != OF_CHANCE]
        named = "; ".join(f"{_input(row)} {_share(row, 'total')}" for row in others[:3])
        vague = max((row["total_upper"] - row["total_lower"]) / 2 for row in rows) > _VAGUE
        caution = " The intervals are wide: raise --samples." if vague else ""
        yield (
            f"{words}: of the variance of one replication under uncertain parameters, chance by "
            f"itself makes {_share(chance, 'first')}, and with its interactions "
            f"{_share(chance, 'total')}. With their interactions: {named}.{caution}"
        )


def _input(row: Mapping[Any, Any]) -> str:
    name, many = str(row["input"]), int(row["parameters"])
    words = parameter_in_words(name) if "." in name else name
    return f"{words} ({many} parameters)" if many > 1 else words


def _share(row: Mapping[Any, Any], which: str) -> str:
    value = row["first_order"] if which == "first" else row["total"]
    low, high = (min(1.0, max(0.0, row[f"{which}_{end}"])) for end in ("lower", "upper"))
    return f"{100 * min(1.0, max(0.0, value)):.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"


def alternatives_sentences(table: pd.DataFrame) -> Iterator[str]:
    """Say which alternatives change each quantity, the largest change first."""
    for words, rows in by_quantity(table):
        base, others = rows[0], rows[1:]
        turned = _round_by(base, others) if base["reference"] else ""
        yield f"{words}: {_changes(base, others)}{turned}"


def map_sentences(table: pd.DataFrame) -> Iterator[str]:
    """Say between which values each quantity goes over the map, and how many cells are told."""
    for words, rows in by_quantity(table):
        low, high = (f(rows, key=lambda row: row["mean"]) for f in (min, max))
        half = (low["upper"] - low["lower"]) / 2
        ends = [f"{rounded(row['mean'], half)} ({_cell(row)})" for row in (low, high)]
        told = sum(row["told"] == APART for row in rows)
        sure = _ONE if rows[0]["replications"] < 2 else (
            f"{told} of {len(rows)} cells differ from the base by more than chance explains."
        )  # fmt: skip
        same = low["mean"] == high["mean"]
        yield f"{words}: " + (
            f"the same in all {len(rows)} cells." if same else f"from {' to '.join(ends)}. {sure}"
        )


def _cell(row: Mapping[Any, Any]) -> str:
    return ", ".join(
        f"{parameter_in_words(row[f'path_{n}'])} {row[f'value_{n}']:.4g}" for n in (1, 2)
    )


def _round_by(base: Mapping[Any, Any], others: _Rows) -> str:
    """Say which alternatives turn a sure difference round for sure."""
    up = base["lower"] > 0
    if not (up or base["upper"] < 0):
        return ""
    turned = [
        str(row["alternative"]) for row in others
        if (row["upper"] < 0 if up else row["lower"] > 0)
    ]  # fmt: skip
    return f" Its sign is turned round by {listed(turned)}." if turned else (
        " No alternative turns its sign round for sure."
    )  # fmt: skip


def _changes(base: Mapping[Any, Any], others: _Rows) -> str:
    half = (base["upper"] - base["lower"]) / 2
    begin = f"{rounded(base['mean'], half)} as it is"
    if base["replications"] < 2:
        return f"{begin}. {_ONE}"
    apart = [row for row in others if row["told"] == APART]
    apart.sort(key=lambda row: -abs(row["difference"]))
    same = sum(row["told"] == NO_CHANGE for row in others)
    rest = len(others) - len(apart) - same
    named = "; ".join(_change(row) for row in apart[:_NAMED])
    more = f" and {len(apart) - _NAMED} more" if len(apart) > _NAMED else ""
    said = f"{named}{more}" if apart else "no alternative is told from chance"
    left = [f"of {rest} no change is told from chance"] if rest and apart else []
    left += [_still(same)] if same else []
    return f"{begin}; {said}{f'; {listed(left)}' if left else ''}."


def _change(row: Mapping[Any, Any]) -> str:
    half = (row["difference_upper"] - row["difference_lower"]) / 2
    limits = " to ".join(rounded(row[f"difference_{end}"], half, "+") for end in ("lower", "upper"))
    return f"{row['alternative']} {rounded(row['difference'], half, '+')} ({limits})"


def _still(many: int) -> str:
    return f"{many} {'changes' if many == 1 else 'change'} nothing here"
