"""Names as text: nothing in them steers a terminal, leaves a folder or runs as a formula."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.names import FORMULAS, as_meant, harmless, safe_name, stem_of, visible
from sim.config.texts import read_rows
from sim.experiment.spreadsheets import as_csv

ODD = ["$\\frac$", "_", "[red]", "\x1b[31m", "=cmd()", "a/b", "..", "../..", "a\nb\r\x00",
       "x" * 300, "é" * 300, "日本", "😀", "'=x", "''", "-1", "+1", "@x", "\t", "\udcc3",
       "\u202eabc", ""]  # fmt: skip


@given(st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=()))))
def test_a_name_that_is_shown_has_nothing_that_does_not_print(text):
    """Witness: Python's own list of what prints."""
    shown = visible(text)
    assert all(c.isprintable() or c.isspace() for c in shown)
    assert not set("\n\t\r\x1b\x9b") & set(shown)
    shown.encode("utf-8")
    assert visible(shown) == shown


def test_an_escape_is_four_letters_and_a_line_break_stays_where_it_is_wanted():
    assert visible("\x1b[31mred\n") == "\\x1b[31mred\\n"
    assert visible("a\nb\x07", keep="\n") == "a\nb\\x07"
    assert visible("é 日本 😀 ±") == "é 日本 😀 ±"


@given(st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=()))))
def test_a_folder_named_after_anything_stays_where_it_is_put(text):
    """Witness: the system's own idea of a path with one part, and its limit of 255 bytes."""
    name = f"{safe_name(text) or 'run'}-20260105-090000"
    path = Path("results") / name
    assert path.parts == ("results", name)
    assert os.path.normpath(path) == str(path)
    assert not set('/\\:*?"<>|') & set(name)
    assert len(os.fsencode(name)) < 200


def test_usual_names_of_folders_stay_as_they_are():
    for name in ("base", "every_4_weeks", "chairs-3.5", "Praxis_Müller"):
        assert safe_name(name) == name
    assert safe_name("..") == ""
    assert safe_name("../../etc") == "_.._etc"


@given(st.one_of(st.sampled_from(ODD), st.text(), st.text("'=+-@\t\rx")))
def test_a_text_made_harmless_begins_no_formula_and_is_given_back(text):
    cell = harmless(text)
    assert not cell.startswith(FORMULAS)
    assert as_meant(cell) == text


@pytest.mark.parametrize("text", ["every_4_weeks", "a=b", "'tis", "", "x-1"])
def test_a_text_that_is_harmless_is_written_as_it_is(text):
    assert harmless(text) == as_meant(text) == text


def test_a_table_is_written_without_formulas_and_its_numbers_as_numbers(tmp_path):
    """Witness: the csv module."""
    table = pd.DataFrame({"scenario": ["=cmd()", "a"], "value": [-1.5, 2.0], "n": [-1, 2]})
    as_csv(table)(tmp_path / "t.csv")
    rows = list(csv.reader((tmp_path / "t.csv").read_text("utf-8").splitlines()))
    assert rows == [["scenario", "value", "n"], ["'=cmd()", "-1.5", "-1"], ["a", "2.0", "2"]]
    assert read_rows(tmp_path / "t.csv")[1] == ["=cmd()", "-1.5", "-1"]


def test_a_file_of_any_name_names_its_scenario_in_text():
    assert stem_of(Path("/x/a\x1b\udcc3.toml")) == "a\\x1b\\udcc3"
