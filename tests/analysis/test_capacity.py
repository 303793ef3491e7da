"""Capacity answers. Witnesses: a full grid by a plain loop, and common sense on common numbers."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.capacity import capacity
from sim.analysis.planning.beginning import begun
from sim.analysis.planning.tries import Rule
from sim.outcomes.reading import Reading
from sim.outcomes.waits import clinic_first_infusion
from sim.stats.survival import quantile
from tests_of_capacity import FIRST_DAYS, WAIT


def grid_share(scenario, replications, days=60, within=10):
    """The share of replications that meet the target, by a loop that knows no search."""
    scenario = scenario.override({"run.days": days})
    met = []
    for replication in range(1, replications + 1):
        reading = Reading(sim.replicate(scenario, scenario.run.seed, replication))
        met.append(quantile(clinic_first_infusion(reading), 0.9) <= within)
    return float(np.mean(met))


@pytest.fixture(scope="module")
def answer(small):
    return sim.capacity(small, {"clinic.chairs": range(1, 7)}, [WAIT], **FIRST_DAYS)


def test_the_answer_is_that_of_a_full_grid_with_more_replications(small, answer):
    shares = {n: grid_share(small.override({"clinic.chairs": n}), 30) for n in range(1, 5)}
    assert answer.value == min(n for n, share in shares.items() if share >= 0.9)
    assert dict(answer.failing)["clinic.chairs"] == answer.value - 1


def test_the_answer_has_run_all_replications_and_says_how_sure_it_is(answer):
    row = answer.table.set_index("clinic.chairs").loc[answer.value]
    assert (row["verdict"], row["replications"]) == ("answer", 20)
    assert answer.share == answer.interval.mean == row["share"] >= 0.9
    assert answer.interval.n == 20
    assert answer.interval.lower < answer.share
    for told in (f"{answer.value} chairs are the fewest", f"{answer.share:.2f}", "95 % interval",
                 f"with {answer.value - 1} chairs", "first year of a new clinic"):  # fmt: skip
        assert told in answer.sentence
    assert str(answer) == answer.sentence


def test_values_that_fail_are_given_up_early_with_their_replications_counted(answer):
    tried = answer.replications.groupby("clinic.chairs")["replication"].nunique()
    table = answer.table.set_index("clinic.chairs")
    assert (table["replications"] == tried).all()
    assert tried.min() < 20
    counted = answer.replications.groupby("clinic.chairs")["met"].sum()
    assert (table["met"] == counted).all()


@pytest.mark.parametrize(("confidence", "wanted"), [(0.9, 20), (0.5, 7), (1.0, 5), (0.95, 20)])
def test_giving_up_early_never_changes_a_verdict(confidence, wanted):
    rule = Rule(confidence, wanted)
    for met in range(wanted + 1):
        for tried in range(wanted + 1):
            if tried >= met and rule.fails(met, tried):
                best = met + wanted - tried  # all the rest meet the targets
                assert best / wanted < confidence
    assert rule.needed / wanted >= confidence > (rule.needed - 1) / wanted


def test_the_answer_never_falls_as_referrals_rise(small):
    values = [
        capacity(
            small.override({"referrals.per_week": rate}), {"clinic.chairs": range(1, 9)}, [WAIT],
            replications=5, **FIRST_DAYS,
        ).value
        for rate in (5, 8, 12)
    ]  # fmt: skip
    assert values == sorted(values)
    assert values[0] < values[-1]


def test_the_largest_demand_agrees_with_the_smallest_capacity(small, answer):
    clinic = small.override({"clinic.chairs": answer.value})
    rates = sim.capacity(clinic, ["referrals.per_week=2:20:3"], [WAIT], **FIRST_DAYS)
    assert rates.varied[0].largest
    assert rates.value >= 8, "it took 8 with the chairs of that answer"
    assert grid_share(clinic.override({"referrals.per_week": rates.value}), 20) >= 0.9
    harder = dict(rates.failing)["referrals.per_week"]
    assert harder == rates.value + 3
    assert grid_share(clinic.override({"referrals.per_week": harder}), 20) < 0.9
    assert "are the most of 2 to 20" in rates.sentence


def test_several_targets_and_a_mix_of_two_find_the_cheapest_of_a_full_grid(small):
    nursed = small.override({"clinic.nurses": 1})
    targets = [WAIT, "p95(wait_in_clinic_minutes) <= 45"]
    vary = {"clinic.chairs": range(2, 5), "clinic.nurses": range(1, 4)}
    cost = {"clinic.chairs": 1.0, "clinic.nurses": 2.0}
    answer = capacity(nursed, vary, targets, replications=5, cost=cost, **FIRST_DAYS)
    single = {
        (c, n): capacity(nursed, {"clinic.chairs": [c], "clinic.nurses": [n]}, targets,
                         replications=5, cost=cost, **FIRST_DAYS).reached
        for c in (2, 3, 4) for n in (1, 2, 3)
    }  # fmt: skip
    price = min(c + 2 * n for (c, n), reached in single.items() if reached)
    value = answer.value
    assert value["clinic.chairs"] + 2 * value["clinic.nurses"] == price
    assert single[value["clinic.chairs"], value["clinic.nurses"]]
    assert "cheapest mix" in answer.sentence
    assert {"cost", *[t.quantity for t in answer.targets]} <= set(answer.table)


def test_an_unreachable_target_names_what_binds_and_answers_without_it(small):
    nursed = small.override({"clinic.nurses": 1})
    bound = capacity(nursed, {"clinic.chairs": range(1, 7)}, [WAIT], **FIRST_DAYS)
    free = capacity(small, {"clinic.chairs": range(1, 7)}, [WAIT], **FIRST_DAYS)
    assert not bound.reached
    assert bound.value is bound.share is None
    assert bound.binding == ("nurses",)
    assert bound.otherwise.value == free.value
    for told in ("No number of chairs from 1 to 6 will do", "Here the 1 nurse binds.",
                 "With unlimited nurses", f"{free.value} chairs are the fewest"):  # fmt: skip
        assert told in bound.sentence


def test_a_target_that_no_capacity_can_meet_says_so(small):
    answer = capacity(
        small,
        {"clinic.chairs": [2, 9]},
        ["p90(clinic_wait_first_infusion_days) <= 0.5"],
        **FIRST_DAYS,
    )
    assert answer.alternatives == ()
    assert "no capacity binds" in answer.sentence


def test_the_answer_is_the_same_for_any_number_of_processes(small, answer):
    options = FIRST_DAYS | {"jobs": 2}
    other = capacity(small, {"clinic.chairs": range(1, 7)}, [WAIT], **options)
    pd.testing.assert_frame_equal(answer.table, other.table)
    pd.testing.assert_frame_equal(answer.replications, other.replications)
    assert answer.sentence == other.sentence
    assert answer.manifest["digest"] == other.manifest["digest"]


def test_a_quantity_that_nobody_has_is_refused(small):
    none = small.override({"policy.boosters": {"kind": "none"}})
    with pytest.raises(sim.ScenarioError, match="not defined in any replication"):
        capacity(none, {"clinic.chairs": [2]}, ["p95(booster_delay_days) <= 7"], **FIRST_DAYS)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"confidence": 1.5}, "confidence"),
        ({"replications": 0}, "1 or more"),
        ({"when": "steadily"}, 'Did you mean "steady"?'),
        ({"cost": {"clinic.nurses": 3}, "vary": {"clinic.chairs": [1], "clinic.prescribers": [1]}},
         "is not varied"),
        ({"vary": {"clinic.chairs": [1], "policy.boosters.late_days": [1]}}, "needs a price"),
        ({"vary": ["clinic.chairs=1:2", "referrals.per_week=1:2"]}, "vary a demand alone"),
    ],
)  # fmt: skip
def test_a_fault_comes_before_anything_is_simulated(small, changed, says):
    asked = {"vary": {"clinic.chairs": [1]}, "targets": [WAIT], **FIRST_DAYS, **changed}
    with pytest.raises(sim.ScenarioError, match=says.replace("?", r"\?")):
        capacity(small, **asked)


def test_a_steady_answer_counts_after_the_start(small):
    steady = begun(small, "steady", 100)
    new = begun(small, "first-year", 100)
    for scenario in (new, steady):
        assert (scenario.run.days, scenario.run.warmup_days) == (100, 0)
    assert (new.start.kind, steady.start.kind) == ("empty", "steady_state")
