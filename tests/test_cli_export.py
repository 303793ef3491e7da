"""Witness: a user's command line, and files read back by pandas and openpyxl."""

import builtins
import datetime
import gc
import json
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.events.event_log import EVENT_COLUMNS
from sim.events.of_run import place_of_export
from sim.experiment.store import read_results
from sim.model.scenario import Scenario
from sim.policy.orders import Discharge, Order
from sim.report.assumptions import NOT_ADVICE

SAFE = {"=2+5": "_2_5-908d93", "other": "other"}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    base = Scenario().override({"run.days": 28, "referrals.per_week": 3})
    scenarios = {"=2+5": base, "other": base.override({"clinic.chairs": 4})}
    results = sim.run(scenarios, 2, jobs=1, reference="=2+5", keep="visits", name="@odd")
    folder = tmp_path_factory.mktemp("exported") / "study"
    return sim.write_results(results, folder, sim.compare(results))


class Once:
    """A policy of one's own: an infusion a week after the induction, and no more."""

    def next_order(self, chart):
        if chart.count("booster"):
            return Discharge("=enough")
        due = chart.last_infusion.minute + 7 * 1440
        return Order("booster", due, due + 1440, chart.maintenance, 7.0)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Three folders of one run with an object of one's own, that kept more and more."""
    mine = Scenario().override({"run.days": 60, "policy.boosters": Once()})
    made = {}
    for keep in ((), ("visits",), ("visits", "patients")):
        results = sim.run({"mine": mine}, 1, jobs=1, keep=keep or None)
        made[keep] = sim.write_results(results, tmp_path_factory.mktemp("own") / "run")
    return made, sim.replicate(mine, seed=Scenario().run.seed)


def test_each_format_has_a_file_of_its_own_in_the_run(study, ketasim):
    endings = {"csv": "csv", "vidigi": "vidigi.csv", "bupar": "bupar.csv", "xes": "xes"}
    for name, ending in endings.items():
        file = f"_2_5-908d93-r1.{ending}"
        status, out, err = ketasim("export", study, "--format", name)
        assert (status, err) == (0, "")
        assert out.splitlines()[-1] == f"Written: {study / 'exports' / file}"
        assert "=2+5, replication 1: " in out
        assert (study / "exports" / file).stat().st_size > 10_000


def test_a_table_of_all_replications_reads_back(study, ketasim, tmp_path):
    out = tmp_path / "new" / "events.csv"
    status, told, _ = ketasim("export", study, "--format", "csv", "--all", "--out", out,
                              "--scenario", "other")  # fmt: skip
    assert status == 0
    table = pd.read_csv(out, parse_dates=["started_at"])
    assert list(table.columns) == list(EVENT_COLUMNS)
    assert sorted(table["replication"].unique()) == [1, 2]
    assert f"all 2 replications: {len(table):,} events" in told
    minutes = (table["started_at"] - pd.Timestamp("2026-01-05")).dt.total_seconds() / 60
    assert (minutes == table["start"]).all()
    assert (table["scenario"] == "other").all()


def test_what_ketasim_wrote_gives_way_and_nothing_else_does(study, ketasim):
    arguments = ("export", study, "--format", "csv", "--replication", 2)
    file = study / "exports" / "_2_5-908d93-r2.csv"
    assert ketasim(*arguments)[0] == 0
    first = file.read_bytes()
    assert ketasim(*arguments)[0] == 0
    assert file.read_bytes() == first
    file.write_text("mine")
    status, _, err = ketasim(*arguments)
    assert (status, file.read_text()) == (2, "mine")
    assert "give --overwrite" in err
    assert ketasim(*arguments, "--overwrite")[0] == 0
    assert file.read_bytes() == first


def test_exports_of_an_earlier_result_go_with_it(study, ketasim, tmp_path):
    results = sim.read_results(study)
    folder = sim.write_results(results, tmp_path / "run")
    ketasim("export", folder, "--format", "csv")
    (folder / "exports" / "mine.txt").write_text("mine")
    sim.write_results(results, folder, overwrite=True)
    assert [file.name for file in (folder / "exports").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "xe"], 'the formats are vidigi, xes, bupar, csv, xlsx. Did you mean "xes"'),
        (["--format", "csv", "--scenario", "othr"], 'Did you mean "other"'),
        (["--format", "csv", "--replication", "3"], "replications 1 to 2"),
        (["--format", "csv", "--replication", "0"], "replications 1 to 2"),
        (["--format", "csv", "--replication", "1", "--all"], "give one of these"),
        (["--format", "xlsx", "--all"], "one replication"),
    ],
)
def test_what_there_is_not_is_one_paragraph_and_exit_status_2(study, ketasim, arguments, says):
    status, out, err = ketasim("export", study, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_a_folder_of_another_kind_is_refused(tmp_path, ketasim):
    (tmp_path / "manifest.json").write_text('{"made_by": "ketasim", "kind": "capacity"}')
    for command in (["export", tmp_path, "--format", "csv"], ["animate", tmp_path]):
        status, _, err = ketasim(*command)
        assert status == 2
        assert 'a result of kind "capacity"' in err
    assert ketasim("export", tmp_path / "none", "--format", "csv")[0] == 2


@pytest.mark.parametrize(
    ("extra", "command"),
    [("excel", ["export", "--format", "xlsx"]), ("animation", ["animate"])],
)
def test_a_missing_extra_is_named(study, ketasim, monkeypatch, extra, command):
    usual = builtins.__import__

    def without(name, *rest):
        if name.split(".")[0] in ("openpyxl", "vidigi"):
            raise ImportError(name)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    status, out, err = ketasim(command[0], study, *command[1:])
    assert (status, out) == (2, "")
    assert f"pip install 'ketasim[{extra}]'" in err


def test_what_the_run_holds_must_be_what_is_simulated(study, ketasim, tmp_path):
    other = tmp_path / "study"
    sim.write_results(sim.read_results(study), other)
    visits = pd.read_parquet(study / "visits.parquet")
    visits.loc[0, "ordered"] += 1
    visits.to_parquet(other / "visits.parquet")
    status, _, err = ketasim("export", other, "--format", "csv")
    assert (status, "ketasim rerun" in err) == (2, True)
    (other / "visits.parquet").unlink()
    assert ketasim("export", other, "--format", "csv")[0] == 0
    metrics = pd.read_csv(other / "metrics.csv", keep_default_na=False)
    metrics.loc[metrics["measure"] == "census_mean", "value"] += 0.25
    metrics.to_csv(other / "metrics.csv", index=False)
    status, _, err = ketasim("export", other, "--format", "csv")
    assert (status, "ketasim rerun" in err) == (2, True)


def test_an_animation_is_written_beside_the_run(study, ketasim):
    status, out, err = ketasim("animate", study, "--days", "20")  # a Sunday
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == f"Written: {study / 'exports' / '_2_5-908d93-r1.html'}"
    assert "25 January 2026, 2 frames, as the clinic is closed" in out


# ---------------------------------------------------------------- the workbook


@pytest.fixture(scope="module")
def book(study):
    from sim.events.formats import export_run

    return openpyxl.load_workbook(export_run(study, "xlsx").path)


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_sheets_have_headers_that_stay_and_texts_that_are_texts(book):
    names = ["Summary", "Comparison", "Weeks", "Visits", "Assumptions", "About"]
    assert book.sheetnames == names
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet["A1"].font.bold
        assert sheet.column_dimensions["A"].width > 8
        assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "d", "inlineStr"}
    assert book["Summary"]["A2"].value == "=2+5"


def test_the_summary_is_that_of_the_results(book, study):
    summary = sim.read_results(study).summary()
    rows = rows_of(book["Summary"])
    assert [row["name"] for row in rows] == summary["measure"].tolist()
    for row, ours in zip(rows, summary.itertuples(), strict=True):
        assert (row["scenario"], row["unit"]) == (ours.scenario, ours.unit)
        told = "not reached" if ours.mean == float("inf") else ours.mean
        assert row["mean"] == (told if told == "not reached" else pytest.approx(told, rel=1e-12))
        assert row["lower 95 %"] == (
            None if pd.isna(ours.lower) else pytest.approx(ours.lower, rel=1e-12)
        )
    assert "chair utilisation" in {row["measure"] for row in rows}
    paired = rows_of(book["Comparison"])
    assert {(row["scenario"], row["compared with"]) for row in paired} == {("other", "=2+5")}


def test_weeks_and_visits_have_real_dates(book, study):
    weeks = rows_of(book["Weeks"])
    assert weeks[1]["begins"] == datetime.datetime(2026, 1, 12)
    means = sim.read_results(study).weeks.groupby(["scenario", "week"])["infusions"].mean()
    assert weeks[1]["infusions"] == means["=2+5", 1]
    kept = pd.read_parquet(study / "visits.parquet")
    kept = kept[(kept["scenario"] == "=2+5") & (kept["replication"] == 1)]
    visits = rows_of(book["Visits"])
    assert len(visits) == len(kept)
    began = kept.sort_values(["patient", "visit"])["infusion_start"].dropna().tolist()
    minutes = [row["infusion start"] - datetime.datetime(2026, 1, 5) for row in visits
               if row["infusion start"]]  # fmt: skip
    assert [gap.total_seconds() / 60 for gap in minutes] == began


def test_it_says_what_it_is(book, study):
    about = dict(book["About"].iter_rows(values_only=True))
    manifest = json.loads((study / "manifest.json").read_text(encoding="utf-8"))
    assert (about["seed"], about["replications"]) == (manifest["seed"], 2)
    assert about["digest of the run"] == manifest["digest"]
    assert about["caution"] == NOT_ADVICE
    told = [row[0] for row in book["Assumptions"].iter_rows(values_only=True)]
    assert told[0] == "Assumptions of the scenario =2+5"
    assert "Clinic" in told


# ---------------------------------------------------------------- an object of one's own


def test_kept_visits_are_read_where_nothing_can_be_simulated_again(own, ketasim):
    made, run = own
    status, _, err = ketasim("export", made[()], "--format", "csv")
    assert status == 2
    assert "--keep visits --keep patients" in err
    tables = {}
    for keep in (("visits",), ("visits", "patients")):
        status, _, err = ketasim("export", made[keep], "--format", "csv")
        assert status == 0
        assert ("kept no patients" in err) is (keep == ("visits",))
        tables[keep] = pd.read_csv(made[keep] / "exports" / "mine-r1.csv", keep_default_na=False)
    from sim.experiment.spreadsheets import for_spreadsheets

    whole = for_spreadsheets(sim.events_of(run, "mine"))
    for name in ("case", "activity", "start", "reason", "kind"):
        ours = whole[name].astype(str).tolist()
        assert tables["visits", "patients"][name].astype(str).tolist() == ours
    assert "'=enough" in whole["reason"].tolist()
    fewer = tables[("visits",)]
    assert len(fewer) < len(whole)
    assert "end of treatment" not in fewer["activity"].tolist()
    assert "referred" in fewer["activity"].tolist()


def test_a_workbook_without_its_scenario_says_what_is_missing(own, ketasim):
    made, _ = own
    status, _, err = ketasim("export", made[()], "--format", "xlsx")
    assert status == 0
    assert "Visits is missing" in err
    assert "Assumptions is missing" in err
    book = openpyxl.load_workbook(made[()] / "exports" / "mine-r1.xlsx")
    assert book.sheetnames == ["Summary", "Weeks", "About"]
    assert ketasim("animate", made[()])[0] == 2


def test_results_are_read_but_of_runs_alone(study):
    assert read_results(study).names == ["=2+5", "other"]


def test_names_that_look_alike_as_files_have_files_of_their_own(tmp_path):
    names = ("a b", "a_b", "a/b", "")
    files = {place_of_export(tmp_path, name, 1, ".csv") for name in names}
    assert len(files) == len(names)
    assert {file.parent for file in files} == {tmp_path / "exports"}
    assert tmp_path / "exports" / "a_b-r1.csv" in files


@pytest.mark.skipif(not Path("/proc").exists(), reason="a folder that takes no file")
def test_a_workbook_that_cannot_be_written_is_a_paragraph(study, monkeypatch, capfd):
    monkeypatch.setattr(sys, "argv", ["ketasim", "export", str(study), "--format", "xlsx",
                                      "--out", "/proc/book.xlsx"])  # fmt: skip
    with pytest.raises(SystemExit) as stopped:
        main()
    gc.collect()
    said = capfd.readouterr()
    assert (stopped.value.code, said.out) == (2, "")
    assert "cannot be written" in said.err
    assert "Traceback" not in said.err
    assert "Exception ignored" not in said.err
