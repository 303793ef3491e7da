"""Every `ketasim` line of README and pages is one that the command line takes.

Witness: the parser of the command line itself, which knows each option and how many words it takes.
"""

import shlex
from pathlib import Path

import pytest
import typer

from sim.cli.commands import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHELL = ("sh", "bash", "console", "shell")


def lines_in(text):
    """Give the commands in blocks of shell, each on one line."""
    within = ""
    for line in text.replace("\\\n", " ").splitlines():
        if line.lstrip().startswith("```"):
            within = "" if within else line.strip("` ") or "text"
        elif within in SHELL:
            words = line.strip().removeprefix("$ ")
            if words.startswith("ketasim "):
                yield words


LINES = {f"{page.name}: {line}": line for page in PAGES if "_build" not in page.parts
         for line in lines_in(page.read_text(encoding="utf-8"))}  # fmt: skip


def parse(line):
    words = shlex.split(line, comments=True)[1:]
    group = typer.main.get_command(app)
    if words[0].startswith("-"):
        known = {option for parameter in group.params for option in parameter.opts}
        assert words[0] in known | {"--help", "-h"}, f"{words[0]} of {sorted(known)}"
        return
    assert words[0] in group.commands, words[0]
    group.commands[words[0]].make_context(words[0], words[1:])


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_a_line_of_the_pages_is_taken(line):
    parse(line)


def test_there_are_lines_and_a_wrong_one_would_be_found():
    assert len(LINES) > 60
    assert list(lines_in("```sh\nketasim a \\\n  b\n```\nketasim c\n```\nketasim d\n```\n")) == [
        "ketasim a    b"
    ]
    wrong = {
        "ketasim runn base.toml": "runn",
        "ketasim run base.toml --replicatons 3": "No such option: --replicatons",
        "ketasim --x": "--x of ",
    }
    for line, says in wrong.items():
        with pytest.raises(Exception, match=says):
            parse(line)
