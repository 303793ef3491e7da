"""What treatment is charged at (witness: a sum over the visits by hand)."""

import pandas as pd
import pytest

import sim
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.outcomes.tables import visits_table

PRICES = {"iv": 600, "sublingual": 150}


def test_charges_are_the_sum_over_the_visits():
    scenario = sim.Scenario().override(
        {"run.days": 250, "policy.booster_treatment": {"route": "sublingual", "home": True}}
    )
    replication = sim.replicate(scenario, 1)
    visits = visits_table(Reading(replication))
    infused = visits[visits["infusion_end"].notna()]
    talks = visits["kind"].isin(["assessment", "evaluation"]) & (visits["status"] == "done")
    total = infused["route"].map(PRICES).sum() + 225 * talks.sum()
    assert isinstance(infused, pd.DataFrame)
    assert set(infused["route"]) == set(PRICES)
    found = measure(Reading(replication))["charged_per_patient"]
    assert found == pytest.approx(total / len(replication.patients))


def test_a_price_is_a_parameter():
    base = sim.Scenario().override({"run.days": 120})
    free = base.override({"clinic.prices.iv": 0, "clinic.prices.evaluation": 0})
    assert measure(Reading(sim.replicate(free, 1)))["charged_per_patient"] == 0
    assert measure(Reading(sim.replicate(base, 1)))["charged_per_patient"] > 1000
