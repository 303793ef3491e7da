"""Parameters and chance as bars. Witness: the numbers of a table of uncertainty."""

import pandas as pd
import pytest

from sim.figures.chance import draw_uncertain, headline_drawn, uncertainty

ROW = {
    "unit": "", "lower": 0.0, "upper": 0.0, "sd_chance": 1.0, "share_lower": 0.1,
    "share_upper": 0.9, "half_width_floor": 1.0, "monte_carlo": 1.0, "draws": 8, "replications": 2,
}  # fmt: skip
MEASURES = (
    ("days_below_10", 147.2, 36.6), ("chair_utilisation", 0.478, 0.14),
    ("days_below_10_untreated", 1.0, 1.0), ("mean_gad7", 9.0, 1.0),
)  # fmt: skip
TABLE = pd.DataFrame(
    [
        ROW | {"scenario": name, "measure": measure, "mean": mean, "share_parameters": share,
               "half_width": half, "sd_parameters": 2.0}
        for name, share in (("none", 0.25), ("a_$x$", 0.75))
        for measure, mean, half in MEASURES
    ]
)  # fmt: skip


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_a_bar_is_cut_where_parameters_end_and_chance_begins():
    (left, right) = uncertainty(TABLE)[0]
    assert [bar.get_width() for bar in left.patches] == pytest.approx([0.25, 0.75, 0.75, 0.25])
    assert [bar.get_x() for bar in left.patches] == pytest.approx([0, 0.25, 0, 0.75])
    limits = [tuple(line.get_xdata()) for line in left.get_lines()]
    assert set(limits) == {(0.1, 0.9)}
    assert left.get_title(loc="left").startswith("Days below 10")
    assert right.get_title(loc="left") == "Chair utilisation (%)"


def test_the_mean_and_its_half_width_are_told_to_two_digits_and_shares_in_per_cent():
    (left, right) = uncertainty(TABLE)[0]
    assert texts(left) == ["147 ± 37"] * 2
    assert texts(right) == ["48 ± 14 %"] * 2
    small = TABLE.assign(mean=1.2345, half_width=0.0678)
    assert texts(uncertainty(small)[0, 0]) == ["1.234 ± 0.068"] * 2


def test_headline_measures_are_drawn_but_for_the_untreated():
    assert headline_drawn(TABLE) == ["days_below_10", "chair_utilisation"]
    assert uncertainty(TABLE, measures=["mean_gad7"]).shape == (1, 1)


def test_what_has_no_spread_and_what_is_not_there_have_no_bar():
    equal = TABLE.assign(sd_parameters=0.0, sd_chance=0.0, half_width=0.0, share_parameters=0.0)
    lacking = equal[~((equal["scenario"] == "none") & (equal["measure"] == "days_below_10"))]
    ax = uncertainty(lacking)[0, 0]
    assert not ax.patches
    assert texts(ax) == ["no value in some replication", "the same in all", "147"]


def test_the_note_says_what_was_drawn():
    note = uncertainty(TABLE)[0, 0].figure.get_supxlabel().replace("\n", " ")
    assert "8 draws of the parameters, 2 replications of each" in note


def test_of_thirty_scenarios_the_first_measures_fit_on_a_page():
    many = pd.concat([TABLE.assign(scenario=f"v_{n}") for n in range(30)])
    assert uncertainty(many).shape == (1, 2)


def test_nothing_is_drawn_of_a_study_without_a_measure_of_all(tmp_path):
    class Nothing:
        def summary(self):
            return TABLE.iloc[:0]

    assert draw_uncertain(Nothing(), tmp_path, None) == []
