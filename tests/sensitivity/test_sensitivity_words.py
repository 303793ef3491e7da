"""What is said of a sensitivity analysis, and when not. Witness: arrays written by hand."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.sensitivity import found_words
from sim.sensitivity.alternatives import (
    alternatives_table,
    fitting_alternatives,
    read_alternative,
)
from sim.sensitivity.alternatives_known import OtherAssumption, known_alternatives
from sim.sensitivity.at_points import Question
from sim.sensitivity.indices import OF_CHANCE, SOBOL_COLUMNS, groups_of, varies
from sim.sensitivity.inputs import Inputs
from sim.sensitivity.one_at_a_time import tornado_table
from sim.sensitivity.salib import morris_points
from sim.sensitivity.screening import morris_table
from sim.sensitivity.two_way import MapAxis, map_table, read_axes

BASE = np.array([100.0, 104, 97, 101, 99, 103])
SMALL = np.array([0.1, -0.1, 0.15, -0.12, 0.05, -0.07])


def tornado_said(simulated):
    whole, left_out = simulated.told()
    return [*found_words.tornado_sentences(tornado_table(simulated, whole)), *left_out]


def test_a_tornado_says_on_what_it_rests_and_how_many_are_not_told(found):
    rows = [BASE, BASE + 9 + SMALL, BASE - 8 + SMALL, BASE + SMALL, BASE - SMALL, BASE, BASE]
    (said,) = tornado_said(found(rows))
    assert said.startswith("Days in response is 100.7 (98.0 to 103.4) days per referred")
    assert "It rests most on baseline mean (12 to 13.6: +9.00 to -8.00)" in said
    assert "of 1 no swing can be told from chance and 1 changes nothing here." in said


def test_one_replication_tells_nothing_from_chance(found):
    (said,) = tornado_said(found([[100], [109], [92], [100], [101], [100], [100]]))
    assert "One replication has no intervals" in said
    assert "rests most" not in said
    assert "no swing" not in said


def test_nothing_that_changes_anything_rests_on_nothing(found):
    (said,) = tornado_said(found([BASE] * 7))
    assert "No parameter's swing can be told from chance" in said
    assert "3 change nothing here" in said
    (one,) = tornado_said(found([[100]] * 7))
    assert "3 change nothing here" in one


def test_a_single_parameter_is_not_the_first_of_many(found):
    (said,) = tornado_said(found([BASE, BASE + 9 + SMALL, BASE - 8 + SMALL], parameters=1))
    assert "The one parameter that was moved: baseline mean" in said
    assert "most" not in said
    (said,) = tornado_said(found([BASE, BASE + SMALL, BASE - SMALL], parameters=1))
    assert "which cannot be told from chance" in said


def paired_with(reference, *rows):
    return [np.stack([row, reference], axis=1) for row in rows]


@pytest.mark.parametrize(
    ("low", "says"),
    [(-4.0, "its sign is turned round by baseline mean"),
     (4.5, "its sign is the same at both ends of every parameter"),
     (0.0, "no parameter turns its sign round for sure; with baseline mean at one end")],
)  # fmt: skip
def test_of_a_difference_it_is_said_whether_its_sign_holds(found, low, says):
    rows = paired_with(BASE, BASE + 5 + SMALL, BASE + low + SMALL, BASE + 6 - SMALL)
    first, second = tornado_said(found(rows, names=("b_c", "a"), parameters=1))
    assert first.startswith("Days in response, b c minus a is 5.0")
    assert says in second


def test_of_a_difference_that_is_chance_no_sign_is_told(found):
    rows = paired_with(BASE, BASE + SMALL, BASE + 4 + SMALL, BASE - 4 + SMALL)
    _, second = tornado_said(found(rows, names=("b", "a"), parameters=1))
    assert "no difference is told from chance" in second
    (one,) = tornado_said(found([[[5, 1]], [[6, 1]], [[4, 1]]], names=("b", "a"), parameters=1))
    assert "sign" not in one


def test_a_measure_that_some_run_lacks_is_left_out_or_refused(found):
    rows = [BASE, BASE, BASE]
    rows[1] = np.where(np.arange(6) == 2, np.inf, BASE)
    with pytest.raises(ScenarioError, match="not reached in 1 of 18 runs"):
        found(rows, parameters=1).told()


def screened(found, values, replications=2):
    cube = morris_points(["a", "b", "c"], 6, 0.05, 0.95, seed=1)
    simulated = found([values(row, np.arange(replications)) for row in cube])
    return list(found_words.morris_sentences(
        morris_table(cube, simulated, simulated.question.quantities)
    ))  # fmt: skip


def test_a_screening_says_what_matters_and_what_hardly(found):
    (said,) = screened(found, lambda u, r: 10 * u[0] + 0.5 * u[1] + 1e-6 * u[1] * r)
    assert "1 of 3 parameters matters: baseline mean (mean effect 9, chance 0 %)" in said
    assert "1 hardly (by less than a tenth of the largest effect)" in said
    assert "1 changes nothing here" in said


def test_a_screening_without_effects_or_replications_says_so(found):
    (said,) = screened(found, lambda u, r: 7 + 0 * r)
    assert said == "Days in response: none of the 3 parameters changes it."
    (said,) = screened(found, lambda u, r: 10 * u[0] + 0 * r, replications=1)
    assert "With one replication nothing tells them from chance" in said
    assert "matter" not in said
    dice = np.random.default_rng(1)
    (said,) = screened(found, lambda u, r: dice.normal(size=len(r)))
    assert "none has an effect that is told from chance" in said


def sobol_row(name, value, half, parameters=1):
    ends = [value, value - half, value + half]
    return ["", "it", "days_in_response", "days", name, parameters, *ends, *ends, 64]


def test_the_share_of_chance_is_said_with_its_interval_and_wide_ones_with_a_caution():
    rows = [sobol_row("symptoms.c50", 0.5, 0.1), sobol_row("all others", 0.2, 0.1, 7),
            sobol_row(OF_CHANCE, 0.3, 0.1, 0)]  # fmt: skip
    table = pd.DataFrame(rows, columns=SOBOL_COLUMNS)
    (said,) = found_words.sobol_sentences(table)
    assert "chance by itself makes 30 % (20 to 40 %)" in said
    assert "c50 50 % (40 to 60 %); all others (7 parameters) 20 %" in said
    assert "wide" not in said
    rows[0] = sobol_row("symptoms.c50", 0.5, 0.7)
    (said,) = found_words.sobol_sentences(pd.DataFrame(rows, columns=SOBOL_COLUMNS))
    assert "c50 50 % (0 to 100 %)" in said
    assert "raise --samples" in said
    assert not varies(np.ones(9))


def test_chance_is_a_group_even_of_a_single_parameter(inputs):
    one = Inputs(inputs.listed[:1])
    assert groups_of(one, None) == [(one.paths[0], one.paths), (OF_CHANCE, [OF_CHANCE])]


def test_alternatives_are_told_by_their_size_and_one_replication_tells_none(found):
    listed = [OtherAssumption(name, "", {}) for name in ("more", "same", "luck")]
    rows = [BASE, BASE + 9 + SMALL, BASE, BASE + SMALL]
    simulated = found(rows)
    table = alternatives_table(simulated, listed, simulated.question.quantities)
    (said,) = found_words.alternatives_sentences(table)
    assert "as it is; more +9.00 (+8.88 to +9.12)" in said
    assert "of 1 no change is told from chance and 1 changes nothing here" in said
    simulated = found([[100], [109], [100], [101]])
    table = alternatives_table(simulated, listed, simulated.question.quantities)
    (said,) = found_words.alternatives_sentences(table)
    assert said.endswith("so no change can be told from chance.")


def test_a_map_says_its_ends_and_how_many_cells_differ(found):
    axes = (MapAxis("clinic.chairs", (2, 3)), MapAxis("symptoms.c50", (1.0,)))
    about = [{"cell_1": np.nan, "cell_2": np.nan}, {"cell_1": 2, "cell_2": 1},
             {"cell_1": 3, "cell_2": 1}]  # fmt: skip
    simulated = found([BASE, BASE - 9 + SMALL, BASE], about=about)
    (said,) = found_words.map_sentences(map_table(simulated, axes, simulated.question.quantities))
    assert "(chairs 2, c50 1) to" in said
    assert "1 of 2 cells differ" in said
    simulated = found([BASE, BASE, BASE], about=about)
    (said,) = found_words.map_sentences(map_table(simulated, axes, simulated.question.quantities))
    assert said == "Days in response: the same in all 2 cells."


def test_an_alternative_of_ones_own_is_read_with_lists_and_words():
    name, changes = read_alternative(
        'two=clinic.chairs=2, clinic.hours.friday="closed", clinic.holidays=[2026-01-06]'
    )
    assert name == "two"
    assert list(changes) == ["clinic.chairs", "clinic.hours.friday", "clinic.holidays"]
    assert (changes["clinic.chairs"], changes["clinic.hours.friday"]) == (2, "closed")
    _, changes = read_alternative(
        'boosters=policy.boosters={kind="fixed", every_days=28}, clinic.chairs=4'
    )
    assert changes["policy.boosters"] == {"kind": "fixed", "every_days": 28}
    assert changes["clinic.chairs"] == 4


def test_every_known_alternative_says_what_it_means_and_can_be_had_or_is_as_it_is(inputs):
    from sim.model.scenario import Scenario

    names = [one.name for one in known_alternatives()]
    assert len(set(names)) == len(names)
    question = Question({"it": Scenario()}, ("days_in_response",), inputs, 1, 2)
    listed, hindered = fitting_alternatives(question)
    assert hindered == []
    assert {one.name for one in known_alternatives()} - {one.name for one in listed} == {
        "calibration: community",
        "people: mixed refractory",
        "behaviour: usual",
    } | {name for name in names if name.startswith(("utilities: duong", "discounted by 3"))}
    assert all(one.meaning for one in listed)
    several = {"a": Scenario(), "b": Scenario().override({"clinic.chairs": 5})}
    _, hindered = fitting_alternatives(Question(several, ("days_in_response",), inputs, 1, 2))
    assert hindered == [
        "unlimited clinic is left out: clinic.chairs is what the study itself varies."
    ]


def test_a_larger_swing_that_is_not_told_is_not_passed_over(found):
    luck = 60 * SMALL + 20 * np.array([1, -1, 1, 1, -1, 1])
    rows = [BASE, BASE + 3 + SMALL, BASE - 3 + SMALL, BASE + luck, BASE - luck, BASE, BASE]
    (said,) = tornado_said(found(rows))
    assert "Told from chance is the swing of baseline mean" in said
    assert "rests most" not in said
    assert "1 of those not told so has a larger swing, first c50" in said


def test_alternatives_that_turn_a_policy_round_are_named(found):
    listed = [OtherAssumption(name, "", {}) for name in ("round", "less")]
    for away, says in (
        (-3.0, "Its sign is turned round by round."),
        (1.0, "No alternative turns its sign round for sure."),
    ):
        rows = paired_with(BASE, BASE + 5 + SMALL, BASE + away - SMALL, BASE + 3 + SMALL)
        simulated = found(rows, names=("b", "a"))
        table = alternatives_table(simulated, listed, simulated.question.quantities)
        (said,) = found_words.alternatives_sentences(table)
        assert said.endswith(says)
    rows = paired_with(BASE, BASE + SMALL, BASE - 3 + SMALL, BASE)
    simulated = found(rows, names=("b", "a"))
    table = alternatives_table(simulated, listed, simulated.question.quantities)
    (said,) = found_words.alternatives_sentences(table)
    assert "sign" not in said


def test_a_name_of_strokes_alone_is_kept():
    told = found_words.quantity_in_words("a_b", "__", "days_below_10")
    assert told == "Days below 10, __ minus a b"


def test_what_does_not_vary_is_told_once_and_not_of_all_of_many():
    assert found_words.without_variance([]) == []
    many = [("a", f"v_{n}", "infusions_per_patient") for n in range(7)]
    (told,) = found_words.without_variance(many)
    assert told.startswith("The same in every run, and so without variance: Infusions per patient")
    assert "v 4 minus a; and 2 more." in told
    assert "v 5" not in told


@pytest.mark.parametrize("path", ["run.seed", "run.replications"])
def test_dice_are_no_axis_and_no_assumption(path):
    base = {"one": sim.Scenario()}
    with pytest.raises(ScenarioError, match=f"{path} is the same for everything"):
        read_axes([f"{path}=1,2", "clinic.chairs=1,2"], base)
    asked = Question(base, ("days_in_response",), Inputs(()), 1, 2, own={"other": {path: 3}})
    with pytest.raises(ScenarioError, match=f"{path} is the same for everything"):
        fitting_alternatives(asked)
