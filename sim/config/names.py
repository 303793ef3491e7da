"""Names as text, wherever they come from: on the terminal, in a folder's name, in a spreadsheet.

A scenario may be named after a file, a variant by any text in quotes, a person by any cell. None of
it may clear a screen, leave a folder, or run as a formula.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet takes for a formula."""
MARK = "'"
"""Put before such a text, a spreadsheet shows it as it is (OWASP, CSV injection)."""
MOST_BYTES = 100
"""Of a name in a path; systems take 255, and a date and an ending follow."""
ILL = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Kinds of characters that show nothing, steer a terminal or turn a line around."""


def visible(text: str, keep: str = "") -> str:
    r"""Write out control characters: an escape becomes the four letters `\x1b`.

    Those in `keep` stay. So do emoji and letters of any script; half of a surrogate, as a file name
    of another encoding has it, does not.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in keep or unicodedata.category(c) not in ILL else _escaped(c)
        for c in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def stem_of(path: Path) -> str:
    """Give the name of a file without its ending, as text that can be shown and written.

    Also where the system takes names for ASCII: bytes that are UTF-8 are read as such.
    """
    return visible(os.fsencode(path.stem).decode("utf-8", "surrogateescape"))


def safe_name(text: str) -> str:
    """Give a name for a folder or a file that stays where it is put, on any system.

    Letters and digits stay, also of other scripts if the file system can write them; whatever else
    becomes "_". It is no longer than 100 bytes, begins with no dot, and may be empty.
    """
    kept = "".join(c if (c.isalnum() or c in "_-.") and _can_be_written(c) else "_" for c in text)
    cut = kept.encode("utf-8")[:MOST_BYTES].decode("utf-8", "ignore")
    return cut.strip(".")


def _can_be_written(character: str) -> bool:
    try:
        os.fsencode(character)
        character.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Also before one that begins with an apostrophe already where that would be taken for this mark,
    so that `as_meant` gives every text back.
    """
    return MARK + text if text.lstrip(MARK).startswith(FORMULAS) else text


def as_meant(cell: str) -> str:
    """Give the text that `harmless` was given."""
    is_marked = cell.startswith(MARK) and cell.lstrip(MARK).startswith(FORMULAS)
    return cell[1:] if is_marked else cell


def listed(words: Iterable[str], last: str = " and ", between: str = ", ") -> str:
    """Join words as `a, b and c`."""
    *most, end = [*words] or [""]
    return f"{between.join(most)}{last}{end}" if most else end


def as_name(name: str) -> str:
    """Give a scenario's name as a sentence may use it: "none" in quotes, which else says nobody."""
    return f'"{name}"' if name.strip("_ ").lower() in _MISREAD else name


_MISREAD = {"", "all", "any", "both", "each", "neither", "no", "nobody", "none", "nothing"}
