"""What a report says of a comparison, and what not (witness: metrics written by hand)."""

from math import inf

import pandas as pd
import pytest

import sim
from sim.experiment.results import Results
from sim.page.compared import compared_in_words, most_in_words

BELOW = "days_below_10"
LUCK = (0.0, 4.0, -3.0, 2.0, -5.0, 1.0, -2.0, 3.0)
"""What a replication's people do to everybody's days, which pairing takes away."""
NOISE = (0.3, -0.2, 0.1, -0.4, 0.2, 0.1, -0.3, 0.2)


def by_hand(of, replications=8, reference="usual", measure=BELOW):
    rows = [
        (name, number, measure, value)
        for name, values in of.items()
        for number, value in enumerate(values[:replications], 1)
    ]
    metrics = pd.DataFrame(rows, columns=["scenario", "replication", "measure", "value"])
    none = pd.DataFrame()
    return Results(metrics, none, none, {}, 1, replications, reference)


def level(mean, noise=(0.0,) * 8):
    return [mean + luck + off for luck, off in zip(LUCK, noise, strict=True)]


def said(results):
    comparison = sim.compare(results) if results.replications > 1 else None
    return compared_in_words(results, comparison)


def test_who_is_ahead_of_all_is_said_and_by_how_much():
    first, second = said(by_hand({"usual": level(100), "closer_by_2": level(110, NOISE)}))
    assert first.startswith("Most days below 10 per referred patient-year: closer by 2 with 110")
    assert first.endswith("ahead of every other (paired, all pairs allowed for).")
    assert second.startswith("Closer by 2 against usual: 10.00 (9.7")
    assert second.endswith(" more days below 10.")


def test_a_difference_down_is_told_with_limits_in_order():
    *_, told = said(by_hand({"usual": level(100), "rarer": level(90, NOISE)}))
    low, high = told.split("(")[1].split(")")[0].split(" to ")
    assert 9.5 < float(low) < 10 < float(high) < 10.5
    assert told.endswith(" fewer days below 10.")


def test_who_cannot_be_told_from_the_first_is_named_and_never_called_behind():
    results = by_hand(
        {"usual": level(100), "luckier": level(100.05, NOISE), "rarer": level(80, NOISE)}
    )
    told = most_in_words(results, BELOW)
    assert "not to be told from it: usual." in told
    assert "ahead" not in told
    assert "no difference found in days below 10" in said(results)[1]
    assert "more days" not in said(results)[1]


def test_when_nobody_can_be_told_apart_nobody_is_ahead():
    told = most_in_words(by_hand({"a": level(100), "b": level(100.1, NOISE)}, reference="a"), BELOW)
    assert told.startswith("Nobody is surely ahead in days below 10")
    assert told.endswith("none of the others can be told from it.")


def test_equals_are_not_called_behind():
    told = said(by_hand({"usual": level(100), "twin": level(100)}))
    assert told[0].startswith("Nobody is surely ahead")
    assert told[1] == "Twin against usual: the same days below 10 in every replication."


def test_the_first_of_many_is_held_against_all_pairs():
    """Of twenty equals one is first by luck: two by two its p value would often be below 0.05."""
    slight = [0.30, 0.25, 0.05, 0.35, -0.05, 0.20, 0.30, -0.10]
    two = {"a": level(100), "b": level(100, slight)}
    assert "ahead" in most_in_words(by_hand(two, reference="a"), BELOW)
    many = two | {f"like_{n}": level(99.9, NOISE[n:] + NOISE[:n]) for n in range(8)}
    told = most_in_words(by_hand(many, reference="a"), BELOW)
    assert "not to be told from it: a" in told


def test_one_replication_finds_nothing():
    told = said(by_hand({"usual": level(100), "closer": level(110)}, replications=1))
    assert told == [
        "Most days below 10 per referred patient-year: closer with 110 in the one replication, "
        "which has no interval and so finds nothing."
    ]


def test_a_wait_that_was_not_reached_has_no_difference_but_an_order():
    wait = "clinic_wait_first_infusion_days"
    of = {"usual": level(20), "fewer_chairs": [*level(40)[:7], inf]}
    told = said(by_hand(of, measure=wait))
    assert told == [
        "Fewer chairs against usual: days of the clinic's wait for the first infusion more in 8 of "
        "8 replications."
    ]


@pytest.mark.parametrize("many", [13, 30])
def test_of_many_scenarios_the_table_tells_the_rest(many):
    of = {"usual": level(100)} | {f"v{n}": level(100 + n, NOISE) for n in range(many)}
    told = said(by_hand(of))
    assert len(told) == 1 + 12 + 1
    assert told[-1] == f"The other {many - 12} scenarios stand in the table."


def test_one_scenario_is_compared_with_nobody():
    assert said(by_hand({"usual": level(100)}, replications=1)) == []


def test_points_of_a_design_are_left_to_the_table(monkeypatch):
    of = {f"p{n}": level(100 + n, NOISE) for n in range(14)}
    monkeypatch.setattr("sim.page.compared.is_design", lambda _results: True)
    told = said(by_hand(of, reference="p0"))
    assert len(told) == 2
    assert told[1] == "All 14 points of the design stand in the table."
