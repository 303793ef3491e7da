"""The source text's factors: the same people with only that one factor changed.

Every level gives each person the same value of the factor; whatever else they are, and the drift
and noise of their ratings, stays. Levels are round values, not centiles of the population.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Bools
from sim.doses.needs import Case
from sim.people.baselines import rated
from sim.policy.regimen import USUAL_DOSES, Treatment
from sim.symptoms.parameters import Symptoms

Change = Callable[[Case], Case]
_ROUTES = {
    "iv": "intravenous",
    "im": "intramuscular",
    "intranasal": "intranasal",
    "sublingual": "sublingual",
    "oral": "oral",
}


@dataclass(frozen=True)
class Factor:
    """One thing that the number of infusions may depend on, at several levels."""

    name: str
    title: str
    reference: str  # the level that the others are compared with
    levels: dict[str, Change]
    note: str  # what a level means, and how well its effect is known


def factors(symptoms: Symptoms) -> dict[str, Factor]:
    """Give every factor by name; labels of routes say the dose and the bioavailability in force."""
    every = (
        Factor(
            "clearance",
            "Metabolism",
            "typical metabolism",
            {
                "slow metabolism (0.7)": metabolism(0.7),
                "typical metabolism": metabolism(1.0),
                "fast metabolism (1.25)": metabolism(1.25),
            },
            "Clearance of everybody, as a multiple of the typical one (grade A).",
        ),
        Factor(
            "severity",
            "Baseline severity",
            "GAD-7 of 15",
            {f"GAD-7 of {points}": severity(points) for points in (10, 15, 20)},
            "Untreated GAD-7 of everybody. Rated response moves because the same noise is a larger "
            "part of a low score; true response does not.",
        ),
        _routes(symptoms),
        Factor(
            "ptsd",
            "Post-traumatic stress disorder",
            "without PTSD",
            {"without PTSD": condition("ptsd", False), "with PTSD": condition("ptsd", True)},
            f"Multiplies sensitivity by {symptoms.moderators.ptsd:g} (grade C).",
        ),
        Factor(
            "chronic_pain",
            "Chronic pain",
            "without pain",
            {
                "without pain": condition("chronic_pain", False),
                "with chronic pain": condition("chronic_pain", True),
            },
            f"Multiplies sensitivity by {symptoms.moderators.chronic_pain:g} (grade C).",
        ),
        Factor(
            "benzodiazepine_high",
            "High-dose benzodiazepine",
            "no high dose",
            {
                "no high dose": condition("benzodiazepine_high", False),
                "high dose": condition("benzodiazepine_high", True),
            },
            "Above 8 mg diazepam-equivalent a day: multiplies sensitivity by "
            f"{symptoms.moderators.benzodiazepine_high:g} (grade C).",
        ),
        _durability(symptoms),
        Factor(
            "sensitivity",
            "Sensitivity",
            "typical sensitivity",
            {
                "half as sensitive": sensitivity(0.5),
                "typical sensitivity": sensitivity(1.0),
                "twice as sensitive": sensitivity(2.0),
            },
            "Sensitivity s of everybody (median 1), before moderators; nobody can measure it.",
        ),
        Factor(
            "plasticity",
            "Plasticity window",
            "off (p = 0)",
            {
                "off (p = 0)": plasticity(0.0),
                "on (p = 2)": plasticity(2.0),
                "on (p = 5)": plasticity(5.0),
            },
            "How much a fresh fast effect amplifies the lasting gain of the next infusion: "
            "asserted by the source text, shown by no trial (grade D).",
        ),
    )
    return {factor.name: factor for factor in every}


def _routes(symptoms: Symptoms) -> Factor:
    labels = {name: route_label(symptoms, name) for name in _ROUTES}
    return Factor(
        "route",
        "Route",
        labels["iv"],
        {label: by_route(name) for name, label in labels.items()},
        "Usual doses; F: share that reaches the circulation. Routes differ in both, so this "
        f"compares regimens, not routes at equal effect.{_alike(symptoms)}",
    )


def _durability(symptoms: Symptoms) -> Factor:
    median = symptoms.calibrated().tau_slow_median_days
    days = {name: median * times for name, times in (("half", 0.5), ("typical", 1), ("double", 2))}
    labels = {name: f"{name}: {value:.0f} days" for name, value in days.items()}
    return Factor(
        "durability",
        "Durability of relief",
        labels["typical"],
        {labels[name]: durability(value) for name, value in days.items()},
        "Time constant of the slow state (tau_slow) of everybody; sources differ by a factor of "
        "2-3.",
    )


def route_label(symptoms: Symptoms, route: str) -> str:
    """Name a route with its usual dose and bioavailability: `oral 100 mg (F 0.20)`."""
    dose, unit = USUAL_DOSES[route]
    share = symptoms.route(route).bioavailability
    return f"{_ROUTES[route]} {dose:g} {unit} (F {share:.2f})"


def _alike(symptoms: Symptoms) -> str:
    """Say which usual doses in mg bring equally much in, as their curves lie on each other."""
    brought: dict[tuple[float, float], list[str]] = {}
    for name, words in _ROUTES.items():
        (dose, unit), route = USUAL_DOSES[name], symptoms.route(name)
        if unit == "mg":
            key = (round(dose * route.bioavailability, 3), route.bioavailability_cv)
            brought.setdefault(key, []).append(words)
    return "".join(
        f" {' and '.join(names).capitalize()} bring in the same {mg:g} mg."
        for (mg, _), names in brought.items()
        if len(names) > 1
    )


def metabolism(times: float) -> Change:
    """Set everybody's clearance to so many times the typical one."""

    def changed(case: Case) -> Case:
        clearance = np.full(len(case.cohort), times * case.symptoms.reference_clearance)
        return replace(case, cohort=replace(case.cohort, clearance=clearance))

    return changed


def severity(points: float) -> Change:
    """Set everybody's untreated score, and the baseline that the same drift and noise rate."""

    def changed(case: Case) -> Case:
        untreated = np.full(len(case.cohort), float(points))
        baseline = rated(untreated, case.cohort.first_drift, case.cohort.first_noise)
        return replace(case, cohort=replace(case.cohort, untreated=untreated, baseline=baseline))

    return changed


def by_route(route: str) -> Change:
    """Give everybody the usual dose by this route."""

    def changed(case: Case) -> Case:
        return replace(case, treatment=Treatment.model_validate({"route": route}))

    return changed


def condition(name: str, present: bool) -> Change:
    """Give everybody a condition, or nobody, with its effect on sensitivity."""

    def changed(case: Case) -> Case:
        has: Bools = getattr(case.cohort, name)
        times = getattr(case.symptoms.moderators, name)
        without = np.where(has, case.cohort.responsiveness / times, case.cohort.responsiveness)
        pushed = without * times if present else without
        column = {name: np.full(len(has), present)}
        return replace(case, cohort=replace(case.cohort, responsiveness=pushed, **column))

    return changed


def durability(days: float) -> Change:
    """Set everybody's time constant of the slow state."""

    def changed(case: Case) -> Case:
        tau = np.full(len(case.cohort), days)
        return replace(case, cohort=replace(case.cohort, tau_slow=tau))

    return changed


def sensitivity(times: float) -> Change:
    """Set everybody's sensitivity s, keeping the moderators of their conditions."""

    def changed(case: Case) -> Case:
        moderation = case.cohort.responsiveness / case.cohort.sensitivity
        alike = np.full(len(case.cohort), times)
        cohort = replace(case.cohort, sensitivity=alike, responsiveness=alike * moderation)
        return replace(case, cohort=cohort)

    return changed


def plasticity(window: float) -> Change:
    """Set the plasticity window p."""

    def changed(case: Case) -> Case:
        symptoms = case.symptoms.model_copy(update={"plasticity": window})
        return replace(case, symptoms=symptoms)

    return changed
