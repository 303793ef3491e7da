"""Faults are told in one paragraph: where, what, what is allowed, what was meant."""

from typing import Any

import pytest

from sim.config.errors import ScenarioError
from sim.config.validation import validated


@pytest.fixture
def complaint(tree):
    def told(data: dict[str, Any], origin: str = "base.toml") -> str:
        with pytest.raises(ScenarioError) as caught:
            validated(tree.Scenario, data, origin)
        assert caught.value.__suppress_context__
        text = str(caught.value)
        assert "\n" not in text
        for jargon in ("pydantic", "Input should", "Value error", "[type=", "http", "Extra inputs"):
            assert jargon not in text
        return text

    return told


def test_a_fault_names_file_path_value_bounds_and_unit(complaint):
    assert complaint({"run": {"days": 0}}) == (
        "base.toml: run.days = 0 is not allowed; it must be a whole number of at least 1 [days]."
    )


def test_every_alternative_of_a_type_is_told_once(complaint):
    expected = 'it must be a whole number from 1 to 10000 or "unlimited" [chairs]'
    for chairs in (-2, 2.5, True, "four", None):
        assert expected in complaint({"clinic": {"chairs": chairs}})
    assert complaint({"clinic": {"chairs": -2}}).count("clinic.chairs") == 1


def test_a_misspelt_choice_is_met_with_the_nearest(complaint):
    assert 'Did you mean "unlimited"?' in complaint({"clinic": {"chairs": "unlimitd"}})
    assert 'Did you mean "always"?' in complaint({"clinic": {"hours": "alway"}})


@pytest.mark.parametrize(
    ("data", "path", "meant"),
    [
        ({"clinic": {"chair": 4}}, "clinic.chair", "clinic.chairs"),
        ({"chairs": 4}, "chairs", "clinic.chairs"),
        ({"clinic": {"boosters": {}}}, "clinic.boosters", "policy.boosters"),
        ({"clinik": {}}, "clinik", "clinic"),
        ({"run": {"infuse_minute": 4}}, "run.infuse_minute", "clinic.session.infuse_minutes"),
        ({"clinic": {"policy_chairs": 4}}, "clinic.policy_chairs", "clinic.chairs"),
    ],
)
def test_an_unknown_key_is_met_with_the_nearest_sibling_or_path(complaint, data, path, meant):
    text = complaint(data)
    assert text.startswith(f"base.toml: {path} is not a known key; known here: ")
    assert text.endswith(f"Did you mean {meant}?")


def test_an_unknown_key_unlike_all_others_lists_what_is_known(complaint):
    assert complaint({"clinic": {"zzz": 4}}) == (
        "base.toml: clinic.zzz is not a known key; known here: chairs, watch, hours, session."
    )


def test_a_key_of_another_kind_is_told_as_such(complaint):
    text = complaint({"policy": {"boosters": {"kind": "adaptive", "every_days": 28}}})
    assert 'policy.boosters.every_days belongs to kind = "fixed"; known here (kind = "ad' in text


def test_an_unknown_kind_is_met_with_all_kinds_and_the_nearest(complaint):
    text = complaint({"policy": {"boosters": {"kind": "adaptiv"}}})
    assert 'policy.boosters.kind = "adaptiv" is not known; it must be "none", "fixed" or' in text
    assert text.endswith('Did you mean "adaptive"?')
    assert 'kind = 3 is not known; it must be "none"' in complaint(
        {"policy": {"boosters": {"kind": 3}}}
    )


def test_a_kind_written_as_text_is_met_with_the_table_to_write(complaint):
    text = complaint({"policy": {"boosters": "fixed"}})
    assert text.endswith('Write { kind = "fixed" }.')


def test_a_distribution_without_kind_lists_the_kinds(complaint):
    text = complaint({"clinic": {"session": {"infuse_minutes": {"mean": 4}}}})
    assert "clinic.session.infuse_minutes.kind is missing; it must be" in text
    assert '"lognormal"' in text


def test_paths_are_free_of_the_branches_of_unions(complaint):
    session = {"monitor_minutes": {"kind": "gamma", "mean": -1, "cv": 1}}
    assert complaint({"clinic": {"session": session}}) == (
        "base.toml: clinic.session.monitor_minutes.mean = -1 is not allowed; it must be a number "
        "above 0 and of at most 10000000."
    )
    text = complaint({"clinic": {"hours": {"opens": -1}}})
    assert text.count("clinic.hours") == 1
    assert "clinic.hours.opens = -1 is not allowed; it must be a whole number from 0 to 24" in text


def test_a_parameter_without_default_is_told_as_missing(complaint):
    session = {"monitor_minutes": {"kind": "gamma", "mean": 3}}
    text = complaint({"clinic": {"session": session}})
    assert text.endswith(
        "clinic.session.monitor_minutes.cv is missing; give a number from 0.001 to 20."
    )


def test_the_words_of_model_validators_are_kept(complaint):
    assert complaint({"clinic": {"hours": {"opens": 18}}}) == (
        "base.toml: clinic.hours: the clinic closes before it opens; give the earlier hour first."
    )


def test_a_negative_duration_is_told_with_the_remedy(complaint):
    normal = {"kind": "normal", "mean": 3, "sd": 2}
    text = complaint({"clinic": {"session": {"infuse_minutes": normal}}})
    assert "clinic.session.infuse_minutes: a duration must not be negative" in text
    assert "at_least = 0" in text


def test_an_entry_of_a_list_is_counted_from_one(complaint):
    text = complaint({"run": {"closed_on": ["2026-12-25", "Christmas"]}})
    assert 'run.closed_on, entry 2 = "Christmas" is not allowed; it must be a date such as' in text


def test_a_list_too_short_is_told_with_its_least_length(complaint):
    text = complaint({"run": {"weights": [1]}})
    assert "run.weights = [1] is not allowed; it must be a list of at least 2 in brackets" in text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_told(complaint, value):
    assert complaint({"clinic": {"watch": value}}).endswith("It must be finite.")


def test_a_table_where_none_can_be_is_told(complaint):
    assert "run.days = { x = 1 } is not allowed" in complaint({"run": {"days": {"x": 1}}})
    assert "clinic = 3 is not allowed; it must be a table." in complaint({"clinic": 3})


def test_long_values_are_cut_short(complaint):
    assert len(complaint({"run": {"days": "9" * 5000}})) < 200


def test_several_faults_are_counted_and_five_of_them_told(complaint):
    two = complaint({"run": {"days": 0, "traced": 1}})
    assert two.startswith("base.toml has 2 faults: (1) run.days = 0")
    assert "(2) run.traced = 1 is not allowed; it must be true or false." in two
    many = complaint({f"unknown_{n}": n for n in range(8)})
    assert "has 8 faults" in many
    assert "(5)" in many
    assert "(6)" not in many
    assert many.endswith("And 3 more.")


def test_without_a_file_the_scenario_is_named(complaint):
    assert complaint({"run": {"days": 0}}, "").startswith("run.days = 0")
    assert complaint({"run": {"days": 0, "x": 0}}, "").startswith("The scenario has 2 faults")


def test_a_table_without_kind_amends_the_default_of_its_field(tree):
    amended = validated(tree.Scenario, {"policy": {"boosters": {"late_days": 3}}})
    assert amended.policy.boosters == tree.AdaptiveBoosters(first_days=42, late_days=3)
    spread = validated(tree.Scenario, {"clinic": {"session": {"monitor_minutes": {"cv": 0.5}}}})
    assert spread.clinic.session.monitor_minutes == tree.Lognormal(mean=50, cv=0.5)


def test_a_table_with_kind_starts_from_that_kinds_own_defaults(tree):
    fresh = validated(tree.Scenario, {"policy": {"boosters": {"kind": "adaptive"}}})
    assert fresh.policy.boosters == tree.AdaptiveBoosters(first_days=28)


def test_objects_of_a_users_own_pass_as_they_are(tree):
    own = tree.OwnBoosters()
    assert validated(tree.Scenario, {"policy": {"boosters": own}}).policy.boosters is own


def test_validating_alters_no_input(tree):
    data = {"policy": {"boosters": {"late_days": 3}}}
    validated(tree.Scenario, data)
    assert data == {"policy": {"boosters": {"late_days": 3}}}


def test_ten_thousand_unknown_keys_are_told_by_number(complaint):
    text = complaint({f"nonsense_{number}": 1 for number in range(10_000)})
    assert "has 10000 faults" in text
    assert text.endswith("And 9995 more.")
    assert len(text) < 2000


def test_a_name_of_a_million_letters_is_told_short(complaint):
    assert len(complaint({"x" * 1_000_000: 1})) < 1000
