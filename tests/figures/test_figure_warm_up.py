"""The figure of a warm-up shows what MSER-5 was given. Witness: weekly tables written by hand."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.experiment.results import METRICS, Results
from sim.figures.warm_up import found_warm_up
from sim.stats.mser import mser5

STEP = np.repeat([0.0, 1.0], [20, 80])


def results_of(days=140, replications=10, names=("a", "b")):
    noise = np.random.default_rng(1).standard_normal((replications, len(STEP)))
    noise[1::2] = -noise[::2][: len(noise[1::2])]
    weeks = pd.concat(
        pd.DataFrame({"scenario": name, "replication": r + 1, "week": np.arange(100.0),
                      "infusions": 5 + STEP + noise[r], "census": 40 * STEP, "waiting": 0.0})
        for name in names for r in range(replications)
    )  # fmt: skip
    cuts = {"infusions": {"weeks": 20, "of": 100}, "census": {"weeks": 20, "of": 100},
            "waiting": {"weeks": 0, "of": 100}}  # fmt: skip
    found = {"days": days, "method": "MSER-5", "replications": 10,
             "found": dict.fromkeys(names, cuts)}  # fmt: skip
    metrics = pd.DataFrame(
        [(name, r, "days_in_response", 1.0) for name in names for r in range(1, replications + 1)],
        columns=METRICS,
    )
    return Results(metrics, pd.DataFrame(), weeks, {}, 1, replications,
                   manifest={"warm_up": found} if days is not None else {})  # fmt: skip


def test_the_lines_are_the_averages_and_the_cut_is_where_it_was_found():
    axes = sim.figures.warm_up(results_of())
    assert [ax.get_title(loc="left") for ax in axes] == [
        "Infusions a week", "People in treatment", "People waiting for a first infusion",
    ]  # fmt: skip
    weekly, batches, *_ = axes[0].lines
    assert weekly.get_ydata() == pytest.approx(5 + STEP)  # the noise cancels
    assert mser5(weekly.get_ydata()).observations == 20
    assert batches.get_ydata().tolist() == pytest.approx([5.0] * 4 + [6.0] * 16)
    for ax, own in zip(axes, (20, 20, 0), strict=True):
        cut, mark = ax.lines[-2:]
        assert cut.get_xdata() == [20, 20]
        assert mark.get_xdata().tolist() == [own]
    assert [text.get_text() for text in axes[0].get_figure().legends[0].get_texts()] == ["a", "b"]
    assert "140 days" in axes[0].get_figure().get_suptitle()


def test_a_run_of_fewer_replications_says_what_is_drawn():
    note = sim.figures.warm_up(results_of(replications=2))[0].get_figure().get_supxlabel()
    assert "of which this run has 2" in " ".join(note.split())
    whole = sim.figures.warm_up(results_of())[0].get_figure().get_supxlabel()
    assert "of which" not in whole


def test_a_warm_up_that_was_given_is_not_drawn():
    given = results_of(days=None)
    assert not found_warm_up(given)
    with pytest.raises(ScenarioError, match="was given and not found"):
        sim.figures.warm_up(given)
