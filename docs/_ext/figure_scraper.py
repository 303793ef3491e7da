"""How the gallery gets its pictures: whatever axes a script has drawn since its last block."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

import sim


def drawn(block: Any, variables: dict[str, Any], settings: dict[str, Any]) -> str:
    """Save the figures of the block's variables and give the lines that show them."""
    from sphinx_gallery.scrapers import figure_rst

    seen: set[int] = variables["example_globals"].setdefault("__saved__", set())
    paths = []
    for value in list(variables["example_globals"].values()):
        first = first_of(value)
        if first is None or id(first.figure) in seen:
            continue
        seen.add(id(first.figure))
        paths.append(str(sim.figures.save(first, Path(next(variables["image_path_iterator"])))))
    return figure_rst(paths, settings["src_dir"])


def first_of(value: Any) -> Axes | None:
    """Give the first of some axes, or nothing for what is none."""
    if isinstance(value, Axes):
        return value
    if isinstance(value, np.ndarray) and value.size and isinstance(value.flat[0], Axes):
        return value.flat[0]
    return None
