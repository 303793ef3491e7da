"""The answers of other questions than runs: what their folder says, its tables, its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pandas as pd

from sim.config.errors import ScenarioError, nearest
from sim.experiment.results import TidyTable
from sim.experiment.store import read_table
from sim.figures.chance import uncertainty
from sim.figures.embedded import FigureMaker
from sim.figures.evidence import validation
from sim.figures.sensitivity import sensitivity_figures
from sim.figures.style import spoken, title
from sim.page.content import RUN, PageAnswer, ReadFolder, TextTable, table_as_grid
from sim.page.economics_told import answer_of_economics
from sim.page.studies_told import answer_of_results
from sim.report.numbers_told import rounded
from sim.study.uncertain_words import headline_rows, too_few

_OUTSIDE = ("above", "below", "not reached")
_CHANCE = (
    "Intervals are of chance between replications; the parameters were held fixed. "
    "--uncertainty posterior, where the command has it, draws them as well."
)


def answer_of(told: ReadFolder) -> PageAnswer:
    """Read a folder's answer; refuse a kind that has none."""
    if told.kind not in _ANSWERS:
        raise ScenarioError(
            f'{told.folder}: a result of kind "{told.kind}" has no report; there are reports of '
            f"{', '.join(_ANSWERS)}." + nearest(told.kind, list(_ANSWERS))
        )
    return _ANSWERS[told.kind](told)


def _capacity(told: ReadFolder) -> PageAnswer:
    uncertain = told.manifest.get("uncertainty")
    sure = (
        "Each replication has parameters of its own, drawn from what is known about them."
        if uncertain
        else _CHANCE
    )
    return PageAnswer(
        kind="Capacity",
        sentences=_sentences(told),
        grids=list(_tables(told, {
            "capacity": "What was tried",
            "margins": "What one more of each would buy",
            "rests_on": "On which parameters the load rests",
        })),
        uncertainty=[
            "The limits beside a share of replications are Wilson's, 95 %: how many in all would "
            "meet the targets, as far as those simulated can tell.",
            sure,
        ],
    )  # fmt: skip


def _dose_count(told: ReadFolder) -> PageAnswer:
    counts = read_table(told.folder / "dose_count.csv")
    first = counts[counts["group"] == "everybody"].drop(columns="group")
    return PageAnswer(
        kind="Dose count",
        sentences=_sentences(told),
        grids=[table_as_grid("Everybody: every number", first)],
        uncertainty=["Differences are paired: the same people with one factor changed.", _CHANCE],
    )


def _best(told: ReadFolder) -> PageAnswer:
    name = "best" if told.kind == "best" else "pareto"
    return PageAnswer(
        kind="Choice of the best" if told.kind == "best" else "Pareto front",
        sentences=_sentences(told),
        grids=list(_tables(told, {name: "The variants"})),
        uncertainty=[_CHANCE],
    )


def _sensitivity(told: ReadFolder) -> PageAnswer:
    method = str(told.manifest["method"])
    table = read_table(told.folder / f"{method}.csv")
    rests = {
        "tornado": "Each parameter at its 5 % and 95 % quantile, all else at its default: what two "
        "do together is not in it.",
        "morris": "Effects are means over many combinations of the other parameters, between the "
        "5 % and the 95 % quantile of each.",
        "sobol": "Indices are shares of the variance of one replication; chance is one of the "
        "inputs. Their intervals are by a bootstrap of the samples.",
        "alternatives": "Structural alternatives are switched in the model as it is calibrated, "
        "and it is not fitted anew.",
        "map": "Differences are from the scenario as it is, cell by cell.",
    }
    return PageAnswer(
        kind="Sensitivity",
        sentences=_sentences(told),
        grids=[table_as_grid("Every row", _filled(table))],
        uncertainty=[
            "Differences are paired: the same people with the same draws.", rests[method],
        ],
        drawn=sensitivity_figures(method, table),
    )  # fmt: skip


def _validation(told: ReadFolder) -> PageAnswer:
    table = read_table(told.folder / "validation.csv")
    columns = ["id", "calibration", "metric", "published", "low", "high", "model", "verdict"]
    shown = table[[name for name in columns if name in table.columns]]
    return PageAnswer(
        kind="Validation",
        sentences=list(verdicts(table)),
        grids=[
            table_as_grid("Published results and the model", shown),
            table_as_grid("Sources", table[["id", "source"]].drop_duplicates()),
        ],
        uncertainty=[
            "The model's numbers have simulation error only, unless parameters were drawn "
            "(--draws); the bands are the published ones."
        ],
        drawn={"validation": partial(validation, table)},
    )


def verdicts(table: TidyTable) -> Iterator[str]:
    """Count the rows inside their bands, by calibration, and name those outside."""
    for which, rows in table.groupby("calibration", sort=False):
        judged = rows[rows["verdict"].isin(["in band", *_OUTSIDE])]
        outside = judged[judged["verdict"].isin(_OUTSIDE)]
        rest = len(rows) - len(judged)
        said = (
            f"{which}: {len(judged) - len(outside)} of {len(judged)} published results with a band "
            "are met"
        )
        if len(outside):
            names = (f"{row['id']} ({row['verdict']})" for row in outside.to_dict("records"))
            said += f"; outside: {', '.join(names)}"
        yield said + (f". {rest} have no band or no answer." if rest else ".")


def _uncertain(told: ReadFolder) -> PageAnswer:
    manifest = told.manifest
    reference = manifest.get("reference")
    name = "uncertainty" if reference is None else "uncertainty_comparison"
    table = headline_rows(read_table(told.folder / f"{name}.csv"))
    draws, each = int(manifest["draws"]), int(manifest["replications"])
    few = too_few(table, draws, each)
    return PageAnswer(
        kind="Uncertain parameters",
        sentences=[
            f"{draws} draws of the uncertain parameters, {each} replications of each. Below, "
            "behind each number, how much of the variance between single replications is "
            "parameters.",
            *(_drawn(row, reference) for row in table.to_dict("records")[:24]),
        ],
        cautions=[few] if few else [],
        grids=[table_as_grid("Headline measures", table)],
        uncertainty=[
            f"± holds the mean of {each} replications of another draw in 95 of 100 cases: "
            "parameters, and what is left of chance. More replications bring it down to "
            "half_width_floor in the table and no further; only better evidence can."
        ],
        drawn=_parts(told),
    )


def _parts(told: ReadFolder) -> dict[str, FigureMaker]:
    """Give what draws the parts of the spread, where the table of levels is there and not empty."""
    path = told.folder / "uncertainty.csv"
    table = read_table(path) if path.exists() else None
    return {"uncertainty": partial(uncertainty, table)} if table is not None and len(table) else {}


def _drawn(row: dict[Any, Any], reference: str | None) -> str:
    half, mean = float(row["half_width"]), float(row["mean"])
    sign = "" if reference is None else "+"
    against = "" if reference is None else f" against {spoken(reference)}"
    known = (100 * float(row[f"share_{end}"]) for end in ("parameters", "lower", "upper"))
    share, low, high = known
    parts = f"; parameters {share:.0f} % ({low:.0f} to {high:.0f} %)" if share == share else ""
    name, measure = spoken(str(row["scenario"])), title(str(row["measure"]))
    return (
        f"{name[:1].upper()}{name[1:]}{against}: {measure[:1].lower()}{measure[1:]} "
        f"{rounded(mean, half, sign)} ± {rounded(half, half)}{parts}."
    )


def _calibration(told: ReadFolder) -> PageAnswer:
    fit = told.manifest.get("fit", {})
    return PageAnswer(
        kind="Calibration",
        sentences=[f"{str(name).replace('_', ' ')}: {value}." for name, value in fit.items()],
        grids=list(_tables(told, {
            "estimates": "Parameters", "predictive": "Targets and what the fit gives",
        })),
        uncertainty=["Intervals of parameters are those of the joint posterior."],
    )  # fmt: skip


def _sentences(told: ReadFolder) -> list[str]:
    """Give the answer as the command has said it in the same work."""
    said = told.manifest.get("answer", [])
    lines = [said] if isinstance(said, str) else list(said)
    return [*map(str, lines), *map(str, told.manifest.get("details", []))]


def _tables(told: ReadFolder, titles: dict[str, str]) -> Iterator[TextTable]:
    for name, heading in titles.items():
        if (path := told.folder / f"{name}.csv").exists():
            yield table_as_grid(heading, _filled(read_table(path)))


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the columns in which nothing stands."""
    return table.loc[:, [not bool(table[name].isna().all()) for name in table.columns]]


_ANSWERS: dict[str, Callable[[ReadFolder], PageAnswer]] = {
    RUN: answer_of_results,
    "uncertainty": _uncertain,
    "economics": answer_of_economics,
    "capacity": _capacity,
    "dose-count": _dose_count,
    "best": _best,
    "pareto": _best,
    "sensitivity": _sensitivity,
    "validate": _validation,
    "calibrate": _calibration,
}
"""What reads the answer of each kind of folder."""
