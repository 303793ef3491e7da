"""What is worked out beside a capacity answer: the build-up, Erlang C, and what one more buys.

Each is written and printed by itself, after the answer; what fails costs a line (`optional`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.optional import draw_figures, optional
from sim.cli.progress import shown
from sim.cli.terminal import say
from sim.experiment.workers import JobsWanted

if TYPE_CHECKING:
    from sim.planning.answer import CapacityAnswer
    from sim.planning.buildup import BuildUp


def spread(answer: CapacityAnswer, folder: Path, quiet: bool) -> list[str]:
    """Say what each draw of the uncertain parameters asks for, where they were drawn."""
    from sim.cli.planning_tables import in_lines
    from sim.experiment.store import add_table

    if answer.spread is None:
        return []
    with optional("spread over draws", folder):
        add_table(folder, "draws.csv", answer.spread.table)
        if not quiet:
            say("\n".join(in_lines(answer.spread.sentence)))
        return ["draws.csv"]
    return []


def with_controls(answer: CapacityAnswer, jobs: JobsWanted, folder: Path, quiet: bool) -> list[str]:
    """Tell the targets that are measures with the controls of twins, and say what came of it."""
    from sim.experiment.store import add_table
    from sim.planning.controlled_targets import controlled_targets

    with optional("controls", folder):
        with shown(quiet, what="twins") as progress:
            table = controlled_targets(answer, jobs, progress)
        add_table(folder, "capacity_controlled.csv", table)
        if not quiet:
            surer, reasons = int((table["why_not"] == "").sum()), dict.fromkeys(table["why_not"])
            told = "" if surer else f": {'; '.join(map(str, reasons))}"
            say(f"\nWith controls {surer} of {len(table)} means are surer{told}.")
        return ["capacity_controlled.csv"]
    return []


def filled(
    answer: CapacityAnswer, jobs: JobsWanted, folder: Path, figures: bool, quiet: bool
) -> list[str]:
    """Work out how a new clinic fills; give the names of the tables written."""
    from sim.cli.planning_tables import in_lines
    from sim.experiment.store import add_table
    from sim.figures.planning import draw_build_up
    from sim.planning.buildup import filling_of

    if answer.scenario.clinic.hours == "always":  # a trial, or a queue of the textbook
        return []
    files: list[str] = []
    with optional("build-up", folder):
        with shown(quiet, what="cohorts of the build-up") as progress:
            filling = filling_of(
                answer.scenario, seed=answer.manifest["seed"], jobs=jobs, progress=progress
            )
        add_table(folder, "buildup.csv", filling.weeks)
        files.append("buildup.csv")
        with optional("Erlang C", folder):
            files += _queued(answer, filling, folder, quiet)
        if answer.uncertainty is None:
            with optional("parameters the load rests on", folder):
                files += _resting(answer, filling, folder, quiet)
        if figures:
            draw_figures(lambda to, each: draw_build_up(filling, to, each), folder)
        if not quiet:
            say("\n" + "\n".join(in_lines(_of_the_filling(answer, filling))))
    return files


def _resting(answer: CapacityAnswer, filling: BuildUp, folder: Path, quiet: bool) -> list[str]:
    """Say which uncertain parameters move the load most; nothing where there is no such load."""
    from sim.cli.planning_tables import in_lines
    from sim.experiment.store import add_table
    from sim.planning.rests_on import rests_on

    found = rests_on(answer.scenario, filling, answer.when, answer.days)
    if found is None:
        return []
    add_table(folder, "rests_on.csv", found.table)
    if not quiet and found.sentence:
        say("\n" + "\n".join(in_lines(found.sentence)))
    return ["rests_on.csv"]


def _of_the_filling(answer: CapacityAnswer, filling: BuildUp) -> str:
    """Say how a new clinic fills; of one that has people already, only where it is heading."""
    new = answer.when == "first-year" or answer.scenario.start.kind == "empty"
    return filling.sentence if new else filling.sentence_when_open


def _queued(answer: CapacityAnswer, filling: BuildUp, folder: Path, quiet: bool) -> list[str]:
    from sim.cli.planning_tables import show_queues
    from sim.experiment.store import add_table
    from sim.planning.answer_tables import queues

    if (beside := queues(answer, filling)) is None:
        return []
    add_table(folder, "erlang_c.csv", beside)
    if not quiet:
        show_queues(answer, beside)
    return ["erlang_c.csv"]


def bought(answer: CapacityAnswer, jobs: JobsWanted, folder: Path, quiet: bool) -> list[str]:
    """Work out what one more of each would buy; give the names of the tables written."""
    from sim.cli.planning_tables import in_lines, show_margins
    from sim.experiment.store import add_table
    from sim.planning.margins import margins

    files: list[str] = []
    with optional("margins", folder):
        with shown(quiet) as progress:
            found = margins(answer.scenario, seed=answer.manifest["seed"], jobs=jobs,
                            when=answer.when, days=answer.days, progress=progress)  # fmt: skip
        for name, table in (("margins.csv", found.table), ("loop.csv", found.loop)):
            add_table(folder, name, table)
            files.append(name)
        if not quiet:
            show_margins(found.table, found.loop)
            say("\n" + "\n".join(in_lines(found.sentence)))
    return files
