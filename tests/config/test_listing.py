"""Every parameter is listed once, and a written file gives back the value it was written from."""

import tomllib
from datetime import date, datetime, time

import pytest

from sim.config.listing import as_toml, entries
from sim.config.validation import validated
from sim.config.value import Value, parameter
from sim.config.words import literal


def test_entries_stand_in_order_of_declaration_with_dotted_paths(tree):
    assert [entry.path for entry in entries(tree.Scenario())] == [
        "run.title",
        "run.start_date",
        "run.days",
        "run.closed_on",
        "run.weights",
        "run.traced",
        "policy.boosters.kind",
        "policy.boosters.first_days",
        "policy.boosters.late_days",
        "clinic.chairs",
        "clinic.watch",
        "clinic.hours.opens",
        "clinic.hours.closes",
        "clinic.session.infuse_minutes",
        "clinic.session.monitor_minutes",
    ]


def test_an_entry_knows_value_default_unit_source_grade_and_bounds(tree):
    found = {entry.path: entry for entry in entries(tree.Scenario(clinic=tree.Clinic(chairs=5)))}
    chairs = found["clinic.chairs"]
    assert (chairs.value, chairs.default, chairs.unit, chairs.bounds) == (
        5,
        3,
        "chairs",
        "from 1 to 10000",
    )
    assert (chairs.description, chairs.source, chairs.grade) == ("infusion chairs", "design", "D")
    assert found["clinic.watch"].bounds == "from 0 to 1"
    monitor = found["clinic.session.monitor_minutes"]
    assert monitor.value == {"kind": "lognormal", "mean": 50, "cv": 0.2}


VARIANTS = [
    {},
    {"clinic": {"chairs": "unlimited", "hours": "always", "watch": 0.25}},
    {"policy": {"boosters": {"kind": "none"}}},
    {"policy": {"boosters": {"kind": "fixed", "every_days": 10.5}}},
    {"run": {"title": 'quo"ted \\ back\nslash \x7f\x01 é', "start_date": date(2030, 2, 28)}},
    {"run": {"closed_on": [date(2026, 1, day) for day in range(1, 31)], "traced": True}},
    {"clinic": {"session": {"infuse_minutes": {"kind": "empirical", "values": [30, 40.5]}}}},
    {"clinic": {"session": {"monitor_minutes": {"kind": "gamma", "mean": 1e-7, "cv": 12.5}}}},
]


@pytest.mark.parametrize("data", VARIANTS)
def test_a_written_file_reads_back_as_an_equal_value(tree, data):
    scenario = validated(tree.Scenario, data)
    assert validated(tree.Scenario, tomllib.loads(as_toml(scenario))) == scenario


@pytest.mark.parametrize("data", VARIANTS)
def test_a_written_file_holds_every_parameter_and_no_overlong_comment(tree, data):
    scenario = validated(tree.Scenario, data)
    text = as_toml(scenario)
    for entry in entries(scenario):
        key = entry.path.split(".")[-1]
        assert any(line.startswith((f"{key} =", f"# {key} =")) for line in text.splitlines())
    assert all(len(line) <= 100 for line in text.splitlines() if "#" in line)


def test_a_written_file_explains_itself(tree):
    lines = as_toml(tree.Scenario()).splitlines()
    assert "chairs = 3  # infusion chairs [chairs] (design; D)" in lines
    assert "infuse_minutes = 40  # the infusion [minutes] (trials; A)" in lines
    assert 'monitor_minutes = { kind = "lognormal", mean = 50, cv = 0.2 }' in "\n".join(lines)
    assert "# watch =  # share of time a nurse watches [share]" in lines
    assert 'kind = "adaptive"  # or "none" or "fixed"' in lines
    assert lines[lines.index("[clinic.hours]") - 1] == "# opening hours"
    assert lines[lines.index("[policy.boosters]") - 1] == "# Closer when symptoms return."


def test_a_long_meaning_stands_above_and_is_wrapped():
    class Wordy(Value):
        size: int = parameter(3, "word " * 40, unit="m", source="a source", grade="D")

    lines = as_toml(Wordy()).splitlines()
    assert lines[-1] == "size = 3"
    assert len(lines) > 2
    assert all(line.startswith("# ") and len(line) <= 100 for line in lines[:-1])
    assert lines[-2].endswith("[m] (a source; D)")


def test_an_object_of_a_users_own_is_a_comment_as_no_file_can_hold_it(tree):
    scenario = tree.Scenario(policy=tree.Policy(boosters=tree.OwnBoosters()))
    text = as_toml(scenario)
    assert "# boosters = an object given in Python: OwnBoosters" in text
    tomllib.loads(text)


@pytest.mark.parametrize(
    "value",
    [
        0,
        -3,
        10**20,
        0.1,
        1e-300,
        1.5e300,
        True,
        "",
        'a "b" \\ \t',
        "\x7f",
        "Ünï ☂",
        date(2026, 1, 5),
        time(9, 30),
        datetime(2026, 1, 5, 9, 30),
        [1, [2, "x"], []],
        {"a": {"b c": 1, 'd"e': [True]}},
        {},
    ],
)
def test_literals_are_read_back_by_tomllib(value):
    assert tomllib.loads(f"x = {literal(value)}") == {"x": value}


def test_whole_numbers_are_written_without_a_point():
    assert (literal(40.0), literal(40.5), literal(-0.0)) == ("40", "40.5", "0")


def test_what_has_no_value_is_left_out_of_a_table_in_braces():
    assert literal({"a": None, "b": 1}) == "{ b = 1 }"
