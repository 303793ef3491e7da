"""The tutorial as a notebook: its commands and code are run at every build and show what comes out.

The page itself is plain Markdown. A block of code may be followed by a block marked `text`: what
one sees, for readers of the file; on the site what was really printed stands in its place.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BLOCK = re.compile(
    r"^```(?P<language>python|sh|toml)(?P<mark>[^\n]*)\n(?P<code>.*?)^```\n"
    r"(?:\n(?:[^\n`]+\n\n)?```text\n(?P<seen>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_SHOWN = re.compile(r"^<!-- shows: (\S+) -->$", re.MULTILINE)
HEAD = """\
---
file_format: mystnb
kernelspec:
  name: python3
mystnb:
  execution_mode: force
---

"""
SETTINGS = """\
```{code-cell} python
:tags: [remove-cell]

import tutorial_room

tutorial_room.only_what_is_printed()
```

"""


class Block(NamedTuple):
    """A block of the tutorial: what to type, and what one sees."""

    language: str
    code: str
    seen: str | None
    file: str  # under which name a block is to be saved; else empty
    run: bool


def blocks(words: str) -> list[Block]:
    """Give the blocks of a page in order; one marked `skip` in a comment before it is not run."""
    return [_block(found, words) for found in _BLOCK.finditer(words)]


def shown(words: str) -> list[str]:
    """Give the pictures that a page shows on the site and only names in the file."""
    return _SHOWN.findall(words)


def as_notebook(words: str) -> str:
    """Turn every block that is run into a cell of a notebook."""

    head, title, rest = words.partition("\n\n")

    def cell(found: re.Match[str]) -> str:
        block = _block(found, rest)
        if not block.run:
            return found[0]
        if block.file:
            shown = f"```{block.language}\n{block.code}```\n"
            return f"{shown}\n{_code(f'tutorial_room.save({block.file!r}, {block.code!r})', True)}"
        if block.language == "sh":
            lines = block.code.strip().replace("\\\n", " ").splitlines()
            told = "\n".join(f"tutorial_room.call({line!r})" for line in lines)
            return f"```sh\n{block.code}```\n\n{_code(told, hidden=True)}"
        return _code(block.code.strip("\n"))

    cells = _BLOCK.sub(cell, rest)
    cells = _SHOWN.sub(lambda found: _code(f"tutorial_room.show({found[1]!r})", hidden=True), cells)
    return f"{HEAD}{head}{title}{SETTINGS}{cells}"


def _block(found: re.Match[str], words: str) -> Block:
    before = words[: found.start()].rstrip().rpartition("\n")[2]
    note = before.removeprefix("<!--").removesuffix("-->").strip() if "<!--" in before else ""
    file = note.removeprefix("file: ") if note.startswith("file: ") else ""
    return Block(found["language"], found["code"], found["seen"], file, note != "not run")


def _code(code: str, hidden: bool = False) -> str:
    tags = ":tags: [remove-input]\n\n" if hidden else ""
    return f"```{{code-cell}} python\n{tags}{code}\n```\n"
