"""The one place that opens a user's file: only plain files of a sensible size, and text as text.

A device, a pipe or a folder under the name of a file would block or never end; they are told
apart before anything is read.
"""

from __future__ import annotations

import codecs
import csv
import stat
from io import StringIO
from pathlib import Path

from sim.config.errors import ScenarioError
from sim.config.names import as_meant

MOST_TEXT = 2 * 2**20
"""Bytes of a scenario or a study; a person's is of kilobytes."""
MOST_TABLE = 64 * 2**20
"""Bytes of a table of patients, referrals or targets: some 300,000 rows with every column."""
MOST_RESULTS = 4 * 2**30
"""Bytes of a table that the program itself wrote."""

WIDEST = 1000  # columns of a table

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(ScenarioError):
    """A file that is not what its name promises; the message names no file, the caller does."""


def check_file(path: Path, most: int) -> None:
    """Raise Unreadable unless this is a plain file of at most so many bytes."""
    try:
        state = path.stat()
    except FileNotFoundError:
        raise Unreadable("there is no such file; check the name and the folder") from None
    except (OSError, ValueError) as fault:
        raise Unreadable(_cannot(fault)) from None
    if stat.S_ISDIR(state.st_mode):
        raise Unreadable("this is a folder; name a file in it")
    if not stat.S_ISREG(state.st_mode):
        raise Unreadable("this is a device or a pipe and no plain file; name a plain file")
    if state.st_size > most:
        raise Unreadable(
            f"this file has {state.st_size / 2**20:,.0f} MB, and at most {most / 2**20:,.0f} MB "
            "are read; it is hardly what was meant"
        )


def read_bytes(path: Path, most: int = MOST_TABLE) -> bytes:
    """Read a plain file whole."""
    check_file(path, most)
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Unreadable(_cannot(fault)) from None


def read_text(path: Path, most: int = MOST_TEXT) -> str:
    """Read a text in UTF-8, with or without a byte order mark; anything else is Unreadable."""
    raw = read_bytes(path, most)
    if raw.startswith(UTF_16):
        raise Unreadable("this text is in UTF-16; save it in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Unreadable(
            f"this is not a text file in UTF-8 (byte {fault.start + 1} is not); save it as such"
        ) from None
    if (place := text.find("\0")) >= 0:
        raise Unreadable(f"this is no text file (character {place + 1} is a zero)")
    return text


def read_rows(path: Path, most: int = MOST_TABLE, strict: bool = False) -> list[list[str]]:
    """Read a CSV file as rows of text, the heading first; no CSV, or too wide, is Unreadable."""
    text = read_text(path, most)
    try:
        read = csv.reader(StringIO(text, newline=""), strict=strict)
        rows = [[as_meant(cell) for cell in row] for row in read]
    except csv.Error as fault:
        raise Unreadable(f"this is not CSV ({fault})") from None
    if rows and (widest := max(map(len, rows))) > WIDEST:
        raise Unreadable(f"a row has {widest:,} columns, and a table at most {WIDEST:,}")
    return rows


def _cannot(fault: OSError | ValueError) -> str:
    reason = getattr(fault, "strerror", None) or str(fault)
    return f"the file cannot be read ({reason}); check the name and the permissions"
