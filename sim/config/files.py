"""Scenario and study files: TOML, which may build on another file by `extends`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.config.errors import ScenarioError
from sim.config.overrides import merge

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
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        fault = "there is no such file; check the name and the folder."
    except IsADirectoryError:
        fault = "this is a folder; name a TOML file in it."
    except UnicodeDecodeError as error:
        fault = (
            f"this is not a text file in UTF-8 (byte {error.start + 1} is not); save it as such."
        )
    except tomllib.TOMLDecodeError as error:
        fault = f"this is not TOML: {_sentence(error)} Texts need quotes, tables [brackets]."
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fault = f"the file cannot be read ({reason}); check the name and the permissions."
    raise ScenarioError(f"{path}: {fault}{wanted}")


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].lower()}{text[1:].rstrip('.')}."
