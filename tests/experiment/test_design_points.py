"""Witness: combinations written out by hand, scipy's own measure of evenness, counts of levels."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config.errors import ScenarioError
from sim.experiment.design import read_single, read_study
from sim.experiment.design_points import read_design, varied
from sim.experiment.levels import short_names
from sim.model.scenario import Scenario

BASE = Scenario().override({"clinic.chairs": 3, "run.days": 60})
GRID = """
base = "base.toml"
[design]
kind = "grid"
[design.factors]
"clinic.chairs" = [3, 4]
"policy.boosters" = [
    { name = "none", value = { kind = "none" } },
    { name = "every 4 weeks", value = { kind = "fixed", every_days = 28 } },
]
"""
SCATTERED = """
base = "base.toml"
[design]
kind = "KIND"
points = 16
seed = 3
[design.factors]
"clinic.chairs" = [3, 4, 5, 6]
"policy.boosters.every_days" = { low = 28, high = 84, step = 7 }
"referrals.per_week" = { low = 4.0, high = 12.0 }
"""


@pytest.fixture
def study(tmp_path):
    text = '[clinic]\nchairs = 3\n[run]\ndays = 60\n[policy.boosters]\nkind = "fixed"\n'
    (tmp_path / "base.toml").write_text(text)

    def write(text):
        (tmp_path / "study.toml").write_text(text)
        return tmp_path / "study.toml"

    return write


def test_a_grid_has_every_combination_in_the_order_of_the_file(study):
    read = read_study(study(GRID))
    none, fixed = {"kind": "none"}, {"kind": "fixed", "every_days": 28}
    by_hand = {
        "chairs=3, boosters=none": {"clinic.chairs": 3, "policy.boosters": none},
        "chairs=3, boosters=every 4 weeks": {"clinic.chairs": 3, "policy.boosters": fixed},
        "chairs=4, boosters=none": {"clinic.chairs": 4, "policy.boosters": none},
        "chairs=4, boosters=every 4 weeks": {"clinic.chairs": 4, "policy.boosters": fixed},
    }
    assert list(read.scenarios) == list(by_hand)
    for name, changes in by_hand.items():
        assert read.scenarios[name] == BASE.override(changes)
    assert read.reference == "chairs=3, boosters=none"
    assert read.design["scenarios"]["chairs=4, boosters=none"] == {
        "clinic.chairs": 4,
        "policy.boosters": "none",
    }
    assert json.loads(json.dumps(read.design)) == read.design


def test_the_base_itself_may_be_the_reference(study):
    read = read_study(study('reference = "base"\n' + GRID))
    assert (read.reference, next(iter(read.scenarios))) == ("base", "base")
    assert len(read.scenarios) == 5
    assert "base" not in read.design["scenarios"]


def test_variants_are_crossed_with_the_points(study):
    text = 'reference = "slow"\n' + GRID.replace('"policy.boosters" = [', '"run.min_group" = [')
    text = text.replace('{ name = "none", value = { kind = "none" } }', "5")
    text = text.replace(
        '{ name = "every 4 weeks", value = { kind = "fixed", every_days = 28 } }', "6"
    )
    arms = '[variants.quick]\n"clinic.nurses" = 4\n[variants.slow]\n"clinic.nurses" = 2\n'
    read = read_study(study(text + arms))
    assert len(read.scenarios) == 8
    assert read.reference == "slow, chairs=3, min_group=5"
    assert read.scenarios["quick, chairs=4, min_group=6"] == BASE.override(
        {"policy.boosters.kind": "fixed", "clinic.nurses": 4, "clinic.chairs": 4,
         "run.min_group": 6}
    )  # fmt: skip
    assert read.design["factors"][0]["levels"] == ["slow", "quick"]  # the reference first


def test_vary_crosses_a_study_or_a_scenario_alike(study, tmp_path):
    arms = '[variants.a]\n"clinic.nurses" = 4\n[variants.b]\n"clinic.nurses" = 2\n'
    crossed = read_study(study('base = "base.toml"\n' + arms), vary=["clinic.chairs=3:5"])
    assert list(crossed.scenarios) == [f"{v}, chairs={n}" for v in "ab" for n in (3, 4, 5)]
    plain = read_study(
        tmp_path / "base.toml", vary=["clinic.chairs=3,unlimited", "policy.assessment=true,false"]
    )
    assert list(plain.scenarios) == [
        f"chairs={n}, assessment={yes}" for n in ("3", "unlimited") for yes in ("true", "false")
    ]
    assert plain.reference == "chairs=3, assessment=true"
    assert plain.scenarios["chairs=unlimited, assessment=false"].policy.assessment is False
    assert plain.name == "base"


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_scattered_points_are_the_same_again_and_others_with_another_seed(study, kind):
    text = SCATTERED.replace("KIND", kind)
    first, again = read_study(study(text)), read_study(study(text))
    assert first == again
    other = read_study(study(text.replace("seed = 3", "seed = 4")))
    assert set(other.scenarios) != set(first.scenarios)
    for point in first.design["scenarios"].values():
        assert point["policy.boosters.every_days"] in range(28, 85, 7)
        assert isinstance(point["policy.boosters.every_days"], int)
        assert 4 <= point["referrals.per_week"] <= 12


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_scattered_points_have_each_level_equally_often_and_each_part_of_a_range_once(study, kind):
    points = list(read_study(study(SCATTERED.replace("KIND", kind))).design["scenarios"].values())
    chairs = [point["clinic.chairs"] for point in points]
    assert [chairs.count(n) for n in (3, 4, 5, 6)] == [4, 4, 4, 4]
    parts = sorted(int((point["referrals.per_week"] - 4) / 8 * 16) for point in points)
    assert parts == list(range(16))


def test_a_latin_hypercube_is_more_even_than_most_draws():
    from scipy.stats import qmc

    factors = {f"clinic.session.{stage}_minutes": {"low": 0.0, "high": 1.0}
               for stage in ("prepare", "infuse", "monitor")}  # fmt: skip
    points = read_design("x", {"kind": "latin_hypercube", "points": 20, "factors": factors})
    found = np.array(
        [[level.value for level in p.values()] for p in points.named_points().values()]
    )
    rng = np.random.default_rng(1)
    others = [qmc.discrepancy(rng.random((20, 3))) for _ in range(100)]
    assert qmc.discrepancy(found) < np.quantile(others, 0.01)


def test_points_that_are_equal_are_simulated_once():
    factors = {"clinic.chairs": [1, 2], "clinic.nurses": [1, 2]}
    design = read_design("x", {"kind": "latin_hypercube", "points": 12, "factors": factors})
    assert len(design.named_points()) == 4
    alike = {"kind": "latin_hypercube", "points": 3, "factors": {"clinic.chairs": [1, 2]}}
    assert len(read_design("x", alike).named_points()) == 2


def test_a_short_name_is_as_long_as_it_must_be():
    assert short_names(["clinic.chairs", "policy.boosters.every_days", "start.kind"]) == {
        "clinic.chairs": "chairs",
        "policy.boosters.every_days": "every_days",
        "start.kind": ["start", "kind"][-1],
    }
    several = ["policy.boosters.kind", "policy.relapse.kind", "start.kind", "clinic.chairs"]
    assert list(short_names(several).values()) == [
        "boosters.kind", "relapse.kind", "start.kind", "chairs",
    ]  # fmt: skip


NUMBERS = st.lists(st.integers(1, 50), min_size=2, max_size=5, unique=True)
RANGES = st.tuples(st.floats(0.1, 5), st.floats(0.01, 5)).map(
    lambda two: {"low": two[0], "high": two[0] + two[1]}
)


@settings(max_examples=60)
@given(st.sampled_from(["grid", "latin_hypercube", "sobol"]), NUMBERS, NUMBERS, RANGES,
       st.integers(1, 5), st.integers(0, 9))  # fmt: skip
def test_names_are_unique_and_levels_balanced(kind, chairs, nurses, between, power, seed):
    factors = {"clinic.chairs": chairs, "clinic.nurses": nurses}
    if kind == "grid":
        table = {"factors": factors}
    else:
        factors["referrals.per_week"] = between
        table = {"kind": kind, "points": 2**power, "seed": seed, "factors": factors}
    points = read_design("x", table).named_points()
    told = [tuple(level.name for level in point.values()) for point in points.values()]
    assert len(set(told)) == len(told) == len(points)
    if kind == "grid":
        assert len(points) == len(chairs) * len(nurses)
        for number in chairs:
            assert sum(point["clinic.chairs"].value == number for point in points.values()) == len(
                nurses
            )
    elif len(points) == 2**power:
        counts = [
            sum(point["clinic.chairs"].value == number for point in points.values())
            for number in chairs
        ]
        assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"clinic.chairs" = [3, 4]', '"clinic.chair" = [3, 4]', 'Did you mean "clinic.chairs"?'),
        ('kind = "grid"', 'kind = "grids"', 'Did you mean "grid"?'),
        ('kind = "grid"', "kind = 3", "it is grid, latin_hypercube or sobol"),
        ('kind = "grid"', "level = 3", 'unknown key "level"'),
        ('kind = "grid"', "points = 3", "a grid has all combinations"),
        ('kind = "grid"', 'kind = "sobol"', "points is missing"),
        ('kind = "grid"', 'kind = "sobol"\npoints = 12', "give 8 or 16"),
        ('kind = "grid"', 'kind = "sobol"\npoints = 2048', "a whole number from 2 to 1024"),
        ('kind = "grid"', 'kind = "sobol"\npoints = 4\nseed = -1', "design.seed: -1"),
        ("[3, 4]", "[3]", "needs two levels or more"),
        ("[3, 4]", "[3, 4, 3]", 'the level "3" is given twice'),
        ("[3, 4]", "3", "expected a list of levels"),
        ("[3, 4]", "[3, 0]", "chairs=0, boosters=none: clinic.chairs = 0 is not allowed"),
        ("[3, 4]", "{ low = 5, high = 3 }", "low = 5 must be below high = 3"),
        ("[3, 4]", "{ low = 3, high = 4, stop = 1 }", 'Did you mean "step"?'),
        ("[3, 4]", "{ low = 3, step = 1 }", "high must be a number, and it is missing"),
        ("[3, 4]", "{ low = 3, high = 5, step = 0 }", "step = 0 must be above 0"),
        ("[3, 4]", "{ low = 3.0, high = 5.0 }", "there is no step"),
        ("[3, 4]", "{ low = 1, high = 9999 }", "too many"),
        ("[3, 4]", "[{ kind = 1 }, 3]", "needs a name"),
        ('"clinic.chairs"', '"run.seed"', "run.seed cannot be a factor"),
        ('"clinic.chairs"', '"run"', "run.seed cannot be a factor"),
        ('"clinic.chairs"', '"policy.boosters.every_days"', "one holds the other"),
        ('base = "base.toml"', "", "base is missing"),
        ('base = "base.toml"', 'base = "base.toml"\nbases = 1', 'unknown key "bases"'),
        ('base = "base.toml"', 'base = "base.toml"\nreference = "x"', "there is no variant"),
    ],
)  # fmt: skip
def test_a_fault_of_a_design_says_where_and_what_is_allowed(study, old, new, says):
    assert old in GRID
    path = study(GRID.replace(old, new, 1))
    with pytest.raises(ScenarioError) as fault:
        read_study(path)
    assert says in str(fault.value)
    assert str(path) in str(fault.value)


def test_a_grid_of_too_many_points_is_refused(study):
    many = GRID.replace("[3, 4]", "{ low = 1, high = 200 }").replace(
        "[design.factors]", '[design.factors]\n"clinic.nurses" = { low = 1, high = 200 }'
    )
    with pytest.raises(ScenarioError, match="80,000 points, and at most 10,000"):
        read_study(study(many))


def test_what_the_design_varies_cannot_be_set_for_all(study):
    with pytest.raises(ScenarioError, match=r"clinic\.chairs is what the study itself varies"):
        read_study(study(GRID), {"clinic.chairs": 5})
    arms = '[variants.a]\n"clinic.chairs" = 4\n[variants.b]\n'
    with pytest.raises(ScenarioError, match="no variant can set it"):
        read_study(study(GRID + arms))
    with pytest.raises(ScenarioError, match="has a design already"):
        read_study(study(GRID), vary=["clinic.nurses=2:3"])
    with pytest.raises(ScenarioError, match="has a design, so it is a study"):
        read_single(study(GRID))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["clinic.chairs"], "write a path and its values"),
        (["clinic.chairs=3:1"], "goes upwards"),
        (["clinic.chairs=3"], "needs two levels"),
        (["clinic.chairs=3,[4]"], r"levels of a \[design\]"),
        (["clinic.chair=3:4"], "Did you mean"),
        (["clinic.chairs=3:4", "clinic.chairs=5:6"], "given twice"),
        (["run.seed=1:4"], "cannot be a factor"),
    ],
)
def test_a_fault_of_vary_says_what_is_wrong(study, tmp_path, texts, says):
    study(GRID)
    with pytest.raises(ScenarioError, match=says):
        read_study(tmp_path / "base.toml", vary=texts)


def test_a_range_of_decimals_keeps_its_end():
    (factor,) = varied("x", [("referrals.per_week", [0.1, 0.2])]).factors
    assert [level.value for level in factor.levels] == [0.1, 0.2]
    given = {"factors": {"referrals": {"per_week": {"low": 0.1, "high": 0.4, "step": 0.1}}}}
    (factor,) = read_design("x", given).factors
    assert [level.value for level in factor.levels] == [0.1, 0.2, 0.3, 0.4]
