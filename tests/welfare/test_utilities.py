"""Utilities and lost work by GAD-7 (witnesses: the published means, plain loops)."""

import numpy as np
import pytest

import sim
from sim.report.assumptions import parts_in_words
from sim.welfare.economics_table import Economics, discounted
from sim.welfare.lost_work import LostWork
from sim.welfare.utilities import Bands, StraightLine, Utilities

SCORES = np.array([0.0, 4.99, 5.0, 9.99, 10.0, 14.99, 15.0, 21.0])
MEANS = {  # by band, of Duong 2024 and of Allgulander 2006
    "duong_2024": (0.84, 0.80, 0.75, 0.66),
    "allgulander_2006": (0.79, 0.76, 0.73, 0.63),
}


@pytest.mark.parametrize("name", MEANS)
def test_bands_have_the_published_means_and_begin_at_5_10_and_15(name):
    economics = Economics(utility=name)
    assert economics.mapping.of(SCORES) == pytest.approx(np.repeat(MEANS[name], 2))
    assert economics.mapping.of(SCORES.reshape(2, 4)).shape == (2, 4)
    assert economics.mapping.of(7.0) == MEANS[name][1]


def test_the_line_is_least_squares_through_the_published_means():
    slope, at_0 = np.polyfit((2, 7, 12, 18), MEANS["duong_2024"], 1)
    line = StraightLine()
    assert (line.at_0, -line.lost_per_point) == pytest.approx((at_0, slope), abs=5e-4)
    assert line.of(np.array([0.0, 10.0])) == pytest.approx([0.872, 0.76])
    assert StraightLine(at_0=0.5, lost_per_point=0.1).of(np.array([21.0])) == 0


def test_a_worse_band_is_never_better_and_loses_no_less_work():
    assert Bands(from_5=0.7, from_10=0.8).of(SCORES[::2]).tolist() == [0.84, 0.7, 0.7, 0.66]
    assert LostWork(from_5=0.2, from_10=0.1).shares().tolist() == [0, 0.2, 0.2, 0.2]


@pytest.mark.parametrize("name", Utilities.model_fields)
def test_no_mapping_ever_rises_with_the_score(name):
    scores = np.linspace(0, 21, 211)
    assert (np.diff(Economics(utility=name).mapping.of(scores)) <= 0).all()


def test_every_mapping_can_be_chosen_by_its_name_and_no_other():
    base = sim.Scenario()
    for name in Utilities.model_fields:
        chosen = base.override({"economics.utility": name}).economics
        assert chosen.mapping is getattr(chosen.utilities, name)
    with pytest.raises(sim.ScenarioError, match=r"economics\.utility.*duong_2024"):
        base.override({"economics.utility": "duong"})


def test_a_year_off_is_one_rate_and_no_rate_is_nothing_off():
    assert discounted(0.03, np.array([0, 365.25, 730.5])) == pytest.approx([1, 1 / 1.03, 1.03**-2])
    assert discounted(0.0, np.array([1e5])) == 1


def test_economics_do_not_change_in_mid_run():
    with pytest.raises(sim.ScenarioError, match=r"economics\.discount_costs"):
        sim.Scenario().override({"changes": [{"day": 3, "economics.discount_costs": 0.05}]})


def test_what_is_assumed_says_mapping_rates_perspective_and_threshold():
    base = sim.Scenario()
    told = dict(parts_in_words(base))["Economics"]
    assert "discounted by 3 % a year, QALYs likewise" in told
    assert "duong_2024" in told
    assert "payer perspective, at US$ 100,000 a QALY" in told
    other = base.override(
        {"economics.discount_qalys": 0.015, "economics.currency": "<b>$x$", "economics.utility":
         "straight_line", "economics.perspective": "societal"}
    )  # fmt: skip
    told = dict(parts_in_words(other))["Economics"]
    assert "3 % a year, QALYs by 1.5 %" in told
    assert "straight_line" in told
    assert "societal perspective, at <b>$x$ 100,000 a QALY" in told
