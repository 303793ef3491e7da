"""Pictures and tables of the pages: each has a command. Witnesses: the pages and the files."""

import re
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import images  # noqa: E402  (no package: its folder comes first)
import tables  # noqa: E402

TEXTS = {
    page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in images.PAGES
}
MARKS = {mark: page for page, text in TEXTS.items() for mark in re.findall(r"made by: (\w+)", text)}
MADE_BY_NAME = {mark for entry in images.ENTRIES.values() for mark in entry.tables}
PICTURES = {picture for entry in images.ENTRIES.values() for picture in entry.pictures}
SHOWN = {name for text in TEXTS.values() for name in re.findall(r"images/(\w+\.png)\)", text)}


def test_every_picture_has_a_command_and_a_page():
    assert {path.name for path in images.IMAGES.iterdir()} == PICTURES == SHOWN


def test_every_mark_has_a_command_and_every_table_a_mark():
    assert set(MARKS) == MADE_BY_NAME
    assert len(MARKS) == sum(text.count("made by:") for text in TEXTS.values())
    closed = [found[1] for text in TEXTS.values() for found in images.BLOCK.finditer(text)]
    assert sorted(closed) == sorted(MARKS), "a mark without its end, or without a table"


def test_every_file_that_a_command_names_is_there():
    for name, entry in images.ENTRIES.items():
        for command in entry.commands:
            for word in command.split():
                if word.startswith(("scenarios/", "benchmarks/")):
                    assert (ROOT / word).is_file(), name


@pytest.mark.parametrize("page", images.NOT_RENEWED)
def test_a_heading_that_is_not_renewed_is_there_and_has_a_table(page):
    for heading in images.NOT_RENEWED[page]:
        section = rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)"
        (under,) = re.findall(section, images.BLOCK.sub("", TEXTS[page]), re.M | re.S)
        assert re.search(r"^\|", under, re.M), heading


@pytest.mark.parametrize("page", TEXTS)
def test_a_table_of_measured_numbers_is_marked_or_listed(page):
    """A table with an interval or a percentage in three of its lines is taken for measured."""
    text = re.sub(r"<!-- answer .*?<!-- end -->", "", images.BLOCK.sub("", TEXTS[page]), flags=re.S)
    for section in re.split(r"^(?=#+ )", text, flags=re.M):
        heading = section.partition("\n")[0].strip("# ")
        rows = [line for line in section.splitlines() if line.startswith("|")]
        measured = [row for row in rows if re.search(r"±|\d % \|| to [-−\d]|\d,\d{3}", row)]
        if len(measured) >= 3 and heading not in images.NOT_RENEWED.get(page, {}):
            assert heading in LITERATURE.get(page, ()), f"{page}, {heading}"


LITERATURE = {  # tables of what others have published, and of rules
    "docs/evidence.md": (
        "What is asked of the model",
        "Costs and utilities",
        "The named populations",
    ),
}


def test_a_table_is_written_between_its_marks_and_nowhere_else():
    x, y = (f"<!-- made by: {name} -->\n\n" for name in "xy")
    text = f"a\n{x}| old |\n\n<!-- end -->\nb\n{y}<!-- end -->\n"
    new = images.renewed(text, {"x": "| new |\n"})
    assert new == text.replace("old", "new")
    assert images.renewed(new, {"x": "| new |\n"}) == new
    assert images.renewed(text, {"y": "| first |\n"}).endswith("| first |\n\n<!-- end -->\n")


def test_one_is_chosen_by_its_name_its_picture_or_its_table_and_all_without_a_name():
    assert images.chosen(["booking"]) == images.chosen(["booking.png"]) == ["booking"]
    assert images.chosen(["tradeoff", "dose_shifts"]) == ["boosters", "dose_count"]
    assert images.chosen([]) == list(images.ENTRIES)
    with pytest.raises(SystemExit, match="no entry makes nothing"):
        images.chosen(["nothing"])


def test_a_table_is_written_from_the_files_of_a_run(tmp_path):
    left = tmp_path / "results" / "booking_script"
    left.mkdir(parents=True)
    measures = ["clinic_wait_first_infusion_days", "induction_span_days", "booster_delay_days",
                "days_in_response"]  # fmt: skip
    means = pd.DataFrame({"scenario": "as_is", "measure": measures, "mean": [3.14, 2, 1, 100]})
    means.to_csv(left / "summary.csv")
    pairs = {"reference": "as_is", "scenario": "other_way", "measure": measures,
             "difference": -1.26, "lower": -2.0, "upper": 0.44}  # fmt: skip
    pd.DataFrame(pairs).to_csv(left / "comparison.csv")
    *_, first, second = tables.booking(tmp_path).splitlines()
    assert first.startswith("| as is (what it is compared with) | 3.1 | 2.0 |")
    assert second == "| other way |" + " -1.3 (-2.0 to +0.4) |" * 4


@pytest.mark.parametrize("command", ["python -c 'print(1)'", "ketasim --version"])
def test_what_a_command_prints_is_kept_in_its_folder(monkeypatch, tmp_path, command):
    monkeypatch.setattr(images, "ENTRIES", {"one": images.Entry((command,), 0)})
    monkeypatch.setattr(images, "ROOT", tmp_path)
    assert tables.printed(images.run("one")).strip()
