"""`ketasim rerun MANIFEST`: simulate again what a manifest describes, and compare the bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import Cluster, Jobs, Quiet, workers
from sim.cli.progress import shown
from sim.cli.terminal import say, warn
from sim.config.errors import ScenarioError

if TYPE_CHECKING:
    from sim.experiment.executors import Progress
    from sim.experiment.uncertainty import Uncertain
    from sim.experiment.workers import JobsWanted
    from sim.model.scenario import Scenario

DIFFERENT = 1
"""Exit status where some bytes are others."""
MAKERS = ("ketasim", "numpy", "scipy", "python", "pandas", "pyarrow")
"""Whose versions may change a byte, the likeliest first."""


def rerun_command(
    manifest: Annotated[
        Path, typer.Argument(metavar="MANIFEST", help="A manifest.json, or the folder it is in.")
    ],
    jobs: Jobs = None,
    cluster: Cluster = None,
    out: Annotated[
        Path | None, typer.Option(help="Keep the tables there too; default: only compare them.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Simulate again what a manifest describes, and tell whether the bytes are the same."""
    from sim.experiment.folder import prepare
    from sim.experiment.versions import versions

    folder, told = _read(manifest)
    again = _AGAIN[_kind(folder, told)]
    with tempfile.TemporaryDirectory(prefix="ketasim-", ignore_cleanup_errors=True) as empty:
        target = Path(empty) if out is None else prepare(out)
        with shown(quiet) as progress:
            scenarios, doing = _scenarios(folder, told), workers(jobs, cluster)
            again(_Asked(folder, told, scenarios, target, doing, progress))
        same, others, missing = bytes_compared(folder, target)
    for line in sentences(told, same, others, missing, versions()):
        say(line)
    if others:
        raise typer.Exit(DIFFERENT)


def _read(path: Path) -> tuple[Path, dict[str, Any]]:
    from sim.experiment.folder import MANIFEST, manifest_in

    folder = path if path.is_dir() else path.parent
    told = manifest_in(folder) if path.is_dir() or path.name == MANIFEST else None
    if not isinstance(told, dict) or told.get("made_by") != "ketasim":
        raise ScenarioError(
            f"{path}: this is no manifest of ketasim's; give the {MANIFEST} of a results folder, "
            "or the folder."
        )
    return folder, told


def _kind(folder: Path, told: Mapping[str, Any]) -> str:
    kind = str(told.get("kind", "run"))
    if kind not in _AGAIN:
        known = (
            "runs, comparisons, draws of parameters, economics, capacity answers, dose counts, "
            "choices and analyses of sensitivity"
        )
        raise ScenarioError(
            f'{folder}: this is a result of kind "{kind}"; a manifest tells all of {known}. Give '
            "the command itself again instead."
        )
    if told.get("measures"):
        raise ScenarioError(
            f"{folder}: this run has measures of your own, which a manifest only names; call "
            "sim.run with them again instead."
        )
    if kind in ("capacity", "best", "sensitivity") and told.get("interrupted"):
        raise ScenarioError(
            f"{folder}: this search was interrupted, and where is a matter of time; only what is "
            "whole can be compared."
        )
    return kind


def _scenarios(folder: Path, told: Mapping[str, Any]) -> dict[str, Scenario]:
    """Build the scenarios again; refuse what was edited, and files that are others now."""
    from sim.config.validation import validated
    from sim.experiment.provenance import check_files, described, has_foreign
    from sim.model.scenario import Scenario

    found = {}
    for name, entry in told["scenarios"].items():
        if has_foreign(entry["resolved"]):
            raise ScenarioError(
                f'{folder}: the scenario "{name}" has an object of your own, which a manifest only '
                "names; simulate it from Python again instead."
            )
        scenario = validated(Scenario, entry["resolved"], f"{folder} ({name})")
        check_files(scenario, entry)
        if described({name: scenario})[name]["digest"] != entry["digest"]:
            warn(
                f'ketasim: scenario "{name}": digest and values of the manifest do not belong '
                "together (another version, or edited); the values are simulated."
            )
        found[name] = scenario
    return found


@dataclass(frozen=True)
class _Asked:
    """What is to be done again, and where its tables go."""

    folder: Path
    told: Mapping[str, Any]
    scenarios: Mapping[str, Scenario]
    target: Path
    jobs: JobsWanted
    progress: Progress | None


def _run(of: _Asked) -> None:
    from sim.experiment.kept import KEPT_TABLES
    from sim.experiment.runner import run
    from sim.experiment.store import write_results
    from sim.study.paired import compare

    told = of.told
    keep = [kind for kind in KEPT_TABLES if (of.folder / f"{kind}.parquet").exists()]
    results = run(
        of.scenarios, told["replications"], told["seed"], of.jobs, of.progress, keep,
        told["reference"], told.get("name", ""), anyway=True,
    )  # fmt: skip
    write_results(results, of.target, compare(results) if told["reference"] else None)


def _drawn(of: _Asked) -> Uncertain:
    from sim.experiment.uncertainty import propagate

    told = of.told
    return propagate(
        of.scenarios, told["draws"], told["replications"], told["seed"], of.jobs, of.progress,
        told["reference"], told["name"], anyway=True,
    )  # fmt: skip


def _uncertain(of: _Asked) -> None:
    from sim.experiment.store import write_folder

    found = _drawn(of)
    write_folder(of.target, found.tables(), found.manifest)


def _economics(of: _Asked) -> None:
    from sim.economics.economic_folder import with_answer
    from sim.experiment.store import write_folder

    answer = with_answer(_drawn(of), of.told["wtp"], of.told["perspective"])
    made = {name: table() for name, table in answer.tables().items()}
    write_folder(of.target, answer.measured() | made, answer.found.manifest)


def _capacity(of: _Asked) -> None:
    from sim.planning.answer import capacity
    from sim.planning.answer_tables import write_capacity

    told = of.told
    ((name, scenario),) = of.scenarios.items()
    answer = capacity(
        scenario, told["vary"], told["targets"], told["confidence"], told["replications"],
        told["seed"], of.jobs, told["when"], told["days"], bool(told["largest"]) or None,
        told["prices"], None, name, told["uncertainty"], anyway=True,
    )  # fmt: skip
    spread = {} if answer.spread is None else {"draws.csv": answer.spread.table}
    write_capacity(answer, of.target, spread)


def _dose_count(of: _Asked) -> None:
    from sim.doses.dose_count import dose_count
    from sim.doses.sentences import write_dose_count

    told = of.told
    ((name, scenario),) = of.scenarios.items()
    people, most = told["people"], told["maximum_infusions"]
    again = dose_count(
        scenario, people, most, told["replications"], told["seed"], of.jobs, of.progress, name,
        anyway=True,
    )  # fmt: skip
    write_dose_count(again, of.target)


def _best(of: _Asked) -> None:
    from sim.study.ranking import best
    from sim.study.ranking_tables import write_best

    told = of.told
    again = best(
        of.scenarios, told["measure"], told["delta"], told["confidence"], told["procedure"],
        told["at_most"] or 200, told["budget"], told["seed"], of.jobs, None, told["name"], True,
    )  # fmt: skip
    write_best(again, of.target)


def _pareto(of: _Asked) -> None:
    from sim.study.pareto import pareto, write_pareto

    told = of.told
    again = pareto(
        of.scenarios, told["aims"], told["replications"], told["seed"], of.jobs, None, told["name"],
        True,
    )  # fmt: skip
    write_pareto(again, of.target)


def _sensitivity(of: _Asked) -> None:
    from sim.sensitivity.answered import what_matters, write_sensitivity

    told = of.told
    again = what_matters(
        of.scenarios, told["method"], told["measures_asked"], told["parameters_asked"],
        told["replications_each"], told["samples"] or None, told["reference"], told["against"],
        told["alternatives_asked"] or None, told["axes"], told["seed"], of.jobs, of.progress,
        told["name"], True,
    )  # fmt: skip
    write_sensitivity(again, of.target)


_AGAIN: dict[str, Callable[[_Asked], None]] = {
    "run": _run,
    "uncertainty": _uncertain,
    "economics": _economics,
    "capacity": _capacity,
    "dose-count": _dose_count,
    "best": _best,
    "pareto": _pareto,
    "sensitivity": _sensitivity,
}
"""What simulates each kind of result again, and writes its tables."""


def bytes_compared(folder: Path, target: Path) -> tuple[list[str], list[str], list[str]]:
    """Compare the tables that were made again with those of a folder: same, others, missing."""
    same: list[str] = []
    others: list[str] = []
    missing: list[str] = []
    for file in sorted(target.iterdir()):
        if file.suffix in (".csv", ".parquet"):
            old = folder / file.name
            where = same if old.exists() and old.read_bytes() == file.read_bytes() else others
            (where if old.exists() else missing).append(file.name)
    return same, others, missing


def sentences(
    told: Mapping[str, Any],
    same: list[str],
    others: list[str],
    missing: list[str],
    here: Mapping[str, str],
) -> Iterator[str]:
    """Say what was compared, and which versions differ."""
    then = told.get("versions", {})
    differ = [
        f"{name} {here[name]} (then {then.get(name, 'unknown')})"
        for name in MAKERS
        if here.get(name) != then.get(name)
    ]
    versions = f"Versions that differ: {', '.join(differ)}." if differ else "No version differs."
    if same and not others:
        yield f"The same bytes: {', '.join(same)}. {versions}"
    elif others:
        also = f" The same bytes: {', '.join(same)}." if same else ""
        yield f"Other bytes: {', '.join(others)}.{also} {versions}"
        if not differ:
            yield (
                "So the source was another (its commit is in the manifest), or a table was changed "
                "after the run."
            )
    else:
        yield f"Nothing to compare: no table lies beside the manifest. {versions}"
    if missing and (same or others):
        yield f"Not beside the manifest, so not compared: {', '.join(missing)}."
