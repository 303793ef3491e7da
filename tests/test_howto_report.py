"""The how-to on reports, as a reader would follow it, at small size."""

import re
import shlex
from pathlib import Path

from sim.page import one_page
from tests_of_pages import Page

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "howto_report.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ketasim (.+)$", TEXT, flags=re.MULTILINE)
FEW = ["--replications", "2", "--jobs", "1", "--quiet", "--no-figures", "--set", "run.days=30"]


def test_the_commands_of_the_how_to_run_in_their_order(ketasim, monkeypatch, tmp_path):
    monkeypatch.setattr(one_page, "sources", lambda _told: None)
    monkeypatch.setattr(one_page, "drawn_inside", lambda *_: "<svg></svg>")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    done = []
    for command in COMMANDS:
        name, *rest = shlex.split(command)
        status, out, err = ketasim(name, *rest, *(FEW if name != "report" else ()))
        assert (status, err) == (0, "")
        done.append(name)
        if name == "report":
            assert out.startswith("Report: ")
    assert done == ["compare", "report", "run", "run", "report"]
    page = Page((tmp_path / "results" / "three" / "report.html").read_text(encoding="utf-8"))
    assert "Both runs have seed" in page.text
    assert "clinic.chairs 3 chairs 4 chairs" in page.text
