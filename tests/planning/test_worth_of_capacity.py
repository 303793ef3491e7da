"""What capacity is worth (witnesses: a plain loop over replications, sentences on odd cases)."""

from dataclasses import replace
from statistics import mean

import pandas as pd
import pytest

import sim
from sim.planning.margins import NOW
from sim.planning.policy_by_capacity import BY_CAPACITY, PolicyByCapacity, policy_by_capacity
from sim.planning.ranges import read_range
from sim.planning.worth_of_capacity import EVERYTHING, CapacityWorth, worth_of_capacity
from sim.planning.worth_words import policies_told, worth_told

CLINIC = sim.Scenario().override(
    {"run.days": 42, "clinic.chairs": 1, "behaviour.stopping_days": 40, "clinic.nurses": 1}
)


@pytest.fixture(scope="module")
def found():
    return worth_of_capacity(CLINIC, [50_000.0, 100_000.0], "payer", replications=3, seed=4, jobs=1)


def rows(table, **wanted):
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table.to_dict("records")


def test_gains_are_those_of_a_plain_loop_over_the_replications(found):
    values = {
        (row["scenario"], row["replication"], row["measure"]): row["value"]
        for row in found.results.metrics.to_dict("records")
    }
    years = 42 / 365.25
    gained = []
    for replication in (1, 2, 3):
        of_clinic = {}
        for scenario in (EVERYTHING, NOW):
            people = values[scenario, replication, "people_counted"]
            qalys = values[scenario, replication, "qalys_per_patient"] * people
            cost = values[scenario, replication, "payer_cost_per_patient"] * people
            of_clinic[scenario] = (50_000 * qalys - cost) / years
        gained.append(of_clinic[EVERYTHING] - of_clinic[NOW])
    (row,) = rows(
        found.limits, scenario=EVERYTHING, quantity="net_benefit", willingness_to_pay=50_000
    )
    assert row["difference"] == pytest.approx(mean(gained), rel=1e-9)
    assert row["lower"] < row["difference"] < row["upper"]


def test_every_limit_is_lifted_by_itself_and_with_all_others(found):
    assert list(dict.fromkeys(found.limits["scenario"])) == [
        "unlimited chairs", "unlimited nurses", "unlimited prescribers",
        "twice the opening hours", EVERYTHING,
    ]  # fmt: skip
    everything = found.results.scenarios[EVERYTHING].clinic
    assert {everything.chairs, everything.nurses, everything.prescribers} == {"unlimited"}


def test_an_hour_is_a_year_of_it_over_its_hours_beside_its_price(found):
    (row,) = rows(found.hours, scenario="1 more chair", quantity="days")
    assert row["added_hours"] == 40
    assert row["difference_per_hour"] == pytest.approx(row["difference"] / (40 * 365.25 / 7))
    prices = found.hours.drop_duplicates("scenario").set_index("scenario")["price_per_hour"]
    assert prices["1 more chair"] == pytest.approx(10_000 / (40 * 365.25 / 7))
    assert prices["1 more nurse"] == CLINIC.clinic.prices.nurse_hour
    wages = CLINIC.clinic.prices.nurse_hour + CLINIC.clinic.prices.prescriber_hour
    assert prices["1 more hour a day"] == pytest.approx(wages)


def test_what_idles_is_no_cost_of_the_provider_where_a_limit_is_lifted(found, monkeypatch):
    monkeypatch.setattr("sim.planning.worth_of_capacity.run", lambda *_, **__: found.results)
    seen = worth_of_capacity(CLINIC, [1e5], "provider")
    values = found.results.metrics.set_index(["scenario", "replication", "measure"])["value"]

    def plain(name, items):
        costs = [
            sum(values[name, r, f"{item}_cost_per_patient"] for item in items)
            * values[name, r, "people_counted"]
            for r in (1, 2, 3)
        ]
        return mean(costs) * 365.25 / 42

    used = ("staff", "chairs", "overtime_extra", "drug", "missed_visits")
    for name, table, items in (
        ("unlimited nurses", seen.limits, used), ("1 more nurse", seen.hours, (*used, "idle")),
    ):  # fmt: skip
        (row,) = rows(table, scenario=name, quantity="cost")
        assert row["difference"] == pytest.approx(plain(name, items) - plain(NOW, items), abs=1e-6)
    assert "counted as used" in said(seen)
    assert "counted as used" not in said(found)


def test_nobody_referred_is_said_and_no_fault_of_the_programs(found, monkeypatch):
    metrics = found.results.metrics
    gone = metrics["measure"].str.endswith("_per_patient") & metrics["replication"].eq(2)
    fewer = replace(found.results, metrics=metrics[~gone])
    monkeypatch.setattr("sim.planning.worth_of_capacity.run", lambda *_, **__: fewer)
    with pytest.raises(sim.ScenarioError, match="nobody was referred in 1 of 3 replications"):
        worth_of_capacity(CLINIC, [1e5], "payer")


def with_benefits(found, **gains):
    """The same answer with other net benefits: (difference, lower, upper, adjusted p) by limit."""
    lines = [
        {"scenario": name.replace("_", " "), "quantity": "net_benefit", "willingness_to_pay": 1e5,
         **dict(zip(["difference", "lower", "upper", "p_adjusted"], gain, strict=True)),
         "difference_per_hour": gain[0] / 2000, "lower_per_hour": gain[1] / 2000,
         "upper_per_hour": gain[2] / 2000, "price_per_hour": 41.0}
        for name, gain in gains.items()
    ]  # fmt: skip
    return replace(found, thresholds=(1e5,), limits=pd.DataFrame(lines), hours=pd.DataFrame(lines))


def said(found):
    return " ".join(worth_told(found))


def test_what_is_sure_is_said_with_its_interval(found):
    told = said(with_benefits(found, chairs=(90_000, 50_000, 130_000, 0.01)))
    assert "chairs would be worth 90,000 US$ of net benefit a year (50,000 US$ to" in told
    assert "An hour of chairs brings 45.00 US$" in told
    assert "an hour of it costs 41.00 US$" in told


def test_what_is_not_told_apart_is_not_called_worth_anything(found):
    told = said(with_benefits(found, chairs=(90_000, -9_000, 190_000, 0.08)))
    assert "is not told apart from the clinic as it is" in told
    assert "An hour of chairs is not told to bring any net benefit" in told
    assert "would be worth" not in told
    assert "brings" not in told


def test_what_costs_more_than_it_brings_is_said_to_lose(found):
    told = said(with_benefits(found, nurses=(-50_000, -70_000, -30_000, 0.001)))
    assert "nurses would lose net benefit. " in told
    assert "would be worth" not in told


def test_a_loss_is_put_down_to_what_is_treated_only_where_that_costs_more(found):
    lost = with_benefits(found, nurses=(-50_000, -70_000, -30_000, 0.001))
    for cost, qalys, why in ((40_000, 0.1, True), (-5, 0.1, False), (40_000, -0.1, False)):
        more = [
            {**lost.limits.iloc[0], "quantity": what, "willingness_to_pay": None,
             "difference": value, "lower": value, "upper": value}
            for what, value in (("cost", cost), ("qalys", qalys))
        ]  # fmt: skip
        told = said(replace(lost, limits=pd.concat([lost.limits, pd.DataFrame(more)])))
        assert ("what more is treated then costs more" in told) == why


def test_what_is_small_is_not_written_as_nothing_nor_nothing_as_something(found):
    told = said(with_benefits(found, chairs=(8, 6, 10, 0.01)))
    assert "brings 0.004 US$ (0.003 US$ to 0.005 US$)" in told
    nothing = with_benefits(found, **{EVERYTHING.replace(" ", "_"): (0.0, 0.0, 0.0, 1.0)})
    assert f"{EVERYTHING} changes nothing here" in said(nothing)


def test_one_replication_and_a_clinic_without_limits_say_nothing_of_worth(found):
    class One:
        scenarios, replications = found.results.scenarios, 1

    (told,) = worth_told(replace(found, results=One()))
    assert "no interval" in told
    nothing = CapacityWorth(found.results, "payer", (1e5,), found.limits[:0], found.hours[:0])
    (told,) = worth_told(nothing)
    assert "no limit that could be lifted" in told


def test_a_clinic_that_changes_is_refused():
    with pytest.raises(sim.ScenarioError, match="changes in mid-run"):
        worth_of_capacity(
            CLINIC.override({"changes": [{"date": "2026-02-01", "clinic.chairs": 2}]})
        )


# ---------------------------------------------------------------------- policies by capacity

VARIANTS = {
    "few": CLINIC.override({"policy.boosters": {"kind": "none"}}),
    "many": CLINIC.override({"policy.boosters": {"kind": "fixed", "every_days": 14}}),
}


def test_the_best_policy_has_the_largest_mean_at_each_capacity_and_threshold():
    of = read_range("clinic.chairs=1,2")
    found = policy_by_capacity(VARIANTS, of, [0.0, 1e6], "payer", 3, 4, jobs=1)
    values = found.results.metrics.groupby(["scenario", "measure"])["value"].mean()
    for (chairs, limit), place in found.table.groupby(["value", "willingness_to_pay"]):
        plain = {
            name: limit * values[f"clinic.chairs={chairs} | {name}", "qalys_per_patient"]
            - values[f"clinic.chairs={chairs} | {name}", "payer_cost_per_patient"]
            for name in VARIANTS
        }
        assert place.set_index("scenario")["net_benefit"].to_dict() == pytest.approx(plain)
        (best,) = place[place["best"]]["scenario"]
        assert plain[best] == max(plain.values())


def test_what_is_varied_may_not_be_what_the_variants_differ_in():
    variants = {"one": CLINIC, "two": CLINIC.override({"clinic.chairs": 2})}
    with pytest.raises(sim.ScenarioError, match="one: 1, two: 2"):
        policy_by_capacity(variants, read_range("clinic.chairs=1,2"), [1e5], "payer", 2)
    with pytest.raises(sim.ScenarioError, match="two variants or more"):
        policy_by_capacity({"one": CLINIC}, read_range("clinic.chairs=1,2"), [1e5], "payer", 2)


def test_policies_that_are_the_same_are_not_told_apart():
    same = {"first": CLINIC, "second": CLINIC}
    found = policy_by_capacity(same, read_range("clinic.chairs=1,2"), [1e5], "payer", 2, 4, jobs=1)
    assert found.table["may_be_best"].all()
    (told,) = policies_told(found, [1e5], "US$")
    assert "1: first (0.50), not told apart from second; 2: first (0.50), not told" in told


def test_a_tie_is_said_to_be_one(found):
    def row(scenario, best, may):
        return ["clinic.chairs", 3, 1e5, scenario, 1.0, 0.5, 1.5, best, 0.6, 0.0, -1, 1, may, 3]

    table = pd.DataFrame([row("a", True, True), row("b", False, True), row("c", False, False)],
                         columns=BY_CAPACITY)  # fmt: skip
    (told,) = policies_told(PolicyByCapacity(found.results, "payer", table), [1e5], "US$")
    assert "3: a (0.60), not told apart from b. " in told
    assert "c" not in told.split("not told apart from ")[1].split(".")[0]
