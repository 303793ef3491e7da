"""Witness: the same scenario built by hand with `override`."""

import pytest

from sim.config.errors import ScenarioError
from sim.experiment.design import read_single, read_study
from sim.model.scenario import Scenario

BASE = Scenario().override({"clinic.chairs": 3, "run.days": 60})


@pytest.fixture
def study(tmp_path):
    (tmp_path / "base.toml").write_text("[clinic]\nchairs = 3\n[run]\ndays = 60\n")

    def write(text, name="study.toml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


TWO = """
base = "base.toml"
reference = "few"
[variants.few]
"clinic.chairs" = 2
[variants.many]
"clinic.chairs" = 5
"""


def test_variants_are_overrides_of_the_base_in_the_order_of_the_file(study):
    read = read_study(study(TWO))
    assert (read.name, read.reference, read.title) == ("study", "few", "")
    assert list(read.scenarios) == ["few", "many"]
    assert read.scenarios["few"] == BASE.override({"clinic.chairs": 2})
    assert read.scenarios["many"] == BASE.override({"clinic.chairs": 5})


def test_the_base_is_found_beside_the_study_wherever_one_stands(study, tmp_path, monkeypatch):
    path = study(TWO)
    monkeypatch.chdir("/")
    assert read_study(path).scenarios["few"].run.days == 60


@pytest.mark.parametrize(
    "variant",
    ['"clinic.chairs" = 5', "clinic.chairs = 5", "clinic = { chairs = 5 }"],
)
def test_a_dotted_key_changes_one_value_with_or_without_quotes(study, variant):
    read = read_study(study(f'base = "base.toml"\n[variants.a]\n[variants.b]\n{variant}\n'))
    assert read.scenarios["b"] == BASE.override({"clinic.chairs": 5})
    assert read.scenarios["a"] == BASE


def test_a_table_of_a_variant_leaves_what_it_does_not_name(study):
    text = TWO + '[variants.nurses.clinic]\nnurses = 4\n[variants.none]\n"clinic.nurses" = 4\n'
    read = read_study(study(text))
    assert read.scenarios["nurses"] == read.scenarios["none"]
    assert read.scenarios["nurses"].clinic.chairs == 3


def test_a_quoted_table_replaces_the_whole_of_what_was_there(study):
    text = TWO + '[variants.fixed]\n"policy.boosters" = { kind = "fixed", every_days = 42 }\n'
    boosters = read_study(study(text)).scenarios["fixed"].policy.boosters
    assert (boosters.kind, boosters.every_days) == ("fixed", 42)


def test_without_a_reference_the_first_variant_is_it(study):
    assert read_study(study(TWO.replace('reference = "few"', ""))).reference == "few"


def test_changes_reach_every_variant(study):
    read = read_study(study(TWO), {"clinic.nurses": 4, "run.seed": 7})
    for scenario in read.scenarios.values():
        assert (scenario.clinic.nurses, scenario.run.seed) == (4, 7)


@pytest.mark.parametrize("path", ["clinic.chairs", "clinic"])
def test_what_a_study_varies_cannot_be_set_for_all_its_variants(study, path):
    with pytest.raises(ScenarioError, match=rf"{path} is what the study itself varies"):
        read_study(study(TWO), {path: {"chairs": 2} if path == "clinic" else 2})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TWO.replace('"few"', '"fwe"'), r'no variant "fwe".*Did you mean "few"'),
        (TWO.replace("base =", "bsae ="), r'unknown key "bsae".*Did you mean "base"'),
        (TWO.replace('base = "base.toml"', ""), "base is missing"),
        (TWO.replace('"base.toml"', "3"), "base: expected a text, not 3"),
        (TWO.replace("base.toml", "nowhere.toml"), "nowhere.toml"),
        ('base = "base.toml"\n[variants.only]\n', "two or more"),
        ('base = "base.toml"\nvariants = 3\n', "two or more"),
        ('base = "base.toml"\nvariants = {a = 1, b = 2}\n', "variants.a: expected a table"),
        (TWO.replace('"clinic.chairs" = 5', '"clinic.chiars" = 5'), r"variants.many: .*chairs"),
        (TWO.replace('"clinic.chairs" = 5', '"clinic.chairs" = -5'), r"variants.many: .*chairs"),
        (TWO.replace('"clinic.chairs" = 5', '"run.seed" = 5'), "run.seed cannot differ"),
        (TWO.replace('"clinic.chairs" = 5', "run.replications = 5"), "replications cannot differ"),
    ],
)
def test_a_faulty_study_is_refused_in_one_paragraph_that_names_file_and_place(study, text, says):
    path = study(text)
    with pytest.raises(ScenarioError, match=says) as refused:
        read_study(path)
    assert "\n" not in str(refused.value)
    assert str(path.parent) in str(refused.value)


def test_a_scenario_is_no_study_and_a_study_is_no_scenario(study, tmp_path):
    with pytest.raises(ScenarioError, match="ketasim run"):
        read_study(tmp_path / "base.toml") if study(TWO) else None
    with pytest.raises(ScenarioError, match="ketasim compare"):
        read_single(tmp_path / "study.toml")
    assert read_single(tmp_path / "base.toml", {"clinic.chairs": 9}).clinic.chairs == 9
