"""The numbers of docs/planner_questions.md: `make answers`, about three minutes on two cores.

Runs every command that stands on the page as it stands there and writes what its answers cite to
docs/planner_questions.csv. The page is written by hand from that table; a test compares them.
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
WAIT, LATE = "clinic_wait_first_infusion_days", "booster_delay_days"
WELL, SEEN = "days_in_response", "infusions_per_week"
EFFECTS = (WAIT, LATE, WELL, SEEN, "chair_utilisation", "overtime_minutes_per_week",
           "waiting_at_end", "induction_span_days", "capacity_cost_per_year")  # fmt: skip
MEANS = (WAIT, LATE, WELL, SEEN, "waiting_at_end", "in_maintenance_mean", "charged_per_patient",
         "capacity_cost_per_patient", "capacity_cost_per_infusion")  # fmt: skip
TARGET = "p95(booster_delay_days)"


def commands(text: str) -> list[tuple[int, str]]:
    """List the number of each question and its command, in the order of the page."""
    found = re.findall(r"^## (\d+)\..*?^```sh\nketasim (.+?)\n```", text, re.M | re.S)
    return [(int(number), command) for number, command in found]


def ran(command: str, folder: Path) -> Path:
    """Run one command as it stands, without figures; give the folder of its tables."""
    arguments = [*shlex.split(command), "--no-figures", "--quiet", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "sim", *arguments], check=True, cwd=DOCS.parent)
    return folder


def rows_of(folder: Path) -> pd.DataFrame:
    """Read what may be cited of a run, a study or a search, without the number of the question."""
    if (folder / "capacity.csv").exists():
        return _searched(pd.read_csv(folder / "capacity.csv"))
    means = pd.read_csv(folder / "summary.csv").rename(columns={"mean": "value"})
    means = means[means["measure"].isin(MEANS)].assign(statistic="mean")
    if not (folder / "comparison.csv").exists():
        return means
    pairs = pd.read_csv(folder / "comparison.csv").rename(columns={"difference": "value"})
    return pairs[pairs["measure"].isin(EFFECTS)].assign(statistic="difference")


def _searched(tried: pd.DataFrame) -> pd.DataFrame:
    """Give of each value tried the share of years that met the target, and the mean quantity."""
    names = [f"{value:g} referrals a week" for value in tried["referrals.per_week"]]
    tried = tried.assign(scenario=names)
    share = tried.rename(columns={"share": "value"}).assign(measure="met", statistic="share")
    limits = {TARGET: "value", f"{TARGET} lower": "lower", f"{TARGET} upper": "upper"}
    mean = tried.drop(columns=["lower", "upper"]).rename(columns=limits)
    return pd.concat([share, mean.assign(measure=TARGET, statistic="mean")])


def main() -> None:
    """Run each different command once and write the table."""
    done: dict[str, pd.DataFrame] = {}
    parts = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, command in commands(PAGE.read_text(encoding="utf-8")):
            if command not in done:
                done[command] = rows_of(ran(command, Path(scratch) / str(number)))
            parts.append(done[command].assign(question=number))
    table = pd.concat(parts)[COLUMNS]
    variant = table["question"].map(VARIANTS)
    table[variant.isna() | (table["scenario"] == variant)].to_csv(
        TABLE, index=False, float_format="%.6g", lineterminator="\n"
    )


VARIANTS = {
    1: "nurse_away", 2: "saturdays", 5: "referrals_double", 7: "nasal", 8: "ring_fence",
    9: "no_show_20", 10: "august", 11: "half_prescriber", 12: "lunch_break",
}  # fmt: skip
"""The scenario of scenarios/questions.toml that answers a question."""

if __name__ == "__main__":
    main()
