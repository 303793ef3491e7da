"""Where the plain model's patients come from: one scalar draw after another, at referral."""

from __future__ import annotations

from math import exp, floor, log, log1p, sqrt

import numpy as np
from scipy.special import betaincinv

from plain_parts import DAY, Patient, Relief
from sim.model.scenario import Scenario


class People:
    """Draws patients, and ratings of them."""

    def __init__(self, scenario: Scenario, rng: np.random.Generator) -> None:
        self.run = scenario.run
        ((_, _, self.population),) = scenario.population.components()
        self.symptoms, self.behaviour = scenario.symptoms, scenario.behaviour
        self.fit = scenario.symptoms.calibrated()
        self.rng = rng

    def new(self, number: int, now: int) -> Patient:
        """Draw candidates until one is rated high enough, then that one's other traits."""
        rng, population, symptoms, fit = self.rng, self.population, self.symptoms, self.fit
        while True:
            untreated = self.truncated(population.baseline_mean, population.baseline_sd, 0, 21)
            drift = rng.normal(0, symptoms.drift_sd)
            baseline = self.rated(min(max(untreated + drift, 0.0), 21.0))
            if baseline >= population.enrolled_from:
                break
        ptsd = rng.random() < population.ptsd_share
        pain = rng.random() < population.chronic_pain_share
        benzodiazepine = rng.random() < population.benzodiazepine_share
        high = benzodiazepine and rng.random() < population.benzodiazepine_high_share
        sensitivity = rng.lognormal(0, fit.sensitivity_sd)
        if ptsd:
            sensitivity *= symptoms.moderators.ptsd
        if pain:
            sensitivity *= symptoms.moderators.chronic_pain
        if high:
            sensitivity *= symptoms.moderators.benzodiazepine_high
        share = self.behaviour.in_force().withdrawal_share
        withdrawal = -log1p(-share) / self.behaviour.withdrawal_course
        stopping = -log1p(-self.behaviour.stopping_share) / self.behaviour.stopping_days
        missing = rng.random()  # who misses much at first misses much later
        behaviour = self.behaviour
        patience = rng.exponential(behaviour.patience_days.mean)
        patience *= behaviour.patience_per_point ** (baseline - 15)
        clearance_sigma = sqrt(log1p(population.clearance_cv**2))
        return Patient(
            number=number,
            referred=now,
            untreated=untreated,
            baseline=baseline,
            age=self.truncated(population.age_mean, population.age_sd, 18, 75),
            weight=rng.lognormal(log(population.weight_median), population.weight_sigma),
            anxiety_type=int(rng.choice(5, p=population.types)),
            clearance=rng.lognormal(log(population.clearance_median), clearance_sigma),
            responsiveness=sensitivity,
            tau_fast=fit.tau_fast_days,
            tau_slow=self.tau_slow(),
            a_fast=fit.a_fast,
            a_slow=fit.a_slow,
            plasticity=symptoms.plasticity,
            onset=symptoms.routes.iv.onset_hours / 24,
            ceiling=1 / (1 + exp(-rng.normal(fit.ceiling_mean, fit.ceiling_sd))),
            ptsd=ptsd,
            chronic_pain=pain,
            depression=rng.random() < population.depression_share,
            benzodiazepine=benzodiazepine,
            benzodiazepine_high=high,
            preferred_time=rng.random(),
            infusions_tolerated=rng.geometric(1 - exp(-withdrawal)),
            days_in_maintenance=rng.exponential(1 / stopping),
            no_show_share=self.misses(behaviour.no_show_share, missing),
            first_no_show_share=self.misses(behaviour.first_no_show_share, missing),
            leaves=now + floor(patience * DAY + 0.5),
            drift=self.drift_from(drift, self.run.days - now // DAY),
            lost=self.lost(self.run.days - now // DAY),
            states=[Relief(now)],
            usual=[Relief(now)],
            drug_share=self.drug_share(),
        )

    def tau_slow(self) -> float:
        """Draw how long slow relief lasts: in some people much longer."""
        fit = self.fit
        if self.rng.random() < fit.lasting_share:
            return self.symptoms.lasting_days
        return self.rng.lognormal(log(fit.tau_slow_median_days), fit.durability_sd)

    def drug_share(self) -> float:
        """Draw how much of the relief is the drug's own."""
        fit = self.fit
        odds = fit.drug_share / (1 - fit.drug_share) * exp(self.rng.normal(0, fit.drug_share_sd))
        return odds / (1 + odds)

    def lost(self, days: int) -> list[float]:
        """Draw, day by day from referral, what an episode of worsening takes of the relief."""
        course = self.symptoms.own_course
        begins = 1 - exp(-self.fit.worsening_per_year / 365.25)
        ends = 1 - exp(-1 / course.worsening_days)
        worse, lost = False, [0.0]
        for _ in range(days):
            worse = not self.rng.random() < ends if worse else self.rng.random() < begins
            lost.append(course.worsening_depth if worse else 0.0)
        return lost

    def misses(self, mean: float, place: float) -> float:
        """Give the share of visits missed by the person at this place (0..1) of a beta."""
        k = self.behaviour.no_show_concentration
        return float(betaincinv(mean * k, (1 - mean) * k, place)) if mean else 0.0

    def rated(self, true: float) -> int:
        """Rate a true score, with noise."""
        noisy = floor(true + self.rng.normal(0, self.symptoms.rating_sd) + 0.5)
        return min(max(noisy, 0), 21)

    def truncated(self, mean: float, sd: float, low: float, high: float) -> float:
        """Draw a normal number between two bounds."""
        while not low <= (value := self.rng.normal(mean, sd)) <= high:
            pass
        return value

    def drift_from(self, first: float, days: int) -> list[float]:
        """Draw the drift of every day from referral to the horizon, one by one: AR(1)."""
        keep = exp(-1 / self.symptoms.drift_days)
        sd = self.symptoms.drift_sd * sqrt(1 - keep**2)
        drift = [first]
        for _ in range(days):
            drift.append(keep * drift[-1] + self.rng.normal(0, sd))
        return drift
