"""The numbers of docs/planner_questions.md: `make answers`, about four minutes of processor time.

Runs every command that stands on the page as it stands there, writes what its answers cite to
docs/planner_questions.csv, and the answers themselves between the marks of the page.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

DOCS = Path(__file__).parents[1] / "docs"
PAGE, TABLE = DOCS / "planner_questions.md", DOCS / "planner_questions.csv"
COLUMNS = ["question", "scenario", "measure", "statistic", "value", "lower", "upper",
           "replications"]  # fmt: skip
VARIANTS = {
    1: "nurse_away", 2: "saturdays", 5: "referrals_double", 7: "nasal", 8: "ring_fence",
    9: "no_show_20", 10: "august", 11: "half_prescriber", 12: "lunch_break",
}  # fmt: skip
"""The scenario of scenarios/questions.toml that answers a question."""

WAIT, LATE = "clinic_wait_first_infusion_days", "booster_delay_days"
WELL, SEEN = "days_in_response", "infusions_per_week"
COST, OVER = "capacity_cost_per_year", "overtime_minutes_per_week"
CITED = {  # what each answer cites, in this order
    1: (WAIT, LATE, WELL, SEEN, COST),
    2: (WAIT, LATE, WELL, SEEN, "chair_utilisation", COST),
    3: ("waiting_at_end",),
    4: ("capacity_cost_per_patient", "capacity_cost_per_infusion", "charged_per_patient"),
    5: (WAIT, "waiting_at_end", LATE, WELL, SEEN),
    7: (WAIT, LATE, WELL, SEEN),
    8: (WAIT, "induction_span_days", LATE, WELL, SEEN),
    9: ("no_show_share", "in_maintenance_mean", SEEN, "chair_utilisation", WAIT, WELL),
    10: (WAIT, LATE, WELL, SEEN, COST),
    11: (WAIT, LATE, WELL, "prescriber_utilisation", COST),
    12: (WAIT, LATE, WELL, SEEN, "chair_utilisation", OVER, COST),
}
TOLD = {  # noun, unit, factor and decimals of each measure
    WAIT: ("the mean wait for the first infusion (missed visits aside)", " days", 1, 1),
    LATE: ("the mean delay of boosters", " days", 1, 2),
    WELL: ("days in response per patient-year", " days", 1, 1),
    SEEN: ("the number of infusions a week", "", 1, 1),
    OVER: ("overtime", " minutes a week", 1, 0),
    COST: ("the cost of chairs and staff", "US$ a year", 1, 0),
    "waiting_at_end": ("the number who wait at the end", " people", 1, 1),
    "induction_span_days": ("the span of an induction", " days", 1, 1),
    "in_maintenance_mean": ("the number in maintenance", " people", 1, 0),
    "no_show_share": ("the share of booked visits missed", " %", 100, 1),
    "chair_utilisation": ("the use of chairs in opening hours", " %", 100, 1),
    "prescriber_utilisation": ("the use of prescribers' hours", " %", 100, 1),
    "capacity_cost_per_patient": ("the cost of chairs and staff per patient", "US$", 1, 0),
    "capacity_cost_per_infusion": ("the cost of chairs and staff per infusion", "US$", 1, 0),
    "charged_per_patient": ("what is charged per patient", "US$", 1, 0),
}
TARGET = "p95(booster_delay_days)"
BLOCK = re.compile(r"(<!-- answer (\d+) -->\n).*?(<!-- end -->)", re.S)


def commands(text: str) -> list[tuple[int, str]]:
    """List the number of each question and its command, in the order of the page."""
    found = re.findall(r"^## (\d+)\..*?^```sh\nketasim (.+?)\n```", text, re.M | re.S)
    return [(int(number), command) for number, command in found]


def ran(command: str, folder: Path) -> Path:
    """Run one command as it stands, without figures; give the folder of its tables."""
    arguments = [*shlex.split(command), "--no-figures", "--quiet", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "sim", *arguments], check=True, cwd=DOCS.parent)
    return folder


def rows_of(number: int, folder: Path) -> pd.DataFrame:
    """Read what the answer to a question cites from the tables of its command."""
    if (folder / "capacity.csv").exists():
        return _searched(pd.read_csv(folder / "capacity.csv"))
    means = pd.read_csv(folder / "summary.csv").rename(columns={"mean": "value"})
    means = means.assign(statistic="mean")
    if number in VARIANTS:
        pairs = pd.read_csv(folder / "comparison.csv").rename(columns={"difference": "value"})
        pairs = pairs[pairs["scenario"] == VARIANTS[number]].assign(statistic="difference")
        means = pd.concat([means[means["scenario"] == "as_it_is"], pairs])
    elif number == 3:
        means = pd.concat([means, _range(pd.read_csv(folder / "metrics.csv"))])
    return means[means["measure"].isin(CITED[number])]


def _range(metrics: pd.DataFrame) -> pd.DataFrame:
    """Give the least and the most of all replications, as one of them is what will happen."""
    by = metrics.groupby(["scenario", "measure"], as_index=False)["value"]
    spread = by.agg(value="median", lower="min", upper="max", replications="count")
    return spread.assign(statistic="range")


def _searched(tried: pd.DataFrame) -> pd.DataFrame:
    """Give of each value tried the share of years that met the target, and the mean quantities."""
    names = [f"{value:g} referrals a week" for value in tried["referrals.per_week"]]
    tried = tried.assign(scenario=names)
    parts = [tried.rename(columns={"share": "value"}).assign(measure="met", statistic="share")]
    for quantity in (TARGET, "in_maintenance_mean"):
        limits = {quantity: "value", f"{quantity} lower": "lower", f"{quantity} upper": "upper"}
        mean = tried.drop(columns=["lower", "upper"]).rename(columns=limits)
        parts.append(mean.assign(measure=quantity, statistic="mean"))
    answer = tried.loc[tried["verdict"] == "answer", "referrals.per_week"].max()
    near = pd.concat(parts)
    return near[near["referrals.per_week"].isin([answer, answer + 0.25])]


def number_of(value: float, decimals: int) -> str:
    """Write a number without a sign, with commas in thousands."""
    return f"{abs(value):,.{decimals}f}"


def _with_unit(text: str, unit: str) -> str:
    """Put a unit behind a number, but dollars before it."""
    dollars, _, rest = unit.partition("US$")
    return f"US$ {text}{rest}" if unit.startswith("US$") else f"{text}{dollars}"


def _limits(row: pd.Series, factor: float, decimals: int) -> str:
    ends = (row["lower"] * factor, row["upper"] * factor)
    low, high = (f"{end:z,.{decimals}f}".replace("-", "−") for end in ends)
    return f"{low} to {high}"


def mean_said(row: pd.Series) -> str:
    """Say a mean with its interval."""
    noun, unit, factor, decimals = TOLD[row["measure"]]
    value = _with_unit(number_of(row["value"] * factor, decimals), unit)
    return f"{noun} is {value} ({_limits(row, factor, decimals)})"


def difference_said(row: pd.Series, before: float) -> str:
    """Say a paired difference; where its interval covers 0, that none can be shown."""
    noun, unit, factor, decimals = TOLD[row["measure"]]
    limits = _limits(row, factor, decimals)
    if row["lower"] <= 0 <= row["upper"]:
        if row["lower"] == row["upper"]:
            return f"nothing changes in {noun}"
        return f"no difference can be shown in {noun} ({_with_unit(limits, unit)})"
    verb = "rises" if row["value"] > 0 else "falls"
    verb = verb[:-1] if noun.startswith("days") else verb
    points = " points" if unit == " %" else unit
    by = _with_unit(number_of(row["value"] * factor, decimals), points)
    start = _with_unit(number_of(before * factor, decimals), unit)
    sure = "" if row["lower"] == row["upper"] else f" ({limits})"
    return f"{noun} {verb} by {by}{sure}, from {start}"


def answer(number: int, rows: pd.DataFrame) -> str:
    """Say the answer to a question from its rows of the table: a short list."""
    if number == 6:
        return _held(rows)
    told = []
    for measure in CITED[number]:
        of = rows[rows["measure"] == measure].set_index("statistic", drop=False)
        mean = of.loc["mean"]
        differs = number in VARIANTS
        told.append(difference_said(of.loc["difference"], mean["value"]) if differs
                    else mean_said(mean))  # fmt: skip
        if "range" in of.index:
            of_all = of.loc["range"]
            told.append(f"in the {of_all['replications']:.0f} futures simulated it is "
                        f"{of_all['lower']:.0f} to {of_all['upper']:.0f}")  # fmt: skip
    return "".join(f"- {text[:1].upper()}{text[1:]}.\n" for text in told)


def _held(rows: pd.DataFrame) -> str:
    """Say the caseload up to which boosters come in time, and that of the next rate tried."""
    told = ""
    for name, of in rows.groupby("scenario", sort=True):
        by = of.set_index("measure")
        held, late, met = by.loc["in_maintenance_mean"], by.loc[TARGET], by.loc["met"]
        share = f"{100 * met['value']:.0f} % of {met['replications']:.0f} simulated years"
        told += (
            f"- With {name}: {held['value']:.0f} people in maintenance "
            f"({_limits(held, 1, 0)}); 95 % of boosters come within {late['value']:.1f} days of "
            f"being due ({_limits(late, 1, 1)}); the target is met in {share} "
            f"({_limits(met, 100, 0)} % of all).\n"
        )
    return told


def renewed(text: str, table: pd.DataFrame) -> str:
    """Write the answers of the table between the marks of the page."""

    def block(found: re.Match[str]) -> str:
        number = int(found[2])
        return found[1] + answer(number, table[table["question"] == number]) + found[3]

    return BLOCK.sub(block, text)


def main() -> None:
    """Run each different command once, write the table, and renew the page."""
    text = PAGE.read_text(encoding="utf-8")
    folders: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number, command in commands(text):
            if command not in folders:
                folders[command] = ran(command, Path(scratch) / str(number))
        parts = [rows_of(n, folders[command]).assign(question=n) for n, command in commands(text)]
    table = pd.concat(parts)[COLUMNS]
    table.to_csv(TABLE, index=False, float_format="%.6g", lineterminator="\n")
    PAGE.write_text(renewed(text, pd.read_csv(TABLE)), encoding="utf-8")


if __name__ == "__main__":
    main()
