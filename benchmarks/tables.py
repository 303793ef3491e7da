"""Tables of README and docs, written from what a run leaves: a folder in, Markdown out.

Which command leaves the folder, and on which page a table stands, is said in images.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiment.uncertainty import posterior_file

MINUS = "−"


def markdown(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table: a line a row, one blank on either side of a cell."""
    cells = [list(header), *map(list, rows)]
    first, *lines = ("| " + " | ".join(row) + " |" for row in cells)
    rule = "|---" * len(cells[0]) + "|"
    return "\n".join([first.replace("|  |", "| |"), rule, *lines]) + "\n"


def boosters(folder: Path) -> str:
    """Means of the booster study under both calibrations (results)."""
    columns = {
        "days_below_10": ("days below 10", 1),
        "days_in_response": ("days in response", 1),
        "infusions_per_patient": ("infusions per patient", 2),
        "relapses_per_responder_year": ("relapses per responder-year", 2),
    }
    sets = {name: pd.read_csv(folder / name / "summary.csv") for name in ("community", "trial")}
    names = dict.fromkeys(sets["community"]["scenario"])
    by = {name: table.set_index(["scenario", "measure"]) for name, table in sets.items()}
    rows = [
        [
            spoken(name),
            *(
                _mean(table.loc[(name, measure)], decimals)
                for measure, (_, decimals) in columns.items()
                for table in by.values()
            ),
        ]
        for name in names
    ]
    header = [x for words, _ in columns.values() for x in (f"{words}: community", "trial")]
    return markdown(["policy", *header], rows)


def boosters_uncertain(folder: Path) -> str:
    """Days in response against every 4 weeks, of what boosters_uncertain.py prints (results)."""
    printed = (folder / "printed.txt").read_text(encoding="utf-8")
    told = [line.strip("| ").split(" | ") for line in printed.splitlines()[2:]]
    cells = {(calibration, policy): days for calibration, policy, _, days, _ in told}
    rows = []
    for policy in dict.fromkeys(policy for _, policy in cells):
        days = [cells[name, policy].replace("-", MINUS) for name in ("community", "trial")]
        rows.append([spoken(policy), *(re.sub(r"(\d)%", r"\1 %", text) for text in days)])
    return markdown(["policy", "community", "trial"], rows)


def calibrations(_: Path) -> str:
    """Best fits and joint samples of both sets, as shipped with their priors (docs/evidence.md)."""
    rows: dict[str, list[str]] = {}
    for name in ("trial", "community"):
        file = posterior_file(name)
        told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        low, median, high = pd.read_csv(file).quantile([0.05, 0.5, 0.95]).to_numpy()
        for place, (parameter, best) in enumerate(told["fit"]["parameters"].items()):
            centre, sd, law = told["priors"][parameter]
            prior = f"{centre:g} ({sd:g}){'' if law == 'log-normal' else ', ' + law}"
            row = rows.setdefault(parameter, [prior])
            if prior != row[0]:
                row[0] += f"; {prior}"
            row += [f"{best:.4g}", f"{median[place]:.3g} ({low[place]:.3g} to {high[place]:.3g})"]
    header = ["parameter", "prior median (sigma)", "trial: best", "median (90 %)",
              "community: best", "median (90 %)"]  # fmt: skip
    return markdown(header, ([f"`{name}`", *row] for name, row in rows.items()))


def published(folder: Path) -> str:
    """Every published result beside the model's, under both sets (docs/evidence.md)."""
    table = pd.read_csv(folder / "validation" / "validation.csv", keep_default_na=False)
    by = {(row["id"], row["calibration"]): row for row in table.to_dict("records")}
    rows = []
    for name in dict.fromkeys(table["id"]):
        row = next(by[key] for key in by if key[0] == name)
        digits = 0 if float(row["published"]) >= 10 else 2
        bounds = [_rounded(row[end], digits) for end in ("low", "high")]
        band = f"{bounds[0]} or more" if not bounds[1] else " to ".join(bounds)
        cells = [
            name,
            row["use"].replace("_", " "),
            f"{_rounded(row['published'], digits)} ({band})",
        ]
        for calibration in ("trial", "community"):
            cells += _answered(by.get((name, calibration)), digits)
        rows.append(cells)
    header = ["row", "use", "published (band)", "trial: model", "", "community: model", ""]
    return markdown(header, rows)


def _answered(row: Any, digits: int) -> list[str]:
    if row is None:
        return ["–", ""]
    half = (float(row["model_upper"]) - float(row["model_lower"])) / 2
    spread = [_rounded(row[end], digits) for end in ("model_low_90", "model_high_90")]
    within = " to ".join(spread) if all(spread) and "inf" not in "".join(spread) else "–"
    verdict = "pass" if row["verdict"] == "in band" else row["verdict"]
    said = f"{_rounded(row['model'], digits)} ± {half:.{max(digits, 1) + (digits > 0)}f}"
    return [f"{said} ({within})", verdict]


def _rounded(value: Any, digits: int) -> str:
    return "" if value == "" else f"{float(value):.{digits}f}".replace("-", MINUS)


def booking(folder: Path) -> str:
    """Paired differences of the ways to book (docs/booking.md)."""
    columns = {
        "clinic_wait_first_infusion_days": "wait for the first infusion, days (the clinic's clock)",
        "induction_span_days": "length of an induction, days",
        "booster_delay_days": "booster delay, days",
        "days_in_response": "days in response a year",
    }
    left = folder / "results" / "booking_script"
    means = pd.read_csv(left / "summary.csv").set_index(["scenario", "measure"])["mean"]
    pairs = pd.read_csv(left / "comparison.csv")
    reference = pairs["reference"].iloc[0]
    first = [f"{spoken(reference)} (what it is compared with)"]
    rows = [[*first, *(f"{means[reference, measure]:.1f}" for measure in columns)]]
    by = pairs.set_index(["scenario", "measure"])
    for name in dict.fromkeys(pairs["scenario"]):
        rows.append([spoken(name), *(_difference(by.loc[(name, m)]) for m in columns)])
    return markdown(["rule", *columns.values()], rows)


def policies(folder: Path) -> str:
    """Gains over fixed boosters at equal numbers of infusions (docs/policies.md)."""
    labels = {
        "adaptive_5_8": "adaptive, thresholds 5 / 8",
        "adaptive_7_10": "adaptive, thresholds 7 / 10 (default, without the rise)",
        "as_needed_9": "as needed, level 9",
        "as_needed_13": "as needed, level 13",
        "taper_1_2": "taper, factor 1.2",
        "predictive_5": "predictive, target 5",
        "predictive_8": "predictive, target 8",
        "predictive_11": "predictive, target 11",
        "oracle_days_below_10_4": "oracle for days below 10 (worth 4)",
        "oracle_days_in_response_4": "oracle for days in response (worth 4)",
    }
    found = pd.read_csv(folder / "results" / "policies_script" / "frontier.csv")
    by = found.set_index(["scenario", "measure"])
    rows = []
    for name, words in labels.items():
        gains = [by.loc[(name, measure)] for measure in ("days_below_10", "days_in_response")]
        limits = (_difference(gain, signed=False) for gain in gains)
        rows.append([words, f"{gains[0]['infusions']:.1f}", *limits])
    days = [f"days {of}, gain over fixed" for of in ("below 10", "in response")]
    return markdown(["unlimited capacity", "infusions a year", *days], rows)


def printed(folder: Path) -> str:
    """Give what a command printed, as it stands."""
    return (folder / "printed.txt").read_text(encoding="utf-8")


MEASURED = {  # of a known answer: the words of the page, and decimals
    "share_waiting": ("P(wait)", 4),
    "mean_wait": ("mean wait, min", 2),
    "mean_queue": ("people waiting", 3),
    "share_waiting_over_30": ("P(wait > 30 min)", 4),
    "longest_wait": ("longest wait, min", 2),
    "share_blocked": ("P(turned away)", 4),
}


def known_answers(folder: Path) -> str:
    """Theory beside simulation at full size (docs/verification.md)."""
    rows = []
    for row in pd.read_csv(folder / "known_answers.csv").to_dict("records"):
        words, decimals = MEASURED[row["measure"]]
        numbers = [f"{row[of]:.{decimals}f}" for of in ("exact", "simulated", "half_width")]
        share = f"{100 * row['half_width_share']:.1f} %" if row["exact"] else ""
        rows.append([row["title"], words, *numbers, share, f"{row['visits']:,}", row["verdict"]])
    header = ["case", "measure", "theory", "simulated", "half-width (99 %)", "of theory", "visits"]
    return markdown([*header, "verdict"], rows)


QUESTIONS = {
    "response_rated": "response, rated",
    "response_latent": "response, true",
    "remission_rated": "remission, rated",
    "remission_latent": "remission, true",
}
COUNTED = {  # of each of these: statistic, infusions, words
    ("reached_by", 1): "after one infusion",
    ("reached_by", 6): "reached within 6",
    ("never", None): "never, within 12",
    ("median", None): "infusions, median person",
    ("infusions", None): "infusions, mean (a series stops when it succeeds, or at 12)",
}
INTERVAL = {
    ("median", None): "median person, days",
    ("quartile_upper", None): "upper quartile, days",
    ("none_keeps", None): "not even every 3 days is enough",
    ("longest_keeps", None): "every 182 days is enough",
    ("kept_well_by", 14): "kept well by one every 14 days",
    ("kept_well_by", 28): "kept well by one every 28 days",
    ("kept_well_by", 56): "kept well by one every 56 days",
}


SHIFTS = {  # factor, beginning of the level: words
    ("clearance", "slow"): "slow metabolism (0.7 of typical)",
    ("clearance", "fast"): "fast metabolism (1.25 of typical)",
    ("severity", "GAD-7 of 10"): "GAD-7 of 10",
    ("severity", "GAD-7 of 20"): "GAD-7 of 20",
    ("route", "intramuscular"): "intramuscular 1 mg/kg (F 0.93)",
    ("route", "intranasal"): "intranasal 75 mg (F 0.40)",
    ("route", "sublingual"): "sublingual 100 mg (F 0.30)",
    ("route", "oral"): "oral 100 mg (F 0.20)",
    ("ptsd", "with PTSD"): "with PTSD",
    ("chronic_pain", "with "): "with chronic pain",
    ("benzodiazepine_high", "high dose"): "high-dose benzodiazepine",
    ("durability", "half"): "half as durable",
    ("durability", "double"): "twice as durable",
    ("sensitivity", "half"): "half as sensitive",
    ("sensitivity", "twice"): "twice as sensitive",
    ("plasticity", "on (p = 2)"): "plasticity window on (p = 2)",
    ("plasticity", "on (p = 5)"): "plasticity window on (p = 5)",
}


def dose_answers(folder: Path) -> str:
    """Infusions needed and booster intervals of everybody (docs/howto_dose_count.md)."""
    sets = [pd.read_csv(folder / name / "dose_count.csv") for name in ("community", "trial")]
    sets = [table[table["group"] == "everybody"] for table in sets]
    rows = []
    for question, words in QUESTIONS.items():
        begun = f"**{words}**:"
        for (statistic, at), said in COUNTED.items():
            cells = (_answer(_one(table, question, statistic, at)) for table in sets)
            rows.append([f"{begun} {said}", *cells])
            begun = "…"
    begun = "**longest booster interval**,"
    for (statistic, at), said in INTERVAL.items():
        cells = (_answer(_one(table, "booster_interval", statistic, at)) for table in sets)
        rows.append([f"{begun} {said}", *cells])
        begun = "…"
    return markdown(["", "`community`", "`trial`"], rows)


def dose_shifts(folder: Path) -> str:
    """What one factor shifts, on the same people (docs/howto_dose_count.md)."""
    sets = [pd.read_csv(folder / name / "factors.csv") for name in ("community", "trial")]
    asked = [(question, "infusions") for question in QUESTIONS] + [("booster_interval", "median")]
    rows = []
    for (factor, level), words in SHIFTS.items():
        parts = [_level(table, factor, level) for table in sets]
        both = ([_shift(_one(part, *of)) for part in parts] for of in asked)
        rows.append([words, *(" / ".join(cells) for cells in both)])
    header = [f"to {words}" for words in QUESTIONS.values()]
    return markdown(["instead of the reference", *header, "booster"], rows)


def dose_shares(folder: Path) -> str:
    """What the non-specific part takes from dose, route and metabolism (the same page)."""
    sets = [pd.read_csv(folder / name / "factors.csv") for name in ("community", "default")]
    rows = []
    for (factor, level), words in SHIFTS.items():
        if factor in ("clearance", "route"):
            cells = []
            for table in sets:
                part = _level(table, factor, level)
                shift = _one(part, "response_latent", "infusions")["difference"]
                digits = 2 if abs(shift) < 1 else 1
                cells.append(f"{abs(shift):.{digits}f} {'more' if shift > 0 else 'fewer'}")
            rows.append([re.sub(r" \(F .*| of typical", "", words), *cells])
    return markdown(["", "drug's own (1.0)", "default (fitted)"], rows)


def _level(table: pd.DataFrame, factor: str, level: str) -> pd.DataFrame:
    return table[(table["factor"] == factor) & table["level"].str.startswith(level)]


def _one(table: pd.DataFrame, question: str, statistic: str, at: float | None = None) -> pd.Series:
    """Give the one row of a dose count that answers."""
    of = table[(table["question"] == question) & (table["statistic"] == statistic)]
    return of[of["at"].isna() if at is None else of["at"] == at].squeeze(axis=0)


def _answer(row: pd.Series) -> str:
    """Write an answer with its limits: a share in per cent, infusions or days as they are."""
    if row["mean"] == float("inf"):
        return "more than 12"
    if row["unit"] == "share":
        mean, low, high = (f"{100 * row[of]:.1f}" for of in ("mean", "lower", "upper"))
        return f"{mean} % ({low}–{high})"
    decimals = 2 if row["statistic"] == "infusions" else 1
    mean, low, high = (f"{row[of]:.{decimals}f}" for of in ("mean", "lower", "upper"))
    return f"{mean} ({low}–{high})"


def _shift(row: pd.Series) -> str:
    half = (row["difference_upper"] - row["difference_lower"]) / 2
    if row["difference"] == half == 0:
        return "0"
    return f"{row['difference']:+.2f}±{half:.2f}".replace("-", MINUS)


def spoken(name: str) -> str:
    """Write the name of a scenario as words."""
    return name.replace("_", " ")


def _mean(row: pd.Series, decimals: int) -> str:
    return f"{row['mean']:.{decimals}f} ± {(row['upper'] - row['lower']) / 2:.{decimals}f}"


def _difference(row: pd.Series, signed: bool = True) -> str:
    """Write a paired difference with its limits; the limits with a plus as well if `signed`."""
    low, high = (f"{row[end]:{'+' if signed else ''}.1f}" for end in ("lower", "upper"))
    return f"{row['difference']:+.1f} ({low} to {high})"
