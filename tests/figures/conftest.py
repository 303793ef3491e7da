"""Made-up results with the tables of real ones: quick, and with every number known beforehand."""

from types import SimpleNamespace
from zlib import crc32

import numpy as np
import pandas as pd
import pytest

from sim.experiment.results import SUBGROUPS, Results
from sim.model.scenario import Scenario

WEEKS = 105
POLICIES = {  # infusions per patient, days below 10, days in response
    "none": (5.6, 84.0, 61.0),
    "every_8_weeks": (8.9, 117.0, 82.0),
    "every_6_weeks": (10.1, 127.0, 90.0),
    "every_4_weeks": (12.9, 142.0, 103.0),
    "adaptive_from_4_weeks": (13.6, 150.0, 106.0),
    "adaptive_from_6_weeks": (12.7, 146.0, 101.0),
    "every_2_weeks": (20.4, 166.0, 121.0),
    "as_needed": (13.2, 139.0, 104.5),
}
CHAIRS = (2, 3, 4, 5, 6)


def scenario_of(chairs=3, policy=""):
    """Make a scenario that differs from others by its chairs and the name of its policy."""
    changes = {"clinic.chairs": chairs}
    if policy:
        days = 14 + crc32(policy.encode()) % 300
        changes["policy.boosters"] = {"kind": "fixed", "every_days": days}
    return Scenario().override(changes)


class MadeUp(Results):
    """Results that re-simulate a made-up replication instead of a real one."""

    def replicate(self, scenario, replication=1):
        return made_up_replication(self.names.index(scenario), replication)


def made_up_replication(policy, replication, patients=40):
    """Patients referred ten days apart, treated 20 days later, with 0 to 11 boosters."""
    rng = np.random.default_rng([replication])
    referred = np.arange(patients) * 10 * 1440 + 600
    rows = []
    for patient in range(patients):
        begin = referred[patient] + 20 * 1440
        rows += [(patient, "assessment", -1), (patient, "induction", -1)]  # a no-show
        rows += [(patient, "induction", begin + k * 3 * 1440) for k in range(6)]
        boosters = range(35, 35 + 10 * (patient % 12), 10) if policy else ()
        rows += [(patient, "booster", begin + day * 1440) for day in boosters]
    patient, kind, start = (np.array(column) for column in zip(*rows, strict=True))
    noise = rng.normal(0, 1, (patients, 2000))

    def trajectory(days):
        scores = 14 - 6 * (days > 20) * np.exp(-days / (60 + 40 * policy)) + noise[:, : len(days)]
        return np.where(days < (730 - np.arange(patients) * 10)[:, None], scores, np.nan)

    return SimpleNamespace(
        patients=SimpleNamespace(referred=referred),
        visits={"patient": patient, "kind": kind, "infusion_start": start},
        trajectory=trajectory,
    )


def metrics_of(means, replications, spread=0.03):
    """One row per scenario, replication and measure: the mean and common plus own noise."""
    rng = np.random.default_rng(1)
    rows = []
    for measure in next(iter(means.values())):
        common = rng.normal(0, spread, replications)
        for name, values in means.items():
            own = rng.normal(0, spread / 3, replications)
            drawn = values[measure] * (1 + common + own)
            rows += [(name, r, measure, v) for r, v in enumerate(drawn, 1)]
    return pd.DataFrame(rows, columns=["scenario", "replication", "measure", "value"])


def courses_of(names, replications):
    rng = np.random.default_rng(2)
    day = np.arange(WEEKS) * 7
    tables = []
    for r in range(1, replications + 1):
        common = rng.normal(0, 0.25)
        for number, name in enumerate(names):
            relief = 4.5 * (1 - np.exp(-day / 25)) - (2.4 - 0.35 * number) * (1 - np.exp(-day / 90))
            noise = rng.normal(0, 0.1 + day / 1500)
            gad7 = 14.6 - relief + common + noise
            columns = {"day": day, "gad7": gad7, "gad7_untreated": 14.2 + common + 0 * day}
            people = np.maximum(0, 416 - 4 * np.arange(WEEKS))
            tables.append(pd.DataFrame({"scenario": name, "replication": r} | columns))
            tables[-1]["patients"] = people
    return pd.concat(tables, ignore_index=True)


def weeks_of(names, replications):
    rng = np.random.default_rng(3)
    week = np.arange(WEEKS)
    tables = []
    for r in range(1, replications + 1):
        for number, name in enumerate(names):
            infusions = (8 + 3 * number) * (1 - np.exp(-week / 12)) + rng.normal(0, 2, WEEKS)
            census = (40 + 14 * number) * (1 - np.exp(-week / 30)) + rng.normal(0, 2)
            columns = {"week": week, "infusions": np.maximum(infusions, 0), "census": census}
            columns["waiting"] = census / 10
            tables.append(pd.DataFrame({"scenario": name, "replication": r} | columns))
    return pd.concat(tables, ignore_index=True)


def relapses_of(names, replications):
    """Responders who relapse at a rate of their policy's, and are censored at an even rate."""
    day = np.arange(0, 700, 7)
    tables = []
    for r in range(1, replications + 1):
        for number, name in enumerate(names):
            free = np.exp(-day / (150 + 30 * number + r))
            at_risk = np.round(200 * free * (1 - day / 700)).astype(int)
            columns = {"day": day, "at_risk": at_risk, "relapsed": 200 - at_risk, "free": free}
            tables.append(pd.DataFrame({"scenario": name, "replication": r} | columns))
    return pd.concat(tables, ignore_index=True)


def pathways_of(names, replications):
    """400 people, of whom 4 fewer are followed each week; a half has left after a year."""
    week = np.arange(WEEKS - 5)
    followed = 400 - 4 * week
    induction = np.where(week < 4, followed // 2, 0)
    withdrew = np.minimum(followed // 2, 4 * week)
    columns = {
        "week": week, "waiting": np.where(week < 2, followed - induction - withdrew, 0),
        "assessed": 0 * week, "induction": induction, "evaluated": 0 * week,
    }  # fmt: skip
    rest = followed - columns["waiting"] - induction - withdrew
    columns |= {"maintenance": rest, "not_followed": 4 * week, "discharged: withdrew": withdrew}
    tables = [
        pd.DataFrame({"scenario": name, "replication": r} | columns)
        for name in names
        for r in range(1, replications + 1)
    ]
    return pd.concat(tables, ignore_index=True)


def subgroups_of(means, replications):
    """Three groups of two splits; the third is too small in the first replication."""
    rng = np.random.default_rng(4)
    groups = [("ptsd", "without", 300), ("ptsd", "with", 100), ("severity", "severe", 9)]
    rows = []
    for by, group, people in groups:
        common = rng.normal(0, 0.05, replications)
        for name, values in means.items():
            drawn = values["days_below_10"] * (1 + common + rng.normal(0, 0.01, replications))
            for r, value in enumerate(drawn, 1):
                told = np.nan if people < 10 and r == 1 else value
                rows.append((name, r, by, group, people, "days_below_10", told))
    return pd.DataFrame(rows, columns=SUBGROUPS)


def results_of(means, scenarios, reference, replications):
    return MadeUp(
        metrics=metrics_of(means, replications),
        courses=courses_of(means, replications),
        weeks=weeks_of(means, replications),
        scenarios=scenarios,
        seed=1,
        replications=replications,
        reference=reference,
        subgroups=subgroups_of(means, replications),
        relapses=relapses_of(means, replications),
        pathways=pathways_of(means, replications),
    )


def make_boosters(replications=20):
    """A study of eight policies against `every_4_weeks`."""
    means = {
        name: {
            "infusions_per_patient": infusions,
            "days_below_10": below,
            "days_in_response": response,
            "response_after_induction": 0.43,
            "response_of_referred": 0.31,
            "relapses_per_responder_year": 4.2 - below / 60,
            "wait_first_infusion_days": 40 + infusions,
            "clinic_wait_first_infusion_days": 12 + infusions,
            "clinic_wait_first_infusion_days_p90": 20 + 2 * infusions,
            "booster_delay_days": infusions / 5,
            "booster_delay_days_p95": infusions / 2,
            "wait_in_clinic_minutes": infusions / 4,
            "wait_in_clinic_minutes_p95": 2 * infusions,
            "overtime_minutes_per_week": 3 * infusions,
            "chair_utilisation": 0.4 + infusions / 40,
        }
        for name, (infusions, below, response) in POLICIES.items()
    }
    scenarios = {name: scenario_of(policy=name) for name in means}
    return results_of(means, scenarios, "every_4_weeks", replications)


def make_chairs(replications=20, chairs=CHAIRS):
    """A study of one policy by number of chairs."""
    means = {
        f"{n}_chairs": {
            "days_below_10": 150 - 160 / n**1.6,
            "days_in_response": 105 - 140 / n**1.6,
            "infusions_per_patient": 13 - 8 / n,
            "relapses_per_responder_year": 1.5 + 4 / n,
            "clinic_wait_first_infusion_days": 6 + 200 / n**2.5,
            "clinic_wait_first_infusion_days_p90": 10 + 420 / n**2.5,
            "booster_delay_days": 1 + 40 / n**2.5,
            "booster_delay_days_p95": 3 + 80 / n**2.5,
            "chair_utilisation": min(0.95, 2.6 / n),
        }
        for n in chairs
    }
    scenarios = {f"{n}_chairs": scenario_of(n) for n in chairs}
    return results_of(means, scenarios, f"{chairs[1]}_chairs", replications)


@pytest.fixture(scope="session")
def made_up():
    """What makes such results, for tests that need them otherwise."""
    return SimpleNamespace(
        boosters=make_boosters,
        chairs=make_chairs,
        replication=made_up_replication,
        results=results_of,
        scenario=scenario_of,
    )


@pytest.fixture(scope="session")
def boosters():
    return make_boosters()


@pytest.fixture(scope="session")
def chairs():
    return make_chairs()
