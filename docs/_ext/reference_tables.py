"""The reference of results tables and columns, read off the words beside their definitions."""

from __future__ import annotations

from as_markdown import code, page, text

from sim.experiment.answer_columns import TABLES_IN_WORDS
from sim.experiment.column_words import TableWords


def pages() -> dict[str, str]:
    """Give the page of every table that a command writes, with every column."""
    parts = [
        "A results folder holds `manifest.json` (the scenarios as resolved, seed, versions, "
        "digest, wall time), these tables, `figures/` and `run.log`. CSV files are UTF-8 with "
        "every digit of every number; an empty cell is a value that does not exist. Minutes are "
        "whole and count from midnight of the start date. In Python: `sim.read_results(folder)`.",
    ]
    for name, table in TABLES_IN_WORDS.items():
        parts += [f"## {code(name)}", _told(table)]
    return {"tables": page("Tables of results", *parts)}


def _told(table: TableWords) -> str:
    rows = [f"| {code(name)} | {_cell(words)} |" for name, words in table.columns.items()]
    return "\n".join(
        [
            f"One row: {text(table.row)}. Written by: {text(table.written_by)}.",
            "",
            "| column | what it is |",
            "|---|---|",
            *rows,
        ]
    )


def _cell(words: str) -> str:
    return text(words[:1].upper() + words[1:])
