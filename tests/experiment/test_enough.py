"""When replications are enough. Witnesses: sim-tools, a plain loop, tables written by hand."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from sim_tools.output_analysis import ReplicationsAlgorithm

import sim
from sim.config.errors import ScenarioError
from sim.experiment import batches
from sim.experiment.batches import execute_until
from sim.experiment.enough import Condition, Enough, checked, looked, read_condition, until
from sim.experiment.executors import Finished
from sim.model.scenario import Scenario
from sim.stats.intervals import mean_interval, paired

NAMES = ["a", "b", "c"]
DAYS = "days_in_response"
SMALL = Scenario().override({"run.days": 40, "clinic.chairs": 2})


def values_of(task):
    """The outcome of a task that is a row of values already."""
    return SimpleNamespace(measures={} if task is None else {DAYS: task})


def ended(values, rule, names=("only",), reference=None, jobs=1, progress=None):
    """Run the rule over values by replication, one column a scenario."""
    rule = checked(rule, list(names), reference, [])
    tasks = [value for row in np.atleast_2d(values) for value in row]
    return execute_until(values_of, tasks, list(names), reference, rule, jobs, progress)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("half_width(days_in_response) <= 1.5", Condition(DAYS, 1.5)),
        (" half_width( level of days_in_response )<=5 %", Condition(DAYS, 0.05, "level", "", True)),
        (
            'half_width(difference of days_in_response in "no boosters") <= 2e-1',
            Condition(DAYS, 0.2, "difference", "no boosters"),
        ),
        ("half_width(days_in_response in adaptive) <= 3", Condition(DAYS, 3.0, "", "adaptive")),
    ],
)
def test_conditions_are_read_and_print_themselves(text, found):
    assert read_condition(text) == found
    assert read_condition(str(found)) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("days_in_response <= 1.5", "is no condition"),
        ("half_width(days_in_response) >= 1.5", "is no condition"),
        ("half_width(levl of days_in_response) <= 1", 'Did you mean "level"'),
        ("half_width(days_in_response) <= 0", "no number above 0"),
        ("half_width(days_in_response) <= -2", "no number above 0"),
        ("half_width(days_in_response) <= 1e999", "no number above 0"),
    ],
)
def test_what_is_no_condition_is_refused(text, told):
    with pytest.raises(ScenarioError, match=told):
        read_condition(text)


@pytest.mark.parametrize(
    ("text", "reference", "told"),
    [
        ("half_width(days_in_respons) <= 1", "a", 'Did you mean "days_in_response"'),
        ("half_width(days_in_response in bb) <= 1", "a", "there are b, c"),
        ("half_width(difference of days_in_response in a) <= 1", "a", 'no difference of "a"'),
        ("half_width(difference of days_in_response) <= 1", None, "without a reference"),
    ],
)
def test_what_is_not_there_is_refused_before_anything_is_simulated(text, reference, told):
    with pytest.raises(ScenarioError, match=told):
        checked(until(text), NAMES, reference, [])


@pytest.mark.parametrize(
    ("least", "most", "told"), [(0, 5, "leave none"), (30, 20, "leave none"), (5, 14, "never meet")]
)
def test_numbers_that_leave_no_replications_are_refused(least, most, told):
    with pytest.raises(ScenarioError, match=told):
        until("half_width(days_in_response) <= 1", least, most)


def test_the_usual_is_the_difference_in_a_comparison_and_the_level_in_a_run():
    rule = until("half_width(days_in_response) <= 1")
    assert checked(rule, NAMES, "a", []).conditions[0].what == "difference"
    assert checked(rule, ["a"], None, []).conditions[0].what == "level"
    assert (rule.at_least, rule.at_most) == (20, 200)
    assert until("half_width(own) <= 1", at_most=16).at_least == 16
    assert checked(until("half_width(own) <= 1"), ["a"], None, ["own"]).conditions


def test_half_widths_are_those_of_the_tables_and_the_widest_counts():
    dice = np.random.default_rng(3)
    columns = {
        name: dice.normal(50, width, 30) for name, width in zip(NAMES, (1, 2, 9), strict=True)
    }
    table = {name: {DAYS: column} for name, column in columns.items()}
    texts = ["half_width(days_in_response) <= 1", "half_width(level of days_in_response) <= 1",
             "half_width(days_in_response in b) <= 1",
             "half_width(days_in_response) <= 1 %"]  # fmt: skip
    found = looked(checked(until(texts), NAMES, "a", []), table, "a", 20).found
    a, b, c = (columns[name][:20] for name in NAMES)
    assert found[0].half_width == paired(c, a).half_width
    assert found[0].scenario == "c"
    assert found[1].half_width == mean_interval(c).half_width
    assert found[2].half_width == paired(b, a).half_width
    assert found[3].half_width == pytest.approx(paired(c, a).half_width / a.mean())


def plain(x, bound, least, most):
    """The rule as a loop: three looks, five replications apart."""
    held = 0
    for n in range(5, most + 1, 5):
        held = held + 1 if mean_interval(x[:n]).half_width <= bound else 0
        if held >= 3 and n >= least:
            return n
    return None


@pytest.mark.parametrize("seed", range(12))
def test_the_work_ends_where_a_plain_loop_says(seed):
    x = np.random.default_rng(seed).gamma(4, 1, 80)
    rule = until("half_width(days_in_response) <= 0.6", 15, 80)
    finished, found = ended(x, rule)
    expected = plain(x, 0.6, 15, 80)
    assert found.met is (expected is not None)
    assert len(finished.outcomes) == found.asked == (expected or 80)


@pytest.mark.parametrize("seed", range(6))
def test_the_place_is_that_of_sim_tools_where_the_rules_are_the_same(seed):
    """A look after each replication and so many ahead: Hoad's kLimit of 5."""
    values = np.random.default_rng(seed).normal(50, 9, 100)
    theirs = ReplicationsAlgorithm(
        half_width_precision=0.05, initial_replications=3, look_ahead=5, replication_budget=94
    )
    model = type("Model", (), {"single_run": lambda self, number: {"m": values[number]}})()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a precision that was not reached
        places, _ = theirs.select(model, ["m"])
    condition = read_condition("half_width(days_in_response) <= 5 %")
    _, found = ended(values, Enough((condition,), at_least=8, at_most=100, every=1, in_a_row=6))
    assert found.met
    assert found.asked == places["m"] + 5


def test_a_lucky_look_does_not_end_the_work():
    calm = [10.0, 10.1, 10.0, 9.9, 10.0] * 2
    wild = [0.0, 30.0, -10.0, 25.0, -5.0] * 4
    _, found = ended([*calm, *wild], until("half_width(days_in_response) <= 1", 1, 30))
    assert [look.holds(found.rule.conditions) for look in found.looks[:3]] == [True, True, False]
    assert not found.met
    assert "Enough" not in found.sentence
    assert "not reached at the most of 30 replications" in found.sentence
    assert "would be needed" in found.sentence


def test_all_conditions_must_hold():
    dice = np.random.default_rng(1)
    both = dice.normal(50, 3, (60, 2)).T
    rule = until(
        ["half_width(level of days_in_response) <= 2", "half_width(difference of "
         "days_in_response) <= 0.4"], 5, 60,
    )  # fmt: skip
    _, found = ended(both.T, rule, ("a", "b"), "a")
    assert not found.met
    assert "level" not in found.sentence
    assert found.sentence.count("difference of") == 1


@pytest.mark.parametrize("odd", [None, float("inf")])
def test_a_measure_that_is_nowhere_defined_or_not_reached_is_never_enough(odd):
    values = np.full(20, np.nan, dtype=object)
    values[:] = odd
    _, found = ended([list(values)], until("half_width(days_in_response) <= 1", 5, 20))
    assert not found.met
    assert "has no half-width" in found.sentence
    assert found.described()["looks"][0]["half_widths"] == [None]


def test_each_replication_is_done_once_and_progress_ends_at_what_was_done():
    done, told = [], []

    def work(task):
        done.append(task)
        return SimpleNamespace(measures={DAYS: float(task % 3)})

    rule = checked(until("half_width(days_in_response) <= 2", 5, 50), ["a"], None, [])
    finished, _ = execute_until(
        work, list(range(50)), ["a"], None, rule, 1, lambda n, of: told.append((n, of))
    )
    assert done == list(range(15))
    assert sorted(finished.outcomes) == done
    assert told[:2] == [(0, 50), (1, 50)]
    assert told[-2:] == [(15, 50), (15, 15)]
    assert [n for n, _ in told] == sorted(n for n, _ in told)


def interrupted_after(finished, monkeypatch):
    """Let an interrupt come after so many tasks in all."""
    real, left = batches.execute, [finished]

    def execute(work, tasks, jobs, progress):
        if left[0] == 0:
            raise KeyboardInterrupt
        some = real(work, tasks[: left[0]], jobs, progress)
        left[0] -= len(some.outcomes)
        cut = len(some.outcomes) < len(tasks)
        return Finished(some.outcomes, cut)

    monkeypatch.setattr(batches, "execute", execute)


@pytest.mark.parametrize("finished", [5, 7, 10])
def test_an_interrupt_keeps_what_is_finished_and_says_nothing_of_enough(finished, monkeypatch):
    interrupted_after(finished, monkeypatch)
    values = np.random.default_rng(1).normal(0, 1, 40)
    found, looked_at = ended(values, until("half_width(days_in_response) <= 9", 5, 40))
    assert found.interrupted
    assert len(found.outcomes) == finished
    assert not looked_at.met
    assert looked_at.sentence == ""


def test_an_interrupt_before_the_first_outcome_is_passed_on(monkeypatch):
    interrupted_after(0, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        ended(np.ones(40), until("half_width(days_in_response) <= 9", 5, 40))


def test_a_run_until_enough_is_the_run_of_as_many_replications_whatever_the_jobs():
    study = {"two": SMALL, "three": SMALL.override({"clinic.chairs": 3})}
    rule = sim.until("half_width(days_in_response) <= 9", 5, 20)
    one, two = (sim.run(study, until=rule, seed=3, jobs=n, reference="two") for n in (1, 2))
    told = one.manifest["until"]
    assert told["met"]
    assert told["said"].startswith(f"Enough: after {one.replications} replications")
    assert one.replications == 15
    assert told == two.manifest["until"]
    plain_run = sim.run(study, replications=15, seed=3, jobs=1, reference="two")
    for other in (two, plain_run):
        assert one.metrics.equals(other.metrics)
    assert plain_run.manifest["digest"] == one.manifest["digest"]
    assert "until" not in plain_run.manifest
    assert told["looks"][-1]["half_widths"] == [
        paired(*(one.metrics.query("measure == @DAYS and scenario == @name")["value"]
                 for name in ("three", "two"))).half_width
    ]  # fmt: skip


def test_a_condition_alone_will_do_for_a_rule():
    rule = checked("half_width(days_in_response) <= 1", ["a"], None, [])
    assert rule == checked(until("half_width(days_in_response) <= 1"), ["a"], None, [])
    with pytest.raises(ScenarioError, match="is no condition"):
        sim.run({"a": SMALL}, until="days")


def test_replications_and_until_exclude_each_other():
    with pytest.raises(ScenarioError, match="exclude each other"):
        sim.run({"a": SMALL}, replications=3, until=sim.until("half_width(days_in_response) <= 9"))
