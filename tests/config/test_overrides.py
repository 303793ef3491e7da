"""Changes by dotted path: what they alter, what they leave, and in which order they count."""

from copy import deepcopy
from itertools import permutations

import pytest

from sim.config.errors import ScenarioError
from sim.config.overrides import apply, given, merge, parse_assignment, with_path
from sim.config.validation import validated

BASE = {
    "clinic": {"chairs": 3, "hours": "always", "session": {"infuse_minutes": 40}},
    "policy": {"boosters": {"kind": "fixed", "every_days": 28}},
}


def test_merging_keeps_what_is_not_changed_and_alters_neither_table():
    base, changes = deepcopy(BASE), {"clinic": {"session": {"monitor_minutes": [1, 2]}}}
    merged = merge(base, changes)
    assert merged["clinic"]["session"] == {"infuse_minutes": 40, "monitor_minutes": [1, 2]}
    merged["clinic"]["session"]["monitor_minutes"].append(3)
    merged["policy"]["boosters"]["every_days"] = 1
    assert base == BASE
    assert changes == {"clinic": {"session": {"monitor_minutes": [1, 2]}}}


def test_a_table_of_another_kind_starts_afresh():
    changed = merge(BASE, {"policy": {"boosters": {"kind": "adaptive"}}})
    assert changed["policy"]["boosters"] == {"kind": "adaptive"}
    kept = merge(BASE, {"policy": {"boosters": {"kind": "fixed", "late_days": 3}}})
    assert kept["policy"]["boosters"] == {"kind": "fixed", "every_days": 28, "late_days": 3}


def test_a_path_sets_one_value_and_alters_no_input():
    base = deepcopy(BASE)
    assert with_path(base, "clinic.chairs", 4)["clinic"]["chairs"] == 4
    assert with_path(base, "run.days", 9)["run"] == {"days": 9}
    assert base == BASE


def test_a_path_to_a_table_replaces_it_whole():
    changed = with_path(BASE, "policy.boosters", {"kind": "fixed", "late_days": 2})
    assert changed["policy"]["boosters"] == {"kind": "fixed", "late_days": 2}


def test_a_path_to_another_kind_drops_the_parameters_of_the_old():
    changed = with_path(BASE, "policy.boosters.kind", "adaptive")
    assert changed["policy"]["boosters"] == {"kind": "adaptive"}
    assert with_path(BASE, "policy.boosters.kind", "fixed") == BASE


def test_a_number_becomes_a_distribution_by_its_kind():
    changes = {
        "clinic.session.infuse_minutes.mean": 40,
        "clinic.session.infuse_minutes.kind": "exponential",
    }
    changed = apply(BASE, changes)["clinic"]["session"]["infuse_minutes"]
    assert changed == {"kind": "exponential", "mean": 40}


def test_a_path_through_a_number_is_refused_with_the_remedy():
    with pytest.raises(ScenarioError, match=r"infuse_minutes is 40 and not a table; give .* kind"):
        with_path(BASE, "clinic.session.infuse_minutes.cv", 0.3)


def test_the_order_of_changes_never_matters():
    changes = {
        "policy.boosters": {"kind": "fixed", "every_days": 56},
        "policy.boosters.late_days": 1,
        "policy.boosters.first_days": 21,
        "policy.boosters.kind": "adaptive",
        "clinic.chairs": 2,
    }
    made = [apply(BASE, dict(order)) for order in permutations(changes.items())]
    assert all(one == made[0] for one in made)
    boosters = {"kind": "adaptive", "late_days": 1, "first_days": 21}
    assert made[0]["policy"]["boosters"] == boosters
    assert made[0]["clinic"]["chairs"] == 2


@pytest.mark.parametrize("path", ["", ".", "clinic.", ".chairs", "clinic..chairs"])
def test_paths_need_a_name_between_dots(path):
    with pytest.raises(ScenarioError, match="is not a path"):
        with_path(BASE, path, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("clinic.chairs=4", 4),
        ("clinic.chairs = 4 ", 4),
        ("clinic.chairs=unlimited", "unlimited"),
        ('clinic.chairs="unlimited"', "unlimited"),
        ("a.b=2.5", 2.5),
        ("a.b=true", True),
        ("a.b=[1, 2]", [1, 2]),
        ("a.b={ kind = 'fixed', every_days = 28 }", {"kind": "fixed", "every_days": 28}),
        ("a.b=09:00-17:00", "09:00-17:00"),
        ("a.b=c=d", "c=d"),
        ("a.b=1\nc = 2", "1\nc = 2"),
        ("a.b=two words", "two words"),
    ],
)
def test_assignments_are_read_as_toml_or_else_as_text(text, value):
    assert parse_assignment(text)[1] == value


def test_an_assignment_gives_its_path():
    assert parse_assignment(" policy.boosters.kind = fixed")[0] == "policy.boosters.kind"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("clinic.chairs", 'has no "="'),
        ("clinic.chairs=", "gives no value"),
        ("=4", "is not a path"),
        ("a.b={ kind = fixed }", "texts inside lists and tables need quotes"),
        ("a.b=[1, 2", "is no TOML"),
    ],
)
def test_unreadable_assignments_are_refused(text, complaint):
    with pytest.raises(ScenarioError, match=complaint):
        parse_assignment(text)


def test_given_holds_what_was_set_and_every_kind(tree):
    scenario = validated(
        tree.Scenario,
        {
            "run": {"closed_on": ["2026-12-25"]},
            "policy": {"boosters": {"kind": "fixed"}},
            "clinic": {"session": {"infuse_minutes": 45, "monitor_minutes": {"cv": 0.5}}},
        },
    )
    told = given(scenario)
    assert told["policy"] == {"boosters": {"kind": "fixed"}}
    assert told["clinic"]["session"] == {
        "infuse_minutes": 45,
        "monitor_minutes": {"kind": "lognormal", "mean": 50, "cv": 0.5},
    }
    assert list(told["run"]) == ["closed_on"]
    assert given(tree.Scenario()) == {}
    assert validated(tree.Scenario, told) == scenario


def test_given_keeps_objects_of_a_users_own(tree):
    class OwnTable(tree.FixedBoosters):
        """A user's own table, which no file can name."""

    own = tree.OwnBoosters()
    assert given(tree.Policy(boosters=own)) == {"boosters": own}
    table = OwnTable(every_days=3)
    assert given(tree.Policy(boosters=table))["boosters"] is table


def test_changes_reach_into_values_given_as_objects(tree):
    changes = {"policy.boosters": tree.FixedBoosters(late_days=2), "policy.boosters.every_days": 14}
    scenario = validated(tree.Scenario, apply({}, changes))
    assert scenario.policy.boosters == tree.FixedBoosters(late_days=2, every_days=14)
