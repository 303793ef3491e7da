"""Costs and QALYs of whole runs (witnesses: the older measures of money, sums, plain loops)."""

from functools import cache
from math import isfinite

import numpy as np
import pandas as pd
import pytest

import sim
from handwritten import Page, at, infusion
from sim.outcomes.budget import budget
from sim.outcomes.catalogue import measure
from sim.outcomes.cost_measures import ITEMS_OF
from sim.outcomes.reading import Reading
from sim.outcomes.subgroups import PartReading

NOTHING_OFF = {"economics.discount_costs": 0.0, "economics.discount_qalys": 0.0}
UNLIMITED = {f"clinic.{what}": "unlimited" for what in ("chairs", "nurses", "prescribers")}
CLINICS = {
    "default": {},
    "unlimited": UNLIMITED,
    "always_open": {"clinic.hours": "always", "clinic.booking": {"kind": "walk_in"}},
    "at_home": {"policy.booster_treatment": {"route": "sublingual", "home": True},
                "policy.usual_care": "after_discharge"},
    "warm_start": {"start": {"kind": "steady_state"}, "run.warmup_days": 20,
                   "policy.usual_care": "from_referral"},
    "changes": {"changes": [{"day": 40, "clinic.chairs": 2, "clinic.prices.iv": 900,
                             "clinic.prices.nurse_hour": 80, "clinic.chairs_out": []}]},
    "three_days": {"run.days": 3},
    "nobody": {"referrals.per_week": 0.001, "run.days": 20},
}  # fmt: skip


@cache
def reading(name):
    scenario = sim.Scenario().override({"run.days": 80, **NOTHING_OFF, **CLINICS[name]})
    return Reading(sim.replicate(scenario, seed=1))


@cache
def found(name):
    return measure(reading(name))


def item(values, name):
    return values[f"{name}_cost_per_patient"]


@pytest.mark.parametrize("name", CLINICS)
def test_items_add_up_to_their_totals_to_the_last_digit(name):
    values = found(name)
    if not len(reading(name).patients):
        assert not [measure for measure in values if "cost_per_patient" in measure]
        return
    for perspective, items in ITEMS_OF.items():
        assert item(values, perspective) == sum(item(values, one) for one in items)
    assert all(isfinite(item(values, one)) and item(values, one) >= 0 for one in ITEMS_OF)


@pytest.mark.parametrize("name", [name for name in CLINICS if name != "nobody"])
def test_nothing_taken_off_the_older_measures_of_money_say_the_same(name):
    values, one = found(name), reading(name)
    charged = item(values, "sessions") + item(values, "evaluations")
    assert charged == pytest.approx(values["charged_per_patient"])
    paid = sum(item(values, name) for name in ("staff", "chairs", "idle", "overtime_extra"))
    if name == "unlimited":
        assert item(values, "idle") == 0
        assert item(values, "staff") > 0
        assert item(values, "chairs") > 0
        return
    people = one.present.sum()
    overtime = values["overtime_cost_per_week"] * one.weeks / people
    assert paid == pytest.approx(values["capacity_cost_per_patient"] + overtime)


@pytest.mark.parametrize("name", [name for name in CLINICS if name != "nobody"])
def test_the_years_of_the_budget_add_up_to_the_measures(name):
    one, values = reading(name), found(name)
    table = pd.DataFrame(budget(one))
    sums = table.groupby("item")["amount"].sum()
    for items in ITEMS_OF.values():
        for what in items:
            assert sums[what] / one.present.sum() == pytest.approx(item(values, what))
    routes = sums[sums.index.str.startswith("sessions_")]
    assert routes.sum() == pytest.approx(sums["sessions"])
    assert set(routes.index) <= {"sessions_iv", "sessions_sublingual"}
    assert sums["patients"] == values.get("referred", 0.0)


def test_the_budget_of_nobody_is_what_stands_idle():
    table = pd.DataFrame(budget(reading("nobody")))
    assert set(table["item"][table["amount"] > 0]) == {"idle"}


@pytest.mark.parametrize("name", ["default", "at_home", "changes"])
def test_what_is_of_people_is_divided_among_groups(name):
    whole, values = reading(name), found(name)
    first = np.arange(len(whole.patients)) % 3 == 0
    parts = [PartReading(whole, chosen) for chosen in (first, ~first)]
    measured = [(part.present.sum(), measure(part)) for part in parts]
    names = [f"{one}_cost_per_patient" for one in ("payer", "societal", "staff", "chairs")]
    for one in (*names, "qalys_per_patient", "net_benefit_per_patient"):
        shared = sum(people * part[one] for people, part in measured) / len(whole.patients)
        assert shared == pytest.approx(values[one]), one


def test_the_net_benefit_of_a_group_is_not_told_where_the_costs_are_the_clinics():
    changes = {"economics.perspective": "provider"}
    whole = Reading(Page([0, 0], [infusion(0, "induction", at(1, 12))], changes=changes))
    assert "net_benefit_per_patient" in measure(whole)
    part = PartReading(whole, np.array([True, False]))
    assert "net_benefit_per_patient" not in measure(part)


def test_the_budget_has_years_of_365_days_from_the_start_date_less_the_warm_up():
    rows = [infusion(0, "induction", at(day, 12)) for day in (300, 380, 400, 364, 365, 731)]
    one = Page([at(1), at(370)], rows, changes={"run.days": 740, "run.warmup_days": 310})
    table = pd.DataFrame(budget(Reading(one))).set_index(["item", "year"])
    assert table.loc["sessions", "days"].tolist() == [55, 365, 10]
    assert table.loc["sessions", "amount"].tolist() == [600, 3 * 600, 600]
    assert table.loc["patients", "amount"].tolist() == [0, 1, 0]
    later = Page([at(1)], rows, changes={"run.days": 740, "run.warmup_days": 365})
    assert sorted(set(budget(Reading(later))["year"])) == [2, 3]


def test_medication_is_taken_from_discharge_on_where_the_policy_says_so():
    changes = {"run.days": 30, "policy.usual_care": "after_discharge", **NOTHING_OFF}
    one = Page([0, 0], [], [(1, at(10, 12), "withdrew")], changes=changes)
    taken = item(measure(Reading(one)), "medication")
    assert taken == pytest.approx(19.5 * 35 * 12 / 365.25 / 2)


def test_other_utilities_give_other_qalys_by_a_plain_loop():
    one = Page(
        [0], [], relief={0: [(2, 0.5), (5, 0.8)]}, by_itself={0: [(6, 0.25)]},
        changes={"run.days": 8, **NOTHING_OFF, "economics.utility": "straight_line"},
    )  # fmt: skip
    lived, alone = [16, 16, 8, 8, 8, 3.2, 3.2, 3.2], [16] * 6 + [12] * 2
    qalys, untreated = (
        sum(0.872 - 0.0112 * score for score in scores) / 365.25 for scores in (lived, alone)
    )
    values = measure(Reading(one))
    assert values["qalys_per_patient"] == pytest.approx(qalys)
    assert values["qalys_gained_per_patient"] == pytest.approx(qalys - untreated)


def test_costs_are_discounted_by_the_minute_at_which_they_fall_due():
    """Half a year on, 600 are worth 600 / 1.1^(182.625 / 365.25)."""
    changes = {"run.days": 200, "economics.discount_costs": 0.1}
    row = infusion(0, "induction", at(182, 14, 20))  # ends at 15:00, on day 182.625
    values = measure(Reading(Page([0], [row], changes=changes)))
    assert item(values, "sessions") == pytest.approx(600 / 1.1**0.5)
