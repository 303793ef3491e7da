"""The uncertain parameters of a study, by their quantiles: those of the register, then the ridge's.

What a scenario sets itself is not uncertain (`sim.experiment.uncertainty.drawing`), and of the
joint posterior what it gives stays as given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from sim.config.errors import ScenarioError, nearest
from sim.experiment.uncertainty import drawing
from sim.model.register import JOINT, Registered, register, uncertain
from sim.model.scenario import Scenario
from sim.sensitivity.ridge import ridge_of
from sim.symptoms.calibrations import PATHS

LOW_QUANTILE, HIGH_QUANTILE = 0.05, 0.95
"""The quantiles between which a parameter is moved."""
POSTERIOR_WORD = "posterior"
"""Stands for all parameters of the joint posterior."""


@dataclass(frozen=True)
class UncertainInput:
    """One uncertain parameter: of the register, or (without an entry) of the joint posterior."""

    path: str
    unit: str
    default: float
    low: float  # its quantiles, as one at a time
    high: float
    entry: Registered | None = None


@dataclass(frozen=True, eq=False)
class Inputs:
    """The uncertain parameters that are moved, in the order of the register, the ridge's last."""

    listed: tuple[UncertainInput, ...]

    @property
    def paths(self) -> list[str]:
        """The dotted paths."""
        return [one.path for one in self.listed]

    @property
    def joint(self) -> list[str]:
        """The paths of those of the joint posterior."""
        return [one.path for one in self.listed if one.entry is None]

    def one_at_a_time(self, scenario: Scenario, uniforms: Mapping[str, float]) -> dict[str, float]:
        """Give the changes that put parameters at quantiles; what goes with them moves along."""
        return self._changes(scenario, uniforms, jointly=False)

    def jointly(self, scenario: Scenario, uniforms: Mapping[str, float]) -> dict[str, float]:
        """Give the changes for independent uniforms, one for each of the parameters."""
        return self._changes(scenario, uniforms, jointly=True)

    def _changes(
        self, scenario: Scenario, uniforms: Mapping[str, float], jointly: bool
    ) -> dict[str, float]:
        entries = {one.path: one.entry for one in self.listed}
        found = {p: e.quantile(uniforms[p]) for p, e in entries.items() if e and p in uniforms}
        moved = {path: uniforms[path] for path in self.joint if path in uniforms}
        if moved:
            ridge = ridge_of(scenario.symptoms.calibration)
            all_of_it = (ridge.jointly if jointly else ridge.one_at_a_time)(moved)
            given = {PATHS[name] for name in scenario.symptoms.given()}
            found |= {path: value for path, value in all_of_it.items() if path not in given}
        return found


def all_inputs(scenarios: Mapping[str, Scenario]) -> Inputs:
    """List every uncertain parameter that no scenario sets itself."""
    first = next(iter(scenarios.values()))
    of_register = [
        UncertainInput(
            e.path,
            e.unit,
            _number(e.default),
            e.quantile(LOW_QUANTILE),
            e.quantile(HIGH_QUANTILE),
            e,
        )
        for e in drawing(scenarios, 0).entries
    ]
    units = {entry.path: entry.unit for entry in register().values()}
    ridge, fitted = ridge_of(first.symptoms.calibration), first.symptoms.calibrated()._asdict()
    given = {name for scenario in scenarios.values() for name in scenario.symptoms.given()}
    of_ridge = [
        UncertainInput(
            path, units.get(path, ""), fitted[name], ridge.quantile(path, LOW_QUANTILE),
            ridge.quantile(path, HIGH_QUANTILE),
        )
        for name, path in PATHS.items() if name not in given
    ]  # fmt: skip
    return Inputs((*of_register, *of_ridge))


def chosen_inputs(
    scenarios: Mapping[str, Scenario], parameters: Sequence[str] | None = None
) -> Inputs:
    """Choose uncertain parameters by path, by the beginning of paths, or "posterior"; all if None.

    Raises ScenarioError for what is not uncertain here, and where nothing is.
    """
    everything = all_inputs(scenarios)
    if not everything.listed:
        raise ScenarioError(
            "parameters: the scenario sets every uncertain parameter itself, so nothing is left to "
            "be moved; leave those out of it that you are not sure of."
        )
    if not parameters:
        return everything
    wanted: set[str] = set()
    for word in parameters:
        found = [one.path for one in everything.listed if _named(word, one)]
        if not found:
            raise ScenarioError(_unknown(word, everything))
        wanted.update(found)
    return Inputs(tuple(one for one in everything.listed if one.path in wanted))


def _named(word: str, one: UncertainInput) -> bool:
    if word == POSTERIOR_WORD:
        return one.entry is None
    return one.path == word or one.path.startswith(f"{word}.")


def _unknown(word: str, everything: Inputs) -> str:
    known = {one.path for one in uncertain()}
    known |= {entry.path for entry in register().values() if entry.uncertainty == JOINT}
    if word in known or any(path.startswith(f"{word}.") for path in known):
        return (
            f"parameters: {word} is uncertain in the register, but the scenario (or one of the "
            "study) sets it itself, and what is set is not moved; leave it out of the scenario."
        )
    if any(e.path == word or e.path.startswith(f"{word}.") for e in register().values()):
        return (
            f"parameters: the register knows no uncertainty of {word}, so it has no quantiles; "
            "give its values with --method map, or as an alternative."
        )
    words = [*everything.paths, POSTERIOR_WORD, *{path.split(".")[0] for path in everything.paths}]
    return f"parameters: there is no uncertain parameter {word}.{nearest(word, words)}"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan
