"""Scenario and study files: TOML, which may build on another file by `extends`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.overrides import merge
from sim.config.texts import Unreadable, read_text

DEEPEST = 20
"""Levels of tables and lists in a file; a scenario has five."""
LONGEST_CHAIN = 20
"""Files that may extend one another."""

Located = Callable[[dict[str, Any], Path], dict[str, Any]]
"""Gives a file's table with the paths in it made to start from where the program runs."""


def read_toml(path: str | Path, located: Located | None = None) -> dict[str, Any]:
    """Read a file and all it extends as one table, in which the nearer file prevails.

    `extends` is a path relative to the file that says it; the result has no such key. So are the
    paths that `located` knows of, which is told each file's own table and folder.
    """
    return _read(Path(path), (), located or (lambda table, folder: table))


def _read(path: Path, above: tuple[Path, ...], located: Located) -> dict[str, Any]:
    table = located(_parse(path, above), path.parent)
    here = path.resolve()
    if here in above:
        chain = " extends ".join(file.name for file in (*above[above.index(here) :], here))
        raise ScenarioError(f"{path}: the files extend one another in a circle: {chain}.")
    if len(above) >= LONGEST_CHAIN:
        raise ScenarioError(
            f"{path}: this is the end of a chain of {len(above)} files that extend one another, "
            f"and at most {LONGEST_CHAIN} are followed; let the first extend the last."
        )
    base = table.pop("extends", None)
    if base is None:
        return table
    if not isinstance(base, str) or not base.strip():
        raise ScenarioError(
            f'{path}: extends must name one file in quotes, such as extends = "base.toml".'
        )
    return merge(_read(path.parent / base, (*above, here), located), table)


def _parse(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    wanted = f" It is what {above[-1].name} extends." if above else ""
    try:
        table = tomllib.loads(read_text(path))
        if _depth(table) <= DEEPEST:
            return table
        fault = f"tables are nested more than {DEEPEST} deep, which no scenario is."
    except Unreadable as error:
        fault = f"{error}."
    except RecursionError:
        fault = f"lists or tables are nested more than {DEEPEST} deep, which no scenario is."
    except ValueError as error:  # of TOML, and of numbers of thousands of digits
        fault = f"this is not TOML: {_sentence(error)} Texts need quotes, tables [brackets]."
    raise ScenarioError(f"{path}: {fault}{wanted}")


def _depth(table: object) -> int:
    """Count how deep tables and lists are nested, level by level and so without recursion."""
    depth, level = 0, [table]
    while level and depth <= DEEPEST:
        inner = [entry for entry in level if isinstance(entry, dict | list)]
        level = [part for e in inner for part in (e.values() if isinstance(e, dict) else e)]
        depth += bool(inner)
    return depth


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].lower()}{text[1:].rstrip('.')}."
