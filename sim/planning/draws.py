"""An answer under uncertain parameters: each replication has a draw of its own.

Replication r is simulated with draw r of the joint posterior of the calibration and of every other
parameter that the register calls uncertain; what the scenario sets itself, and what is varied, is
not drawn. The share of replications that meet the targets is then over chance and parameters alike.
Beside it stands, for each draw, the hardest value that meets them: found by bisection, as for the
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from sim.config.errors import ScenarioError, nearest
from sim.config.steps import RangeValue
from sim.experiment.uncertainty import Drawing, drawing
from sim.model.scenario import Scenario
from sim.planning.ranges import Range, pointed
from sim.planning.tries import Point, Relaxed, Told, Tries

if TYPE_CHECKING:
    import pandas as pd

POSTERIOR = "posterior"
_KINDS = (POSTERIOR,)
LOW, HIGH = 0.05, 0.95


def checked_uncertainty(kind: str | None, replications: int) -> str | None:
    """Refuse an uncertainty that is not known, or too few draws to tell one from another."""
    if kind is not None and kind not in _KINDS:
        raise ScenarioError(
            f'uncertainty: "{kind}" is not allowed; it must be {POSTERIOR}.' + nearest(kind, _KINDS)
        )
    if kind is not None and replications < 2:
        raise ScenarioError(
            "replications: each has a draw of the parameters of its own, and 1 tells nothing of "
            "their spread; give 2 or more."
        )
    return kind


def drawn_for(scenario: Scenario, varied: Iterable[str], seed: int) -> Drawing:
    """Choose what is drawn: what the scenario leaves at its default and nobody varies."""
    held, chosen = set(varied), drawing({"only": scenario}, seed)
    return replace(chosen, entries=tuple(e for e in chosen.entries if e.path not in held))


def drawer(chosen: Drawing) -> Callable[[Scenario, int], Scenario]:
    """Give what makes a scenario of replication r (from 1) one with draw r."""
    return lambda scenario, replication: chosen.scenario(scenario, replication - 1)


@dataclass(frozen=True, eq=False)
class Spread:
    """For each draw the hardest value that meets the targets; None where none does."""

    of: Range
    relaxed: Relaxed
    values: tuple[RangeValue | None, ...]
    parameters: tuple[dict[str, float], ...]  # of each draw, by path

    @property
    def table(self) -> pd.DataFrame:
        """One row a draw with its parameters; empty where no value met the targets."""
        import pandas as pd

        values = [np.nan if value is None else value for value in self.values]
        draws = range(1, len(values) + 1)
        found = pd.DataFrame({"draw": draws, self.of.path: np.array(values, dtype=float)})
        return pd.concat([found, pd.DataFrame(list(self.parameters))], axis=1)

    @property
    def sentence(self) -> str:
        """Say the middle of the draws and the range of most of them."""
        least = "most" if self.of.largest else "fewest"
        middle, low, high = (self._at(share) for share in (0.5, LOW, HIGH))
        return (
            f"Over {len(self.values)} draws of the uncertain parameters, one a replication, the "
            f"{least} that would do are {middle} in the middle draw; {low} to {high} in "
            f"{100 * (HIGH - LOW):.0f} % of them.{self._few()}"
        )

    def _few(self) -> str:
        """Say that there are too few draws for a percentile, where that is so."""
        draws, enough = len(self.values), ceil(1 / LOW)
        if draws >= enough:
            return ""
        return (
            f" {draws} draws are too few for that: of fewer than {enough} these are the smallest "
            f"and the largest. Give --replications {enough} or more."
        )

    def _at(self, share: float) -> str:
        places = [len(self.of.values) if v is None else self.of.values.index(v)
                  for v in self.values]  # fmt: skip
        place = int(np.quantile(places, share, method="inverted_cdf"))
        if place == len(self.of.values):
            edge = self.of.values[-1]
            return f"{'fewer' if self.of.largest else 'more'} than {edge:g}"
        return pointed(((self.of.path, self.of.values[place]),))


def spread_over_draws(
    tries: Tries, of: Range, relaxed: Relaxed, chosen: Drawing, scenario: Scenario,
    told: Told | None = None,
) -> Spread:  # fmt: skip
    """Bisect, draw by draw, for the hardest value that meets the targets with that draw."""
    places = _bisected(tries, of, relaxed, told)
    found = [of.values[place] if place < len(of.values) else None for place in places]
    drawn = [chosen.values(d) | chosen.joint(scenario, d) for d in range(len(places))]
    return Spread(of, relaxed, tuple(found), tuple(drawn))


def _bisected(tries: Tries, of: Range, relaxed: Relaxed, told: Told | None) -> list[int]:
    """Find for each draw the place of the first value that does; one past the last if none."""
    points: list[Point] = [((of.path, value),) for value in of.values]
    known: dict[tuple[int, int], bool] = {}
    for place, point in enumerate(points):
        tried = tries.of(point, relaxed)
        known |= {(place, r): tried.meets(row) for r, row in enumerate(tried.values, 1)}
    draws = range(1, tries.rule.wanted + 1)
    span = dict.fromkeys(draws, (0, len(points)))
    while open_ := {r: (low + high) // 2 for r, (low, high) in span.items() if low < high}:
        if told:
            told("each draw by itself", len(span) - len(open_), len(span))
        asked = [(place, r) for r, place in open_.items() if (place, r) not in known]
        tasks = [tries.task(points[place], relaxed, r) for place, r in asked]
        outcomes = tries.simulated(tasks).whole() if tasks else {}
        for number, key in enumerate(asked):
            row, _ = outcomes[number]
            known[key] = tries.of(points[key[0]], relaxed).meets(row)
        for r, place in open_.items():
            low, high = span[r]
            span[r] = (low, place) if known[place, r] else (place + 1, high)
    return [low for low, _ in span.values()]
