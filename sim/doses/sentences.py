"""The answers of a dose count in sentences, and its folder of tables."""

from __future__ import annotations

from math import isfinite, isnan
from pathlib import Path
from typing import Any

import pandas as pd

from sim.doses.dose_count import BOOSTER, EVERYBODY, DoseCount
from sim.doses.factors import Factor
from sim.doses.needs import LONGEST_INTERVAL, SHORTEST_INTERVAL
from sim.experiment.folder import Replaces
from sim.experiment.store import write_folder

COUNTS, SHIFTS = "dose_count.csv", "factors.csv"
_USUAL_COURSE = 6  # infusions (McInnes 2022)
_FOUR_WEEKS = 28  # days, the most usual booster interval

CAUTION = (
    "Model output, not medical advice: the effects of route, PTSD, pain and benzodiazepines are "
    "assumptions of grade B to C, and durability is known to a factor of 2-3, so run both "
    "calibrations."
)


class Reader:
    """Looks single answers up by group or level."""

    def __init__(self, table: pd.DataFrame, keys: list[str]) -> None:
        self._rows: dict[Any, Any] = table.set_index(
            [*keys, "question", "statistic", "at"]
        ).to_dict("index")

    def __call__(self, *key: object, at: int | None = None) -> dict[str, float]:
        """Give mean and limits of one answer: `reader(group, question, statistic, at=6)`."""
        row: dict[str, float] = self._rows[(*key, pd.NA if at is None else at)]
        return row


def dose_sentences(answers: DoseCount) -> list[str]:
    """Say the answers in words: response, remission, boosters, and one sentence a factor level."""
    people = f"{answers.replications} x {answers.people:,} people"
    told = [
        f"Answers for {people}, infused up to {answers.maximum} times on days "
        f"{', '.join(map(str, answers.days[:5]))}{' ...' if len(answers.days) > 5 else ''} by "
        f"{answers.scenario.policy.treatment.route} and rated 24 h after each infusion; nobody "
        "waits, withdraws or stops."
    ]
    read = Reader(answers.counts, ["group"])
    told += [_reached(answers, read, "response"), _reached(answers, read, "remission")]
    told += [
        _boosters(answers, read),
        *(_shifted(answers, factor) for factor in answers.factors.values()),
    ]
    return [*told, CAUTION]


def _reached(answers: DoseCount, read: Reader, what: str) -> str:
    rated, true = f"{what}_rated", f"{what}_latent"
    most, usual = answers.maximum, min(_USUAL_COURSE, answers.maximum)

    def by(infusions: int) -> str:
        return f"{100 * read(EVERYBODY, rated, 'reached_by', at=infusions)['mean']:.0f} %"

    def middle(question: str) -> str:
        infusions = read(EVERYBODY, question, "median")["mean"]
        return f"about {infusions:.0f}" if isfinite(infusions) else f"more than {most}"

    truth = "relief of 0.50 or more" if what == "response" else "a score below 5"
    return (
        f"{what.capitalize()}: {by(1)} of all infused are rated so after one infusion, {by(usual)} "
        f"within {usual}, {by(most)} within {most}; the middle person needs {middle(rated)}, and "
        f"{_percent(read(EVERYBODY, rated, 'never'))} never are. One lucky rating is enough for "
        f"that: in truth ({truth}, without noise and drift) the middle person needs "
        f"{middle(true)}, and {_percent(read(EVERYBODY, true, 'never'))} never get there."
    )


def _boosters(answers: DoseCount, read: Reader) -> str:
    def told(statistic: str, at: int | None = None) -> dict[str, float]:
        return read(EVERYBODY, BOOSTER, statistic, at=at)

    symptoms = answers.scenario.symptoms
    aside = " Episodes of worsening, which come under boosters too, are left aside here."
    episodes = symptoms.calibrated().worsening_per_year and symptoms.own_course.worsening_depth
    return (
        "Boosters, one infusion each at equal intervals for ever, so that relief is at least 0.50 "
        f"before each: for {_percent(told('none_keeps'))} not even one every {SHORTEST_INTERVAL:g} "
        f"days is enough, and for {_percent(told('longest_keeps'))} one every {LONGEST_INTERVAL:g} "
        f"days is. The middle person needs one every {_days(told('median'))}; a quarter do with "
        f"one every {_days(told('quartile_upper'))} or more rarely. One every {_FOUR_WEEKS} days "
        f"keeps {_percent(told('kept_well_by', _FOUR_WEEKS))} well.{aside if episodes else ''}"
    )


def _shifted(answers: DoseCount, factor: Factor) -> str:
    read = Reader(answers.shifts, ["factor", "level"])
    others = [level for level in factor.levels if level != factor.reference]
    told = [f"{level}, {_moved(read, factor.name, level)}" for level in others]
    return f"{factor.title}, against {factor.reference}: {'; '.join(told)}."


def _moved(read: Reader, name: str, level: str) -> str:
    def infusions(question: str) -> str:
        return _change(read(name, level, question, "infusions"), "more", "fewer", "no more")

    booster = read(name, level, BOOSTER, "median")
    return (
        f"{infusions('response_rated')} infusions to response "
        f"({infusions('response_latent')} in truth), {infusions('remission_rated')} to remission "
        f"({infusions('remission_latent')}), and boosters "
        f"{_change(booster, 'days further apart', 'days closer', 'as often')}"
    )


def _change(row: dict[str, float], up: str, down: str, none: str) -> str:
    """Say a paired difference; one whose interval holds 0 counts as none."""
    change, low, high = (row[f"difference{end}"] for end in ("", "_lower", "_upper"))
    if isnan(change) or change == 0 or low <= 0 <= high:
        return none
    return f"{abs(change):.2g} {up if change > 0 else down}"


def _percent(row: dict[str, float]) -> str:
    return f"{100 * row['mean']:.1f} %{_range(row, 100)}"


def _days(row: dict[str, float]) -> str:
    if row["mean"] < SHORTEST_INTERVAL:
        return "day or two, which is not tried"
    return f"{row['mean']:.1f} days{_range(row, 1)}"


def _range(row: dict[str, float], times: int) -> str:
    if isnan(row["lower"]):
        return ""
    return f" ({times * row['lower']:.1f} to {times * row['upper']:.1f})"


def write_dose_count(answers: DoseCount, folder: str | Path, overwrite: Replaces = None) -> Path:
    """Write dose_count.csv, factors.csv and, last, manifest.json; give the folder."""
    tables = {COUNTS: answers.counts, SHIFTS: answers.shifts}
    return write_folder(folder, tables, answers.manifest, overwrite)
