"""`--uncertainty posterior`: a study under many sets of parameters, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import signals
from sim.cli.folders import GO_ON, Where, working_in
from sim.cli.optional import draw_figures, optional, written
from sim.cli.options import logged, workers
from sim.cli.progress import shown
from sim.cli.signals import ended
from sim.cli.terminal import say
from sim.config.errors import ScenarioError, nearest

if TYPE_CHECKING:
    from sim.experiment.results import TidyTable
    from sim.experiment.uncertainty import Uncertain
    from sim.model.scenario import Scenario

_KINDS = ("posterior",)
_TOLD = "two draws were not finished, so nothing was kept."


@dataclass(frozen=True)
class Nested:
    """What was asked for: draws of parameters, and replications within each."""

    kind: str
    draws: int
    replications: int | None
    jobs: int | None
    cluster: str | None
    keep: list[str] | None
    by: list[str] | None
    anyway: bool = False
    verbose: bool = False
    figures: bool = True

    def check(self) -> None:
        """Refuse what an uncertain study does not do."""
        if self.kind not in _KINDS:
            raise ScenarioError(
                f'--uncertainty: "{self.kind}" is not allowed; it must be posterior.'
                + nearest(self.kind, _KINDS)
            )
        if self.keep or self.by:
            raise ScenarioError(
                "--keep and --by do not go with --uncertainty, which keeps the measures of every "
                "draw and replication only; leave them out."
            )


def study(
    scenarios: Mapping[str, Scenario],
    reference: str | None,
    name: str,
    nested: Nested,
    where: Where,
) -> None:
    """Simulate scenarios under many sets of parameters; tables, and what they say."""
    from sim.experiment.asked import asked_of
    from sim.experiment.store import add_table, write_folder
    from sim.experiment.uncertainty import KIND, REPLICATIONS, propagate

    nested.check()
    each = nested.replications or REPLICATIONS
    asked = asked_of(
        KIND, scenarios, nested.draws, each=each, reference=reference,
        seed=next(iter(scenarios.values())).run.seed,
    )  # fmt: skip
    with working_in(where, f"{name}-uncertainty", asked, _TOLD) as folder:
        logged(folder, nested.verbose, where.overwrite)
        doing = workers(nested.jobs, nested.cluster, folder)
        with shown(where.quiet, then_written=True) as progress:
            found = propagate(
                scenarios, nested.draws, each, jobs=doing, progress=progress,
                reference=reference, name=name, anyway=nested.anyway,
            )  # fmt: skip
        found.manifest["asked"] = asked.plain()
        with written(where.quiet, lambda: _show(found)):
            replaced = asked.replaces(where.overwrite)
            write_folder(folder, found.measured(), found.manifest, replaced)
        for file, table in found.concluded().items():
            with optional(file, folder):
                add_table(folder, file, table())
        there = nested.figures and not signals.received() and _draw(found, folder)
        if not where.quiet:
            with optional("summary on the terminal", folder):
                _show(found)
        drawn = f"\nFigures: {folder / 'figures'}" if there else ""
        say(str(folder) if where.quiet else f"\nTables: {folder}{drawn}")
        if found.manifest["interrupted"]:
            kept = f"kept {found.draws} of {nested.draws} draws, in {folder}; {GO_ON}"
            ended(found.manifest["interrupted_because"], kept)


def _draw(found: Uncertain, folder: Path) -> bool:
    from sim.figures.chance import draw_uncertain

    return draw_figures(lambda to, each: draw_uncertain(found, to, each), folder)


def _show(found: Uncertain) -> None:
    for line in lines(found):
        say(line)


def lines(found: Uncertain) -> Iterator[str]:
    """Say the headline measures with parameter uncertainty, and what it is made of."""
    yield (
        f"{found.draws} draws of the parameters, {found.replications} replications of each. "
        f"± holds the mean of {found.replications} replications of another draw in 95 of 100 "
        "cases, and the expected result under it at least so often."
    )
    from sim.study.beside import said_beside
    from sim.study.uncertain_words import headline_rows, too_few

    summary = found.summary()
    shown = headline_rows(summary if found.reference is None else found.comparison())
    if few := too_few(shown, found.draws, found.replications):
        yield f"Caution: {few}"
    what = "" if found.reference is None else f"minus {found.reference}, paired: "
    yield from _told(shown, what)
    yield from (f"\n{said}" for said in said_beside(summary, found.reference))
    if found.left_out:
        yield (
            "\nNot told, as some replication did not reach or did not have it (all values are in "
            f"metrics.csv): {', '.join(name.replace('_', ' ') for name in found.left_out)}."
        )
    yield (
        "\nParameters: share of the variance between replications that is parameters (95 % "
        "interval); the rest is chance. More replications bring ± down to `floor`, not further; "
        "only better evidence can."
    )


def _told(shown: TidyTable, what: str) -> Iterator[str]:
    from sim.outcomes.catalogue import title_of

    width = max((len(title_of(name)) for name in shown["measure"]), default=0)
    for scenario in dict.fromkeys(shown["scenario"]):
        yield f"\n{scenario} {what}".rstrip()
        rows = shown[shown["scenario"] == scenario]
        for row in rows.to_dict("records"):
            share = (
                f"{row['share_parameters']:.0%} ({row['share_lower']:.0%}-{row['share_upper']:.0%})"
            )
            more = (
                f", above 0 in {row['draws_above_0']:.0%} of draws"
                if "draws_above_0" in row
                else ""
            )
            yield (
                f"  {title_of(row['measure']):{width}s} {row['mean']:9.3f} "
                f"± {row['half_width']:.3f} (floor {row['half_width_floor']:.3f}); "
                f"parameters {share}{more}"
            )
