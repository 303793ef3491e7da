"""A table of one's own patients: refused with all its faults at once, or taken as it is.

Witness of a good one: the population it was written from.
"""

import csv
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.config.errors import ScenarioError
from sim.model.replication import recruited
from sim.outcomes.catalogue import measure
from sim.outcomes.reading import Reading
from sim.people.baselines import rated
from sim.people.tables.columns import COLUMNS, columns_in_words
from sim.people.tables.export import write_patients
from sim.report.assumptions import describe
from sim.report.people import table_note

BASE = sim.Scenario().override({"run.days": 200})


def scenario_with(path, changes=None):
    return BASE.override({"population.file": str(path), **(changes or {})})


def saved(folder, text, name="patients.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def fault(path, changes=None):
    with pytest.raises(ScenarioError) as caught:
        scenario_with(path, changes).checked()
    return str(caught.value)


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"population.kind": "mixture", "population.shares": {"panic": 0.4, "severe_gad": 0.6}},
        {"population.by_type.social": {"durability": 0.5, "sensitivity": 0.7}},
    ],
)
def test_a_table_gives_the_result_of_the_population_it_was_written_from(tmp_path, kind, changes):
    drawn = BASE.override(changes)
    path = tmp_path / f"patients.{kind}"
    write_patients(recruited(drawn, 5, 2), path)
    before = sim.replicate(drawn, 5, 2)
    after = sim.replicate(drawn.override({"population.file": str(path)}), 5, 2)
    for name, column in before.patients.columns().items():
        np.testing.assert_array_equal(after.patients.columns()[name], column, err_msg=name)
    for name, column in before.visits.items():
        np.testing.assert_array_equal(after.visits[name], column, err_msg=name)
    assert repr(measure(Reading(after))) == repr(measure(Reading(before)))


def test_without_minutes_the_referrals_say_when(tmp_path):
    path = tmp_path / "patients.csv"
    write_patients(recruited(BASE, 5, 2), path, referred=False)
    before, after = sim.replicate(BASE, 5, 2), sim.replicate(scenario_with(path), 5, 2)
    assert repr(measure(Reading(after))) == repr(measure(Reading(before)))


def test_a_correlated_population_survives_the_journey(tmp_path):
    changes = {"population.correlations": {"sensitivity~tau_slow": 0.6, "baseline~age": 0.2}}
    path = tmp_path / "patients.csv"
    write_patients(recruited(BASE.override(changes), 1), path)
    after = sim.replicate(scenario_with(path, changes), 1)
    before = sim.replicate(BASE.override(changes), 1)
    assert repr(measure(Reading(after))) == repr(measure(Reading(before)))


def test_the_file_as_written_has_every_column_and_its_explanation(tmp_path):
    path = tmp_path / "patients.csv"
    write_patients(recruited(BASE, 1, patients=30), path)
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == 31
    text = (tmp_path / "patients.columns.txt").read_text(encoding="utf-8")
    assert text == columns_in_words()
    for column in COLUMNS.values():
        assert column.name in text
        assert column.unit in text


def test_a_table_that_is_there_is_not_written_over(tmp_path):
    path = saved(tmp_path, "mine")
    with pytest.raises(ScenarioError, match="already there"):
        write_patients(recruited(BASE, 1, patients=3), path)
    assert path.read_text() == "mine"
    with pytest.raises(ScenarioError, match=r"\.csv or as \.parquet"):
        write_patients(recruited(BASE, 1, patients=3), tmp_path / "patients.xlsx")
    with pytest.raises(ScenarioError, match="cannot be written"):
        write_patients(recruited(BASE, 1, patients=3), tmp_path / "nowhere" / "patients.csv")


# ---------------------------------------------------------------- what is left out

FEW = "patient,baseline,weight\nanna,14,\nbob,21,90\ncleo,8,60\n"


def test_what_is_left_out_is_drawn_and_what_is_given_stays(tmp_path):
    cohort = sim.replicate(scenario_with(saved(tmp_path, FEW)), 1).patients
    assert cohort.label.tolist() == ["anna", "bob", "cleo"]
    assert cohort.baseline.tolist() == [14, 21, 8], "everybody in the table is enrolled"
    assert cohort.weight[1:].tolist() == [90, 60]
    assert 30 < cohort.weight[0] < 200
    assert (rated(cohort.untreated, cohort.first_drift, cohort.first_noise) == [14, 21, 8]).all()


def test_more_columns_left_out_shift_no_other_draw(tmp_path):
    one = sim.replicate(scenario_with(saved(tmp_path, FEW)), 1).patients
    less = "patient,baseline\nanna,14\nbob,21\ncleo,8\n"
    two = sim.replicate(scenario_with(saved(tmp_path, less, "less.csv")), 1).patients
    for name, column in one.columns().items():
        if name != "weight":
            np.testing.assert_array_equal(two.columns()[name], column, err_msg=name)


def test_people_known_by_their_rating_regress_to_the_mean_as_drawn_ones_do(tmp_path):
    """Witness: the people of a population, of whom only the rating is written down."""
    cohort = recruited(BASE, 1, patients=4000)
    lines = [f"p{n},{rating}" for n, rating in enumerate(cohort.baseline)]
    path = saved(tmp_path, "\n".join(["patient,baseline", *lines]))
    changes = {"referrals": {"kind": "cohort", "patients": 4000}}
    known = recruited(scenario_with(path, changes), 2)
    for name in ("untreated", "first_drift", "first_noise"):
        was, now = getattr(cohort, name), getattr(known, name)
        assert now.mean() == pytest.approx(was.mean(), abs=0.15), name
        assert now.std() == pytest.approx(was.std(), rel=0.05), name
    assert np.corrcoef(known.untreated, known.baseline)[0, 1] == pytest.approx(
        np.corrcoef(cohort.untreated, cohort.baseline)[0, 1], abs=0.03
    )


def test_a_rating_without_any_noise_is_the_truth_behind_it(tmp_path):
    exact = {"symptoms.rating_sd": 0, "symptoms.drift_sd": 0}
    cohort = recruited(scenario_with(saved(tmp_path, FEW), exact), 1)
    assert np.abs(cohort.untreated - [14, 21, 8]).max() <= 0.5


def test_a_person_can_be_of_another_population_than_the_rest(tmp_path):
    text = "patient,baseline,population\na,14,ptsd_and_pain\nb,14,\n"
    cohort = recruited(scenario_with(saved(tmp_path, text), {"population.kind": "panic"}), 1)
    assert (cohort.ptsd[0], cohort.chronic_pain[0]) == (True, True)
    assert cohort.population.tolist() == [4, 3]


def test_a_high_dose_means_a_daily_one_and_none_means_none(tmp_path):
    text = "patient,baseline,benzodiazepine_high\n" + "".join(f"{n},14,true\n" for n in range(40))
    high = recruited(scenario_with(saved(tmp_path, text)), 1)
    assert high.benzodiazepine.all()
    text = "patient,baseline,benzodiazepine\n" + "".join(f"{n},14,no\n" for n in range(40))
    none = recruited(scenario_with(saved(tmp_path, text, "none.csv")), 1)
    assert not none.benzodiazepine_high.any()


def test_a_pair_of_which_one_trait_is_given_cannot_be_correlated(tmp_path):
    path = saved(tmp_path, FEW)
    said = fault(path, {"population.correlations": {"age~weight": 0.3}})
    assert 'population.correlations."age~weight"' in said
    scenario_with(path, {"population.correlations": {"age~clearance": 0.3}}).checked()


# ---------------------------------------------------------------- when, and how many


def test_fewer_rows_than_referrals_refer_no_more_people_and_it_is_said(tmp_path):
    scenario = scenario_with(saved(tmp_path, FEW))
    assert len(sim.replicate(scenario, 1).patients) == 3
    note = table_note(scenario)
    assert "3 patients" in note
    assert "nobody more" in note
    assert note.split("csv has ")[1] in " ".join(describe(scenario).split())


def test_of_more_rows_than_referrals_the_first_are_referred(tmp_path):
    changes = {"referrals": {"kind": "cohort", "patients": 2}}
    scenario = scenario_with(saved(tmp_path, FEW), changes)
    assert sim.replicate(scenario, 1).patients.label.tolist() == ["anna", "bob"]
    assert "the first 2" in table_note(scenario)


def test_minutes_in_the_table_decide_who_is_referred_and_in_which_order(tmp_path):
    late = 200 * 1440
    text = f"patient,baseline,referred\na,14,900\nb,15,{late}\nc,16,30\n"
    scenario = scenario_with(saved(tmp_path, text))
    cohort = sim.replicate(scenario, 1).patients
    assert cohort.label.tolist() == ["c", "a"]
    assert cohort.referred.tolist() == [30, 900]
    assert "2 are referred within the 200 days" in table_note(scenario)


def test_a_table_lies_beside_the_file_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "clinic").mkdir()
    saved(tmp_path / "clinic", FEW)
    (tmp_path / "clinic" / "mine.toml").write_text('[population]\nfile = "patients.csv"\n')
    (tmp_path / "other.toml").write_text('extends = "clinic/mine.toml"\n[run]\ndays = 100\n')
    (tmp_path / "study.toml").write_text(
        'base = "other.toml"\n[variants.a]\n[variants.b]\n'
        '"population.file" = "clinic/patients.csv"\n'
    )
    monkeypatch.chdir(tmp_path / "clinic")
    assert sim.read_scenario("mine.toml").population.file == "patients.csv"
    assert sim.read_scenario("../other.toml").population.file == "patients.csv"
    variants = sim.read_study("../study.toml").scenarios.values()
    assert {variant.population.file for variant in variants} == {"patients.csv"}
    assert len(sim.replicate(sim.read_scenario("../other.toml"), 1).patients) == 3


def test_a_changed_table_is_not_taken_for_the_one_the_results_came_from(tmp_path):
    path = saved(tmp_path, FEW)
    results = sim.run({"mine": scenario_with(path)}, replications=1, jobs=1)
    assert str(tmp_path) not in str(results.manifest["digest"])
    assert "anna" not in str(results.manifest), "patients stay out of the manifest"
    assert len(results.replicate("mine").patients) == 3
    saved(tmp_path, FEW.replace("90", "91"))
    with pytest.raises(ScenarioError, match="content has changed"):
        results.replicate("mine")
    path.unlink()
    with pytest.raises(ScenarioError, match="cannot be read"):
        results.replicate("mine")


# ---------------------------------------------------------------- faults

HEADING = "patient,baseline,age,weight,tau_slow,ceiling,ptsd,anxiety_type,clearance"
GOOD = "x{n},14,40,70,30,0.5,true,panic,79"
ROWS = {  # what is wrong: the row, and what the message says of it
    "empty name": (",14,40,70,30,0.5,true,panic,79", ["patient is empty"]),
    "twice": ("x0,14,40,70,30,0.5,true,panic,79", ['patient = "x0"', "row 2"]),
    "no rating": ("a,,40,70,30,0.5,true,panic,79", ["baseline is empty"]),
    "impossible score": ("b,25,40,70,30,0.5,true,panic,79", ['baseline = "25"', "0 to 21"]),
    "half a score": ("c,12.5,40,70,30,0.5,true,panic,79", ['baseline = "12.5"', "whole number"]),
    "text": ("d,14,forty,70,30,0.5,true,panic,79", ['age = "forty" is not a number']),
    "comma": ('e,14,"40,5",70,30,0.5,true,panic,79', ["with a point, not a comma"]),
    "negative": ("f,14,40,-70,30,0.5,true,panic,79", ['weight = "-70"', "above 0", "[kg]"]),
    "zero": ("g,14,40,70,0,0.5,true,panic,79", ['tau_slow = "0"', "above 0", "[days]"]),
    "share": ("h,14,40,70,30,1.5,true,panic,79", ['ceiling = "1.5"', "from 0 to 1"]),
    "boolean": ("i,14,40,70,30,0.5,maybe,panic,79", ['ptsd = "maybe"', "neither true nor false"]),
    "type": ("j,14,40,70,30,0.5,true,panik,79", ['anxiety_type = "panik"', 'mean "panic"']),
    "nan": ("k,14,40,70,30,0.5,true,panic,NaN", ['clearance = "NaN"', "finite"]),
    "infinite": ("l,14,40,70,30,0.5,true,panic,1e999", ['clearance = "1e999"', "not possible"]),
    "short": ("m,14,40", ["3 cells where the heading has 9"]),
    "long": ("n,14,40,70,30,0.5,true,panic,79,5", ["10 cells"]),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_fault_is_told_with_its_row_and_column(tmp_path, what):
    row, words = ROWS[what]
    said = fault(saved(tmp_path, "\n".join([HEADING, GOOD.format(n=0), row])))
    assert "1 fault in the table" in said
    assert "row 3" in said
    for word in words:
        assert word in said


def test_all_faults_are_told_at_once(tmp_path):
    rows = [row for row, _ in ROWS.values()]
    said = fault(saved(tmp_path, "\n".join([HEADING, GOOD.format(n=0), *rows])))
    assert f"{len(rows)} faults" in said
    assert said.count("\n") == len(rows)
    for number, (_, words) in enumerate(ROWS.values(), 3):
        line = next(line for line in said.splitlines() if f"row {number}" in line)
        assert all(word in line for word in words), line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        ("\n\n", ["empty"]),
        ("patient,baseline\n", ["no patients"]),
        ("patient,age\na,40\n", ['"baseline" is missing', "rated GAD-7"]),
        ("patient,baseline,wieght\na,14,1\n", ['"wieght" is not known', 'mean "weight"']),
        ("patient,baseline,baseline\na,14,14\n", ["there twice"]),
        ("patient,baseline,\na,14,1\n", ["column 3 has no heading"]),
        ("patient;baseline\na;14\n", ["separated by commas"]),
        ("patient,baseline,referred\na,14,5\nb,14,\n", ["row 3, referred is empty", "nobody"]),
        ("patient,baseline,referred\na,14,-5\n", ['referred = "-5"', "minutes"]),
        (
            "patient,baseline,benzodiazepine,benzodiazepine_high\na,14,no,yes\n",
            ["row 2, benzodiazepine_high is true"],
        ),
        ("patient,baseline,first_noise\na,14,1\n", ["first_drift and first_noise belong"]),
        (
            "patient,baseline,untreated,first_drift,first_noise\na,14,10,1,1.2\n",
            ["baseline = 14 is not what", "(12)"],
        ),
        ("patient,baseline,population\na,14,severe\n", ['population = "severe"', "severe_gad"]),
        ('patient,baseline\n"a,14\n', ["not CSV"]),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path, text, words):
    said = fault(saved(tmp_path, text))
    for word in ("population.file", "patients.csv", *words):
        assert word in said


def test_files_that_are_no_table_are_refused(tmp_path):
    assert "no such file" in fault(tmp_path / "nowhere.csv")
    assert ".csv or a .parquet" in fault(saved(tmp_path, FEW, "patients.txt"))
    (tmp_path / "folder.csv").mkdir()
    assert "this is a folder" in fault(tmp_path / "folder.csv")
    (tmp_path / "latin.csv").write_bytes("patient,baseline\nJosé,14\n".encode("latin-1"))
    assert "UTF-8" in fault(tmp_path / "latin.csv")
    assert "not Parquet" in fault(saved(tmp_path, FEW, "fake.parquet"))


def test_what_spreadsheets_add_is_no_fault(tmp_path):
    path = tmp_path / "patients.csv"
    path.write_bytes("\ufeffpatient, baseline ,ptsd\r\n a ,14.0,YES\r\n\r\nb,15,0\r\n".encode())
    cohort = recruited(scenario_with(path), 1)
    assert cohort.label.tolist() == ["a", "b"]
    assert cohort.ptsd.tolist() == [True, False]


def test_parquet_has_the_same_rules(tmp_path):
    columns = {"patient": [1, 2], "baseline": [14.0, 30.0], "ptsd": [True, None],
               "weight": [70.5, float("nan")]}  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "patients.parquet")
    said = fault(tmp_path / "patients.parquet")
    assert 'row 2, baseline = "30.0" is not possible' in said
    assert 'row 2, weight = "nan" is not a finite number' in said
    columns |= {"baseline": [14.0, 15.0], "weight": [70.5, None]}
    pq.write_table(pa.table(columns), tmp_path / "better.parquet")
    cohort = recruited(scenario_with(tmp_path / "better.parquet"), 1)
    assert (cohort.label.tolist(), cohort.weight[0]) == (["1", "2"], 70.5)


def test_an_edited_table_is_read_again(tmp_path):
    path = saved(tmp_path, FEW)
    assert recruited(scenario_with(path), 1).baseline[0] == 14
    shutil.copy(saved(tmp_path, FEW.replace("14", "13") + "dora,9,50\n", "new.csv"), path)
    assert recruited(scenario_with(path), 1).baseline.tolist() == [13, 21, 8, 9]


def test_a_table_cut_short_or_too_wide_is_a_paragraph(tmp_path):
    whole = saved(tmp_path, FEW, "whole.parquet")
    pq = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    pq.write_table(pa.table({"patient": ["a", "b"], "baseline": [14, 15]}), whole)
    raw = whole.read_bytes()
    for end in (4, len(raw) // 2, len(raw) - 1):
        (tmp_path / "cut.parquet").write_bytes(raw[:end])
        assert "not Parquet" in fault(tmp_path / "cut.parquet")
    assert "a zero" in fault(saved(tmp_path, "patient,baseline\na,1\0\n", "zero.csv"))
    assert "2,000,001 columns" in fault(saved(tmp_path, "," * 2_000_000 + "\na\n", "wide.csv"))
