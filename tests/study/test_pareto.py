"""The Pareto front. Witnesses: tables written by hand whose front is known."""

import numpy as np
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.study.pareto import write_pareto
from tests_of_choices import DAYS, looked_up, scenarios

AIMS = [DAYS, "infusions_per_patient:smallest"]
DICE = np.random.default_rng(1)
YEARS = DICE.normal(0, 5, (40, 2))
MEANS = {"none": (60, 5), "much": (90, 9), "waste": (70, 10), "close": (89.9, 9.02)}
COLUMNS = {name: YEARS + mean + DICE.normal(0, 0.3, (40, 2)) for name, mean in MEANS.items()}


def front(monkeypatch, cut_after=None, replications=40):
    done = looked_up(monkeypatch, COLUMNS, cut_after)
    return sim.pareto(scenarios(list(COLUMNS)), AIMS, replications, jobs=1), done


def test_the_front_is_named_with_probabilities(monkeypatch):
    answer, done = front(monkeypatch)
    rows = answer.table.set_index("scenario")
    assert rows.loc["none", "on_front"]
    assert rows.loc["much", "on_front"]
    assert not rows.loc["waste", "on_front"]
    assert rows.loc["waste", "probability_on_front"] == 0
    assert rows.loc["none", "probability_on_front"] == 1
    assert 0.01 < rows.loc["close", "probability_on_front"] < 0.99
    assert "the most days in response and the fewest infusions per patient" in answer.sentence
    assert "none (above 0.99)" in answer.sentence
    assert "waste" not in answer.sentence
    assert len(done) == len(set(done)) == 160
    assert rows.loc["none", DAYS] == COLUMNS["none"][:, 0].mean()
    assert rows.loc["none", f"{DAYS} lower"] < rows.loc["none", DAYS]
    assert len(answer.measured) == 2 * 160


def test_few_replications_have_no_probability(monkeypatch):
    one, _ = front(monkeypatch, replications=1)
    assert "by the means of 1 replication alone" in one.sentence
    assert "bootstrap" not in one.sentence
    assert one.table[["probability_on_front", f"{DAYS} lower"]].isna().all(axis=None)


def test_an_interrupt_keeps_whole_replications(monkeypatch, tmp_path):
    answer, _ = front(monkeypatch, cut_after=50)
    assert answer.replications == 12
    assert answer.sentence.endswith("The work was interrupted.")
    assert answer.manifest["replications_requested"] == 40
    write_pareto(answer, tmp_path)
    assert len((tmp_path / "pareto_replications.csv").read_text().splitlines()) == 1 + 96
    with pytest.raises(KeyboardInterrupt):
        front(monkeypatch, cut_after=3)


@pytest.mark.parametrize(
    ("names", "measures", "told"),
    [
        (["a", "b"], [DAYS], "two or more measures"),
        (["a", "b"], [DAYS, f"{DAYS}:smallest"], "each once"),
        (["a"], AIMS, "nothing to choose"),
        (["a", "b"], [DAYS, "infusions_per_patient"], "neither more nor less"),
    ],
)
def test_what_cannot_be_asked_is_refused(names, measures, told):
    with pytest.raises(ScenarioError, match=told):
        sim.pareto(scenarios(names), measures, 3)
