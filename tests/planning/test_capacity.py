"""Capacity answers. Witnesses: a full grid by a plain loop, and common sense on common numbers."""

import re

import numpy as np
import pandas as pd
import pytest

import sim
from sim.outcomes.reading import Reading
from sim.outcomes.waits import clinic_first_infusion
from sim.planning.answer import capacity
from sim.planning.beginning import begun_at, time_in_words
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
    low, high = (f"{100 * limit:.0f}" for limit in (answer.interval.lower, answer.interval.upper))
    assert answer.sentence == (
        f"{answer.value} chairs will probably do: 90 % of people wait at most 10 days for their "
        f"first infusion (missed visits aside) in {row['met']} of 20 simulated periods of 60 days "
        f"({low} to {high} % of all; asked: 90 %)."
    )
    assert str(answer) == answer.sentence
    assert answer.details[0].startswith(f"With {answer.value - 1} chairs: ")
    assert answer.details[-1] == (
        "This is for the first 60 days of a new clinic that opens empty, "
        "whose caseload still grows."
    )
    assert answer.manifest["details"] == list(answer.details)


def test_values_that_fail_are_given_up_early_with_their_replications_counted(answer):
    tried = answer.replications.groupby("clinic.chairs")["replication"].nunique()
    table = answer.table.set_index("clinic.chairs")
    assert (table["replications"] == tried).all()
    assert tried.min() < 20
    counted = answer.replications.groupby("clinic.chairs")["met"].sum()
    assert (table["met"] == counted).all()


def test_people_drawn_too_evenly_for_a_share_of_years_are_refused(small):
    even = small.override({"run.sampling": "sobol"})
    with pytest.raises(sim.ScenarioError, match=r'^run\.sampling = "sobol" .* share of years'):
        capacity(even, {"clinic.chairs": range(1, 7)}, [WAIT], **FIRST_DAYS)


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
    assert re.match(
        rf"{rates.value} referrals a week with {answer.value} chairs (may|will probably) do: ",
        rates.sentence,
    )


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


def test_an_unreachable_target_names_what_binds_and_answers_without_it(small, answer):
    nursed = small.override({"clinic.nurses": 1})
    bound = capacity(nursed, {"clinic.chairs": range(1, 7)}, [WAIT], **FIRST_DAYS)
    assert not bound.reached
    assert bound.value is bound.share is None
    assert bound.binding == ("nurses",)
    assert bound.otherwise.value == answer.value
    (_, point) = bound.otherwise.answered
    assert dict(point) == {"clinic.chairs": answer.value, "clinic.nurses": 2}, (
        "the fewest there are"
    )
    assert "1 to 6 chairs with 1 nurse will " in bound.sentence
    assert f"; {answer.value} chairs with 2 nurses will probably do: " in bound.sentence
    assert any(line.startswith("The 1 nurse binds: with 6 chairs") for line in bound.details)
    row = bound.table[bound.table["verdict"] == "answer"].iloc[0]
    assert (row["clinic.chairs"], row["clinic.nurses"]) == (answer.value, 2)
    assert row["replications"] == 20


def test_a_range_that_ends_too_low_says_how_far_one_must_go(small, answer):
    low = capacity(small, {"clinic.chairs": range(1, answer.value)}, [WAIT], **FIRST_DAYS)
    assert not low.reached
    assert low.binding == ()
    assert low.otherwise.value == answer.value
    assert low.otherwise.beyond
    assert f"; {answer.value} chairs will probably do: " in low.sentence
    assert f"The range ends too soon: {answer.value} chairs lies beyond it." in low.details


def test_what_is_varied_binds_together_with_what_is_not(small, answer):
    """Neither more chairs nor more nurses alone: the old words were "no capacity binds"."""
    nursed = small.override({"clinic.nurses": 1, "referrals.per_week": 12})
    both = capacity(nursed, {"clinic.chairs": [1]}, [WAIT], 0.9, 10, **FIRST_DAYS)
    assert both.binding == ("chairs", "nurses")
    assert both.sentence.startswith("1 chair with 1 nurse will not do; ")
    assert "The 1 chair and the 1 nurse bind together: " in " ".join(both.details)
    found = dict(both.otherwise.answered[1])
    assert found["clinic.chairs"] > 1
    assert found["clinic.nurses"] > 1
    shown = f"{found['clinic.chairs']} chairs with {found['clinic.nurses']} nurses will "
    assert shown in both.sentence


def test_a_target_that_no_capacity_can_meet_says_what_was_tried_and_what_there_is_without(small):
    answer = capacity(
        small,
        {"clinic.chairs": [2, 9]},
        ["p90(clinic_wait_first_infusion_days) <= 0.5"],
        **FIRST_DAYS,
    )
    assert answer.alternatives == ()
    assert answer.otherwise is None
    start = (
        "None of 2 or 9 chairs will do, nor would unlimited chairs with twice the opening hours: "
    )
    assert answer.sentence.startswith(start)
    values = [float(v) for v in re.findall(r"is ([\d.]+) to ([\d.]+),", answer.sentence)[0]]
    free = answer.table[answer.table["relaxed"] == "unlimited chairs with twice the opening hours"]
    name = "p90(clinic_wait_first_infusion_days)"
    assert values[0] <= free[name].iloc[0] <= values[1]
    assert "% of those referred have started by the end" in answer.sentence
    assert not re.search("no capacity binds|will probably do|prescribers|nurses", answer.sentence)


@pytest.mark.parametrize("replications", [1, 2])
def test_few_replications_are_never_sure(small, replications):
    answer = capacity(small, {"clinic.chairs": [1, 5]}, [WAIT], 0.9, replications, **FIRST_DAYS)
    assert answer.value == 5
    assert " will do" not in answer.sentence
    assert any("one replication" in line for line in answer.details) == (replications == 1)


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
    steady = begun_at(small, "steady", 100)
    new = begun_at(small, "first-year", 100)
    for scenario in (new, steady):
        assert (scenario.run.days, scenario.run.warmup_days) == (100, 0)
    assert (new.start.kind, steady.start.kind) == ("empty", "steady_state")


QUEUE = {"behaviour.stopping_share": 0, "policy.boosters": {"kind": "none"}}


@pytest.mark.parametrize(
    ("changes", "start", "days", "told"),
    [
        ({}, "steady_state", 100, "for a clinic near its steady state"),
        (QUEUE, "empty", 191, "for a clinic without maintenance, after a warm-up of 91 days"),
        (QUEUE | {"run.warmup_days": 7}, "empty", 107,
         "for a clinic without maintenance, after a warm-up of 7 days"),
        ({"referrals": {"kind": "cohort", "patients": 20}}, "empty", 100,
         "for the first 100 days of the people of the scenario, and nobody else"),
        ({"start": {"kind": "file", "file": "scenarios/demand/caseload.csv"}}, "file", 100,
         "for a clinic that begins with the caseload of the scenario"),
    ],
)  # fmt: skip
def test_the_start_suits_the_clinic_and_is_named(small, changes, start, days, told):
    scenario = small.override(changes)
    found = begun_at(scenario, "steady", 100)
    assert (found.start.kind, found.run.days) == (start, days)
    assert found.run.days - found.run.warmup_days == 100
    assert time_in_words(scenario, "steady", 100) == time_in_words(found, "steady", 100) == told


def test_a_queue_is_not_the_first_year_of_a_new_clinic(small):
    queue = small.override(QUEUE)
    assert (
        time_in_words(queue, "first-year", 100)
        == "for the first 100 days of a clinic that opens empty"
    )
    assert "whose caseload still grows" in time_in_words(small, "first-year", 365)
    steady = capacity(queue, {"clinic.chairs": [3]}, [WAIT], 0.9, 2, days=30, jobs=1)
    assert "new clinic" not in " ".join((steady.sentence, *steady.details))


def test_a_caseload_that_grows_for_ever_is_refused_with_the_remedy(small):
    endless = small.override({"behaviour.stopping_share": 0})
    with pytest.raises(sim.ScenarioError, match="--when first-year"):
        capacity(endless, {"clinic.chairs": [3]}, [WAIT])
