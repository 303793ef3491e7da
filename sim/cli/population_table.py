"""`ketasim population`: the people of a scenario as a table to look at, edit and give back."""

from __future__ import annotations

from math import asin, pi
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Assignments, Seed, changes_of
from sim.cli.terminal import say

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from sim.people.cohort import Cohort

PAIRS = 5  # correlations shown when none was asked for


def population(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The scenario.")],
    out: Annotated[Path, typer.Option(help="The table to write, .csv or .parquet.")],
    patients: Annotated[
        int | None,
        typer.Option(min=1, help="So many people, without saying when they are referred."),
    ] = None,
    replication: Annotated[int, typer.Option(min=1, help="Whose people.")] = 1,
    seed: Seed = None,
    set_: Assignments = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the table.")] = False,
) -> None:
    """Write the people of a scenario as a table to edit: `population.file` reads it back."""
    from sim.cli.optional import optional
    from sim.experiment.design import read_single
    from sim.model.replication import recruited
    from sim.people.tables.export import beside_it, check_path, write_patients

    check_path(out, overwrite)
    what = read_single(scenario, changes_of(set_, seed=seed))
    cohort = recruited(what, what.run.seed, replication, patients)
    write_patients(cohort, out, referred=patients is None, overwrite=overwrite)
    with optional("words about the people", out.parent):
        say(_people(cohort))
        say(_correlations(what, cohort))
    say(
        f"\nTable: {out} ({beside_it(out).name} explains the columns)\nUse it by "
        f'[population] file = "{out.name}" in a scenario beside it'
        + ("." if patients else "; it says when each is referred.")
    )


def _people(cohort: Cohort) -> str:
    import numpy as np

    from sim.people.groups import split

    lines = [f"{len(cohort)} people"]
    if not len(cohort):
        return lines[0]
    lines.append(
        f"  rated baseline {cohort.baseline.mean():.1f} points, untreated score behind it "
        f"{cohort.untreated.mean():.1f}"
    )
    for by in ("population", "anxiety_type", "severity", "ptsd", "chronic_pain", "benzodiazepine"):
        names, members = split(by, cohort)
        counts = np.bincount(members, minlength=len(names))
        shares = [f"{n} {c / len(cohort):.0%}" for n, c in zip(names, counts, strict=True) if c]
        lines.append(f"  {by.replace('_', ' ')}: {', '.join(shares)}")
    return "\n".join(lines)


def _correlations(scenario: Scenario, cohort: Cohort) -> str:
    from sim.people.correlations import achieved

    found = achieved(scenario.population.correlations, cohort.columns())
    asked = [pair for pair in found if pair.asked]
    if asked:
        title = "Correlations asked (among candidates) and achieved (among these people):"
    else:
        title = "No correlations were asked; the largest that chance and enrolment made:"
        varying = [pair for pair in found if pair.spearman == pair.spearman]
        asked = sorted(varying, key=lambda pair: -abs(pair.normal_scores))[:PAIRS]
    lines = [title, f"  {'':26}{'asked':>8}{'achieved':>10}{'as ranks: asked':>17}{'achieved':>10}"]
    lines += [
        f"  {'~'.join(pair.pair):26}{pair.asked:8.2f}{pair.normal_scores:10.2f}"
        f"{6 / pi * asin(pair.asked / 2):17.2f}{pair.spearman:10.2f}"
        for pair in asked
    ]
    if any(pair.asked and "baseline" in pair.pair for pair in asked):
        lines.append("  Enrolment by the rated baseline weakens correlations with the baseline.")
    return "\n".join(lines)
