"""What a clinic must meet: `p90(clinic_wait_first_infusion_days) <= 14`, read by a small grammar.

    target    quantity "<=" number  |  quantity ">=" number
    quantity  "p" percent "(" duration ")"  |  "mean(" measure ")"  |  measure

A quantile of a duration is taken within each replication from the cumulative incidence: who left
before the end of it never gets there, who still waits at the horizon is censored, and a quantile
that was not reached by then is infinite. A measure is one of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan

import numpy as np

from sim.clinic.rota import Resource
from sim.config.errors import ScenarioError, nearest
from sim.outcomes.catalogue import CATALOGUE
from sim.outcomes.reading import Reading
from sim.outcomes.waits import booster_delay, calendar_first_infusion, clinic_first_infusion
from sim.policy.orders import INFUSIONS
from sim.stats.survival import Times, quantile
from sim.units import NEVER

_EXAMPLE = '"p90(clinic_wait_first_infusion_days) <= 14" or "mean(chair_utilisation) <= 0.85"'
FORM = re.compile(
    r"\s*(?:(?P<function>\w[\w.]*)\s*\(\s*(?P<inside>\w+)\s*\)|(?P<bare>\w+))"
    r"\s*(?P<sign><=|>=|[<>=!]+)\s*(?P<bound>\S+)\s*"
)
PERCENTILE = re.compile(r"[pP](\d{1,2}(?:\.\d+)?)")
UTILISATIONS: dict[str, Resource] = {
    "chair_utilisation": "chairs",
    "nurse_utilisation": "nurses",
    "prescriber_utilisation": "prescribers",
}


def waits_in_clinic(reading: Reading) -> Times:
    """Minutes from arriving for an infusion until a nurse begins, and whether she did.

    Those who still wait are censored at the horizon; those turned away never see one.
    """
    visits = reading.visits
    came = (visits["arrived"] >= reading.begin) & (visits["arrived"] != NEVER)
    came &= np.isin(visits["kind"], list(INFUSIONS))
    came &= (visits["chair"] != NEVER) | (visits["infusion_start"] == NEVER)  # not at home
    begun = visits["prepare_start"] != NEVER
    blocked = visits["status"] == "blocked"
    until = np.where(begun, visits["prepare_start"], reading.horizon)
    until = np.where(blocked, visits["arrived"], until)
    return Times((until - visits["arrived"])[came], begun[came], blocked[came])


DURATIONS: dict[str, Callable[[Reading], Times]] = {
    "wait_first_infusion_days": calendar_first_infusion,
    "clinic_wait_first_infusion_days": clinic_first_infusion,
    "booster_delay_days": booster_delay,
    "wait_in_clinic_minutes": waits_in_clinic,
}
"""Durations with quantiles."""

SAID = {
    "wait_first_infusion_days": (
        "{p:g} % of the people referred have their first infusion within {b:g} days"
    ),
    "clinic_wait_first_infusion_days": (
        "{p:g} % of people wait at most {b:g} days for their first infusion (missed visits aside)"
    ),
    "booster_delay_days": (
        "{p:g} % of boosters are given within {b:g} days of being due (missed visits aside)"
    ),
    "wait_in_clinic_minutes": "{p:g} % of those who come are with a nurse within {b:g} minutes",
}
"""The same in words: of a percentile p at most b."""


@dataclass(frozen=True)
class Target:
    """A quantity of one replication and the bound that it must not cross."""

    name: str  # a measure of the catalogue, or a duration
    percentile: float | None  # of a duration; None for a measure
    upper: bool  # whether it must be at most the bound, else at least
    bound: float

    def __str__(self) -> str:
        return f"{self.quantity} {'<=' if self.upper else '>='} {self.bound:g}"

    @property
    def quantity(self) -> str:
        """What is measured, as it is written: `p90(booster_delay_days)`."""
        return self.name if self.percentile is None else f"p{self.percentile:g}({self.name})"

    def read(self, reading: Reading) -> float:
        """Measure the quantity; infinite when not reached, NaN where nobody is in its group."""
        if self.percentile is None:
            value = CATALOGUE[self.name].read(reading)
            if value is None and self._of_no_limit(reading):
                return 0.0
            return nan if value is None else float(value)
        reached = quantile(DURATIONS[self.name](reading), self.percentile / 100)
        return nan if reached is None else reached

    def met(self, value: float) -> bool:
        """Tell whether a measured value meets the target; what is not known does not."""
        return value <= self.bound if self.upper else inf > value >= self.bound

    def _of_no_limit(self, reading: Reading) -> bool:
        """Tell whether this is the use of a capacity without limit, which is none."""
        resource = UTILISATIONS.get(self.name)
        clinic = reading.replication.scenario.clinic
        return resource is not None and clinic.staffed(resource) is None


def read_target(text: str) -> Target:
    """Read one target.

    Raises ScenarioError, whose message says what is wrong, what is allowed, and the nearest name.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise _fault(text, f"this is no target; write a quantity and a bound, such as {_EXAMPLE}")
    if found["sign"] not in ("<=", ">="):
        raise _fault(text, f'"{found["sign"]}" is no comparison of targets; write <= or >=')
    function, name = found["function"], found["inside"] or found["bare"]
    percentile = _percentile(text, function) if function not in (None, "mean") else None
    known = CATALOGUE if percentile is None else DURATIONS
    if name not in known:
        raise _fault(text, _unknown(name, percentile))
    return Target(name, percentile, found["sign"] == "<=", _bound(text, found["bound"]))


def read_targets(texts: Sequence[str | Target]) -> tuple[Target, ...]:
    """Read one or more targets, each once."""
    if isinstance(texts, str):
        texts = [texts]
    targets = [text if isinstance(text, Target) else read_target(text) for text in texts]
    if not targets:
        raise ScenarioError(f"target: there is none; give one or more, such as {_EXAMPLE}.")
    return tuple(dict.fromkeys(targets))


def _percentile(text: str, function: str) -> float:
    found = PERCENTILE.fullmatch(function)
    percent = float(found[1]) if found else 0.0
    if not 0 < percent < 100:
        raise _fault(
            text,
            f'"{function}" is neither mean nor a percentile; write mean(...) or, between p0 and '
            "p100, p90(...)",
        )
    return percent


def _unknown(name: str, percentile: float | None) -> str:
    if percentile is None:
        return f'there is no measure "{name}" in the catalogue.{nearest(name, CATALOGUE)}'
    durations = ", ".join(DURATIONS)
    if name in CATALOGUE:
        return f"{name} has no percentiles within a replication; these have: {durations}"
    return f'there is no duration "{name}"; there are {durations}.{nearest(name, DURATIONS)}'


def _bound(text: str, written: str) -> float:
    try:
        bound = float(written)
    except ValueError:
        bound = nan
    if not isfinite(bound):
        raise _fault(text, f'the bound "{written}" is no finite number')
    return bound


def _fault(text: str, why: str) -> ScenarioError:
    return ScenarioError(f'target "{text}": {why}' + ("" if why[-1] in ".?" else "."))
