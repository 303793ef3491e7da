"""A report of every kind of folder. Witness: what the command said, and the table beside it."""

import json
import re

import pytest

from commands_tried import COMMANDS
from sim.experiment.store import read_table
from sim.page import one_page
from sim.page.answers import verdicts
from tests_of_pages import Page

KINDS = {**{name: COMMANDS[name] for name in ("uncertain", "capacity", "dose-count", "validate")},
         "calibrate": COMMANDS["calibrate"]}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(one_page, "sources", lambda _told: None)


@pytest.fixture(params=KINDS)
def reported(request, tmp_path, ketasim):
    """Run a command and its report: the name, what the command said, the folder, the page."""
    folder = tmp_path / request.param
    command = [*KINDS[request.param], "--out", str(folder)]
    if request.param not in ("calibrate", "uncertain"):
        command += ["--no-figures"]
    status, said, _ = ketasim(*command)
    assert status == 0
    assert ketasim("report", folder)[0] == 0
    return request.param, said, folder, Page((folder / "report.html").read_text(encoding="utf-8"))


def test_what_the_command_said_stands_first_on_the_page(reported):
    name, said, folder, page = reported
    assert page.ids[0] == "answer"
    assert page.outside == []
    assert page.unclosed == []
    said = " ".join(said.split())
    if name in ("capacity", "dose-count"):
        told = json.loads((folder / "manifest.json").read_text())["answer"]
        sentences = [told] if isinstance(told, str) else told
        assert sentences
        for sentence in sentences:
            assert " ".join(sentence.split()) in page.text
            assert " ".join(sentence.split()) in said
    elif name == "validate":
        outside = int(re.search(r"(\d+) of \d+ outside their band", said)[1])
        inside = sum(int(n) for n in re.findall(r"(\d+) of \d+ published results", page.text))
        table = read_table(folder / "validation.csv")
        assert inside == (table["verdict"] == "in band").sum()
        assert outside == table["verdict"].isin(["above", "below", "not reached"]).sum()
    elif name == "uncertain":
        assert "4 draws of the uncertain parameters, 2 replications of each." in page.text
        table = read_table(folder / "uncertainty.csv").set_index("measure").loc["days_below_10"]
        share = f"{100 * table['share_parameters']:.0f} %"
        limits = (f"{100 * table[f'share_{end}']:.0f}" for end in ("lower", "upper"))
        assert f"parameters {share} ({' to '.join(limits)} %)." in page.text
        assert "Caution: 4 draws are few for what follows." in said
        assert "Caution: Caution" not in page.text
        assert "4 draws are few for what follows." in page.text


def test_rows_outside_their_band_are_named_and_others_not(tmp_path):
    file = tmp_path / "validation.csv"
    file.write_text(
        "id,calibration,verdict\nA,trial,in band\nB,trial,above\nC,trial,no answer\nD,own,in band\n"
    )
    told = list(verdicts(read_table(file)))
    assert told == [
        "trial: 1 of 2 published results with a band are met; outside: B (above). 1 have no band "
        "or no answer.",
        "own: 1 of 1 published results with a band are met.",
    ]
