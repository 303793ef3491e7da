"""What controls are worth, and whether they are honest: `make bench`, `make controls`.

`worth` (a part of `make bench`): how many times smaller the variance of levels and of policy
differences becomes, with bootstrap intervals over the replications, and how many times less work
that is with the twins' real cost. `make controls`: two hundred studies of eight replications, each
with its own further twins; mean of adjusted minus plain, and how often the interval holds the mean
of all replications after regression on all twins.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from time import process_time
from typing import Any

import numpy as np

from sim.experiment.executors import execute
from sim.experiment.task import Task, simulate
from sim.experiment.twins import COST, FURTHER, Twins, TwinTask, twin, twins_of
from sim.model.scenario import Scenario
from sim.stats.control_variate import Adjusted, adjusted
from sim.stats.intervals import mean_interval
from sim.study.controlled import controls_for

MEASURES = ("days_in_response", "days_below_10", "clinic_wait_first_infusion_days")
ADAPTIVE, EVERY_28 = {}, {"policy.boosters": {"kind": "fixed", "every_days": 28}}
CLINICS: dict[str, dict[str, object]] = {
    "default clinic (3 chairs)": {},
    "2 chairs": {"clinic.chairs": 2},
    "unlimited": {f"clinic.{name}": "unlimited" for name in ("chairs", "nurses", "prescribers")},
}
SMALL: dict[str, dict[str, object]] = {
    "120 days": {"run.days": 120},
    "120 days, one chair and nurse": {
        "run.days": 120, "clinic.chairs": 1, "clinic.nurses": 1, "referrals.per_week": 3,
    },
}  # fmt: skip

Numbers = dict[str, Any]
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]  # values, own controls, further controls


def worth(replications: int = 48, jobs: int | None = None) -> Numbers:
    """Variance ratios of levels and differences by clinic, and the twins' real cost."""
    out: Numbers = {"cost": cost()}
    policies = {"adaptive": ADAPTIVE, "every 28 days": EVERY_28}
    for clinic, changes in CLINICS.items():
        scenarios = {
            name: Scenario().override({**changes, **own}) for name, own in policies.items()
        }
        values, twins = _run(scenarios, replications, jobs)
        out[clinic] = {}
        for measure in MEASURES:
            rows = {name: _rows(values[name], twins[name], measure) for name in scenarios}
            first, second = rows.values()
            rows["adaptive - every 28 days"] = tuple(
                a - b for a, b in zip(first, second, strict=True)
            )  # type: ignore[assignment]
            out[clinic][measure] = {
                name: _ratio(found, out["cost"]["of_all"]) for name, found in rows.items()
            }
    return out


def cost(rounds: int = 5) -> Numbers:
    """What a twin and a further twin take, as shares of a replication of the default scenario."""
    scenario = Scenario()
    simulate(Task("warm", scenario, 1, 1))
    seconds: dict[str, list[float]] = {"replication": [], "own": [], "further": []}
    for number in range(1, rounds + 1):
        seconds["replication"].append(
            _seconds(lambda n=number: simulate(Task("a", scenario, 1, n)))
        )
        for kind, further in (("own", False), ("further", True)):
            task = TwinTask("a", scenario, 1, number, further)
            seconds[kind].append(_seconds(lambda task=task: twin(task)))
    best = {kind: min(each) for kind, each in seconds.items()}
    own, further = best["own"] / best["replication"], best["further"] / best["replication"]
    return {
        "own": own,
        "further": further / FURTHER,
        "of_all": own + further,
        "taken": COST,
    }


def honest(studies: int, each: int = 8, jobs: int | None = None) -> Iterator[str]:
    """Say for two small clinics what many small studies say of levels and of a difference."""
    for clinic, changes in SMALL.items():
        base = Scenario().override(changes)
        scenarios = {"boosters": base, "none": base.override({"policy.boosters.kind": "none"})}
        values, twins = _run(scenarios, studies * each, jobs)
        for measure in MEASURES[:2]:
            rows = {name: _rows(values[name], twins[name], measure) for name in scenarios}
            first, second = rows.values()
            pair: Any = tuple(a - b for a, b in zip(second, first, strict=True))
            for name, found in {"boosters": first, "none - boosters": pair}.items():
                yield f"{clinic}, {measure}, {name}: {_judged(found, studies, each)}"


def _judged(rows: Rows, studies: int, each: int) -> str:
    values, own, further = rows
    truth = _adjusted(rows)
    held = plainly = 0
    differences, ratios = [], []
    for study in range(studies):
        place = slice(study * each, (study + 1) * each)
        beyond = slice(study * each * FURTHER, (study + 1) * each * FURTHER)
        found = _adjusted((values[place], own[place], further[beyond]))
        plain = mean_interval(values[place])
        assert plain.lower is not None
        assert plain.upper is not None
        held += found.lower <= truth.mean <= found.upper
        plainly += plain.lower <= truth.mean <= plain.upper
        differences.append(found.mean - plain.mean)
        ratios.append((plain.mean - truth.mean, found.mean - truth.mean))
    apart = mean_interval(differences)
    assert apart.half_width is not None
    before, after = (np.square(column).mean() for column in np.array(ratios).T)
    return (
        f"adjusted - plain {apart.mean:+.3f} ± {apart.half_width:.3f}; the interval holds the mean "
        f"in {held} of {studies} (plain {plainly}); mean square error {before / after:.1f} times "
        "smaller"
    )


def _run(
    scenarios: dict[str, Scenario], replications: int, jobs: int | None
) -> tuple[dict[str, list[dict[str, float]]], dict[str, Twins]]:
    tasks = [
        Task(name, scenario, 1, number)
        for number in range(1, replications + 1)
        for name, scenario in scenarios.items()
    ]
    outcomes = execute(simulate, tasks, jobs).whole()
    values: dict[str, list[dict[str, float]]] = {name: [] for name in scenarios}
    for place, task in enumerate(tasks):
        values[task.name].append(outcomes[place].measures)
    return values, twins_of(scenarios, 1, replications, jobs)


def _rows(values: list[dict[str, float]], twins: Twins, measure: str) -> Rows:
    measured = np.array([one.get(measure, np.nan) for one in values])
    return measured, controls_for(twins.own, measure), controls_for(twins.further, measure)


def _adjusted(rows: Rows) -> Adjusted:
    found = adjusted(*rows)
    assert found is not None, "no control left"
    return found


def _ratio(rows: Rows, real_cost: float) -> Numbers:
    """Give the variance ratio with a 95 % bootstrap interval, and the net gain."""
    values, own, further = rows
    if (values == values[0]).all():
        return {"ratio": None}
    dice, again = np.random.default_rng(1), []
    for _ in range(1000):
        here = dice.integers(0, len(values), len(values))
        there = dice.integers(0, len(further), len(further))
        found = adjusted(values[here], own[here], further[there])
        again.append(np.nan if found is None else found.variance_ratio)
    found = _adjusted(rows)
    lower, upper = np.nanquantile(again, (0.025, 0.975))
    known = _adjusted((values, own, np.repeat(further.mean(axis=0)[None], 2, axis=0)))
    return {
        "ratio": found.variance_ratio,
        "lower": float(lower),
        "upper": float(upper),
        "net": found.variance_ratio / (1 + real_cost),
        "with_known_mean": known.variance_ratio,
        "replications": len(values),
    }


def _seconds(work: Any) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def lines(results: Numbers) -> Iterator[str]:
    """Write what `worth` found."""
    found = results["controls"]
    cost = found["cost"]
    yield (
        f"Controls: a twin costs {cost['own']:.1%} of a replication, a further one "
        f"{cost['further']:.1%}; all {cost['of_all']:.0%} (taken as {cost['taken']:.0%})"
    )
    for clinic in CLINICS:
        for measure, rows in found[clinic].items():
            for name, one in rows.items():
                if one["ratio"] is None:
                    yield f"  {clinic}, {measure}, {name}: no variance"
                    continue
                yield (
                    f"  {clinic}, {measure}, {name}: variance {one['ratio']:.1f} times smaller "
                    f"(95 % {one['lower']:.1f}-{one['upper']:.1f}, n = {one['replications']}; "
                    f"{one['with_known_mean']:.1f} with the controls' mean known), work "
                    f"{one['net']:.1f} times less"
                )


def main() -> None:
    """Print what many small studies say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--jobs", type=int)
    given = parser.parse_args()
    for line in honest(given.studies, jobs=given.jobs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
