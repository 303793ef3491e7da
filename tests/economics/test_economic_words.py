"""What is said of costs against QALYs, and above all what is not. Witness: made-up tables."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.economics.economic_words import economic_cautions
from sim.economics.incremental import quadrant
from tests_of_draws import IDLE, PATH, drawn, noisy

FLAT = np.zeros((30, 2, 1))


def told(found, **asked):
    answer = sim.cost_effectiveness(found, **asked)
    return answer, " ".join(sim.economic_sentences(answer))


def means(costs, qalys, draws=30, noise=0.0, seed=1):
    """Scenarios with these costs and QALYs in every draw, but for chance."""
    rng = np.random.default_rng(seed)
    shape = (draws, 2, len(costs))
    return (np.array(costs) + noise * rng.normal(size=shape),
            np.array(qalys) + noise * 1e-5 * rng.normal(size=shape))  # fmt: skip


def test_the_line_its_ratios_and_the_dominated_are_told():
    _, said = told(drawn(*means([1000, 3000, 2900, 5000, 5000], [0.5, 0.54, 0.51, 0.56, 0.5])))
    assert "the cheapest first: a; b at 50,000 US$ a QALY more than a; d at 100,000 US$" in said
    assert "Not on it: c (extendedly dominated, by a mix of a and b); e (dominated by a)." in said
    assert (
        "At 50,000 US$ a QALY a and b have the highest expected net benefit and are equal" in said
    )
    assert "ICER" not in said


def test_a_scenario_that_dominates_all_has_no_ratio():
    answer, said = told(drawn(*means([1000, 2000, 900], [0.5, 0.4, 0.6], noise=1)))
    assert "c alone is on the efficient line, and there is no ratio (ICER) to tell" in said
    assert answer.economics["icer"].isna().all()
    assert "-" not in said.partition("alone is on the efficient line")[2].partition("At ")[0]


@pytest.mark.parametrize(
    ("cost", "effect", "words", "ratio"),
    [
        (1, 1, "costs more, gains more", True), (-1, -1, "costs less, gains less", True),
        (1, -1, "costs more, gains less", False), (-1, 1, "costs less, gains more", False),
        (0, 1, "costs the same, gains more", False), (1, 0, "costs more, gains the same", False),
        (0, 0, "costs the same, gains the same", False),
    ],
)  # fmt: skip
def test_a_ratio_has_a_meaning_in_two_quadrants(cost, effect, words, ratio):
    assert (quadrant(cost, effect).words, quadrant(cost, effect).has_ratio) == (words, ratio)


def test_who_is_ahead_by_luck_is_not_told_apart():
    answer, said = told(drawn(*means([1000, 1000], [0.5, 0.5], noise=200)), wtp=[100_000])
    row = answer.net_benefit[answer.net_benefit["best"]].iloc[0]
    assert row["difference_lower"] < 0 < row["difference_upper"]
    other = "b" if row["scenario"] == "a" else "a"
    assert f"but it cannot be told apart from {other}: +" in said
    assert "ahead of the next" not in said
    assert "cannot be told from 0" in said or "alone is on the efficient line" in said


def test_who_is_clearly_ahead_is_told_with_the_interval():
    answer, said = told(drawn(*noisy(gained=(0, 0.008, 0.009))[:2]), wtp=[100_000])
    best = answer.net_benefit.set_index("scenario").loc["b"]
    assert best["best"]
    assert f"ahead of the next, {best['against']}" in said
    assert "cannot be told apart" not in said


def test_scenarios_that_are_the_same_are_neither_best_nor_dominated():
    costs, qalys, _ = noisy()
    twice = [np.repeat(one[..., :1], 2, axis=2) for one in (costs, qalys)]
    answer, said = told(drawn(*twice))
    assert set(answer.economics["status"]) == {"on the line", "equal"}
    assert "a and b have the highest expected net benefit and are equal in it: none" in said
    assert "In no draw another scenario is better" in said
    assert "ahead" not in said


def test_of_one_scenario_nothing_is_compared():
    answer, said = told(drawn(FLAT + 1000, FLAT + 0.5))
    assert "One scenario leaves nothing to choose" in said
    for word in ("best", "line", "Knowing", "dominated", "Budget of"):
        assert word not in said
    assert "net_benefit.csv" not in answer.tables()
    assert answer.economics["status"].eq("").all()


def test_what_is_worth_knowing_is_told_only_beyond_chance():
    costs, qalys, parameters = noisy(60, chance=0.0003)
    found = drawn(costs, qalys, parameters | {IDLE: np.random.default_rng(3).normal(size=60)})
    answer, said = told(found, wtp=[100_000])
    assert f"more than chance gives would be worth knowing: {PATH} (" in said
    assert IDLE not in said
    row = answer.net_benefit.iloc[0]
    assert f"worth {row['evpi_held_back']:.0f} to {row['evpi']:.0f} US$ a patient" in said
    assert "a clinic and year with 50 people referred" not in said  # 50 in 365 and 50 in 100 days
    assert "with 78 people referred" in said


def test_the_budget_is_of_the_last_whole_year():
    answer, said = told(drawn(*means([1000, 1500], [0.5, 0.6])))
    assert (
        "Budget of year 1 against a (US$, not discounted): b +50,000 (+50,000 to +50,000)" in said
    )
    table = answer.budget_impact
    assert set(table.loc[table["year"] == 2, "days"]) == {100}
    _, without = told(drawn(*means([1000, 1500], [0.5, 0.6]), budget=False))
    assert "Budget" not in without
    assert "a clinic and year" not in without


def test_few_draws_are_cautioned_of_and_many_are_not():
    few = sim.cost_effectiveness(drawn(*means([1, 2], [0.1, 0.2], draws=3)))
    many = sim.cost_effectiveness(drawn(*means([1, 2], [0.1, 0.2], draws=100), budget=False))
    assert any("3 draws are few" in one for one in economic_cautions(few))
    assert economic_cautions(many) == []


def test_a_draw_in_which_nobody_was_referred_is_left_out_and_said():
    found = drawn(*means([1000, 2000], [0.5, 0.6], draws=10))
    gone = (found.metrics["draw"] == 4) & (found.metrics["replication"] == 8)
    gone &= (found.metrics["scenario"] == "a") & (found.metrics["measure"] == "qalys_per_patient")
    answer = sim.cost_effectiveness(replace(found, metrics=found.metrics[~gone]))
    assert gone.sum() == 1
    assert answer.draws == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert "1 of 10 draws are left out" in economic_cautions(answer)[0]
    assert list(answer.plane["draw"].unique()) == answer.draws


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"symptoms.calibration": "trial"}, "differ in their calibration (community, trial)"),
        ({"economics.utility": "straight_line"}, "differ in their table economics"),
    ],
)
def test_states_of_the_world_and_values_are_no_choices(change, says):
    base = sim.Scenario().override({"symptoms.calibration": "community"})
    own = {"a": base, "b": base.override(change)}
    with pytest.raises(ScenarioError, match=says.replace("(", r"\(").replace(")", r"\)")):
        sim.cost_effectiveness(drawn(*means([1, 2], [0.1, 0.2]), scenarios=own))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"perspective": "socieatl"}, 'Did you mean "societal"'),
        ({"wtp": [-1.0]}, "--wtp: -1 is not allowed"),
        ({"wtp": [float("nan")]}, "--wtp: nan is not allowed"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, says):
    with pytest.raises(ScenarioError, match=says):
        sim.cost_effectiveness(drawn(*means([1, 2], [0.1, 0.2])), **asked)


def test_names_of_every_kind_and_thirty_of_them():
    names = ["<b>x</b>", "$x$", "__", *(f"{'long ' * 11}{k}" for k in range(27))]
    costs, qalys = means(np.arange(30) * 100.0, np.sqrt(np.arange(30)) / 100, draws=8, noise=5)
    _, said = told(drawn(costs, qalys, names=names, budget=False))
    assert "The other 24 scenarios stand in economics.csv" in said
    assert len(said) < 8000


def test_a_provider_is_warned_of_scenarios_of_which_only_some_have_no_limit():
    base = sim.Scenario()
    scenarios = {"a": base, "b": base.override({"clinic.nurses": "unlimited"})}
    made = means([1000, 900], [0.5, 0.5])
    for own, view, warned in (
        (scenarios, "provider", True), (scenarios, "payer", False),
        (dict.fromkeys("ab", scenarios["b"]), "provider", False),
    ):  # fmt: skip
        answer, _ = told(drawn(*made, scenarios=own), perspective=view)
        cautions = " ".join(economic_cautions(answer))
        assert ("b has capacity without a limit" in cautions) == warned


def test_a_scenario_named_none_is_not_read_as_nobody():
    _, said = told(drawn(*noisy()[:2], names=["none", "b", "all"]), wtp=[100, 2_000])
    assert 'At 100 US$ a QALY "none" has the highest expected net benefit' in said
    assert "QALY none has" not in said
    assert not {" none ", " none;", " none.", " all (", " none)"} & set(said.partition("At ")[0])
    assert 'the cheapest first: "none"; b at ' in said
    assert 'more than "none"' in said
