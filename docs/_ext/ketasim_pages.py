"""The site's own Sphinx extension: reference pages from the code, files beside docs, the tutorial.

What it writes goes to docs/reference and docs/files, which git does not keep.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import beside_docs
import reference_commands
import reference_keys
import reference_measures
import reference_names
import reference_tables
import tutorial_cells
from as_markdown import page, text
from pygments.lexers.special import TextLexer

MADE = "reference"
OBJECTS = {
    "scenario-key": ("key", "%s; scenario key"),
    "measure": ("measure", "%s; measure"),
    "cli-option": ("option", ""),
    "results-table": ("table", "%s; table of results"),
    "column": ("column", ""),
}


def setup(app: Any) -> dict[str, bool]:
    """Say to Sphinx what happens when, and which kinds of entries there are."""
    for kind, (role, index) in OBJECTS.items():
        app.add_object_type(kind, role, index)
    app.add_lexer("csv", TextLexer)
    app.connect("builder-inited", lambda app: write_pages(Path(app.srcdir)))
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_pages(docs: Path) -> None:
    """Write every page that is made from the code or from a file beside docs."""
    made = docs / MADE
    for folder in (made, docs / beside_docs.FILES):
        shutil.rmtree(folder, ignore_errors=True)
    shown = beside_docs.pages(docs)
    written = {f"{beside_docs.FILES}/{name}": words for name, words in shown.items()}
    for chapter in (
        reference_names, reference_commands, reference_measures, reference_tables,
    ):  # fmt: skip
        written |= {f"{MADE}/{name}": words for name, words in chapter.pages().items()}
    keys = reference_keys.pages()
    written |= {f"{MADE}/keys/{name}": words for name, words in keys.items()}
    written[f"{MADE}/keys/index"] = _keys(list(keys))
    for name, words in written.items():
        path = docs / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")


def _keys(names: list[str]) -> str:
    """Give the page that lists the tables of a scenario."""
    about = {
        name: text(reference_keys.about_table(name)) for name in names if name != "distributions"
    }
    rows = [f"| [`[{name}]`]({name}.md) | {words} |" for name, words in about.items()]
    return page(
        "Keys of a scenario",
        "Every key has the same dotted path in a scenario file, after `--set`, in "
        "`scenario.override(...)`, in an error and in the manifest. Each has a default, so a "
        "scenario names only what differs. Grades say how well a default is known: A trial or "
        "meta-analysis, B one study, C weak or indirect, D assumption. Where a duration or rate is "
        "random it takes a number or a [distribution](distributions.md). As a file, with every "
        "default: [scenarios/base.toml](/files/scenarios/base.toml.md).",
        "\n".join(["| table | what it is about |", "|---|---|", *rows]),
        "\n".join(["```{toctree}", ":hidden:", "", *names, "```"]),
    )


def _read(app: Any, docname: str, source: list[str]) -> None:
    """Change what Sphinx reads, not the files: links to files beside docs, the tutorial's code."""
    docs = Path(app.srcdir)
    path = docs / f"{docname}.md"
    if docname == "changelog":
        path = docs.parent / "CHANGELOG.md"
        source[0] = path.read_text(encoding="utf-8")
    if path.is_file():
        source[0] = beside_docs.relinked(source[0], path, docs)
    if docname == "tutorial":
        source[0] = tutorial_cells.as_notebook(source[0])
