"""What is said beside headlines, and where it must not be (witness: the tidy table, by pandas)."""

import re

import pandas as pd
import pytest

import sim
from sim.cli import results_tables
from sim.study.beside import said_beside, untreated_beside

BASE = sim.Scenario().override(
    {"run.days": 200, "referrals": {"kind": "cohort", "patients": 60, "over_days": 30}}
)
NATURAL = {"policy.induction": {"kind": "none"}, "policy.assessment": False}


def run(changes=None, **scenarios):
    given = scenarios or {"only": changes or {}}
    variants = {name: BASE.override(own) for name, own in given.items()}
    reference = list(variants)[-1] if len(variants) > 1 else None
    return sim.run(variants, replications=2, seed=3, jobs=1, reference=reference)


@pytest.fixture(scope="module")
def one():
    return run()


def mean(results, measure, scenario="only"):
    table = results.metrics.query("measure == @measure and scenario == @scenario")
    return table["value"].mean()


def shown(results, capsys):
    comparison = sim.compare(results) if results.reference else None
    results_tables.show(results, comparison)
    return " ".join(capsys.readouterr().out.split())


def differences(text):
    """The tables of differences, without the footnote, which names every measure."""
    return text.partition("Differences from usual")[2].partition("Days below 10")[0]


def test_beside_days_below_10_stand_those_of_the_same_people_untreated(one):
    untreated, _ = said_beside(one.summary())
    assert untreated == untreated_beside(one.summary())
    below, without = (mean(one, f"days_below_10{end}") for end in ("", "_untreated"))
    assert f"{below:.1f} days below 10" in untreated
    assert untreated.endswith(f"untreated would have had {without:.1f}.")
    assert without < below


def test_response_is_told_of_those_evaluated_and_of_all_referred(one):
    _, response = said_beside(one.summary())
    evaluated = 100 * mean(one, "response_after_induction")
    referred = 100 * mean(one, "response_of_referred")
    told = [float(found) for found in re.findall(r"(\d+) %", response)]
    assert told == [round(evaluated), round(referred)]
    assert "% of those evaluated" in response
    assert "% of all referred, evaluated or not, within 90 days" in response


def test_both_are_printed_under_the_table_of_a_run(one, capsys):
    text = shown(one, capsys)
    for said in said_beside(one.summary()):
        assert said in text
    for words in ("response after induction, of those evaluated", "days, of all referred"):
        assert all(word in text for word in words.split())


@pytest.mark.parametrize(
    ("changes", "untreated", "response"),
    [
        (NATURAL, False, False),  # they are the untreated, and nobody is evaluated
        ({"policy.evaluation": {"kind": "none"}}, True, False),
        ({"run.days": 80}, True, False),  # nobody was followed for 90 days
        ({"policy.usual_care": "from_referral"}, True, True),
    ],
)
def test_neither_is_said_where_it_would_say_nothing(changes, untreated, response, capsys):
    results = run(changes)
    text = shown(results, capsys)
    assert ("the same people untreated would have had" in text) is untreated
    assert ("of those evaluated after the induction, and" in text) is response


def test_a_clinic_that_evaluates_nobody_has_no_share_of_responders_among_the_referred():
    results = run({"policy.evaluation": {"kind": "none"}})
    assert "response_of_referred" not in set(results.metrics["measure"])


def test_of_the_same_people_it_is_one_number_whatever_is_done_with_them(capsys):
    results = run(none={"policy.boosters": {"kind": "none"}}, nature=NATURAL, usual={})
    untreated, response = said_beside(results.summary(), "usual")
    days = mean(results, "days_below_10_untreated", "usual")
    assert untreated.endswith(f"would have had {days:.1f}, whatever the scenario.")
    assert response.startswith("Rated response in usual: ")
    text = shown(results, capsys)
    assert untreated in text
    assert response in text
    assert "untreated" not in differences(text)


def test_of_other_people_each_scenario_has_its_own(capsys):
    results = run(mild={"population.kind": "mild_secondary"}, usual={})
    (untreated, *_) = said_beside(results.summary(), "usual")
    for name in ("mild", "usual"):
        days = mean(results, "days_below_10_untreated", name)
        assert f"{name} {days:.1f}" in untreated
    assert "whatever the scenario" not in untreated
    assert "untreated" in differences(shown(results, capsys))


def test_of_no_measures_nothing_is_said():
    nothing = pd.DataFrame({"scenario": [], "measure": [], "mean": []})
    assert said_beside(nothing) == []
    assert untreated_beside(nothing) == ""
