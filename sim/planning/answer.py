"""How many chairs? The smallest capacity (or largest demand) that meets targets, how surely.

The answer is the smallest value with which, of `replications` replications on common random
numbers, at least the share `confidence` meets all targets. See `rule` for when a value is given up
and when it is sure, `search` for how values are chosen, `binding` for what is said when none will
do.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.config.errors import ScenarioError
from sim.config.steps import RangeValue
from sim.experiment import effort, provenance
from sim.experiment.attempts import WorkerLost
from sim.experiment.workers import JobsWanted
from sim.model.scenario import Scenario
from sim.planning import answer_tables, answer_words, binding, details, draws
from sim.planning.beginning import begun_at, check_stays_as_it_is, checked_age
from sim.planning.cohort_courses import check_stays
from sim.planning.costs import cost_of, costs
from sim.planning.draws import Spread
from sim.planning.findings import Cut, Findings
from sim.planning.ranges import Range, check_range, extremes, ranges
from sim.planning.rule import Rule
from sim.planning.search import Found, cheapest, hardest
from sim.planning.targets import Target, read_targets
from sim.planning.tries import Told, Tries

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE, _REPLICATIONS, DAYS = 0.9, 20, 365
_DRAWN = "Each replication has a draw of its own of the uncertain parameters."

Varied = Mapping[str, Iterable[RangeValue]] | Sequence[str | Range]


@dataclass(frozen=True, eq=False, repr=False)
class CapacityAnswer(Findings):
    """An answer and all that was tried for it; `str()` of it is the answer in answer_words."""

    spread: Spread | None = None  # of one varied capacity, with `uncertainty`

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"CapacityAnswer({self.sentence})"

    @cached_property
    def sentence(self) -> str:
        """The answer in one sentence, with how sure it is."""
        return answer_words.answer_sentence(self)

    @cached_property
    def details(self) -> tuple[str, ...]:
        """What else there is to say, a short sentence or two each: the next value, what binds."""
        told = details.details(self)
        return told if self.uncertainty is None else (*told, _DRAWN)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a value tried: the share that met the targets, and each quantity's mean."""
        return answer_tables.tried_table(self)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """One row a value, replication and quantity: what was measured and whether it met."""
        return answer_tables.replications(self)


def capacity(
    scenario: Scenario,
    vary: Varied,
    targets: Sequence[str | Target],
    confidence: float = CONFIDENCE,
    replications: int = _REPLICATIONS,
    seed: int | None = None,
    jobs: JobsWanted = None,
    when: str = "steady",
    days: int = DAYS,
    largest: bool | None = None,
    cost: Mapping[str, float] | None = None,
    told: Told | None = None,
    name: str = "",
    uncertainty: str | None = None,
    anyway: bool = False,
) -> CapacityAnswer:
    """Find the smallest value of one capacity, or the cheapest mix of two, that meets targets.

    `vary` maps one or two dotted paths to the values to try (`{"clinic.chairs": range(1, 11)}`); of
    a path below `referrals`, or with `largest`, the largest value is found. `days` are measured,
    near the steady state or (`when="first-year"`) from the opening of an empty clinic. `cost` is in
    US$ a year for one more. An interrupt gives what was tried, and no answer (`cut`). With
    `uncertainty="posterior"` each replication has a draw of its own of the uncertain parameters.
    Raises ScenarioError where nothing sensible is asked, and for what is too much for the machine,
    unless `anyway`.
    """
    of, wanted = ranges(vary, largest), read_targets(targets)
    rule = _rule(confidence, replications, days)
    moment = checked_age(when)
    check_stays(scenario)
    _check_sampling(scenario)
    check_stays_as_it_is(scenario)
    measured = begun_at(scenario, moment, days)
    for one in of:
        check_range(measured, one)
    if len(of) == 2 and any(one.largest for one in of):
        raise ScenarioError("vary: a mix is of two capacities; vary a demand alone.")
    prices = costs(scenario, of, cost) if len(of) == 2 else {}
    seed = scenario.run.seed if seed is None else seed
    uncertain = draws.checked_uncertainty(uncertainty, replications)
    chosen = draws.drawn_for(scenario, [o.path for o in of], seed) if uncertain else None
    drawer = draws.drawer(chosen) if chosen else None
    if not anyway:
        effort.check_study(extremes(measured, of), replications, jobs)
    tries = Tries(measured, wanted, rule, seed, jobs, told, drawer)
    started, clock = datetime.now(UTC), time.perf_counter()
    blank = CapacityAnswer(
        scenario, of, wanted, confidence, replications, moment, days, None, None, prices=prices,
        found=tries.found, uncertainty=uncertain,
    )  # fmt: skip
    answer = blank
    try:
        answer = _answered(blank, tries)
        if chosen and len(of) == 1:
            limits = (answer.otherwise or answer).relaxed
            found = draws.spread_over_draws(tries, of[0], limits, chosen, scenario, told)
            answer = replace(answer, spread=found)
    except (KeyboardInterrupt, WorkerLost) as end:
        answer = _cut_short(answer, tries, end)
    try:
        return _signed(answer, name, seed, started, clock)
    except KeyboardInterrupt:
        if answer.cut:
            raise
        return _signed(replace(answer, cut=Cut(answered=True)), name, seed, started, clock)


def _signed(
    answer: CapacityAnswer, name: str, seed: int, started: datetime, clock: float
) -> CapacityAnswer:
    manifest = _manifest(answer, name, seed) | {
        "started_at": started.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - clock, 3),
    }
    return replace(answer, manifest=manifest)


def _rule(confidence: float, replications: int, days: int) -> Rule:
    if not 0 < confidence <= 1:
        raise ScenarioError(f"confidence: {confidence:g} is no share above 0 and up to 1.")
    if replications < 1 or days < 1:
        raise ScenarioError(
            f"replications and days must be 1 or more, not {replications} and {days}."
        )
    return Rule(confidence, replications)


def _answered(blank: CapacityAnswer, tries: Tries) -> CapacityAnswer:
    found = _search(blank, tries)
    answer = replace(
        blank,
        passing=found.passing,
        failing=found.failing,
        surprises=found.surprises,
        frontier=found.frontier,
    )
    _judgeable(answer)
    return answer if answer.reached else binding.with_what_binds(answer, tries)


def _cut_short(
    answer: CapacityAnswer, tries: Tries, end: KeyboardInterrupt | WorkerLost
) -> CapacityAnswer:
    """Keep what was tried, if anything was; an answer stands that lacks its spread over draws."""
    if not any(tried.values for tried in tries.found.values()):
        raise end
    why = str(end) if isinstance(end, WorkerLost) else ""
    known = answer.passing is not None or answer.failing is not None
    return replace(answer, cut=Cut(known, why))


def _search(answer: CapacityAnswer, tries: Tries) -> Found:
    if len(answer.varied) == 1:
        return hardest(tries, answer.varied[0])
    first, second = answer.varied
    return cheapest(tries, first, second, cost_of(answer.prices))


def _judgeable(answer: CapacityAnswer) -> None:
    """Refuse a target whose quantity exists in no replication of any value."""
    rows = [row for tried in answer.found.values() for row in tried.values]
    for place, target in enumerate(answer.targets):
        if all(row[place] != row[place] for row in rows):
            raise ScenarioError(
                f'target "{target}": {target.quantity} is not defined in any replication (nobody '
                "is in its group, or the capacity is unlimited), so nothing can meet the target."
            )


def _check_sampling(scenario: Scenario) -> None:
    """Refuse years that are more alike than years are: an answer counts those that meet targets."""
    if scenario.run.sampling != "random":
        raise ScenarioError(
            f'run.sampling = "{scenario.run.sampling}" draws people so evenly that simulated years '
            "are more alike than years are, and a capacity answer is the share of years that meet "
            'the targets; set run.sampling to "random" for it.'
        )


def _manifest(answer: CapacityAnswer, name: str, seed: int) -> dict[str, Any]:
    what = {
        "kind": "capacity",
        "seed": seed,
        "replications": answer.wanted,
        "confidence": answer.confidence,
        "targets": [str(target) for target in answer.targets],
        "vary": {of.path: list(of.values) for of in answer.varied},
        "largest": [of.path for of in answer.varied if of.largest],
        "when": answer.when,
        "days": answer.days,
        "prices": dict(answer.prices),
        "uncertainty": answer.uncertainty,
        "scenarios": provenance.described({name or "scenario": answer.scenario}),
    }
    return provenance.origin_of(what, name=name) | {
        "answer": answer.sentence,
        "details": list(answer.details),
        "interrupted": answer.cut is not None,
        "interrupted_because": answer.cut.why if answer.cut else "",
    }
