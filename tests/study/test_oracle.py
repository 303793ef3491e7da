"""The oracle is a bound: it knows the patient, so at equal infusions nothing fixed may beat it."""

import pytest

import sim
from handwritten import chart_of
from sim.study.frontier import boosters_kind, frontier
from sim.study.oracle import Oracle, foreseen

BASE = sim.Scenario().override(
    {
        "run.days": 365,
        "clinic.chairs": "unlimited",
        "clinic.nurses": "unlimited",
        "clinic.prescribers": "unlimited",
    }
)


@pytest.fixture(scope="module")
def results():
    scenarios = {
        f"fixed_{days}": BASE.override({"policy.boosters": {"kind": "fixed", "every_days": days}})
        for days in (14, 28, 56)
    }
    scenarios["none"] = BASE.override({"policy.boosters": {"kind": "none"}})
    for of in ("days_in_response", "days_below_10"):
        scenarios[f"oracle_{of}"] = BASE.override({"policy.boosters": Oracle(4.0, of)})
    return sim.run(scenarios, replications=4, seed=1, jobs=2, reference="fixed_28", phases=foreseen)


@pytest.mark.parametrize("measure", ["days_in_response", "days_below_10"])
def test_the_oracle_for_a_kind_of_day_beats_fixed_boosters_at_equal_infusions(results, measure):
    table = frontier(results).set_index(["scenario", "measure"])
    row = table.loc[f"oracle_{measure}", measure]
    assert row["replications"] == 4
    assert row["lower"] > 2


def test_fixed_policies_lie_on_their_own_curve(results):
    table = frontier(results)
    anchors = table[table["kind"].isin(["fixed", "none"])]
    assert anchors["difference"].abs().max() == pytest.approx(0, abs=1e-9)


def test_kinds_are_named_by_their_policies(results):
    assert boosters_kind(results, "fixed_28") == "fixed"
    assert boosters_kind(results, "oracle_days_below_10") == "oracle_for_days_below_10"


def test_what_is_worth_more_is_given_less(results):
    one = sim.replicate(BASE.override({"policy.boosters": Oracle(2.0)}), 1, phases=foreseen)
    nine = sim.replicate(BASE.override({"policy.boosters": Oracle(9.0)}), 1, phases=foreseen)
    count = [(r.visits["kind"] == "booster").sum() for r in (one, nine)]
    assert count[0] > count[1] > 0
    assert "not worth it" in set(nine.discharges["reason"])


def test_an_oracle_must_know_whom_it_treats():
    with pytest.raises(TypeError, match=r"phases=sim\.foreseen"):
        Oracle(4.0).next_order(chart_of())
