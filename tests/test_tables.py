"""What the tables on a terminal say (witness: values made by hand)."""

from dataclasses import replace
from math import inf

import pandas as pd
import pytest

from sim.cli import results_tables
from sim.experiment.results import Results
from sim.outcomes.catalogue import CATALOGUE
from sim.study.paired import compare

P90 = "wait_first_infusion_days_p90"
REACHED = [float(days) for days in range(1, 21)]
MISSED = [*REACHED[:17], inf, inf, inf]
SKEWED = [3.1, 4.0, 2.2, 5.1, 3.3, 30.4, 4.4, 2.9, 6.0, 3.8]


@pytest.fixture
def show(capsys, monkeypatch):
    """Print results of made-up values of one measure; give the words, one space apart."""

    def shown(measure, **scenarios):
        headline = {measure: replace(CATALOGUE[measure], headline=True)}
        monkeypatch.setattr("sim.outcomes.catalogue.CATALOGUE", dict(CATALOGUE) | headline)
        rows = [
            (name, number, measure, value)
            for name, values in scenarios.items()
            for number, value in enumerate(values, 1)
        ]
        metrics = pd.DataFrame(rows, columns=["scenario", "replication", "measure", "value"])
        count = len(next(iter(scenarios.values())))
        none = pd.DataFrame()
        results = Results(metrics, none, none, {}, 1, count, reference=next(iter(scenarios)))
        results_tables.show(results, compare(results) if len(scenarios) > 1 else None)
        return " ".join(capsys.readouterr().out.split())

    return shown


def test_a_measure_that_was_not_reached_is_told_as_a_median_and_how_often(show):
    told = show(P90, base=MISSED)
    assert "median 10.5 6.0 to 15.0; not" in told
    assert "reached in 3 of 20" in told


def test_several_scenarios_are_told_likewise_and_compared_by_ranks(show):
    told = show(P90, base=REACHED, slow=[days + 1 for days in MISSED])
    assert "median 11.5" in told
    assert "in 3 of 20" in told
    assert "higher in 20 of 20 p<0.001" in told
    assert "nan" not in told


def test_a_skewed_interval_is_marked_and_the_mark_explained(show):
    told = show("wait_first_infusion_days", base=SKEWED)
    assert "*" in told
    assert "Skewed between replications" in told
    assert "*" not in show("wait_first_infusion_days", base=REACHED[:10])


def test_mostly_equal_values_are_marked_as_perhaps_too_narrow(show):
    told = show("stopped_share", base=[0.0] * 9 + [0.2], other=[0.1] * 10)
    assert "† Most replications have the same value" in told


def test_limits_cut_at_the_possible_are_written_out_and_not_as_plus_minus(show):
    told = show("started_share", b=[1.0, 1.0, 0.8, 0.9], other=[0.5, 0.6, 0.4, 0.5])
    assert all(words in told for words in ("b 0.92", " 0.77 ", "to 1.00"))
    assert "±0.13" in told, "what is not cut stays with ±"


def test_a_measure_without_a_better_side_is_not_said_to_have_one(show):
    assert CATALOGUE["chair_utilisation"].direction == "none"
    assert "better" not in show("chair_utilisation", base=[0.5, 0.6])
    assert "lower is better" in show("wait_first_infusion_days", base=[5.0, 6.0])
