"""All figures that make sense for a study, drawn and stored without touching pyplot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from sim.experiment.results import Results
from sim.figures import style
from sim.figures.by_group import GROUP_FIGURES
from sim.figures.caseload import CASELOAD_FIGURES
from sim.figures.chairs import CLINIC_FIGURES
from sim.figures.comparison import COMPARISON_FIGURES
from sim.figures.courses import COURSE_FIGURES
from sim.figures.main_effects import is_design, main_effects
from sim.figures.pathways import PATHWAY_FIGURES
from sim.figures.relapses import RELAPSE_FIGURES
from sim.figures.style import OfResults
from sim.figures.warm_up import found_warm_up, warm_up

Each = Callable[[str], AbstractContextManager[object]]
"""Given the name of a figure, the context in which it is drawn."""


FIGURES: OfResults = {
    **COURSE_FIGURES,
    **RELAPSE_FIGURES,
    **PATHWAY_FIGURES,
    **COMPARISON_FIGURES,
    **GROUP_FIGURES,
    **CLINIC_FIGURES,
    **CASELOAD_FIGURES,
}
"""Every figure of a study, by name; each is listed where it is drawn."""
OF_DESIGNS: OfResults = {
    "main_effects": (main_effects, is_design),
    "warm_up": (warm_up, found_warm_up),
}
"""Figures that do not draw each scenario, for designs of many points too."""
MOST_DRAWN = 8
"""Scenarios of a design up to which each is drawn, as many as there are colours."""


def draw_all(results: Results, folder: Path, each: Each = nullcontext) -> list[Path]:
    """Draw every figure that these results have something for, as PNG files in a folder.

    Of a design of many points only what is drawn of its factors. The folder is made when it does
    not exist. The user's matplotlib backend and open figures stay
    as they are. Each figure is drawn in the context that `each` gives for its name, which may
    let the others be drawn when it fails.
    """
    return save_all(figures_of(results), folder, each)


def figures_of(results: Results) -> dict[str, Callable[[], Any]]:
    """Give what draws each figure that these results have something for, by name."""
    many = is_design(results) and len(results.names) > MOST_DRAWN
    chosen = OF_DESIGNS if many else FIGURES | OF_DESIGNS
    return {name: partial(draw, results) for name, (draw, fits) in chosen.items() if fits(results)}


def save_all(figures: Mapping[str, Callable[[], Any]], folder: Path, each: Each) -> list[Path]:
    """Draw figures by name and save them as PNG files; give those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    saved: list[Path] = []
    with style.detached():
        for name, draw in figures.items():
            with each(name):
                saved.append(save(draw(), folder / f"{name}.png"))
    return saved


def save(drawn: Any, path: str | Path) -> Path:
    """Save the figure that drawn axes belong to as a PNG; its folder is made if need be."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure = np.ravel(drawn)[0].get_figure(root=True)
    assert isinstance(figure, Figure)
    return style.write_png(figure, path)
