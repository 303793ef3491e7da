"""The schema accepts what the reader accepts; jsonschema is the witness."""

import json

import jsonschema
import pytest

from sim.config.schema import json_schema


@pytest.fixture
def check(tree):
    schema = json_schema(tree.Scenario)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"extends": "base.toml"},
        {"clinic": {"chairs": 4}, "run": {"start_date": "2026-01-05"}},
        {"clinic": {"chairs": "unlimited", "hours": "always"}},
        {"clinic": {"hours": {"opens": 8}}},
        {"clinic": {"session": {"infuse_minutes": 40}}},
        {"clinic": {"session": {"infuse_minutes": {"kind": "gamma", "mean": 40, "cv": 0.1}}}},
        {"policy": {"boosters": {"kind": "fixed", "every_days": 28}}},
        {"policy": {"boosters": {"late_days": 3}}},
    ],
)
def test_files_as_they_are_written_fit_the_schema(check, data):
    check.validate(data)


@pytest.mark.parametrize(
    "data",
    [
        {"clinik": {}},
        {"clinic": {"chair": 4}},
        {"clinic": {"chairs": -4}},
        {"clinic": {"chairs": "unlimitd"}},
        {"clinic": {"session": {"infuse_minutes": {"kind": "gama", "mean": 40}}}},
        {"policy": {"boosters": {"kind": "adaptive", "every_days": 28}}},
        {"run": {"days": 1.5}},
        {"extends": 3},
    ],
)
def test_misspelt_keys_and_impossible_values_do_not(check, data):
    assert not check.is_valid(data)


def test_a_resolved_scenario_fits_the_schema(check, tree):
    check.validate(tree.Scenario().model_dump(mode="json"))


def test_parameters_carry_meaning_unit_source_and_default(tree):
    chairs = json_schema(tree.Scenario)["$defs"]["Clinic"]["properties"]["chairs"]
    assert chairs["description"] == "infusion chairs [chairs] (design; grade D)"
    assert (chairs["x-unit"], chairs["x-source"], chairs["x-grade"]) == ("chairs", "design", "D")
    assert chairs["default"] == 3


def test_the_schema_names_its_dialect_and_title_and_is_plain_json(tree):
    schema = json_schema(tree.Scenario)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "Scenario"
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    assert "discriminator" not in json.dumps(schema)
